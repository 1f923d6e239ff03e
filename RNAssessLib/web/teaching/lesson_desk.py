"""The page of a lesson: the learner's answers, what is revealed, and nothing before that."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.reading.changes import RoundChanged
from RNAssessLib.panel.teaching.learner import Learner
from RNAssessLib.panel.teaching.round import EvidenceMark
from RNAssessLib.scene.mark_node import MarkNode

from ..checklist.answering import UNANSWERED
from ..checklist.checklist_desk import HIDDEN, ChecklistDesk
from ..reading.content import describe_case, describe_lesion, to_plain
from ..reading.desk import Action, Requests
from ..reading.stage import Stage


class LessonDesk(ChecklistDesk):
    """Checklist of a lesson, its answers hidden.

    Parameters
    ----------
    stage : Stage
        The `hides` of its reading asks the learner's round.
    learner : Learner
        What the learner does.
    mark : MarkNode
    look_at : callable
        ``look_at(point)`` takes the views there.
    """

    def __init__(
        self, stage: Stage, learner: Learner, mark: MarkNode, look_at: Callable[..., None]
    ) -> None:
        super().__init__(stage, leave=lambda act: act())
        self._learner, self._mark, self._look_at = learner, mark, look_at
        stage.reading.changes.on(RoundChanged, self.show)

    def requests(self) -> Requests:
        """Turn to items, answer, mark, reveal."""
        act = self._learner.act
        return {
            **super().requests(),
            "teach_answer": lambda status: self.answer(Status(status) if status else None),
            "teach_note": lambda note: act(lambda desk: desk.write_note(note)),
            "teach_mark": self.mark,
            "teach_unmark": lambda: act(lambda desk: desk.mark(None)),
            "teach_show_mark": self.show_mark,
            "teach_reveal": self.reveal,
            "teach_reveal_all": self._learner.reveal_all,
            "teach_again": lambda: act(lambda desk: desk.again(), moves=True),
            "teach_sheet": lambda kind: self._learner.desk.sheet(kind),
        }

    def keys(self) -> Mapping[str, Action]:
        """Items, answers, reveal, undo."""
        act = self._learner.act
        return {
            **super().keys(),
            **{f"answer_{s.value}": lambda _, s=s: self.answer(s) for s in Status},  # type: ignore[misc]
            "undo": lambda _: act(lambda desk: desk.undo()),
            "redo": lambda _: act(lambda desk: desk.redo()),
            "reveal": lambda _: self.reveal(),
            "marking": lambda _: self._take_mark(not self._state.marking),
        }

    # --- page -------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Put the lesson there."""
        self._state.update(UNANSWERED)
        self._take_mark(False)
        super().fill()

    def show(self, _: object = None) -> None:
        """Bring all words up to the round; computed answers only once revealed."""
        reading, learner, view = self._reading, self._learner.desk, self._reading.lesion
        label = {"case_title": learner.lesson.label}
        self._state.panel = describe_case(reading.panel) | label
        over = view is not None and self._learner.is_over
        shown = describe_lesion(view) if view is not None and over else dict(HIDDEN)
        title = view.title if view is not None else "no lesion"
        self._state.lesion = shown | {"id": reading.lesion_id, "title": title}
        self._state.item = {"finding": reading.finding_id}
        self._state.problem = learner.problem
        taught = learner.view()
        self._state.teach = None if taught is None else to_plain(taught)
        self._mark.show(learner.mark_given)

    def show_selected(self, _: object = None) -> None:
        """Another item: the place for the one before is no longer pointed at."""
        self._take_mark(False)
        self.show()

    def _take_mark(self, on: bool) -> None:
        self._state.marking = on

    # --- the learner acts -------------------------------------------------------------------------

    def answer(self, status: Status | None) -> None:
        """Give a status for the selected item."""
        self._learner.act(lambda desk: desk.set_answer(status))

    def mark(self, view: str, across: float, down: float) -> None:
        """Point at the evidence: a place as shares 0..1 of a view's width and height."""
        found = self._stage.image_in(view)
        if found is None or not self._reading.finding_id:
            return
        linked, timepoint, role = found
        mark = EvidenceMark(timepoint, role, linked.point_at(across, down))
        self._take_mark(False)
        self._learner.act(lambda desk: desk.mark(mark))

    def show_mark(self) -> None:
        """Take all views to the learner's own mark."""
        mark = self._learner.desk.mark_given
        if mark is not None:
            self._look_at(mark.point_reference_lps_mm)

    def reveal(self) -> None:
        """Show the computed answer of the selected item and go to its evidence."""
        if self._reading.finding_id:
            self._learner.act(lambda desk: desk.reveal(), moves=True)
