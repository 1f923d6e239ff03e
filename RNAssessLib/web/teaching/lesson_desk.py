"""The page of a lesson: the learner's answers, what is revealed, and nothing before that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trame_server import Server

from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.reading.changes import (
    FiguresChanged,
    PrescriptionChanged,
    RecordsChanged,
    RoundChanged,
    SelectionChanged,
)
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.teaching.desk import TeachingDesk
from RNAssessLib.panel.teaching.round import EvidenceMark

from ..checklist.answering import UNANSWERED
from ..hanging.hanging import Hanging
from ..hanging.views import SerialViews
from ..reading.content import describe_case, describe_lesion, to_plain
from ..reading.desk import Act, Action, Desk, Requests
from .mark_node import MarkNode

HIDDEN: dict[str, Any] = {
    "serial": [], "heads": [], "context": [], "counts": [], "checklist": [], "decided": "",
}  # fmt: skip


class LessonDesk(Desk):
    """Checklist of a lesson, its answers hidden.

    Parameters
    ----------
    server : trame Server
    reading : Reading
        Its `hides` asks the learner's round.
    learner : TeachingDesk
        What the learner does.
    views : SerialViews
    hanging : Hanging
    mark : MarkNode
    look_at : callable
        ``look_at(point)`` takes the views there.
    """

    def __init__(
        self,
        server: Server,
        reading: Reading,
        learner: TeachingDesk,
        views: SerialViews,
        hanging: Hanging,
        mark: MarkNode,
        look_at: Callable[..., None],
    ) -> None:
        super().__init__(server, reading)
        self._learner, self._views, self._hanging = learner, views, hanging
        self._mark, self._look_at = mark, look_at
        reading.changes.on(SelectionChanged, self._turn_to)
        for kind in (RoundChanged, RecordsChanged, FiguresChanged, PrescriptionChanged):
            reading.changes.on(kind, self.show)

    @property
    def learner(self) -> TeachingDesk:
        """What the learner does, at the item that is selected on the page."""
        self._learner.assessment = self._reading.assessment
        self._learner.lesion_id = self._reading.lesion_id
        self._learner.finding_id = self._reading.finding_id
        return self._learner

    @property
    def is_over(self) -> bool:
        """Whether everything about the selected lesion is revealed."""
        lesion = self._reading.lesion
        return lesion is not None and self._learner.teaching.all_revealed(lesion.id)

    def requests(self) -> Requests:
        """Turn to items, answer, mark, reveal."""
        return {
            "select_item": self._reading.select,
            "select_lesion": self._reading.select_lesion,
            "jump": self._reading.look,
            "teach_answer": lambda status: self.answer(Status(status) if status else None),
            "teach_note": lambda note: self._act(lambda: self.learner.write_note(note)),
            "teach_mark": self.mark,
            "teach_unmark": lambda: self._act(lambda: self.learner.mark(None)),
            "teach_show_mark": self.show_mark,
            "teach_reveal": self.reveal,
            "teach_reveal_all": self.reveal_all,
            "teach_again": self.again,
            "teach_sheet": lambda kind: self.learner.sheet(kind),
        }

    def keys(self) -> Mapping[str, Action]:
        """Items, answers, reveal, undo."""
        reading = self._reading
        return {
            "next": lambda _: reading.step(1),
            "previous": lambda _: reading.step(-1),
            "next_evidence": lambda _: reading.look_on(),
            "next_lesion": lambda _: reading.step_lesion(1),
            "previous_lesion": lambda _: reading.step_lesion(-1),
            **{f"answer_{s.value}": lambda _, s=s: self.answer(s) for s in Status},  # type: ignore[misc]
            "undo": lambda _: self._act(self.learner.undo),
            "redo": lambda _: self._act(self.learner.redo),
            "reveal": lambda _: self.reveal(),
            "marking": lambda _: self._take_mark(not self._state.marking),
        }

    # --- page -------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Put the lesson there."""
        self._state.update(UNANSWERED)
        lesions = self._reading.panel.lesions
        self._state.lesions = [{"id": lesion.id, "title": lesion.title} for lesion in lesions]
        self._take_mark(False)
        self.show()

    def show(self, _: object = None) -> None:
        """Bring all words up to the round; computed answers only once revealed."""
        reading, learner, view = self._reading, self.learner, self._reading.lesion
        label = {"case_title": learner.lesson.label}
        self._state.panel = describe_case(reading.panel) | label
        shown = describe_lesion(view) if view is not None and self.is_over else dict(HIDDEN)
        title = view.title if view is not None else "no lesion"
        self._state.lesion = shown | {"id": reading.lesion_id, "title": title}
        self._state.item = {"finding": reading.finding_id}
        self._state.problem = learner.problem
        taught = learner.view()
        self._state.teach = None if taught is None else to_plain(taught)
        self._mark.show(learner.mark_given)

    def _turn_to(self, change: SelectionChanged) -> None:
        if change.other_item:
            self._learner.problem = ""
        self._take_mark(False)
        self.show()

    def _take_mark(self, on: bool) -> None:
        self._state.marking = on

    # --- the learner acts -------------------------------------------------------------------------

    def answer(self, status: Status | None) -> None:
        """Give a status for the selected item."""
        self._act(lambda: self.learner.set_answer(status))

    def mark(self, view: str, across: float, down: float) -> None:
        """Point at the evidence: a place as shares 0..1 of a view's width and height."""
        linked = self._views.find(view)
        role = self._hanging.role_of(linked.cell) if linked else None
        if linked is None or role is None or not self._reading.finding_id:
            return
        timepoint = self._hanging.timepoint_of(linked.cell)
        mark = EvidenceMark(timepoint, role, linked.point_at(across, down))
        self._take_mark(False)
        self._act(lambda: self.learner.mark(mark))

    def show_mark(self) -> None:
        """Take all views to the learner's own mark."""
        mark = self.learner.mark_given
        if mark is not None:
            self._look_at(mark.point_reference_lps_mm)

    def reveal(self) -> None:
        """Show the computed answer of the selected item and go to its evidence."""
        if self._reading.finding_id:
            self._act(self.learner.reveal)
            self._turn_again()

    def reveal_all(self) -> None:
        """Show every computed answer of this lesion."""
        if self._reading.lesion_id:
            self._act(self.learner.reveal_all)
            self._turn_again()

    def again(self) -> None:
        """Start another round; the one before is kept."""
        self._act(self.learner.again)
        self._turn_again()

    def _turn_again(self) -> None:
        """Follow what may be shown now."""
        if self._reading.finding_id:
            self._reading.select(self._reading.finding_id)

    def _act(self, act: Act) -> None:
        """Do something to the round, which saves itself, and tell of it."""
        act()
        self._reading.changes.tell(RoundChanged())
