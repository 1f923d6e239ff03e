"""RNAssess in 3D Slicer: a thin shell over RNAssessLib."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

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

# Installed, the library lies beside this file; in a source checkout one folder up. Otherwise it
# comes from pip. The copy that belongs to this file goes first: versions must not mix.
_HERE = Path(__file__).resolve().parent
for _folder in (_HERE.parent, _HERE):
    if (_folder / "RNAssessLib").is_dir() and str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))
if str(_HERE) not in sys.path:
    sys.path.insert(0, str(_HERE))

SAMPLES = {
    "rn_across_falx": "Digital patient 1",
    "ttp_nodule": "Digital patient 2",
}


class RNAssess(ScriptedLoadableModule):
    """Name, help and sample data of the module."""

    def __init__(self, parent: object) -> None:
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = _("RNAssess")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Radiotherapy")]
        self.parent.dependencies = []
        self.parent.contributors = ["RNAssess maintainers"]
        self.parent.helpText = _("""
Evidence for radiation necrosis versus true tumour progression after radiosurgery of brain
metastases: isodoses on serial MR, a sourced checklist, plan indices. The reader decides.
<p><b>Research use only. Not a medical device.</b></p>
""")
        self.parent.helpText += self.getDefaultModuleDocumentationLink()
        self.parent.acknowledgementText = _("""
