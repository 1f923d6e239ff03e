"""RNAssess in 3D Slicer: a thin shell over RNAssessLib."""

from __future__ import annotations

import sys
from pathlib import Path

import slicer
import vtk
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleWidget,
)

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
PARTS = ("Case", "Checklist", "Dose", "Course", "Teach", "Report")

from RNAssessWidgets.common import help_text  # noqa: E402

# Slicer looks for these names in this file.
from RNAssessWidgets.opening.file_reader import RNAssessFileReader  # noqa: E402
from RNAssessWidgets.opening.folder_drop import RNAssessFileDialog  # noqa: E402
from RNAssessWidgets.reading.parameter_node import RNAssessParameterNode  # noqa: E402
from RNAssessWidgets.reading.self_test import RNAssessTest  # noqa: E402

__all__ = [
    "RNAssess",
    "RNAssessFileDialog",
    "RNAssessFileReader",
    "RNAssessTest",
    "RNAssessWidget",
]


def __getattr__(name: str) -> object:
    """Give the logic when it is asked for: it brings the library, which takes seconds to load."""
    if name == "RNAssessLogic":
        from RNAssessWidgets.reading.logic import RNAssessLogic

        return RNAssessLogic
    raise AttributeError(name)


class RNAssess(ScriptedLoadableModule):
    """Name, help and sample data of the module."""

    def __init__(self, parent: object) -> None:
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = _("RNAssess")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Radiotherapy")]
        self.parent.dependencies = []
        self.parent.contributors = ["RNAssess maintainers"]
        self.parent.helpText = help_text.build_help()
        self.parent.helpText += self.getDefaultModuleDocumentationLink()
        self.parent.acknowledgementText = help_text.build_acknowledgement()
        slicer.app.connect("startupCompleted()", registerSampleData)
        slicer.app.connect("startupCompleted()", addSettingsPage)


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


def addSettingsPage() -> None:
    """Add the page to Slicer's application settings."""
    from RNAssessWidgets.common.settings_page import add_settings_page

    add_settings_page()


def openSample(source: object) -> None:
    """Make a digital patient and open it in the module (button of Sample Data)."""
    slicer.util.selectModule("RNAssess")
    slicer.util.getModuleWidget("RNAssess").openPhantom(source.sampleName)


