"""The learner's mark on the images: one point, placed with the mouse."""

from __future__ import annotations

from collections.abc import Callable

import qt
import slicer

from RNAssessLib.scene.mark_node import MarkNode
from RNAssessLib.scene.observing import Observers
from RNAssessLib.scene.place_mode import placed_lps, start_placing, stop_placing


class MarkPoint(MarkNode):
    """A markups point that shows a mark; `placed` is told where (LPS mm) another is put."""

    def __init__(self, placed: Callable[[tuple[float, float, float]], None]) -> None:
        super().__init__(slicer.mrmlScene)
        self._placed = placed
        self._observers = Observers()
        self._waiting = False

    def _make(self) -> slicer.vtkMRMLMarkupsFiducialNode:
        node = super()._make()
        event = slicer.vtkMRMLMarkupsNode.PointPositionDefinedEvent
        self._observers.set("point", node, event, self._on_placed)
        return node

    def wait(self, on: bool) -> None:
        """Let the next click into a view place the point, or stop waiting for it."""
        self._waiting = on
        if not on:
            stop_placing(slicer.mrmlScene)
            return
        node = self.node()
        node.RemoveAllControlPoints()
        node.GetDisplayNode().SetVisibility(True)
        start_placing(node)

    def forget(self) -> None:
        """Take the point out of the scene."""
        self._observers.remove_all()
        self._waiting = False
        self.remove()

    def _on_placed(self, caller: object, event: object) -> None:
        if not self._waiting or not caller.GetNumberOfControlPoints():
            return  # put there by `show`
        self._waiting = False
        point = placed_lps(caller, caller.GetNumberOfControlPoints() - 1)
        # later: the view is still busy with the click
        qt.QTimer.singleShot(0, lambda: self._placed(point))