Built on the published work of Lasocki et al. (2022, 2025), Li et al. (2021), Zhuang et al. (2016)
and others; every threshold names its source. Dose and structures may come from SlicerRT.
""")
        slicer.app.connect("startupCompleted()", registerSampleData)


def registerSampleData() -> None:
    """Offer the digital patients in Sample Data; they are made here, nothing is downloaded."""
    import SampleData

    category = "RNAssess"
    logic = SampleData.SampleDataLogic
    if hasattr(logic, "registerCustomSampleDataCategory"):  # since Slicer 5.11
        logic.registerCustomSampleDataCategory(category, title=_("RNAssess"))
    icon = str(_HERE / "Resources" / "Icons" / "RNAssess.png")
    for sampleName in SAMPLES:
        logic.registerCustomSampleDataSource(
            category=category,
            sampleName=sampleName,
            uris=[],
            fileNames=[],
            customDownloader=openSample,
            thumbnailFileName=icon,
        )


def openSample(source: object) -> None:
    """Make a digital patient and open it in the module (button of Sample Data)."""
    slicer.util.selectModule("RNAssess")
    slicer.util.getModuleWidget("RNAssess").openPhantom(source.sampleName)


@parameterNodeWrapper
class RNAssessParameterNode:
    """What the scene remembers of the panel.

    casePath - case file or DICOM folder that was opened.
    lesion - id of the lesion shown.
    finding - id of the checklist item selected.
    isodosesVisible - isodoses on the slices.
    outlinesVisible - lesion outlines on the slices.
    session - the reader's decisions, JSON.
    """

    casePath: str = ""
    lesion: str = ""
    finding: str = ""
    isodosesVisible: bool = True
    outlinesVisible: bool = True
    session: str = ""


class RNAssessWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    """The side panel; what it says comes from ``RNAssessLib.panel``."""

    def __init__(self, parent: object = None) -> None:
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.logic = None
        self.panel = None
        self._parameterNode = None
        self._parameterNodeGuiTag = None

    def setup(self) -> None:
        """Build the panel, once, when the module is first opened."""
        ScriptedLoadableModuleWidget.setup(self)
        uiWidget = slicer.util.loadUI(self.resourcePath("UI/RNAssess.ui"))
        self.layout.addWidget(uiWidget)
        self.ui = slicer.util.childWidgetVariables(uiWidget)
        uiWidget.setMRMLScene(slicer.mrmlScene)

        from RNAssessWidgets.panel import Panel

        self.logic = RNAssessLogic()
        self.panel = Panel(self.ui, self.logic, self)
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.EndCloseEvent, self.onSceneEndClose)
        self.panel.add_shortcuts(uiWidget)
        crosshair = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
        if crosshair:
            event = slicer.vtkMRMLCrosshairNode.CursorPositionModifiedEvent
            self.addObserver(crosshair, event, self.onCursorMoved)
        self.initializeParameterNode()
        self.panel.refresh()

    def cleanup(self) -> None:
        """Let go of observers when the module widget is destroyed."""
        self.removeObservers()

    def enter(self) -> None:
        """Observe the parameter node while the module is open."""
        self.initializeParameterNode()

    def exit(self) -> None:
        """Stop following the parameter node while another module is open."""
        self.setParameterNode(None)

    def onReload(self) -> None:
        """Forget the library and the widgets, too, so that edits are seen."""
        for name in list(sys.modules):
            if name.split(".")[0] in ("RNAssessLib", "RNAssessWidgets"):
                del sys.modules[name]
        ScriptedLoadableModuleWidget.onReload(self)

    def onSceneStartClose(self, caller: object, event: object) -> None:
        """Drop what belongs to the scene before it goes."""
        self.setParameterNode(None)
        self.logic.forget()

    def onSceneEndClose(self, caller: object, event: object) -> None:
        """Show an empty panel on the new scene."""
        self.panel.refresh()
        if self.parent.isEntered:
            self.initializeParameterNode()

    def initializeParameterNode(self) -> None:
        """Take the scene's parameter node, made when there is none."""
        self.setParameterNode(self.logic.getParameterNode())

    def setParameterNode(self, parameterNode: RNAssessParameterNode | None) -> None:
        """Connect the panel to a parameter node, or disconnect it with None."""
        if self._parameterNode:
            self._parameterNode.disconnectGui(self._parameterNodeGuiTag)
            self._parameterNodeGuiTag = None
            self.removeObserver(
                self._parameterNode, vtk.vtkCommand.ModifiedEvent, self.onParameterNodeModified
            )
        self._parameterNode = parameterNode
        if self._parameterNode:
            self._parameterNodeGuiTag = self._parameterNode.connectGui(self.ui)
            self.addObserver(
                self._parameterNode, vtk.vtkCommand.ModifiedEvent, self.onParameterNodeModified
            )
            self.onParameterNodeModified()

    def onParameterNodeModified(self, caller: object = None, event: object = None) -> None:
        """Show or hide what the parameter node says."""
        node = self._parameterNode
        self.logic.setIsodosesVisible(node.isodosesVisible)
        self.logic.setOutlinesVisible(node.outlinesVisible)

    def onCursorMoved(self, caller: object, event: object) -> None:
        """Read the dose under the cursor of the slice views."""
        ras = [0.0, 0.0, 0.0]
        self.panel.isodoses.on_cursor(ras if caller.GetCursorPositionRAS(ras) else None)

    def onPanelChanged(self, lesion: str, finding: str) -> None:
        """Remember selection and decisions in the scene."""
        node = self._parameterNode
        if node is None:
            return
        node.lesion = lesion
        node.finding = finding
        node.session = self.logic.session.to_json()
        self.onParameterNodeModified()

    def openCase(self, path: str) -> bool:
        """Read, assess and show a case file or DICOM folder; False when it was not finished."""
        return self.panel.open_case(path)

    def openPhantom(self, name: str) -> bool:
        """Make, assess and show a digital patient; False when it was not finished."""
        return self.panel.open_phantom(name)

    def savedSession(self) -> str:
        """Return the decisions kept in the scene, as JSON; empty when there are none."""
        return self._parameterNode.session if self._parameterNode else ""

    def casePath(self) -> str:
        """Return where the case came from; empty for one from the scene."""
        return self._parameterNode.casePath if self._parameterNode else ""

    def onCaseOpened(self, path: str) -> None:
        """Remember where the case came from."""
        if self._parameterNode:
            self._parameterNode.casePath = path


