"""The learner's mark on the images: one point, placed with the mouse."""

from __future__ import annotations

from collections.abc import Callable

import qt
import slicer

from RNAssessLib.scene.awaited_points import AwaitedPoints
from RNAssessLib.scene.mark_node import MarkNode


class MarkPoint(MarkNode):
    """A markups point that shows a mark; `placed` is told where (LPS mm) another is put."""

    def __init__(self, placed: Callable[[tuple[float, float, float]], None]) -> None:
        super().__init__(slicer.mrmlScene)
        # later: the view is still busy with the click
        self._awaited = AwaitedPoints(
            lambda points: qt.QTimer.singleShot(0, lambda: placed(points[0]))
        )

    def wait(self, on: bool) -> None:
        """Let the next click into a view place the point, or stop waiting for it."""
        if not on:
            self._awaited.stop()
            return
        node = self.node()
        node.RemoveAllControlPoints()
        node.GetDisplayNode().SetVisibility(True)
        self._awaited.start(node, 1)

    def forget(self) -> None:
        """Take the point out of the scene."""
        self._awaited.stop()
        self.remove()
