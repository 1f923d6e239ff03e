"""Slicer's Segment Editor as the panel meets it: its parameter node is real, its widget is not.

Opened without a segmentation it takes the first one of the scene and that one's source volume, and
a source volume is put into every slice view in which the segmentation may show
(``SegmentEditorWidget.enter``, ``qMRMLSegmentEditorWidget::showSourceVolumeInSliceViewers``).
"""

import types

import slicer


class Editor:
    """Methods of qMRMLSegmentEditorWidget that the panel calls."""

    def __init__(self, scene):
        self.scene = scene
        self.parameters = scene.AddNewNodeByClass("vtkMRMLSegmentEditorNode")
        self.autoShowSourceVolumeNode = True

    def mrmlSegmentEditorNode(self):
        return self.parameters

    def setSegmentationNode(self, node):
        self.parameters.SetAndObserveSegmentationNode(node)
        role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
        source = node.GetNodeReference(role) if node is not None else None
        if source is not None:
            self.setSourceVolumeNode(source)

    def setSourceVolumeNode(self, node):
        assert self.parameters.GetSegmentationNode() is not None  # as the real one wants it
        self.parameters.SetAndObserveSourceVolumeNode(node)
        if node is not None and self.autoShowSourceVolumeNode:
            self._show_source()

    def setCurrentSegmentID(self, segment):
        assert self.parameters.GetSegmentationNode().GetSegmentation().GetSegment(segment)
        self.parameters.SetSelectedSegmentID(segment)

    def enter(self):
        """What the module does when it is opened."""
        if self.parameters.GetSegmentationNode() is not None:
            return
        first = self.scene.GetFirstNodeByClass("vtkMRMLSegmentationNode")
        if first is None:
            return
        self.setSegmentationNode(first)
        if self.parameters.GetSourceVolumeNode() is None:
            shown = self._composites()
            ids = [c.GetBackgroundVolumeID() for _view, c in shown if c.GetBackgroundVolumeID()]
            if ids:
                self.setSourceVolumeNode(self.scene.GetNodeByID(ids[-1]))

    def _composites(self):
        manager = slicer.app.layoutManager()
        widgets = [manager.sliceWidget(name) for name in manager.sliceViewNames()]
        return [(w.mrmlSliceNode(), w.mrmlSliceCompositeNode()) for w in widgets]

    def _show_source(self):
        display = self.parameters.GetSegmentationNode().GetDisplayNode()
        source = self.parameters.GetSourceVolumeNode().GetID()
        for view, composite in self._composites():
            if display is not None and not display.IsDisplayableInView(view.GetID()):
                continue
            if source not in (composite.GetBackgroundVolumeID(), composite.GetForegroundVolumeID()):
                composite.SetBackgroundVolumeID(source)
                composite.SetForegroundVolumeID(None)
                composite.SetLabelVolumeID(None)


def install(monkeypatch, widget):
    """Put the editor and the segmentations' logic in place; returns (editor, modules selected)."""
    scene = slicer.mrmlScene
    if not scene.IsNodeClassRegistered("vtkMRMLSegmentEditorNode"):
        scene.RegisterNodeClass(slicer.vtkMRMLSegmentEditorNode())
    editor, selected = Editor(scene), []

    def select(name):
        selected.append(name)
        (widget.exit if name != "RNAssess" else widget.enter)()
        if name == "SegmentEditor":
            editor.enter()

    monkeypatch.setattr(slicer.util, "selectModule", select)
    monkeypatch.setattr(
        slicer.util, "getModuleWidget", {"SegmentEditor": types.SimpleNamespace(editor=editor)}.get
    )
    logic = slicer.vtkSlicerSegmentationsModuleLogic()
    logic.SetMRMLScene(scene)
    slicer.modules.segmentations = types.SimpleNamespace(logic=lambda: logic)
    return editor, selected
