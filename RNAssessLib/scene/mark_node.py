"""The learner's mark on the images: one point, shown where it was put."""

from __future__ import annotations

from typing import Protocol

import slicer

from RNAssessLib.case import Vector
from RNAssessLib.panel.words.palette import MEASUREMENT

from .convert import hex_to_rgb, point_to_ras

MARK_COLOUR = MEASUREMENT.colour
MARK_PERCENT = 4.0


class Mark(Protocol):
    """A place in reference space, LPS mm."""

    @property
    def point_reference_lps_mm(self) -> Vector: ...  # noqa: D102


class MarkNode:
    """One point in a scene, made when there is a first mark.

    Parameters
    ----------
    scene : vtkMRMLScene
    """

    def __init__(self, scene: slicer.vtkMRMLScene) -> None:
        self._scene = scene
        self._node: slicer.vtkMRMLMarkupsFiducialNode | None = None

    @property
    def count(self) -> int:
        """How many points are there: none or one."""
        return 0 if self._node is None else int(self._node.GetNumberOfControlPoints())

    def show(self, mark: Mark | None) -> None:
        """Show a mark, or none."""
        node = self._node if mark is None else self.node()
        if node is None:
            return
        node.RemoveAllControlPoints()
        if mark is not None:
            node.AddControlPoint(point_to_ras(mark.point_reference_lps_mm))
        node.GetDisplayNode().SetVisibility(mark is not None)

    def node(self) -> slicer.vtkMRMLMarkupsFiducialNode:
        """Return the node, made anew when the scene has lost it."""
        if self._node is None or self._node.GetScene() is None:
            self._node = self._make()
        return self._node

    def _make(self) -> slicer.vtkMRMLMarkupsFiducialNode:
        node = self._scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "learner's mark")
        node.SetSaveWithScene(False)
        node.CreateDefaultDisplayNodes()
        display = node.GetDisplayNode()
        display.SetGlyphType(slicer.vtkMRMLMarkupsDisplayNode.StarBurst2D)
        display.SetGlyphScale(MARK_PERCENT)
        display.SetSelectedColor(*hex_to_rgb(MARK_COLOUR))
        display.SetPointLabelsVisibility(False)
        display.SetVisibility(False)
        return node

    def remove(self) -> None:
        """Take the point out of the scene."""
        node, self._node = self._node, None
        if node is not None and node.GetScene() is not None:
            node.GetScene().RemoveNode(node)
