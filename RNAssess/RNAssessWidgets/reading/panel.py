"""The panel: builds the pages, gives each what it draws on, and passes on what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.panel.reading import changes
from RNAssessLib.panel.reading.changes import (
    AnswerChanged,
    FiguresChanged,
    PrescriptionChanged,
    RecordsChanged,
    SelectionChanged,
)
from RNAssessLib.panel.reading.reading import Reading

from ..alignment.align_page import AlignPage
from ..checklist.checklist_page import ChecklistPage
from ..checklist.decision_form import DecisionForm
from ..checklist.threshold_tab import ThresholdTab
from ..common import asking
from ..common.page import Page
from ..course import case_tab
from ..course.course_tab import CourseTab
from ..course.pictures import Pictures
from ..dose import dose_tab
from ..dose.dvh_panel import DvhPanel
from ..dose.isodose_form import IsodoseForm
from ..dose.what_if_tab import WhatIfTab
from ..hanging.row_choice import RowChoice
from ..measuring.measure_page import MeasurePage
from ..opening.opening import Opening
from ..opening.saved_scene import SavedScene
from ..outlines.outlines_page import OutlinesPage
from ..overview.sheet_window import SheetWindow
from ..report.report_tab import ReportTab
from ..session.going_on import ask_how_to_go_on
from ..teaching.teach_tab import Heard, TeachTab
from .flow import Acts, ReadingFlow

if TYPE_CHECKING:
    from ..common.given import Keeper, Loads


class Panel(Page):
    """Fills the widgets of ``RNAssess.ui`` (`ui`) from `logic`; only it knows the pages."""

    def __init__(self, ui: object, logic: object, keeper: Keeper) -> None:
        super().__init__(ui, logic, keeper)
        self.logic = logic
        ui.disclaimerLabel.text = DISCLAIMER
        self._build_checklist()
        self._build_opening()
        self._build_dose()
        self._build_case()
        self._build_course()
        self._build_flow()
        self._follow_changes()
        self._press(previousButton=lambda: self.step(-1), nextButton=lambda: self.step(1))

    # --- building ---------------------------------------------------------------------------------

    def _build_checklist(self) -> None:
        ui, logic = self.ui, self.logic
        self.form = DecisionForm(ui, logic)
        self.checklist = ChecklistPage(ui, logic, self.form, self._keeper.onPanelChanged)
        self.sheet = SheetWindow(ui, logic)
        self.thresholds = ThresholdTab(ui, logic, self.assess_again)

    def _build_opening(self) -> None:
        ui, logic, keeper = self.ui, self.logic, self._keeper
        self.opening = Opening(ui, logic, keeper, self.run, self._on_opened)
        self.saved_scene = SavedScene(ui, logic, keeper, self.opening)

    def _build_dose(self) -> None:
        ui, logic = self.ui, self.logic
        self.isodoses = IsodoseForm(ui, logic)
        self.what_if = WhatIfTab(ui, logic)
        self.dvh = DvhPanel(ui, logic)

    def _build_case(self) -> None:
        ui, logic = self.ui, self.logic
        self.outlines = OutlinesPage(ui, logic, self._keeper)
        self.align = AlignPage(ui, logic)
        self.measure = MeasurePage(ui, logic)

    def _build_course(self) -> None:
        ui, logic = self.ui, self.logic
        self.course = CourseTab(ui, logic, self._keeper)
        self.pictures = Pictures(ui, logic, self.course.begin)
        self.report = ReportTab(ui, logic)

    def _build_flow(self) -> None:
        ui, logic = self.ui, self.logic
        self.rows = RowChoice(ui, logic)
        heard = Heard(self.opening.open_lesson, self.refresh, self.offer_tabs)
        self.teach = TeachTab(ui, logic, self._keeper, heard)
        acts = Acts(self.step, self.accept, self.undo, self.redo, self.measure.take)
        self.flow = ReadingFlow(ui, logic, acts, self.rows, self.teach)

    def _follow_changes(self) -> None:
        for kind, listen in (
            (changes.SelectionChanged, self._on_selection),
            (changes.FiguresChanged, self._on_figures),
            (changes.RecordsChanged, self._on_records),
            (changes.PrescriptionChanged, self._on_prescription),
            (changes.AnswerChanged, self._on_answer),
        ):
            self.logic.changes.on(kind, listen)

    # --- what is shown ----------------------------------------------------------------------------

    def is_hidden(self) -> bool:
        """Whether a learner is answering: nothing computed about a lesion may show."""
        desk = self.logic.desk
        return desk is not None and not desk.is_over

    def refresh(self) -> None:
        """Show the case of now, from its first lesion; an empty panel when there is none."""
        self._begin_at_first_lesion()
        self.checklist.list_lesions()
        self.sheet.offer()
        self.offer_tabs()
        self.dvh.show()  # after its tab is enabled
        for part in (self.thresholds, self.isodoses, self.course, self.teach):
            part.refresh()
        if self.view is None:
            self.ui.caseTree.clear()
            self.ui.doseTree.clear()
            self.checklist.empty()
        else:
            self._fill_case()
            self.checklist.show()
        for part in (self.outlines, self.align, self.measure, self.pictures, self.what_if,
                     self.report, self.rows):  # fmt: skip
            part.reset()
        self.saved_scene.offer()
        self.logic.views.go_home()

    def _begin_at_first_lesion(self) -> None:
        reader = self.logic.reader
        lesions = reader.panel.lesions if reader is not None else ()
        if lesions and (reader.lesion_id, reader.finding_id) != (lesions[0].id, ""):
            reader.select_lesion(lesions[0].id)

    def _fill_case(self) -> None:
        case_tab.fill(self.ui.caseTree, self.view.case)
        self._fill_dose()

    def _fill_dose(self) -> None:
        dose_tab.fill(self.ui.doseTree, self.view, with_lesions=not self.is_hidden())

    def offer_tabs(self) -> None:
        """Tabs of an open case; those that hold answers wait until a lesson is over."""
        ui, opened, hidden = self.ui, self.view is not None, self.is_hidden()
        for page, holds_answers in (
            (ui.caseTab, False),
            (ui.checklistTab, True),
            (ui.doseTab, False),
            (ui.courseTab, True),
            (ui.reportTab, True),
        ):
            ui.tabs.setTabEnabled(ui.tabs.indexOf(page), opened and not (hidden and holds_answers))
        for page in (ui.outlinesPage, ui.alignPage):
            ui.caseTabs.setTabEnabled(ui.caseTabs.indexOf(page), not hidden)
        if opened:
            self._fill_dose()

    # --- what happened ----------------------------------------------------------------------------

    def run(self, load: Loads) -> bool:
        """Load a case and show it; False when it was not finished."""
        done = load()
        if done:
            self.refresh()
            self.flow.begin()
            self.ui.sourceButton.collapsed = True
            self.ui.tabs.setCurrentWidget(self.ui.checklistTab)
        return done

    def assess_again(self) -> bool:
        """Evaluate the open case with the thresholds of now; False when it was not finished."""
        return self.run(self.logic.assessAgain)

    def _on_opened(self) -> None:
        self.course.refresh()  # it can be written to its file now
        notice, self.logic.notice = self.logic.notice, ""
        if notice:
            asking.say(notice)
        self._ask_how_to_go_on()

    def _ask_how_to_go_on(self) -> None:
        ask_how_to_go_on(self.logic.reader, self.logic.store)

    def _on_selection(self, change: SelectionChanged) -> None:
        self.checklist.turned(change.finding_id)
        self.teach.refresh()
        self.rows.show()
        if not change.finding_id:
            self.pictures.reset()
            self.what_if.reset()

    def _on_figures(self, _change: FiguresChanged) -> None:
        self._fill_case()
        self.align.fill()
        self.rows.show()
        self.pictures.reset()

    def _on_records(self, _change: RecordsChanged) -> None:
        self.decided()

    def decided(self) -> None:
        """Show decisions and thresholds of now; lesion and item stay."""
        self.thresholds.refresh()
        self.course.refresh()
        self.outlines.show()
        self.measure.show()
        self.checklist.show(self.logic.reader.finding_id)
        told, unsaved = self.ui.unsavedLabel.text, self.logic.unsaved
        self.ui.unsavedLabel.text = unsaved
        self.ui.unsavedLabel.visible = bool(unsaved)
        if unsaved and not told:
            asking.say(unsaved)

    def _on_prescription(self, _change: PrescriptionChanged) -> None:
        self.dvh.show()
        self._fill_dose()
        self.isodoses.refresh()
        self.what_if.reset()

    def _on_answer(self, change: AnswerChanged) -> None:
        if change.problem and self.logic.store.refusal():
            self._ask_how_to_go_on()
        elif change.problem:
            asking.say(change.problem)

    def on_link(self, url: object) -> None:
        """Go to the piece of evidence whose link was clicked."""
        self.checklist.on_link(url)

    def step(self, by: int) -> None:
        """Select the next or previous item."""
        (self.checklist if self.logic.desk is None else self.teach).step(by)

    def accept(self) -> None:
        """Accept the computed answer; a learner gives their own."""
        if self.logic.desk is None:
            self.form.accept()

    def undo(self) -> None:
        """Take the latest answer or decision back."""
        (self._asks(Reading.undo) if self.logic.desk is None else self.teach.undo)()

    def redo(self) -> None:
        """Make it again."""
        (self._asks(Reading.redo) if self.logic.desk is None else self.teach.redo)()
