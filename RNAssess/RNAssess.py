"""RNAssess module of 3D Slicer: a thin shell over RNAssessLib."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import qt
import slicer
import vtk
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.parameterNodeWrapper import parameterNodeWrapper
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)
from slicer.util import VTKObservationMixin

# The library lies beside the module when installed, one folder up in a source checkout.
for _folder in (Path(__file__).parent, Path(__file__).parent.parent):
    if (_folder / "RNAssessLib").is_dir() and str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

SAMPLES = {"RNAssess1": "rn_across_falx", "RNAssess2": "ttp_nodule"}
EXTRAS = {"nilearn": "nilearn>=0.11", "matplotlib": "matplotlib>=3.8", "jinja2": "jinja2>=3.1",
          "jsonschema": "jsonschema>=4.20"}  # fmt: skip


class RNAssess(ScriptedLoadableModule):
    """Name, help and sample data of the module."""

    def __init__(self, parent):  # noqa: ANN001
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = _("RNAssess")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Radiotherapy")]
        self.parent.dependencies = []
        self.parent.contributors = ["RNAssess maintainers"]
        self.parent.helpText = _("""
Evidence for radiation necrosis versus true tumour progression after radiosurgery of brain
metastases: isodoses on serial MR, a sourced checklist and plan indices, for a reader who decides.
<b>Research use only. Not a medical device.</b>
""")
        self.parent.acknowledgementText = _("""