class RNAssessWidget(ScriptedLoadableModuleWidget):
    """The side panel; what it says comes from ``RNAssessLib.panel``."""

    def __init__(self, parent: object = None) -> None:
        ScriptedLoadableModuleWidget.__init__(self, parent)
        self._observers = None
        self.logic = None
        self.panel = None
        self._parameterNode = None
        self._parameterNodeGuiTag = None
        self._oursSaved = False

    def setup(self) -> None:
        """Build the panel, once, when the module is first opened."""
        ScriptedLoadableModuleWidget.setup(self)
        from RNAssessWidgets.common import dock_width, work
        from RNAssessWidgets.reading.logic import RNAssessLogic
        from RNAssessWidgets.reading.panel import Panel

        uiWidget = slicer.util.loadUI(self.resourcePath("UI/RNAssess.ui"))
        pages = slicer.util.childWidgetVariables(uiWidget)
        for part in PARTS:  # a file each, one page of the tabs each
            page = getattr(pages, f"{part.lower()}Tab")
            page.layout().addWidget(slicer.util.loadUI(self.resourcePath(f"UI/{part}.ui")))
        self.layout.addWidget(uiWidget)
        self.ui = slicer.util.childWidgetVariables(uiWidget)
        dock_width.keep_narrow(uiWidget, self.ui)
        uiWidget.setMRMLScene(slicer.mrmlScene)

        self.logic = RNAssessLogic(work.DialogRunner(), work.show_failure)
        self.panel = Panel(self.ui, self.logic, self)
        self._observeScene()
        self.initializeParameterNode()
        self.panel.refresh()

    def _observeScene(self) -> None:
        from RNAssessLib.scene.observing import Observers

        self._observers = Observers()
        for event, what in (
            (slicer.vtkMRMLScene.StartCloseEvent, self.onSceneStartClose),
            (slicer.vtkMRMLScene.EndCloseEvent, self.onSceneEndClose),
            (slicer.vtkMRMLScene.StartSaveEvent, self.onSceneStartSave),
            (slicer.vtkMRMLScene.EndSaveEvent, self.onSceneEndSave),
            (slicer.vtkMRMLScene.EndImportEvent, self.onSceneEndImport),
        ):
            self._observers.set(event, slicer.mrmlScene, event, what)
        crosshair = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
        if crosshair:
            event = slicer.vtkMRMLCrosshairNode.CursorPositionModifiedEvent
            self._observers.set("cursor", crosshair, event, self.onCursorMoved)

    def cleanup(self) -> None:
        """Let go of the scene, the keys and the file when the module widget is destroyed."""
        self.panel.flow.shortcuts.remove()
        self._letGo()
        self._observers.remove_all()

    def enter(self) -> None:
        """Follow the parameter node, take the keys, hang what other modules took down."""
        self.initializeParameterNode()
        self.panel.saved_scene.offer()
        self.logic.views.restore()
        self.panel.outlines.show()
        self.panel.align.show()
        self.panel.flow.shortcuts.install()

    def exit(self) -> None:
        """Stop following the parameter node, give the keys back while another module is open."""
        self.setParameterNode(None)
        self.panel.flow.shortcuts.remove()

    def onReload(self) -> None:
        """Forget the library and the widgets, too, so that edits are seen."""
        for name in list(sys.modules):
            if name.split(".")[0] in ("RNAssessLib", "RNAssessWidgets"):
                del sys.modules[name]
        ScriptedLoadableModuleWidget.onReload(self)

    def onSceneStartClose(self, caller: object, event: object) -> None:
        """Drop what belongs to the scene before it goes."""
        self._letGo()

    def _letGo(self) -> None:
        """Leave nothing that an event or a timer could still call."""
        self.setParameterNode(None)
        self.panel.teach.point.forget()
        self.panel.outlines.editing.stop()
        self.panel.align.forget()
        self.logic.forget()

    def onSceneStartSave(self, caller: object, event: object) -> None:
        """Save a layout that every Slicer knows: ours is described only here."""
        self._oursSaved = self.logic.views.use_slicers_own_layout()

    def onSceneEndSave(self, caller: object, event: object) -> None:
        """Lay the views out as before."""
        if self._oursSaved:
            self.logic.views.arrange()

    def onSceneEndImport(self, caller: object, event: object) -> None:
        """Follow what the scene that was opened remembers, and offer its case."""
        if self.parent.isEntered:
            self.initializeParameterNode()
        self.panel.saved_scene.offer()

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
            self._observers.remove("parameters")
        self._parameterNode = parameterNode
        if self._parameterNode:
            self._parameterNodeGuiTag = self._parameterNode.connectGui(self.ui)
            modified = vtk.vtkCommand.ModifiedEvent
            self._observers.set("parameters", parameterNode, modified, self.onParameterNodeModified)
            self.onParameterNodeModified()

    def onParameterNodeModified(self, caller: object = None, event: object = None) -> None:
        """Show or hide what the parameter node says."""
        node = self._parameterNode
        self.logic.setIsodosesVisible(node.isodosesVisible)
        self.logic.setOutlinesVisible(node.outlinesVisible)
        self.logic.views.show_third_row(node.thirdRowVisible)

    def onCursorMoved(self, caller: object, event: object) -> None:
        """Read the dose under the cursor of the slice views, and the words of a mark."""
        ras = [0.0, 0.0, 0.0]
        point = tuple(ras) if caller.GetCursorPositionRAS(ras) else None
        self.panel.isodoses.on_cursor(point)
        self.logic.views.hover(point, caller.GetCursorPositionXYZ([0.0, 0.0, 0.0]))

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
        return self.panel.opening.open_case(path)

    def openFolder(self, path: str) -> None:
        """Open a folder: its case file if it has one, else the table of its series."""
        self.panel.opening.open_folder(path)

    def openPhantom(self, name: str) -> bool:
        """Make, assess and show a digital patient; False when it was not finished."""
        return self.panel.opening.open_phantom(name)

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
