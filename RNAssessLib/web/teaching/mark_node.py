"""The learner's mark on the images."""

from __future__ import annotations

import slicer

from RNAssessLib.panel.teaching.round import EvidenceMark
from RNAssessLib.panel.words.palette import MEASUREMENT
from RNAssessLib.scene.convert import hex_to_rgb, point_to_ras

MARK_COLOUR = MEASUREMENT.colour
MARK_PERCENT = 4.0


class MarkNode:
    """One point in the scene, shown where the learner put it.

    Parameters
    ----------
    scene : vtkMRMLScene
    """

    def __init__(self, scene: slicer.vtkMRMLScene) -> None:
        self._node = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "learner's mark")
        self._node.CreateDefaultDisplayNodes()
        self._node.SetLocked(True)
        display = self._node.GetDisplayNode()
        display.SetGlyphType(slicer.vtkMRMLMarkupsDisplayNode.StarBurst2D)
        display.SetGlyphScale(MARK_PERCENT)
        display.SetSelectedColor(*hex_to_rgb(MARK_COLOUR))
        display.SetPointLabelsVisibility(False)
        display.SetVisibility(False)

    @property
    def count(self) -> int:
        """How many points are there: none or one."""
        return int(self._node.GetNumberOfControlPoints())

    def show(self, mark: EvidenceMark | None) -> None:
        """Show a mark, or none."""
        self._node.RemoveAllControlPoints()
        if mark is not None:
            self._node.AddControlPoint(point_to_ras(mark.point_reference_lps_mm))
        self._node.GetDisplayNode().SetVisibility(mark is not None)