After Lasocki et al. 2022 and 2025, Li et al. 2021, Zhuang et al. 2016 and others; every threshold
names its source.
""")
        slicer.app.connect("startupCompleted()", registerSampleData)


def registerSampleData() -> None:
    """Offer the digital patients in Sample Data; they are made here, nothing is downloaded."""
    import SampleData

    SampleData.SampleDataLogic.registerCustomSampleDataCategory("RNAssess", title=_("RNAssess"))
    for sampleName, phantom in SAMPLES.items():
        SampleData.SampleDataLogic.registerCustomSampleDataSource(
            category="RNAssess",
            sampleName=sampleName,
            uris="",  # nothing is downloaded, but the source counts its addresses
            fileNames=phantom,
            customDownloader=loadSample,
        )


def loadSample(source) -> None:  # noqa: ANN001
    """Make a digital patient and open it in the module."""
    slicer.util.selectModule("RNAssess")
    widget = slicer.modules.RNAssessWidget
    widget.openPhantom(SAMPLES[source.sampleName])


@parameterNodeWrapper
class RNAssessParameterNode:
    """What the scene remembers of the panel.

    casePath - case file or DICOM folder.
    lesion - id of the lesion shown.
    isodosesVisible - isodoses on the slices.
    outlinesVisible - lesion outlines on the slices.
    session - the reader's decisions, JSON.
    """

    casePath: str = ""
    lesion: str = ""
    isodosesVisible: bool = True
    outlinesVisible: bool = True
    session: str = ""


class RNAssessWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    """The side panel; what it says comes from RNAssessLib.panel."""

    def __init__(self, parent=None) -> None:  # noqa: ANN001
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.logic = None
        self._parameterNode = None
        self._cancelled = False

    def setup(self) -> None:
        """Build the panel once, when the module is first opened."""
        ScriptedLoadableModuleWidget.setup(self)
        uiWidget = slicer.util.loadUI(self.resourcePath("UI/RNAssess.ui"))
        self.layout.addWidget(uiWidget)
        self.ui = slicer.util.childWidgetVariables(uiWidget)
        uiWidget.setMRMLScene(slicer.mrmlScene)
        self.logic = RNAssessLogic()
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.EndCloseEvent, self.onSceneEndClose)
        self.ui.openFileButton.clicked.connect(self.onOpenFile)
        self.ui.openFolderButton.clicked.connect(self.onOpenFolder)
        self.ui.fromSceneButton.clicked.connect(self.onFromScene)
        self.ui.isodosesCheckBox.toggled.connect(self.onIsodosesToggled)
        self.ui.outlinesCheckBox.toggled.connect(self.onOutlinesToggled)
        self.ui.lesionComboBox.currentIndexChanged.connect(self.onLesionChanged)
        self.ui.checklistTree.itemSelectionChanged.connect(self.onItemSelected)
        self.ui.acceptButton.clicked.connect(self.onAccept)
        self.ui.overrideButton.clicked.connect(self.onOverride)
        self.ui.undoButton.clicked.connect(self.onUndo)
        self.ui.redoButton.clicked.connect(self.onRedo)
        self.initializeParameterNode()
        self.refresh()

    def cleanup(self) -> None:
        """Stop observing when the module is destroyed."""
        self.removeObservers()

    def enter(self) -> None:
        """Take up the scene's parameters when the module is shown."""
        self.initializeParameterNode()

    def exit(self) -> None:
        """Nothing follows the panel while another module is shown."""

    def onSceneStartClose(self, caller, event) -> None:  # noqa: ANN001
        """Let go of the scene's nodes before they vanish."""
        self._parameterNode = None
        self.logic.forget()

    def onSceneEndClose(self, caller, event) -> None:  # noqa: ANN001
        """Show the empty panel again."""
        if self.parent.isEntered:
            self.initializeParameterNode()
        self.refresh()

    def initializeParameterNode(self) -> None:
        """Use the scene's parameter node, made when missing."""
        self._parameterNode = self.logic.getParameterNode()

    # --- opening a case ---------------------------------------------------------------------------

    def onOpenFile(self) -> None:
        """Ask for a case file."""
        path = qt.QFileDialog.getOpenFileName(
            slicer.util.mainWindow(), _("Open case file"), "", _("Case file (*.toml)")
        )
        if path:
            self.openCase(path)

    def onOpenFolder(self) -> None:
        """Ask for a DICOM folder."""
        path = qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), _("Open DICOM folder"))
        if path:
            self.openCase(path)

    def onFromScene(self) -> None:
        """Use the volumes, the SlicerRT dose and the segmentation already loaded."""
        treatment = self.ui.treatmentDateEdit.date.toString("yyyy-MM-dd")
        self._run(
            lambda progress: self.logic.assessScene(
                treatment,
                self.ui.fractionsSpinBox.value,
                self.ui.prescriptionSpinBox.value,
                progress,
            )
        )

    def openCase(self, path: str) -> None:
        """Read, assess and show a case; the scene is kept when anything fails."""
        if self._ensureExtras() and self._run(lambda p: self.logic.assessPath(path, p)):
            self._parameterNode.casePath = path

    def openPhantom(self, name: str) -> None:
        """Make and show a digital patient."""
        if self._ensureExtras():
            self._run(lambda progress: self.logic.assessPhantom(name, progress))

    def _ensureExtras(self) -> bool:
        import importlib.util

        missing = [r for module, r in EXTRAS.items() if importlib.util.find_spec(module) is None]
        if not missing:
            return True
        question = _("RNAssess needs {names} in Slicer's Python. Install now?")
        if not slicer.util.confirmOkCancelDisplay(question.format(names=", ".join(missing))):
            return False
        slicer.util.pip_install(missing)
        return True

    def _run(self, work) -> bool:  # noqa: ANN001
        """Do long work behind a progress dialog that can be cancelled; True when it finished."""
        from RNAssessLib.case import CancelledError, InputError

        dialog = slicer.util.createProgressDialog(
            windowTitle=_("RNAssess"), maximum=100, autoClose=False
        )

        def progress(fraction: float, what: str) -> None:
            dialog.labelText = what
            dialog.value = int(100 * fraction)
            slicer.app.processEvents()
            if dialog.wasCanceled:
                raise CancelledError

        try:
            work(progress)
            self.logic.showInScene(slicer.mrmlScene, progress)
        except CancelledError:
            return False
        except InputError as error:
            slicer.util.errorDisplay(str(error))
            return False
        finally:
            dialog.close()
        self.refresh()
        return True

    # --- showing ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Fill every tab from the view-model."""
        from RNAssessWidgets import fill

        self.ui.disclaimerLabel.text = fill.DISCLAIMER
        panel = self.logic.panel()
        self.ui.tabs.enabled = panel is not None
        if panel is None:
            return
        fill.fillCase(self.ui.caseText, panel)
        self.ui.lesionComboBox.blockSignals(True)
        fill.fillLesions(self.ui.lesionComboBox, panel)
        self.ui.lesionComboBox.blockSignals(False)
        fill.fillDose(self.ui.doseTree, panel)
        self._showLesion()

    def _lesion(self):  # noqa: ANN202
        panel = self.logic.panel()
        index = self.ui.lesionComboBox.currentIndex
        return panel.lesions[index] if panel and 0 <= index < len(panel.lesions) else None

    def _showLesion(self) -> None:
        from RNAssessWidgets import fill

        lesion = self._lesion()
        if lesion is None:
            return
        self.ui.summaryLabel.text = lesion.summary
        self.ui.checklistTree.blockSignals(True)
        fill.fillChecklist(self.ui.checklistTree, lesion)
        self.ui.checklistTree.blockSignals(False)
        fill.fillSerial(self.ui.serialTable, lesion)

    def onLesionChanged(self, index: int) -> None:
        """Show another lesion and go to it."""
        lesion = self._lesion()
        if lesion is not None:
            self._parameterNode.lesion = lesion.id
            self._showLesion()
            self.logic.jump(lesion.home)

    def selectedRow(self):  # noqa: ANN201
        """Return the selected checklist row, None when nothing is selected."""
        from RNAssessWidgets import fill

        lesion = self._lesion()
        finding = fill.selectedFinding(self.ui.checklistTree)
        if lesion is None or finding is None:
            return None
        return next(row for row in lesion.checklist if row.finding == finding)

    def onItemSelected(self) -> None:
        """Go to the evidence of the selected item and light it."""
        row = self.selectedRow()
        if row is None:
            return
        self.ui.detailsText.plainText = "\n".join((row.sentence, *row.details))
        self.logic.showEvidence(row)

    def onIsodosesToggled(self, visible: bool) -> None:
        """Show or hide all isodoses."""
        self._parameterNode.isodosesVisible = bool(visible)
        self.logic.setIsodosesVisible(bool(visible))

    def onOutlinesToggled(self, visible: bool) -> None:
        """Show or hide the lesion outlines."""
        self._parameterNode.outlinesVisible = bool(visible)
        self.logic.setOutlinesVisible(bool(visible))

    # --- the reader decides -----------------------------------------------------------------------

    def onAccept(self) -> None:
        """Accept the computed answer of the selected item."""
        row = self.selectedRow()
        if row is not None:
            self.logic.accept(row)
            self._decided()

    def onOverride(self) -> None:
        """Set another answer; the reason is required."""
        row = self.selectedRow()
        if row is None:
            return
        try:
            self.logic.override(
                row, self.ui.statusComboBox.currentText, self.ui.reasonLineEdit.text
            )
        except ValueError as error:
            slicer.util.errorDisplay(str(error))
            return
        self.ui.reasonLineEdit.text = ""
        self._decided()

    def onUndo(self) -> None:
        """Take the latest decision back."""
        self.logic.undo()
        self._decided()

    def onRedo(self) -> None:
        """Make it again."""
        self.logic.redo()
        self._decided()

    def _decided(self) -> None:
        self._parameterNode.session = self.logic.session.to_json()
        self._showLesion()


