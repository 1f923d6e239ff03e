"""What the reader decided and changed. The computed findings are never edited."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from RNAssessLib.case import ClinicalEvent, Image, Mask, MaskKind, Registration, SequenceRole
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Finding, Status

from ..alignment.place_records import PlaceChange
from ..measuring.measurements import Measurement
from ..outlines.records import MaskChange, StoredMask
from .holding import Holding
from .records import (
    Decision,
    DecisionKind,
    EventsChange,
    MeasurementsChange,
    Record,
    ThresholdChange,
    describe_record,
    parse_record,
)
from .versioned import check_rows, load_versioned

__all__ = ["Decision", "DecisionKind", "EventsChange", "MaskChange", "ReaderSession", "Record",
           "ThresholdChange"]  # fmt: skip

SCHEMA_ID = "rnassess/session/1"


@dataclass(frozen=True)
class ReaderSession(Holding):
    """Everything one reader did with one case; immutable, every change gives a new session.

    Attributes
    ----------
    records : tuple of Record
        In the order in which they were made; a later one supersedes an earlier one.
    undone : tuple of Record
        What redo would bring back, the next one last.
    case_id : str
        Case the session belongs to; empty when it was never tied to one.
    notice : str
        What the reader must know about where the session was read from (its backup, say); gone
        with the next record, never saved.

    Examples
    --------
    >>> s = ReaderSession().accept("L1", "swi_foci", Status.PRESENT)
    >>> s = s.override("L1", "swi_foci", Status.ABSENT, "a vein on minIP")
    >>> s.decision("L1", "swi_foci").status.value, s.undo().decision("L1", "swi_foci").accepted
    ('absent', True)
    >>> ReaderSession.from_json(s.to_json()) == s
    True
    """

    records: tuple[Record, ...] = ()
    undone: tuple[Record, ...] = ()
    case_id: str = ""
    notice: str = field(default="", compare=False)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self.records)

    @property
    def can_redo(self) -> bool:
        """Whether there is something to make again."""
        return bool(self.undone)

    # --- decisions --------------------------------------------------------------------------------

    def decide(
        self, lesion: str, finding: Finding, status: Status, reason: str = ""
    ) -> ReaderSession:
        """Record the reader's answer to a computed finding, whichever kind of decision it is.

        The computed answer is accepted, an answer where none could be computed is set by hand,
        any other is an override.

        The same answer given again adds nothing.

        Raises
        ------
        ValueError
            When an override gives no reason.
        """
        held = self.decision(lesion, finding.spec.id)
        if held and (held.status, held.computed, held.reason) == (
            status, finding.status, "" if status is finding.status else reason.strip(),
        ):  # fmt: skip
            return self  # said already
        if status is finding.status:
            return self.accept(lesion, finding.spec.id, finding.status)
        if finding.status is Status.NOT_ASSESSABLE:
            return self.set_by_hand(lesion, finding.spec.id, status, reason)
        return self.override(lesion, finding.spec.id, status, reason, finding.status)

    def accept(self, lesion: str, finding: str, computed: Status) -> ReaderSession:
        """Accept the computed answer."""
        kind = DecisionKind.ACCEPTED
        return self._with(Decision(lesion, finding, kind, computed, computed, "", _now()))

    def override(
        self,
        lesion: str,
        finding: str,
        status: Status,
        reason: str,
        computed: Status | None = None,
    ) -> ReaderSession:
        """Put another answer beside the computed one; raises ValueError without a reason."""
        if not reason.strip():
            raise ValueError("an override needs a reason")
        kind = DecisionKind.OVERRIDDEN
        decision = Decision(lesion, finding, kind, status, computed, reason.strip(), _now())
        return self._with(decision)

    def set_by_hand(
        self, lesion: str, finding: str, status: Status, reason: str = ""
    ) -> ReaderSession:
        """Answer an item that could not be computed (read elsewhere, other sequence …)."""
        kind = DecisionKind.SET_BY_HAND
        computed = Status.NOT_ASSESSABLE
        return self._with(Decision(lesion, finding, kind, status, computed, reason.strip(), _now()))

    def withdraw(self, lesion: str, finding: str) -> ReaderSession:
        """Take the decision about an item away; nothing happens when there is none."""
        held = self.decision(lesion, finding)
        if held is None:
            return self
        kind = DecisionKind.WITHDRAWN
        return self._with(replace(held, kind=kind, reason="", at=_now()))

    def set_threshold(self, key: str, value: float | None) -> ReaderSession:
        """Change a threshold, or go back to its default with None.

        It takes effect when the case is assessed again with `thresholds`.

        Raises
        ------
        KeyError
            For a key that ``evidence.toml`` does not hold.
        ValueError
            For a value that is not a finite number.
        """
        Thresholds().criterion(key)
        if value is not None and not abs(value) < float("inf"):
            raise ValueError(f"{key}: {value} is not a number")
        return self._with(ThresholdChange(key, value, _now()))

    def set_events(
        self, events: Sequence[ClinicalEvent], given: Sequence[ClinicalEvent]
    ) -> ReaderSession:
        """Take an edited list of events; nothing happens when it is the one that holds.

        Parameters
        ----------
        events : sequence of ClinicalEvent
        given : sequence of ClinicalEvent
            What the case itself holds.
        """
        if tuple(events) == self.events(given):
            return self
        return self._with(EventsChange(tuple(events), tuple(given), _now()))

    def set_measurements(self, measurements: Sequence[Measurement]) -> ReaderSession:
        """Take another list of measurements; nothing happens when it is the one that holds."""
        if tuple(measurements) == self.measurements:
            return self
        return self._with(MeasurementsChange(tuple(measurements), _now()))

    def set_masks(
        self, timepoint: str, lesion: str, masks: Mapping[MaskKind, Mask]
    ) -> ReaderSession:
        """Take corrected outlines of one lesion at one timepoint.

        Parameters
        ----------
        timepoint, lesion : str
            Ids.
        masks : mapping of MaskKind to Mask
            Whole outlines of the parts that were corrected, on the timepoint's T1c grid.
        """
        stored = tuple((kind, StoredMask.of(masks[kind])) for kind in MaskKind if kind in masks)
        return self._with(MaskChange(timepoint, lesion, stored, _now()))

    def set_place(
        self,
        timepoint: str,
        role: SequenceRole | None,
        placed: Registration,
        images: tuple[Image, Image],
    ) -> ReaderSession:
        """Take a registration that the reader accepted.

        Parameters
        ----------
        timepoint : str
            Id.
        role : SequenceRole or None
            A sequence onto its T1c; None for the study onto the reference.
        placed : Registration
        images : tuple of Image
            Moving and fixed, as they were acquired.
        """
        return self._with(PlaceChange.of(timepoint, role, placed, images, _now()))

    # --- history ----------------------------------------------------------------------------------

    def undo(self) -> ReaderSession:
        """Take the latest record back; nothing happens when there is none."""
        if not self.records:
            return self
        return replace(self, records=self.records[:-1], undone=(*self.undone, self.records[-1]))

    def redo(self) -> ReaderSession:
        """Make the latest undone record again; nothing happens when there is none."""
        if not self.undone:
            return self
        return replace(self, records=(*self.records, self.undone[-1]), undone=self.undone[:-1])

    def for_case(self, case_id: str) -> ReaderSession:
        """Tie the session to a case.

        Raises
        ------
        ValueError
            When it already belongs to another one.
        """
        if self.case_id not in ("", case_id):
            raise ValueError(f"these decisions belong to case {self.case_id}, not {case_id}")
        return replace(self, case_id=case_id)

    def _with(self, record: Record) -> ReaderSession:
        return replace(self, records=(*self.records, record), undone=(), notice="")

    # --- JSON -------------------------------------------------------------------------------------

    def to_json(self) -> str:
        """Return the session as JSON text; what was undone is left out."""
        document = {
            "schema": SCHEMA_ID,
            "case": self.case_id,
            "records": [describe_record(record) for record in self.records],
        }
        return json.dumps(document, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> ReaderSession:
        """Read what `to_json` wrote; raises ValueError, saying why, for anything else."""
        data = load_versioned(text, SCHEMA_ID, "reader session")
        try:
            records = tuple(parse_record(row) for row in data["records"])
            check_rows(data["records"], [describe_record(record) for record in records])
            case_id = data.get("case", "")
            if not isinstance(case_id, str):
                raise ValueError(f"its case is {str(case_id)[:40]}, not a name")
            return cls(records, (), case_id)
        except (KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
            raise ValueError(f"incomplete reader session: {error!r}") from None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
