"""The checklist on the page: case, lesion and item in words, and turning to another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from RNAssessLib.panel.reading.changes import (
    FiguresChanged,
    PrescriptionChanged,
    RecordsChanged,
    SelectionChanged,
)

from ..reading.content import describe_case, describe_item, describe_lesion
from ..reading.desk import Act, Action, Desk, Requests
from ..reading.stage import Stage

HIDDEN: dict[str, Any] = {
    "decided": "", **{name: [] for name in ("checklist", "counts", "serial", "heads", "context")},
}  # fmt: skip
NO_LESION: dict[str, Any] = HIDDEN | {"id": "", "title": "no lesion"}
NO_ITEM: dict[str, Any] = {"finding": "", "jumps": [], "choices": []}


class ChecklistDesk(Desk):
    """What is selected, in words.

    Parameters
    ----------
    stage : Stage
    leave : callable
        ``leave(act)`` does what turns away from an item, after asking where something would be
        lost.
    """

    def __init__(self, stage: Stage, leave: Callable[[Act], object]) -> None:
        super().__init__(stage)
        self._leave = leave
        stage.reading.changes.on(SelectionChanged, self.show_selected)
        for kind in (RecordsChanged, FiguresChanged, PrescriptionChanged):
            stage.reading.changes.on(kind, self.show)

    def requests(self) -> Requests:
        """Another item, lesion or place."""
        return {
            "select_item": self.select_item,
            "select_lesion": self.select_lesion,
            "jump": self._reading.look,
        }

    def keys(self) -> Mapping[str, Action]:
        """The next one, the one before."""
        reading = self._reading
        return {
            "next": lambda _: self._leave(lambda: reading.step(1)),
            "previous": lambda _: self._leave(lambda: reading.step(-1)),
            "next_evidence": lambda _: reading.look_on(),
            "next_lesion": lambda _: self._step_lesion(1),
            "previous_lesion": lambda _: self._step_lesion(-1),
        }

    def fill(self) -> None:
        """Put everything there."""
        lesions = self._reading.panel.lesions
        self._state.lesions = [{"id": lesion.id, "title": lesion.title} for lesion in lesions]
        self.show()

    def show(self, _: object = None) -> None:
        """Bring all words up to the reading."""
        self._state.panel = describe_case(self._reading.panel)
        self.show_selected()

    def show_selected(self, _: object = None) -> None:
        """Bring the words of lesion and item up to what is selected."""
        reading = self._reading
        if reading.lesion is None:
            self._state.lesion, self._state.item = dict(NO_LESION), dict(NO_ITEM)
        else:
            self._state.lesion = describe_lesion(reading.lesion)
            self._state.item = describe_item(reading.lesion, reading.finding_id)

    def select_item(self, finding_id: str) -> None:
        """Turn to an item: views jump to its evidence, its voxels light up."""
        if finding_id == self._reading.finding_id:
            self._reading.select(finding_id)
        else:
            self._leave(lambda: self._reading.select(finding_id))

    def select_lesion(self, lesion_id: str) -> None:
        """Turn to another lesion."""
        self._leave(lambda: self._reading.select_lesion(lesion_id))

    def _step_lesion(self, by: int) -> None:
        if len(self._reading.panel.lesions) > 1:
            self._leave(lambda: self._reading.step_lesion(by))
