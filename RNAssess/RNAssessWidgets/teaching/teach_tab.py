"""Teach tab: a case is answered first, then compared item by item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import slicer
from slicer.i18n import tr as _

from RNAssessLib.case import InputError
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.reading.changes import RoundChanged
from RNAssessLib.panel.teaching.desk import TeachingDesk
from RNAssessLib.panel.teaching.round import EvidenceMark
from RNAssessLib.panel.teaching.view import TeachingView

from ..common import asking, colours, files
from ..common.page import Page
from ..common.trees import filled, key_of, make_item
from . import lessons
from .marks import MarkPoint
from .teach_text import item_html

if TYPE_CHECKING:
    from ..common.given import Keeper, OpenCase, Told

OPEN_CASE = 0  # first entry of the list: the case that is open


@dataclass(frozen=True)
class Heard:
    """Who hears of a lesson.

    Attributes
    ----------
    open_lesson : callable
        Opens a Lesson; False when it was not finished.
    changed : callable
        A lesson began or ended: the panel shows other things.
    over : callable
        Every item is revealed, or one is hidden again.
    """

    open_lesson: Callable[[object], bool]
    changed: Told
    over: Told


class TeachTab(Page):
    """Fills the tab from a TeachingDesk and passes clicks on to it."""

    def __init__(self, ui: object, case: OpenCase, keeper: Keeper, heard: Heard) -> None:
        super().__init__(ui, case, keeper)
        self._heard = heard
        self.point = MarkPoint(self.mark_at)
        self._answers = (
            (Status.PRESENT, ui.answerPresentButton),
            (Status.ABSENT, ui.answerAbsentButton),
            (Status.INDETERMINATE, ui.answerIndeterminateButton),
            (Status.NOT_ASSESSABLE, ui.answerNotAssessableButton),
        )
        for status, button in self._answers:
            button.connect("clicked()", lambda s=status: self.answer(s))
        self._press(
            openLessonButton=self.open_lesson,
            closeLessonButton=self.close_lesson,
            showMarkButton=self.show_mark,
            unmarkButton=lambda: self._do(lambda desk: desk.mark(None)),
            revealButton=self.reveal,
            revealAllButton=lambda: self._do(lambda desk: desk.reveal_all(), moves=True),
            againButton=lambda: self._do(lambda desk: desk.again(), moves=True),
            undoAnswerButton=self.undo,
            redoAnswerButton=self.redo,
            sheetButton=self.save_sheet,
        )
        ui.markButton.connect("toggled(bool)", self.point.wait)
        ui.teachNoteLineEdit.connect("editingFinished()", self.write_note)
        ui.teachTree.connect("itemSelectionChanged()", self.on_selected)
        ui.teachBrowser.connect("anchorClicked(QUrl)", self.on_link)
        case.changes.on(RoundChanged, self.refresh)
        for title in lessons.list_titles():
            ui.lessonComboBox.addItem(title)

    # --- lessons ----------------------------------------------------------------------------------

    def open_lesson(self) -> None:
        """Hide the answers of the open case, or open one of the papers' cases."""
        index = self.ui.lessonComboBox.currentIndex
        if index == OPEN_CASE:
            self._hide_open_case()
            return
        if self._heard.open_lesson(lessons.paper_lesson(index)):
            self._start()

    def _hide_open_case(self) -> None:
        logic = self._case
        if logic.assessment is None or logic.desk is not None:
            return
        lesson = lessons.lesson_of(logic.assessment, self._keeper.casePath())
        try:
            logic.teach(TeachingDesk(logic.assessment, lesson))
        except InputError as error:
            asking.say(str(error))
            return
        self._start()

    def _start(self) -> None:
        """Answers are hidden: outlines are computed, so they are off until wanted."""
        if self.ui.outlinesCheckBox.checked:
            self.ui.outlinesCheckBox.click()
        self._heard.changed()
        self.ui.tabs.setCurrentWidget(self.ui.teachTab)

    def close_lesson(self) -> None:
        """End the round: the panel shows the case as to any reader."""
        self._case.teach(None)
        self.point.show(None)
        self._heard.changed()

    # --- showing ----------------------------------------------------------------------------------

    def desk(self) -> TeachingDesk | None:
        """Return the lesson that is being answered, None when none is."""
        return self._case.desk

    def refresh(self, _change: object = None) -> None:
        """Show the round of now."""
        desk = self.desk()
        view = desk.view() if desk is not None else None
        ui = self.ui
        ui.closeLessonButton.enabled = desk is not None
        self._fill_tree(view)
        item = view.item if view is not None else None
        hidden = item is not None and item.comparison is None
        for status, button in self._answers:
            button.enabled = hidden
            button.checked = item is not None and item.given == status.value
        ui.markButton.checked = False
        for widget in (ui.teachNoteLineEdit, ui.markButton, ui.revealButton):
            widget.enabled = hidden
        ui.teachNoteLineEdit.text = item.note if item is not None else ""
        ui.showMarkButton.enabled = item is not None and bool(item.mark)
        ui.unmarkButton.enabled = hidden and bool(item.mark)
        ui.revealAllButton.enabled = view is not None and not view.all_revealed
        ui.undoAnswerButton.enabled = view is not None and view.can_undo
        ui.redoAnswerButton.enabled = view is not None and view.can_redo
        scored = view is not None and bool(view.score)
        ui.againButton.enabled = scored
        ui.sheetButton.enabled = scored
        ui.teachProgressLabel.text = self._progress(view)
        ui.teachProblemLabel.text = "" if desk is None else desk.saver.unsaved or desk.problem
        ui.teachBrowser.html = item_html(view, colours.link(ui.teachBrowser))
        self.point.show(desk.mark_given if desk is not None else None)

    def _progress(self, view: TeachingView | None) -> str:
        desk = self.desk()
        if desk is None:
            return _("Choose a case: its answers are hidden until you reveal them.")
        if view is None:
            return _("This case has no treated lesion to answer for.")
        number = _("round {0}").format(view.round_number) if view.round_number > 1 else ""
        kept = str(desk.lesson.keep_in or _("not kept: the case has no file"))
        self.ui.teachProgressLabel.toolTip = _("Answers: {0}").format(kept)
        words = (desk.lesson.label, view.progress, number, view.score)
        return " · ".join(word for word in words if word)

    def _fill_tree(self, view: TeachingView | None) -> None:
        tree, desk = self.ui.teachTree, self.desk()
        with filled(tree, (0,), (1,)):
            for row in view.rows if view is not None else ():
                text = f"{row.icon or '?'} {row.number} {row.title}"
                marks = f"{'◎ ' if row.marked else ''}{row.agreement_icon}"
                tip = " · ".join(t for t in (row.title, row.given, row.agreement) if t)
                item = make_item(text, marks, tip=tip, key=row.finding)
                tree.addTopLevelItem(item)
                if row.finding == desk.finding_id:
                    tree.setCurrentItem(item)
                    tree.scrollToItem(item)

    # --- the learner acts -------------------------------------------------------------------------

    def on_selected(self) -> None:
        """Turn to the item that was clicked."""
        finding = key_of(self.ui.teachTree.currentItem())
        if finding:
            self._case.reader.select(finding)

    def step(self, by: int) -> None:
        """Turn to the next or previous item."""
        if self._case.reader is not None:
            self._case.reader.step(by)

    def answer(self, status: object) -> None:
        """Answer the selected item."""
        self._do(lambda desk: desk.answer(status))

    def answer_with(self, number: int) -> None:
        """Answer by key: 0 present, 1 absent, 2 indeterminate, 3 not assessable."""
        self.answer(self._answers[number][0])

    def write_note(self) -> None:
        """Keep the note; an item without one stays as it is."""
        desk, note = self.desk(), self.ui.teachNoteLineEdit.text
        view = desk.view() if desk is not None else None
        if view is not None and view.item is not None and note.strip() != view.item.note:
            self._do(lambda desk: desk.write_note(note))

    def mark_at(self, point_lps_mm: tuple[float, float, float]) -> None:
        """Mark a place in the view that the mouse is over."""
        cell, plan = self._case.views.under_cursor(), self._case.hanging.plan
        role = plan.role_of(cell) if cell is not None else None
        if role is None:
            self._do(lambda desk: None)
            return
        mark = EvidenceMark(plan.timepoint_of(cell), role, point_lps_mm)
        self._do(lambda desk: desk.mark(mark))

    def mark_under_cursor(self) -> None:
        """Mark the place that the mouse is over, without a click."""
        crosshair = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
        ras = [0.0, 0.0, 0.0]
        if crosshair is not None and crosshair.GetCursorPositionRAS(ras):
            self.mark_at((-ras[0], -ras[1], ras[2]))

    def show_mark(self) -> None:
        """Take all views to the learner's own mark."""
        desk = self.desk()
        if desk is not None and desk.mark_given is not None:
            self._case.views.go(desk.mark_given.point_reference_lps_mm)

    def reveal(self) -> None:
        """Show the computed answer of the selected item and go to its evidence."""
        self._do(lambda desk: desk.reveal(), moves=True)

    def undo(self) -> None:
        """Take the latest answer back."""
        self._do(lambda desk: desk.undo())

    def redo(self) -> None:
        """Give it again."""
        self._do(lambda desk: desk.redo())

    def save_sheet(self) -> None:
        """Choose a file and write the score sheet: JSON when it is called so, else CSV."""
        kinds = _("Score sheet (*.csv *.json)")
        path, desk = files.ask_new_file(_("Save the score sheet"), "score.csv", kinds), self.desk()
        if path and desk is not None:
            files.write(path, desk.sheet("json" if path.endswith(".json") else "csv"))

    def on_link(self, url: object) -> None:
        """Go to a piece of evidence of the revealed item."""
        kind, _colon, number = url.toString().partition(":")
        if self._case.reader is not None and kind == "jump":
            self._case.reader.look(int(number))

    def _do(self, act: Callable[[TeachingDesk], object], moves: bool = False) -> None:
        learner = self._case.learner
        if learner is None:
            return
        over = learner.desk.is_over
        learner.act(act, moves=moves)
        if learner.desk.is_over != over:
            self._heard.over()