class RNAssessLogic(ScriptedLoadableModuleLogic):
    """Holds the assessment and its nodes; usable without the panel."""

    def __init__(self) -> None:
        ScriptedLoadableModuleLogic.__init__(self)
        self.forget()

    def getParameterNode(self):  # noqa: ANN201
        """Return the wrapped parameter node."""
        return RNAssessParameterNode(super().getParameterNode())

    def forget(self) -> None:
        """Let go of everything (the scene was closed)."""
        from RNAssessLib.panel.session import ReaderSession

        self.assessment = None
        self.nodes = None
        self.session = ReaderSession()

    def panel(self):  # noqa: ANN201
        """Return the view-model, None while there is no case."""
        from RNAssessLib.panel.view_model import build_panel

        return None if self.assessment is None else build_panel(self.assessment, self.session)

    def assessPath(self, path: str, progress) -> None:  # noqa: ANN001
        """Read and assess a case file or DICOM folder."""
        from RNAssessLib.assessment import assess
        from RNAssessLib.case import part
        from RNAssessLib.study import read_case

        case = read_case(path, part(progress, 0.0, 0.15))
        self.assessment = assess(case, progress=part(progress, 0.15, 0.9))

    def assessPhantom(self, name: str, progress) -> None:  # noqa: ANN001
        """Make a digital patient as DICOM and assess it like any study."""
        from RNAssessLib.case import part
        from RNAssessLib.phantom import build_phantom, write_study

        with tempfile.TemporaryDirectory(prefix="rnassess-") as folder:
            study = str(Path(folder) / name)
            patient = build_phantom(name, progress=part(progress, 0.0, 0.15))
            write_study(patient, study, part(progress, 0.15, 0.25))
            self.assessPath(study, part(progress, 0.25, 1.0))

    def assessScene(self, treatment: str, fractions: int, prescription: float, progress) -> None:  # noqa: ANN001
        """Assess what is loaded in the scene."""
        from datetime import date

        from RNAssessLib.assessment import assess
        from RNAssessLib.study.slicer_nodes import propose_assignments, read_scene_case

        case = read_scene_case(
            slicer.mrmlScene,
            propose_assignments(slicer.mrmlScene),
            treatment=date.fromisoformat(treatment),
            fractions=int(fractions),
            prescription_gy=float(prescription),
        )
        self.assessment = assess(case, progress=progress)

    def showInScene(self, scene, progress) -> None:  # noqa: ANN001
        """Add the nodes and the serial layout."""
        from RNAssessWidgets import scene_view

        from RNAssessLib.scene import build_scene

        self.nodes = build_scene(scene, self.assessment, session_json=self.session.to_json())
        scene_view.showSerialLayout(self.assessment, self.nodes)
        panel = self.panel()
        if panel.lesions:
            self.jump(panel.lesions[0].home)

    def jump(self, target) -> None:  # noqa: ANN001
        """Take all slice views to a point."""
        from RNAssessWidgets import scene_view

        scene_view.jump(target)

    def showEvidence(self, row) -> None:  # noqa: ANN001
        """Light an item's markups and go to the first."""
        if self.nodes is None:
            return
        for (lesion, finding), node in self.nodes.markups.items():
            lit = lesion == row.lesion and finding == row.finding
            node.GetDisplayNode().SetVisibility(lit)
        if row.jumps:
            self.jump(row.jumps[0])

    def setIsodosesVisible(self, visible: bool) -> None:
        """Show or hide isodoses."""
        for node in self.nodes.isodoses.values() if self.nodes else ():
            node.GetDisplayNode().SetVisibility(visible)

    def setOutlinesVisible(self, visible: bool) -> None:
        """Show or hide lesion outlines."""
        for node in self.nodes.segmentations.values() if self.nodes else ():
            node.GetDisplayNode().SetVisibility(visible)

    def accept(self, row) -> None:  # noqa: ANN001
        """Accept the computed answer of a row."""
        status = self.assessment.lesion(row.lesion).finding(row.finding).status
        self.session = self.session.accept(row.lesion, row.finding, status)

    def override(self, row, word: str, reason: str) -> None:  # noqa: ANN001
        """Set another answer with a reason; raises ValueError without one."""
        from RNAssessLib.panel.style import STATUS_WORDS

        status = next(s for s, w in STATUS_WORDS.items() if w == word)
        self.session = self.session.override(row.lesion, row.finding, status, reason)

    def undo(self) -> None:
        """Take the latest decision back."""
        self.session = self.session.undo()

    def redo(self) -> None:
        """Make it again."""
        self.session = self.session.redo()


class RNAssessTest(ScriptedLoadableModuleTest):
    """Self-test inside Slicer on a digital patient."""

    def setUp(self) -> None:
        """Start from an empty scene."""
        slicer.mrmlScene.Clear()

    def runTest(self) -> None:
        """Run every test."""
        self.setUp()
        self.test_phantom()

    def test_phantom(self) -> None:
        """The four headline findings of the necrosis phantom agree with its script."""
        self.delayDisplay("Making and assessing a digital patient")
        logic = RNAssessLogic()
        logic.assessPhantom("rn_across_falx", lambda fraction, what: None)
        logic.showInScene(slicer.mrmlScene, lambda fraction, what: None)
        rows = {row.finding: row.status for row in logic.panel().lesions[0].checklist}
        for finding in ("cross_boundary", "shape_change", "central_diffusion_restriction",
                        "swi_foci"):  # fmt: skip
            self.assertEqual(rows[finding], "present", finding)
        self.assertTrue(logic.nodes.isodoses)
        self.assertIsInstance(logic.nodes.document, vtk.vtkObject)
        self.delayDisplay("Test passed")
