"""What holds now, read off the records of a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from RNAssessLib.case import ClinicalEvent
from RNAssessLib.evidence import Thresholds

from ..alignment.place_records import PlaceChange
from ..measuring.measurements import Measurement
from ..outlines.records import MaskChange
from .records import (
    Decision,
    DecisionKind,
    EventsChange,
    MeasurementsChange,
    Record,
    ThresholdChange,
)


class Holding:
    """The part of a session that answers; `records` are in the order in which they were made."""

    records: tuple[Record, ...]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every decision ever made, superseded ones included."""
        return tuple(r for r in self.records if isinstance(r, Decision))

    def decision(self, lesion: str, finding: str) -> Decision | None:
        """Return the decision that holds for an item, None when there is none."""
        for decision in reversed(self.decisions):
            if (decision.lesion, decision.finding) == (lesion, finding):
                return None if decision.kind is DecisionKind.WITHDRAWN else decision
        return None

    @property
    def changed_thresholds(self) -> Mapping[str, float]:
        """Thresholds that the reader set, key to value."""
        changed: dict[str, float] = {}
        for record in self.records:
            if isinstance(record, ThresholdChange):
                if record.value is None:
                    changed.pop(record.key, None)
                else:
                    changed[record.key] = record.value
        return changed

    def thresholds(self, given: Thresholds | None = None) -> Thresholds:
        """Thresholds to assess with: defaults, the reader's changes, on top a command line's."""
        return Thresholds({**self.changed_thresholds, **(given.changed if given else {})})

    def events(self, given: Sequence[ClinicalEvent]) -> tuple[ClinicalEvent, ...]:
        """Clinical events that hold now.

        Parameters
        ----------
        given : sequence of ClinicalEvent
            What the case itself holds; used until the reader edits the list.
        """
        change = self._last_events()
        return tuple(given) if change is None else change.events

    def events_differ(self, given: Sequence[ClinicalEvent]) -> bool:
        """Whether the case's own events changed after the reader had edited them."""
        change = self._last_events()
        return change is not None and tuple(given) not in (change.given, change.events)

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """What the reader measured on the images."""
        changes = (r for r in reversed(self.records) if isinstance(r, MeasurementsChange))
        return next((change.measurements for change in changes), ())

    @property
    def mask_changes(self) -> tuple[MaskChange, ...]:
        """Every corrected outline, in the order in which they were drawn."""
        return tuple(r for r in self.records if isinstance(r, MaskChange))

    @property
    def place_changes(self) -> tuple[PlaceChange, ...]:
        """Every registration that the reader accepted, in the order in which that was done."""
        return tuple(r for r in self.records if isinstance(r, PlaceChange))

    def _last_events(self) -> EventsChange | None:
        changes = (r for r in reversed(self.records) if isinstance(r, EventsChange))
        return next(changes, None)
