"""The panel: opens cases, shows the view-model, passes clicks on to the logic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import slicer
from slicer.i18n import tr as _

from ..alignment.align_page import AlignPage
from ..checklist import checklist_tab
from ..checklist.decision_form import DecisionForm
from ..checklist.threshold_tab import ThresholdTab
from ..common import work
from ..common.trees import fill_table
from ..course import case_tab
from ..course.course_tab import CourseTab
from ..course.pictures import Pictures
from ..dose import dose_tab
from ..dose.dvh_panel import DvhPanel
from ..dose.isodose_form import IsodoseForm
from ..dose.what_if_tab import WhatIfTab
from ..measuring.measure_page import MeasurePage
from ..opening.opening import Opening
from ..opening.saved_scene import SavedScene
from ..outlines.outlines_page import OutlinesPage
from ..report.report_tab import ReportTab
from ..session.keeping import ask_to_take_over
from ..teaching.teach_tab import TeachTab
from .flow import ReadingFlow

if TYPE_CHECKING:
    from RNAssessLib.panel.reading.view_model import ChecklistRow, LesionView, PanelView


class Keeper(Protocol):
    """What the module widget remembers for the panel."""

    def savedSession(self) -> str: ...  # noqa: D102

    def casePath(self) -> str: ...  # noqa: D102

    def onCaseOpened(self, path: str) -> None: ...  # noqa: D102

    def onPanelChanged(self, lesion: str, finding: str) -> None: ...  # noqa: D102


class Panel:
    """Fills the widgets of ``RNAssess.ui`` (`ui`) from `logic` and answers to them."""

    def __init__(self, ui: object, logic: object, keeper: Keeper) -> None:
        from RNAssessLib.assessment import DISCLAIMER

        self.ui = ui
        self.logic = logic
        self.keeper = keeper
        self.view: PanelView | None = None
        self._shown = None
        self.form = DecisionForm(ui, self)
        self.opening = Opening(ui, self)
        self.saved_scene = SavedScene(ui, self)
        self.thresholds = ThresholdTab(ui, self)
        self.isodoses = IsodoseForm(ui, self)
        self.course = CourseTab(ui, self)
        self.outlines = OutlinesPage(ui, self)
        self.align = AlignPage(ui, self)
        self.measure = MeasurePage(ui, self)
        self.pictures = Pictures(ui, self)
        self.what_if = WhatIfTab(ui, self)
        self.report = ReportTab(ui, self)
        self.teach = TeachTab(ui, self)
        self.flow = ReadingFlow(ui, self)
        ui.disclaimerLabel.text = DISCLAIMER
        self.dvh = DvhPanel(ui, self)
        ui.lesionComboBox.connect("currentIndexChanged(int)", self.on_lesion_chosen)
        ui.checklistTree.connect("itemSelectionChanged()", self.on_item_selected)
        ui.detailsBrowser.connect("anchorClicked(QUrl)", self.on_link)
        ui.previousButton.connect("clicked()", lambda: self.step(-1))
        ui.nextButton.connect("clicked()", lambda: self.step(1))

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

    # --- showing ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the case of now, from its first lesion; an empty panel when there is none."""
        self.view, self._shown = self.logic.view(), self.logic.assessment
        combo = self.ui.lesionComboBox
        combo.blockSignals(True)
        combo.clear()
        for lesion in self.view.lesions if self.view else ():
            combo.addItem(lesion.title)
        combo.blockSignals(False)
        self.offer_tabs()
        self.dvh.show()  # after its tab is enabled
        for part in (self.thresholds, self.isodoses, self.course, self.teach):
            part.refresh()
        if self.view is None:
            self._empty()
        else:
            self._fill_case()
            self._show_lesion("")
        for part in (
            self.outlines,
            self.align,
            self.measure,
            self.pictures,
            self.what_if,
            self.report,
        ):
            part.reset()
        self.flow.rows.reset()
        self.saved_scene.offer()
        self._go_home()

    def _empty(self) -> None:
        for widget in (self.ui.checklistTree, self.ui.caseTree, self.ui.doseTree):
            widget.clear()
        self.ui.serialTable.setRowCount(0)
        self.ui.summaryLabel.text = _("No case is open.")
        self.ui.detailsBrowser.html = ""
        self.form.refresh(None, None)

    def _fill_case(self) -> None:
        case_tab.fill(self.ui.caseTree, self.view.case)
        dose_tab.fill(self.ui.doseTree, self.view, with_lesions=not self.is_hidden())

    def is_hidden(self) -> bool:
        """Whether a learner is answering: nothing computed about a lesion may show."""
        desk = self.logic.desk
        return desk is not None and not desk.is_over

    def offer_tabs(self) -> None:
        """Tabs of an open case; those that hold answers wait until a lesson is over."""
        opened, hidden, tabs = self.view is not None, self.is_hidden(), self.ui.tabs
        for page, holds_answers in (
            (self.ui.caseTab, False),
            (self.ui.checklistTab, True),
            (self.ui.doseTab, False),
            (self.ui.courseTab, True),
            (self.ui.reportTab, True),
        ):
            tabs.setTabEnabled(tabs.indexOf(page), opened and not (hidden and holds_answers))
        for page in (self.ui.outlinesPage, self.ui.alignPage):
            self.ui.caseTabs.setTabEnabled(self.ui.caseTabs.indexOf(page), not hidden)
        if opened:
            dose_tab.fill(self.ui.doseTree, self.view, with_lesions=not hidden)

    def _go_home(self) -> None:
        lesion = self.lesion()
        if lesion is not None:
            self.logic.goHome(lesion.id, lesion.home)

    def lesion(self) -> LesionView | None:
        """Return the lesion that is shown."""
        index = self.ui.lesionComboBox.currentIndex
        if self.view is None or not 0 <= index < len(self.view.lesions):
            return None
        return self.view.lesions[index]

    def row(self) -> ChecklistRow | None:
        """Return the checklist row that is selected."""
        lesion = self.lesion()
        finding = checklist_tab.selected_finding(self.ui.checklistTree)
        return lesion.row(finding) if lesion is not None and finding else None

    def _show_lesion(self, selected: str) -> None:
        lesion = self.lesion()
        if lesion is None:
            return
        self.ui.summaryLabel.text = checklist_tab.summary_html(lesion)
        checklist_tab.fill(self.ui.checklistTree, lesion, selected)
        fill_table(
            self.ui.serialTable,
            (_("Timepoint"), *lesion.heads),
            [
                (_("{0}: {1} mo").format(r.timepoint, r.months) + f"\n{r.date}", *r.cells)
                for r in lesion.serial
            ],
            [("", *r.tips) for r in lesion.serial],
        )
        self._show_row()

    def _show_row(self) -> None:
        row = self.row()
        self.ui.detailsBrowser.html = "" if row is None else checklist_tab.details_html(row)
        self.form.refresh(self.view, row)
        lesion = self.lesion()
        if lesion is not None:
            self.keeper.onPanelChanged(lesion.id, row.finding if row else "")

    # --- the reader moves -------------------------------------------------------------------------

    def on_lesion_chosen(self, index: int) -> None:
        """Show another lesion and go to it."""
        lesion = self.lesion()
        if lesion is None:
            return
        held = self.form.held()
        if held is not None and not self.form.may_leave(lesion.id, ""):
            self._back_to_lesion(held[0])
            return
        self._show_lesion("")
        if self.logic.desk is not None:
            self.logic.desk.select_lesion(lesion.id)
            self.teach.refresh()
        self.pictures.reset()
        self.what_if.reset()
        self.flow.rows.follow(None, lesion.id)
        self._go_home()

    def _back_to_lesion(self, lesion: str) -> None:
        combo = self.ui.lesionComboBox
        combo.blockSignals(True)
        combo.setCurrentIndex([shown.id for shown in self.view.lesions].index(lesion))
        combo.blockSignals(False)

    def on_item_selected(self) -> None:
        """Explain the selected item, light its evidence and go to it."""
        row, held = self.row(), self.form.held()
        if row and held and not self.form.may_leave(row.lesion, row.finding):
            tree = self.ui.checklistTree
            tree.blockSignals(True)
            checklist_tab.select(tree, held[1])
            tree.blockSignals(False)
            return
        self._show_row()
        if row is None:
            return
        self.logic.lightEvidence(row.lesion, row.finding)
        self.flow.rows.follow(self.logic.itemRow(row.lesion, row.finding), row.lesion)
        if row.jumps:
            self.logic.jump(row.jumps[0])

    def on_link(self, url: object) -> None:
        """Go to the piece of evidence whose link was clicked."""
        row = self.row()
        kind, _colon, number = url.toString().partition(":")
        if row is not None and kind == "jump":
            self.logic.jump(row.jumps[int(number)])

    def step(self, by: int) -> None:
        """Select the next or previous item."""
        if self.logic.desk is not None:
            self.teach.step(by)
            return
        lesion = self.lesion()
        if lesion is not None:
            row = self.row()
            finding = lesion.step(row.finding if row else "", by)
            checklist_tab.select(self.ui.checklistTree, finding)

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
        self.view = self.logic.view()
        self.dvh.show()
        dose_tab.fill(self.ui.doseTree, self.view, with_lesions=not self.is_hidden())
        self.isodoses.refresh()
        self.what_if.reset()

    def decided(self) -> None:
        """Show decisions and thresholds of now; lesion and item stay."""
        row = self.row()
        before, self._shown = self._shown, self.logic.assessment
        self.view = self.logic.view()
        self.thresholds.refresh()
        self.course.refresh()
        self.outlines.show()
        self.measure.show()
        if before is not self._shown and self.view is not None:
            self._fill_case()
            self.align.fill()
            self.flow.rows.show()
            self.pictures.reset()
        self._show_lesion(row.finding if row else "")
        self.ui.unsavedLabel.text = self.logic.unsaved
        self.ui.unsavedLabel.visible = bool(self.logic.unsaved)
        problem, self.logic.keepProblem = self.logic.keepProblem, ""
        if problem and problem == self.logic.readOnly():
            ask_to_take_over(self)
        elif problem:
            slicer.util.errorDisplay(problem, windowTitle=_("RNAssess"))
