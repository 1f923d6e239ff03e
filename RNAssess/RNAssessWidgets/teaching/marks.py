"""The learner's mark on the images: one point, placed with the mouse."""

from __future__ import annotations

from collections.abc import Callable

import qt
import slicer

COLOUR = "#A6FF4D"  # no isodose, outline or evidence has it
PERCENT = 4.0
Placed = Callable[[tuple[float, float, float]], None]


class MarkPoint:
    """A markups point that shows a mark; `placed` is told where (LPS mm) another is put."""

    def __init__(self, placed: Placed) -> None:
        from RNAssessLib.scene.observing import Observers

        self._placed = placed
        self._node = None
        self._observers = Observers()
        self._waiting = False

    def show(self, mark: object) -> None:
        """Show an EvidenceMark, or nothing with None."""
        from RNAssessLib.scene.convert import point_to_ras

        node = self._node_of_scene() if mark is not None else self._node
        if node is None:
            return
        node.RemoveAllControlPoints()
        if mark is not None:
            node.AddControlPoint(point_to_ras(mark.point_reference_lps_mm))
        node.GetDisplayNode().SetVisibility(mark is not None)

    def wait(self, on: bool) -> None:
        """Let the next click into a view place the point, or stop waiting for it."""
        self._waiting = on
        scene = slicer.mrmlScene
        selection = scene.GetNodeByID("vtkMRMLSelectionNodeSingleton")
        interaction = scene.GetNodeByID("vtkMRMLInteractionNodeSingleton")
        if selection is None or interaction is None:
            return
        if not on:
            interaction.SetCurrentInteractionMode(interaction.ViewTransform)
            return
        node = self._node_of_scene()
        node.RemoveAllControlPoints()
        node.GetDisplayNode().SetVisibility(True)
        selection.SetReferenceActivePlaceNodeClassName(node.GetClassName())
        selection.SetActivePlaceNodeID(node.GetID())
        interaction.SetPlaceModePersistence(0)
        interaction.SetCurrentInteractionMode(interaction.Place)

    def forget(self) -> None:
        """Take the point out of the scene."""
        self._observers.remove_all()
        self._waiting = False
        node, self._node = self._node, None
        if node is not None and node.GetScene() is not None:
            node.GetScene().RemoveNode(node)

    def _node_of_scene(self) -> slicer.vtkMRMLMarkupsFiducialNode:
        from RNAssessLib.scene.convert import hex_to_rgb

        if self._node is not None and self._node.GetScene() is not None:
            return self._node
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "learner's mark")
        node.SetSaveWithScene(False)
        node.CreateDefaultDisplayNodes()
        display = node.GetDisplayNode()
        display.SetGlyphType(slicer.vtkMRMLMarkupsDisplayNode.StarBurst2D)
        display.SetGlyphScale(PERCENT)
        display.SetSelectedColor(*hex_to_rgb(COLOUR))
        display.SetPointLabelsVisibility(False)
        event = slicer.vtkMRMLMarkupsNode.PointPositionDefinedEvent
        self._observers.set("point", node, event, self._on_placed)
        self._node = node
        return node

    def _on_placed(self, caller: object, event: object) -> None:
        if not self._waiting or not caller.GetNumberOfControlPoints():
            return  # put there by `show`
        self._waiting = False
        ras = [0.0, 0.0, 0.0]
        caller.GetNthControlPointPositionWorld(caller.GetNumberOfControlPoints() - 1, ras)
        # later: the view is still busy with the click
        qt.QTimer.singleShot(0, lambda: self._placed((-ras[0], -ras[1], ras[2])))