class RNAssessLogic(ScriptedLoadableModuleLogic):
    """Holds one assessment and its nodes; works without the panel.

    Long methods take ``progress(fraction, what)``, which cancels by raising CancelledError, and
    raise InputError for bad input; the scene is then as it was.
    """

    def __init__(self) -> None:
        ScriptedLoadableModuleLogic.__init__(self)
        self._ownNodeIDs = []
        self._phantomFolder = None
        self.forget()

    def getParameterNode(self) -> RNAssessParameterNode:
        """Return the wrapped parameter node."""
        return RNAssessParameterNode(super().getParameterNode())

    def forget(self) -> None:
        """Let go of everything (the scene was closed)."""
        from RNAssessLib.panel.session import ReaderSession

        self.assessment = None
        self.nodes = None
        self.isodoses = None
        self.chart = None
        self.session = ReaderSession()
        self.givenEvents = ()
        self._ownNodeIDs = []

    def view(self) -> object:
        """Return the PanelView of now, None while there is no case."""
        from RNAssessLib.panel.view_model import build_panel

        return None if self.assessment is None else build_panel(self.assessment, self.session)

    # --- assessing --------------------------------------------------------------------------------

    def assessPath(self, path: str, progress: object, saved: str = "") -> None:
        """Read, assess and show a case file or DICOM folder."""
        from RNAssessLib.case import part
        from RNAssessLib.study import read_case

        case = read_case(path, part(progress, 0.0, 0.15))
        self.assessCase(case, part(progress, 0.15, 1.0), saved)

    def assessPhantom(self, name: str, progress: object) -> None:
        """Make a digital patient as a DICOM study and assess it like any other."""
        from RNAssessLib.case import part
        from RNAssessLib.phantom import build_phantom, write_study

        # kept as long as the case may be saved: its case file names these images
        self._phantomFolder = tempfile.TemporaryDirectory(prefix="RNAssess-")
        study = Path(self._phantomFolder.name) / name
        patient = build_phantom(name, progress=part(progress, 0.0, 0.15))
        write_study(patient, study, part(progress, 0.15, 0.25))
        self.assessPath(str(study), part(progress, 0.25, 1.0))

    def assessCase(self, case: object, progress: object, saved: str = "") -> None:
        """Assess and show a case; decisions saved for the same case are taken up again."""
        from RNAssessLib.assessment import assess
        from RNAssessLib.case import part
        from RNAssessLib.panel.session_events import follow_events
        from RNAssessLib.panel.session_file import restore_session

        session = restore_session(saved, case.id)
        assessment = assess(case, session.thresholds(), part(progress, 0.0, 0.85))
        assessment = follow_events(assessment, session, case.events)
        self.show(assessment, session, part(progress, 0.85, 1.0))
        self.givenEvents = case.events

    def assessAgain(self, progress: object) -> None:
        """Evaluate the open case with the thresholds of now; nothing is aligned again.

        Thresholds of registration and segmentation take effect when the case is opened again.
        """
        from RNAssessLib.assessment import assess_prepared
        from RNAssessLib.case import part

        assessment = assess_prepared(
            self.assessment.prepared, self.session.thresholds(), part(progress, 0.0, 0.85)
        )
        self.show(assessment, self.session, part(progress, 0.85, 1.0))

    def show(self, assessment: object, session: object, progress: object) -> None:
        """Put an assessment into the scene in place of the one before."""
        from RNAssessWidgets import dvh_chart, scene_actions

        from RNAssessLib.panel.view_model import build_panel
        from RNAssessLib.scene import build_scene
        from RNAssessLib.scene.isodose_layer import IsodoseLayer

        scene = slicer.mrmlScene
        with scene_actions.added_nodes(scene) as added:
            nodes = build_scene(scene, assessment, progress, session=session, extra_row=True)
            chart = dvh_chart.build_chart(scene, build_panel(assessment, session).courses)
        if self.isodoses is not None:  # the reader's own levels, too
            self.isodoses.clear()
        scene_actions.remove_nodes(scene, self._ownNodeIDs)
        self._ownNodeIDs, self.chart = added, chart
        self.assessment, self.nodes, self.session = assessment, nodes, session
        self.isodoses = IsodoseLayer(assessment, nodes)

    # --- showing ----------------------------------------------------------------------------------

    def jump(self, target: object) -> None:
        """Take every slice view of the layout to a point; the third row shows its sequence."""
        from RNAssessWidgets import scene_actions

        if self.nodes is not None:
            scene_actions.jump(slicer.mrmlScene, self.nodes, target)

    def lightEvidence(self, lesion: str, finding: str) -> None:
        """Show the evidence of one item only."""
        from RNAssessWidgets import scene_actions

        if self.nodes is not None:
            scene_actions.light_evidence(self.nodes, lesion, finding)

    def setIsodosesVisible(self, visible: bool) -> None:
        """Show or hide isodoses."""
        if self.isodoses is not None and self.isodoses.on != visible:
            self.isodoses.toggle()

    def setOutlinesVisible(self, visible: bool) -> None:
        """Show or hide lesion outlines."""
        for node in self.nodes.segmentations.values() if self.nodes else ():
            node.GetDisplayNode().SetVisibility(visible)

    def prescribe(self, course: str, target: str, doseGy: float) -> None:
        """Use the reader's prescription: indices and isodoses anew; raises InputError."""
        from RNAssessLib.assessment import with_prescriptions

        self.assessment = with_prescriptions(
            self.assessment, course, {target: doseGy}, self.isodoses.fields
        )
        self.isodoses.follow(self.assessment)

    # --- the reader decides -----------------------------------------------------------------------

    def decide(self, lesion: str, finding: str, status: object, reason: str) -> None:
        """Record the reader's answer; raises ValueError when an override gives no reason."""
        computed = self.assessment.lesion(lesion).finding(finding)
        self.setSession(self.session.decide(lesion, computed, status, reason))

    def editEvents(self, events: tuple) -> None:
        """Take an edited list of clinical events; what depends on it is computed anew."""
        self.setSession(self.session.set_events(events, self.givenEvents))

    def setSession(self, session: object) -> None:
        """Take another state of the decisions (undo, redo) and keep it in the scene's document."""
        from RNAssessLib.panel.session_events import follow_events
        from RNAssessLib.scene import update_session

        self.session = session
        before = self.assessment
        if before is not None:
            self.assessment = follow_events(before, session, self.givenEvents)
        if self.nodes is not None:
            changed = self.assessment is not before
            update_session(self.nodes.document, session, self.assessment if changed else None)

    def saveOutputs(self, folder: str, progress: object) -> tuple:
        """Write report, JSON, tables and case file into a folder; return the paths written."""
        from RNAssessLib.outputs import write_outputs

        return write_outputs(self.assessment, Path(folder), progress)


