"""A case that is answered by a learner: the reading room with its answers hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slicer
from trame_server import Server

from RNAssessLib.assessment import Assessment
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.hanging.third_row import ThirdRow, item_row
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.teaching.desk import TeachingDesk
from RNAssessLib.panel.teaching.file import Lesson
from RNAssessLib.panel.teaching.round import EvidenceMark
from RNAssessLib.panel.words.rows import JumpTo
from RNAssessLib.scene.convert import hex_to_rgb, point_to_ras

from ..hanging.views import center_of
from ..reading.content import describe_case, describe_lesion, to_plain
from ..reading.room import ReadingRoom
from ..reading.web_reading import Reading

MARK_COLOUR = "#A6FF4D"  # no isodose, outline or evidence has it
MARK_PERCENT = 4.0
HIDDEN: dict[str, Any] = {
    "serial": [], "heads": [], "context": [], "counts": [], "checklist": [], "decided": "",
}  # fmt: skip
ANSWER_KEYS = {
    "answer_present": Status.PRESENT,
    "answer_absent": Status.ABSENT,
    "answer_indeterminate": Status.INDETERMINATE,
    "answer_not_assessable": Status.NOT_ASSESSABLE,
}


class HiddenReading(Reading):
    """A reading whose third row follows what an item needs, not where its evidence lies."""

    hidden: Callable[[], bool] = staticmethod(lambda: True)

    def item_row(self) -> ThirdRow | None:
        """Return what the selected item is read on beyond T1c and FLAIR."""
        if self.row is None:
            return None
        return item_row(self.third_rows, self._finding(), hidden=self.hidden())


class TeachingRoom(ReadingRoom):
    """A lesson on the page.

    Parameters
    ----------
    server : trame Server
    assessment : Assessment
    lesson : Lesson

    """

    checklist_template = "teach"
    edits_events = False

    def __init__(self, server: Server, assessment: Assessment, lesson: Lesson) -> None:
        self.lesson = lesson
        self._learner = TeachingDesk(assessment, lesson)
        super().__init__(server, assessment)
        self.records.saver = self._learner.saver
        self._point = self._add_mark_node()
        self.display.toggle_contours()  # outlines are computed: off until wanted

    def close(self) -> None:
        """Release the views and the file of answers."""
        self._learner.close()
        super().close()

    def _start_reading(self, assessment: Assessment, session: ReaderSession | None) -> Reading:
        reading = HiddenReading(assessment, session)
        reading.hidden = lambda: not self._revealed
        return reading

    @property
    def learner(self) -> TeachingDesk:
        """What the learner does, at the item that is selected on the page."""
        desk = self._learner
        desk.assessment = self.assessment
        desk.lesion_id, desk.finding_id = self.reading.lesion_id, self.reading.finding_id
        return desk

    @property
    def _revealed(self) -> bool:
        return self.learner.is_revealed

    # --- page -------------------------------------------------------------------------------------

    def _fill_state(self) -> None:
        self.state.marking = False
        super()._fill_state()

    def show_panel(self) -> None:
        """Bring the panel's text up to the round; computed answers only once revealed."""
        reading, learner = self.reading, self.learner
        self.state.panel = describe_case(reading.panel) | {"case_title": self.lesson.label}
        view = reading.lesion
        over = view is not None and learner.teaching.all_revealed(view.id)
        shown = describe_lesion(view) if view is not None and over else dict(HIDDEN)
        title = view.title if view is not None else "no lesion"
        self.state.lesion = shown | {"id": reading.lesion_id, "title": title}
        self.state.item = {"finding": reading.finding_id}
        self.state.problem = learner.problem
        self.records.show()
        self.course.show(hidden=not over)
        self.measuring.show()
        taught = learner.view()
        self.state.teach = None if taught is None else to_plain(taught)

    def _light(self) -> None:
        if self._revealed:
            super()._light()
        else:
            self.display.light("", "")
        self._show_mark()

    # --- actions ----------------------------------------------------------------------------------

    def _bind(self) -> None:
        super()._bind()
        trigger = self.server.trigger
        trigger("teach_answer")(lambda status: self.answer(Status(status) if status else None))
        trigger("teach_note")(self.write_note)
        trigger("teach_mark")(self.mark)
        trigger("teach_unmark")(self.unmark)
        trigger("teach_show_mark")(self.show_mark)
        trigger("teach_reveal")(self.reveal)
        trigger("teach_reveal_all")(self.reveal_all)
        trigger("teach_again")(self.again)
        trigger("teach_sheet")(self.sheet)

    def _actions(self) -> dict[str, Callable[[str], None]]:
        actions = super()._actions()
        actions |= {
            name: lambda _, s=status: self.answer(s)  # type: ignore[misc]
            for name, status in ANSWER_KEYS.items()
        }
        actions["undo"] = lambda _: self._act(self.learner.undo)
        actions["redo"] = lambda _: self._act(self.learner.redo)
        actions["reveal"] = lambda _: self.reveal()
        actions["marking"] = lambda _: self.put(marking=not self.state.marking)
        actions.pop("accept")
        return actions

    def choose(self, status: str) -> None:
        """Nothing: a learner does not decide on the computed answer."""

    def decide(self, reason: str) -> None:
        """Nothing: a learner does not decide on the computed answer."""

    def select_item(self, finding_id: str) -> None:
        """Turn to an item; the views stay where they are while its answer is hidden."""
        self._turn_to(self.reading.select(finding_id))

    def press(self, action: str, view: str = "") -> None:
        """Do what a key stands for."""
        if action in ("next", "previous"):
            self._turn_to(self.reading.step(1 if action == "next" else -1))
        else:
            super().press(action, view)

    def jump_to_evidence(self, index: int) -> None:
        """Take the views to a place of the selected item once it is revealed."""
        if self._revealed:
            super().jump_to_evidence(index)

    def _turn_to(self, jump: JumpTo | None) -> None:
        self.learner.problem = ""
        self.state.marking = False
        self.go(jump if self._revealed else None)

    def answer(self, status: Status | None) -> None:
        """Give a status for the selected item."""
        self._act(lambda: self.learner.set_answer(status))

    def write_note(self, note: str) -> None:
        """Write a note beside the selected item."""
        self._act(lambda: self.learner.write_note(note))

    def mark(self, view: str, across: float, down: float) -> None:
        """Point at the evidence: a place as shares 0..1 of a view's width and height."""
        linked = next((v for v in self.views.shown if v.cell.view == view), None)
        role = self.hanging.role_of(linked.cell) if linked else None
        if linked is None or role is None or not self.reading.finding_id:
            return
        timepoint = self.hanging.timepoint_of(linked.cell)
        mark = EvidenceMark(timepoint, role, linked.point_at(across, down))
        self.state.marking = False
        self._act(lambda: self.learner.mark(mark))

    def unmark(self) -> None:
        """Take the mark of the selected item away."""
        self._act(lambda: self.learner.mark(None))

    def show_mark(self) -> None:
        """Take all views to the learner's own mark."""
        mark = self.learner.mark_given
        if mark is not None:
            self.views.jump(mark.point_reference_lps_mm)
            self.grid.show_position()

    def reveal(self) -> None:
        """Show the computed answer of the selected item and go to its evidence."""
        if self.reading.finding_id:
            self._act(self.learner.reveal)
            self._turn_to_selected()

    def reveal_all(self) -> None:
        """Show every computed answer of this lesion."""
        if self.reading.lesion_id:
            self._act(self.learner.reveal_all)
            self._turn_to_selected()

    def again(self) -> None:
        """Start another round; the one before is kept."""
        self._act(self.learner.again)
        self._turn_to_selected()

    def sheet(self, kind: str) -> str:
        """Return the score sheet as text: ``csv`` or ``json``."""
        return self.learner.sheet(kind)

    def _turn_to_selected(self) -> None:
        row, problem = self.reading.row, self.learner.problem
        if row is not None and self._revealed:
            self.go(row.jumps[0] if row.jumps else None)
        else:
            self.go(None)
        self.learner.problem = problem

    def _act(self, act: Callable[[], None]) -> None:
        """Do something to the round, which saves itself, and show what became of it."""
        act()
        self._show_mark()
        self.show_panel()

    # --- the learner's mark on the images ---------------------------------------------------------

    def _add_mark_node(self) -> slicer.vtkMRMLMarkupsFiducialNode:
        node = self.app.scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "learner's mark")
        node.CreateDefaultDisplayNodes()
        node.SetLocked(True)
        display = node.GetDisplayNode()
        display.SetGlyphType(slicer.vtkMRMLMarkupsDisplayNode.StarBurst2D)
        display.SetGlyphScale(MARK_PERCENT)
        display.SetSelectedColor(*hex_to_rgb(MARK_COLOUR))
        display.SetPointLabelsVisibility(False)
        display.SetVisibility(False)
        return node

    def _show_mark(self) -> None:
        mark = self.learner.mark_given
        self._point.RemoveAllControlPoints()
        if mark is not None:
            self._point.AddControlPoint(point_to_ras(mark.point_reference_lps_mm))
        self._point.GetDisplayNode().SetVisibility(mark is not None)

    def probe(self) -> dict[str, Any]:
        """Return what tests ask."""
        own = {
            "answers": len(self.learner.teaching.records),
            "mark": self._point.GetNumberOfControlPoints(),
        }
        return super().probe() | own | {"center": center_of(self.views.shown[0].node)}
