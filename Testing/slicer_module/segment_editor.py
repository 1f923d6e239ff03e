"""Slicer's Segment Editor as the panel meets it: its parameter node is real, its widget is not."""

import types

import slicer


class Editor:
    """Methods of qMRMLSegmentEditorWidget that the panel calls."""

    def __init__(self, scene):
        self.parameters = scene.AddNewNodeByClass("vtkMRMLSegmentEditorNode")

    def mrmlSegmentEditorNode(self):
        return self.parameters

    def setSegmentationNode(self, node):
        self.parameters.SetAndObserveSegmentationNode(node)

    def setSourceVolumeNode(self, node):
        assert self.parameters.GetSegmentationNode() is not None  # as the real one wants it
        self.parameters.SetAndObserveSourceVolumeNode(node)

    def setCurrentSegmentID(self, segment):
        assert self.parameters.GetSegmentationNode().GetSegmentation().GetSegment(segment)
        self.parameters.SetSelectedSegmentID(segment)


def install(monkeypatch, widget):
    """Put the editor and the segmentations' logic in place; returns (editor, modules selected)."""
    scene = slicer.mrmlScene
    if not scene.IsNodeClassRegistered("vtkMRMLSegmentEditorNode"):
        scene.RegisterNodeClass(slicer.vtkMRMLSegmentEditorNode())
    editor, selected = Editor(scene), []

    def select(name):
        selected.append(name)
        (widget.exit if name != "RNAssess" else widget.enter)()

    monkeypatch.setattr(slicer.util, "selectModule", select)
    monkeypatch.setattr(
        slicer.util, "getModuleWidget", {"SegmentEditor": types.SimpleNamespace(editor=editor)}.get
    )
    logic = slicer.vtkSlicerSegmentationsModuleLogic()
    logic.SetMRMLScene(scene)
    slicer.modules.segmentations = types.SimpleNamespace(logic=lambda: logic)
    return editor, selected