class RNAssessTest(ScriptedLoadableModuleTest):
    """Self-test inside Slicer, on a digital patient."""

    def setUp(self) -> None:
        """Start from an empty scene."""
        slicer.mrmlScene.Clear()

    def runTest(self) -> None:
        """Run every test."""
        self.setUp()
        self.test_DigitalPatient()

    def test_DigitalPatient(self) -> None:
        """The headline findings of the necrosis patient are found, shown and can be overridden."""
        from RNAssessLib.findings.finding import Status

        self.delayDisplay("Making and assessing a digital patient")
        logic = RNAssessLogic()
        logic.assessPhantom("rn_across_falx", lambda fraction, what: None)
        lesion = logic.view().lesions[0]
        for finding in (
            "cross_boundary",
            "shape_change",
            "central_diffusion_restriction",
            "swi_foci",
        ):
            self.assertEqual(lesion.row(finding).status, "present", finding)
        self.assertTrue(logic.nodes.isodoses)

        self.delayDisplay("Going to the evidence")
        target = lesion.row("cross_boundary").jumps[0]
        logic.jump(target)
        node = slicer.mrmlScene.GetSingletonNode("Red", "vtkMRMLSliceNode")
        self.assertAlmostEqual(node.GetSliceOffset(), target.point_reference_lps_mm[2], delta=1e-3)

        self.delayDisplay("Overriding and undoing")
        logic.decide(lesion.id, "swi_foci", Status.ABSENT, "self-test")
        self.assertTrue(logic.view().lesions[0].row("swi_foci").overridden)
        logic.setSession(logic.session.undo())
        self.assertFalse(logic.view().lesions[0].row("swi_foci").overridden)
        self.delayDisplay("Test passed")
