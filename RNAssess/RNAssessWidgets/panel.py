"""The panel: opens cases, shows the view-model, passes clicks on to the logic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import qt
import slicer
from slicer.i18n import tr as _

from . import case_tab, checklist_tab, dose_tab, dvh_chart, packages, work
from .course_tab import CourseTab
from .decision_form import DecisionForm
from .isodose_form import IsodoseForm
from .scene_source import SceneSource
from .threshold_tab import ThresholdTab
from .trees import fill_table

if TYPE_CHECKING:
    from RNAssessLib.panel.view_model import ChecklistRow, LesionView, PanelView


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
        self.form = DecisionForm(ui, self)
        self.source = SceneSource(ui)
        self.thresholds = ThresholdTab(ui, self)
        self.isodoses = IsodoseForm(ui, self)
        self.course = CourseTab(ui, self)
        ui.disclaimerLabel.text = DISCLAIMER
        self._plot = self._make_plot()
        ui.openFileButton.connect("clicked()", self.ask_for_file)
        ui.openFolderButton.connect("clicked()", self.ask_for_folder)
        ui.listSceneButton.connect("clicked()", self.list_scene)
        ui.assessSceneButton.connect("clicked()", self.assess_scene)
        ui.saveButton.connect("clicked()", self.ask_and_save)
        ui.lesionComboBox.connect("currentIndexChanged(int)", self.on_lesion_chosen)
        ui.checklistTree.connect("itemSelectionChanged()", self.on_item_selected)
        ui.detailsBrowser.connect("anchorClicked(QUrl)", self.on_link)
        ui.previousButton.connect("clicked()", lambda: self.step(-1))
        ui.nextButton.connect("clicked()", lambda: self.step(1))

    def _make_plot(self) -> object:
        plot = slicer.qMRMLPlotView()
        plot.setMRMLScene(slicer.mrmlScene)
        plot.setMinimumHeight(220)
        self.ui.dvhFrame.layout().addWidget(plot)
        return plot

    def add_shortcuts(self, widget: object) -> None:
        """Give the keys of the reading flow to `widget`; each button names its key."""
        for key, action in (
            ("N", lambda: self.step(1)),
            ("P", lambda: self.step(-1)),
            ("A", self.form.accept),
            ("Ctrl+Z", self.form.undo),
            ("Ctrl+Y", self.form.redo),
            ("I", lambda: self.ui.isodosesCheckBox.click()),
            ("O", lambda: self.ui.outlinesCheckBox.click()),
        ):
            shortcut = qt.QShortcut(qt.QKeySequence(key), widget)
            shortcut.setContext(qt.Qt.WidgetWithChildrenShortcut)
            shortcut.connect("activated()", action)

    # --- opening and saving -----------------------------------------------------------------------

    def ask_for_file(self) -> None:
        """Choose and open a case file."""
        path = qt.QFileDialog.getOpenFileName(
            slicer.util.mainWindow(), _("Open case file"), "", _("Case file (*.toml)")
        )
        if path:
            self.open_case(path)

    def ask_for_folder(self) -> None:
        """Choose and open a DICOM folder."""
        path = qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), _("Open DICOM folder"))
        if path:
            self.open_case(path)

    def open_case(self, path: str) -> bool:
        """Read, assess and show a case file or DICOM folder; False when it was not finished."""
        if not self._prepare_python():
            return False
        saved = self.keeper.savedSession()
        if not self._run(lambda progress: self.logic.assessPath(path, progress, saved)):
            return False
        self.keeper.onCaseOpened(path)
        self.course.refresh()  # it can be written to its file now
        return True

    def open_phantom(self, name: str) -> bool:
        """Make, assess and show a digital patient; False when it was not finished."""
        if not packages.ensure(packages.ATLAS, _("The digital patient (ICBM152 template)")):
            return False
        return self._run(lambda progress: self.logic.assessPhantom(name, progress))

    def list_scene(self) -> None:
        """List the volumes of the scene for correction."""
        self.source.propose()

    def assess_scene(self) -> bool:
        """Assess the volumes, dose and structures of the scene; False when not finished."""
        if not self._prepare_python():
            return False
        saved = self.keeper.savedSession()
        return self._run(
            lambda progress: self.logic.assessCase(self.source.read(), progress, saved)
        )

    def assess_again(self) -> bool:
        """Evaluate the open case with the thresholds of now; False when it was not finished."""
        return self._run(self.logic.assessAgain)

    def ask_and_save(self) -> None:
        """Choose a folder and write report, JSON, tables and case file into it."""
        if self.view is None or not packages.ensure(packages.REPORT, _("The report")):
            return
        folder = qt.QFileDialog.getExistingDirectory(
            slicer.util.mainWindow(), _("Save report and data in")
        )
        if folder:
            work.run(lambda progress: self.logic.saveOutputs(folder, progress))

    def _prepare_python(self) -> bool:
        """Core packages are needed; without the atlas some items stay not assessable."""
        if not packages.ensure(packages.CORE, _("Reading and aligning a case")):
            return False
        packages.ensure(packages.ATLAS, _("The anatomical atlas (without it items stay open)"))
        return True

    def _run(self, job: work.Work) -> bool:
        done = work.run(job)
        if done:
            self.refresh()
            self.ui.sourceButton.collapsed = True
        return done

    # --- showing ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the case of now, from its first lesion; an empty panel when there is none."""
        self.view = self.logic.view()
        self.ui.tabs.enabled = self.view is not None
        self.ui.saveButton.enabled = self.view is not None
        combo = self.ui.lesionComboBox
        combo.blockSignals(True)
        combo.clear()
        for lesion in self.view.lesions if self.view else ():
            combo.addItem(lesion.title)
        combo.blockSignals(False)
        self._plot.setMRMLPlotViewNode(dvh_chart.view_node(slicer.mrmlScene))
        dvh_chart.show_chart(slicer.mrmlScene, self.logic.chart)
        self.thresholds.refresh()
        self.isodoses.refresh()
        self.course.refresh()
        if self.view is None:
            for widget in (self.ui.checklistTree, self.ui.caseTree, self.ui.doseTree):
                widget.clear()
            self.ui.serialTable.setRowCount(0)
            self.ui.summaryLabel.text = _("No case is open.")
            self.ui.detailsBrowser.html = ""
            self.form.refresh(None, None)
            return
        case_tab.fill(self.ui.caseTree, self.view.case)
        dose_tab.fill(self.ui.doseTree, self.view)
        self._show_lesion("")
        lesion = self.lesion()
        if lesion is not None:
            self.logic.jump(lesion.home)
            self.logic.lightEvidence(lesion.id, "")

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
            (_("Timepoint"), _("Months"), *lesion.heads),
            [(f"{r.timepoint}\n{r.date}", r.months, *r.cells) for r in lesion.serial],
            [("", "", *r.tips) for r in lesion.serial],
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
        self._show_lesion("")
        self.logic.lightEvidence(lesion.id, "")
        self.logic.jump(lesion.home)

    def on_item_selected(self) -> None:
        """Explain the selected item, light its evidence and go to it."""
        row = self.row()
        self._show_row()
        if row is None:
            return
        self.logic.lightEvidence(row.lesion, row.finding)
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
        lesion = self.lesion()
        if lesion is not None:
            row = self.row()
            finding = lesion.step(row.finding if row else "", by)
            checklist_tab.select(self.ui.checklistTree, finding)

    def prescribe(self, course: str, target: str, dose_gy: float) -> None:
        """Use the reader's prescription; figures, curves and lines follow, the item stays."""
        from RNAssessLib.case import InputError

        try:
            self.logic.prescribe(course, target, dose_gy)
        except InputError as error:
            slicer.util.errorDisplay(str(error), windowTitle=_("RNAssess"))
            return
        self.view = self.logic.view()
        dvh_chart.show_chart(slicer.mrmlScene, self.logic.chart)
        dose_tab.fill(self.ui.doseTree, self.view)
        self.isodoses.refresh()

    def decided(self) -> None:
        """Show decisions and thresholds of now; lesion and item stay."""
        row = self.row()
        before, self.view = self.view, self.logic.view()
        self.thresholds.refresh()
        self.course.refresh()
        if before is not None and self.view is not None and before.case != self.view.case:
            case_tab.fill(self.ui.caseTree, self.view.case)
            dose_tab.fill(self.ui.doseTree, self.view)
        self._show_lesion(row.finding if row else "")
