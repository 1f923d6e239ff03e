"""The panel: builds the pages, gives each what it draws on, and passes on what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import slicer
from slicer.i18n import tr as _

from ..alignment.align_page import AlignPage
from ..checklist.checklist_page import ChecklistPage
from ..checklist.checklist_page import Heard as ChecklistHeard
from ..checklist.decision_form import DecisionForm
from ..checklist.threshold_tab import ThresholdTab
from ..common import work
from ..common.shown import ShownCase
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
from ..report.report_tab import ReportTab
from ..session.going_on import ask_how_to_go_on
from ..teaching.teach_tab import Heard as TeachHeard
from ..teaching.teach_tab import TeachTab
from .flow import Acts, ReadingFlow

if TYPE_CHECKING:
    from RNAssessLib.panel.reading.view_model import ChecklistRow, LesionView, PanelView

    from ..common.given import Keeper


class Panel:
    """Fills the widgets of ``RNAssess.ui`` (`ui`) from `logic`; only it knows the pages."""

    def __init__(self, ui: object, logic: object, keeper: Keeper) -> None:
        from RNAssessLib.assessment import DISCLAIMER

        self.ui, self.logic, self.keeper = ui, logic, keeper
        self.shown = ShownCase(ui, logic.view)
        self._followed = None
        ui.disclaimerLabel.text = DISCLAIMER
        self._build_checklist()
        self._build_opening()
        self._build_dose()
        self._build_case()
        self._build_course()
        self._build_flow()
        ui.previousButton.connect("clicked()", lambda: self.step(-1))
        ui.nextButton.connect("clicked()", lambda: self.step(1))

    # --- building ---------------------------------------------------------------------------------

    def _build_checklist(self) -> None:
        ui, logic, shown = self.ui, self.logic, self.shown
        heard = ChecklistHeard(
            self._on_lesion, self._on_item, logic.jump, self.keeper.onPanelChanged
        )
        self.form = DecisionForm(ui, logic, shown, self.decided)
        self.checklist = ChecklistPage(ui, shown, self.form, heard)
        self.thresholds = ThresholdTab(ui, logic, shown, self.decided, self.assess_again)

    def _build_opening(self) -> None:
        ui, logic, keeper = self.ui, self.logic, self.keeper
        self.opening = Opening(ui, logic, keeper, self.run, self._on_opened)
        self.saved_scene = SavedScene(ui, logic, keeper, self.opening)

    def _build_dose(self) -> None:
        ui, logic, shown = self.ui, self.logic, self.shown
        self.isodoses = IsodoseForm(ui, logic, shown, self.prescribe)
        self.what_if = WhatIfTab(ui, logic, shown)
        self.dvh = DvhPanel(ui, logic)

    def _build_case(self) -> None:
        ui, logic = self.ui, self.logic
        self.outlines = OutlinesPage(
            ui, logic, self.shown, self.keeper,
            decided=self.decided, undo=self.form.undo, redo=self.form.redo,
        )  # fmt: skip
        self.align = AlignPage(ui, logic, self.decided)
        self.measure = MeasurePage(ui, logic, self.decided)

    def _build_course(self) -> None:
        ui, logic, shown = self.ui, self.logic, self.shown
        self.course = CourseTab(
            ui, logic, shown, self.keeper,
            decided=self.decided, undo=self.form.undo, redo=self.form.redo,
        )  # fmt: skip
        self.pictures = Pictures(ui, logic, shown, self.course.begin)
        self.report = ReportTab(ui, logic, shown)

    def _build_flow(self) -> None:
        ui, logic = self.ui, self.logic
        self.rows = RowChoice(ui, logic)
        heard = TeachHeard(
            self.opening.open_lesson, self.refresh, self.offer_tabs, self.rows.follow
        )
        self.teach = TeachTab(ui, logic, self.keeper, heard)
        acts = Acts(self.step, self.form.accept, self.undo, self.redo, self.measure.take)
        self.flow = ReadingFlow(ui, logic, acts, self.rows, self.teach)

    # --- what is shown ----------------------------------------------------------------------------

    @property
    def view(self) -> PanelView | None:
        """The view-model of now."""
        return self.shown.view

    def lesion(self) -> LesionView | None:
        """Return the lesion that is shown."""
        return self.shown.lesion()

    def row(self) -> ChecklistRow | None:
        """Return the checklist row that is selected."""
        return self.shown.row()

    def is_hidden(self) -> bool:
        """Whether a learner is answering: nothing computed about a lesion may show."""
        desk = self.logic.desk
        return desk is not None and not desk.is_over

    def refresh(self) -> None:
        """Show the case of now, from its first lesion; an empty panel when there is none."""
        self.shown.renew()
        self._followed = self.logic.assessment
        self.checklist.list_lesions()
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
        self._go_home()

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

    def _go_home(self) -> None:
        lesion = self.lesion()
        if lesion is not None:
            self.logic.goHome(lesion.id, lesion.home)

    # --- what happened ----------------------------------------------------------------------------

    def run(self, job: work.Work) -> bool:
        """Do a long job and show the case it leaves; False when it was not finished."""
        done = work.run(job)
        if done:
            self.refresh()
            self.ui.sourceButton.collapsed = True
            self.ui.tabs.setCurrentWidget(self.ui.checklistTab)
        return done

    def assess_again(self) -> bool:
        """Evaluate the open case with the thresholds of now; False when it was not finished."""
        return self.run(self.logic.assessAgain)

    def _on_opened(self) -> None:
        self.course.refresh()  # it can be written to its file now
        ask_how_to_go_on(self.logic, self.decided)

    def _on_lesion(self, lesion: LesionView) -> None:
        if self.logic.desk is not None:
            self.logic.desk.select_lesion(lesion.id)
            self.teach.refresh()
        self.pictures.reset()
        self.what_if.reset()
        self.rows.follow(None, lesion.id)
        self._go_home()

    def _on_item(self, row: ChecklistRow) -> None:
        self.logic.lightEvidence(row.lesion, row.finding)
        self.rows.follow(self.logic.itemRow(row.lesion, row.finding), row.lesion)
        if row.jumps:
            self.logic.jump(row.jumps[0])

    def on_link(self, url: object) -> None:
        """Go to the piece of evidence whose link was clicked."""
        self.checklist.on_link(url)

    def step(self, by: int) -> None:
        """Select the next or previous item."""
        (self.checklist if self.logic.desk is None else self.teach).step(by)

    def undo(self) -> None:
        """Take the latest answer or decision back."""
        (self.form if self.logic.desk is None else self.teach).undo()

    def redo(self) -> None:
        """Make it again."""
        (self.form if self.logic.desk is None else self.teach).redo()

    def prescribe(self, course: str, target: str, dose_gy: float) -> None:
        """Use the reader's prescription; figures, curves and lines follow, the item stays."""
        from RNAssessLib.case import InputError

        self.ui.doseTree.enabled = False  # grey: never the old figures beside the new dose
        self.ui.doseProblemLabel.text = _("computing")
        slicer.app.processEvents()
        try:
            self.logic.prescribe(course, target, dose_gy)
        except InputError as error:
            self.ui.doseProblemLabel.text = str(error)
            return
        finally:
            self.ui.doseTree.enabled = True
        self.shown.renew()
        self.dvh.show()
        self._fill_dose()
        self.isodoses.refresh()
        self.what_if.reset()

    def decided(self) -> None:
        """Show decisions and thresholds of now; lesion and item stay."""
        row = self.row()
        before, self._followed = self._followed, self.logic.assessment
        self.shown.renew()
        self.thresholds.refresh()
        self.course.refresh()
        self.outlines.show()
        self.measure.show()
        if before is not self._followed and self.view is not None:
            self._fill_case()
            self.align.fill()
            self.rows.show()
            self.pictures.reset()
        self.checklist.show(row.finding if row else "")
        self._say_what_is_kept()

    def _say_what_is_kept(self) -> None:
        logic = self.logic
        self.ui.unsavedLabel.text = logic.unsaved
        self.ui.unsavedLabel.visible = bool(logic.unsaved)
        problem, logic.keepProblem = logic.keepProblem, ""
        if problem and problem == logic.readOnly():
            ask_how_to_go_on(logic, self.decided)
        elif problem:
            slicer.util.errorDisplay(problem, windowTitle=_("RNAssess"))
