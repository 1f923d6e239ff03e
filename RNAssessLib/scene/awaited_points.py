"""Points that are clicked into the views: waited for, and told once they are all there."""

from __future__ import annotations

from collections.abc import Callable

import slicer

from RNAssessLib.case import Vector

from .observing import Observers
from .place_mode import placed_lps, start_placing, stop_placing


class AwaitedPoints:
    """The next points that the reader clicks.

    Parameters
    ----------
    placed : callable
        ``placed(points)`` takes their places, LPS mm, while the view is still busy with the click.
    """

    def __init__(self, placed: Callable[[tuple[Vector, ...]], None]) -> None:
        self._placed, self._count = placed, 0
        self._observers = Observers()

    def start(self, node: slicer.vtkMRMLMarkupsNode, count: int) -> None:
        """Let the next clicks into views place that many points of an empty node."""
        event = slicer.vtkMRMLMarkupsNode.PointPositionDefinedEvent
        self._observers.set("points", node, event, self._on_point)
        self._count = count
        start_placing(node)

    def stop(self) -> None:
        """Wait no more; clicks move the views again."""
        node = self._observers.node("points")
        self._observers.remove_all()
        if node is not None and node.GetScene() is not None:
            stop_placing(node.GetScene())

    def _on_point(self, node: slicer.vtkMRMLMarkupsNode, _event: str) -> None:
        if self._count and node.GetNumberOfDefinedControlPoints() >= self._count:
            count, self._count = self._count, 0  # told once
            self._placed(tuple(placed_lps(node, index) for index in range(count)))
