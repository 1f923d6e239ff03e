"""A stroke of the brush: dabs along the way of the hand, in the space of the outline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from RNAssessLib.lesions.brush import Brush
from RNAssessLib.panel.outlines.brush_tool import Tool
from RNAssessLib.panel.outlines.draft import OutlineDraft

from ..hanging.linked_view import LinkedView

STEP_SHARE = 0.35  # of the radius, between two dabs of a stroke


class Stroke:
    """From where the button goes down until it comes up.

    Parameters
    ----------
    draft : OutlineDraft
    """

    def __init__(self, draft: OutlineDraft) -> None:
        self._draft = draft
        self._last: np.ndarray | None = None

    def go_to(self, linked: LinkedView, place: Sequence[float], tool: Tool) -> None:
        """Dab along the way from the last place, so that a quick hand leaves no gaps.

        Parameters
        ----------
        linked : LinkedView
        place : (across, down)
            Shares 0..1 of the view's width and height.
        tool : Tool

        Raises
        ------
        ValueError
            This part cannot be drawn here.
        """
        to_native = self._draft.timepoint.to_reference.transform.inverse()
        point = np.asarray(to_native.apply(linked.point_at(float(place[0]), float(place[1]))))
        matrix = linked.node.GetSliceToRAS()
        across = np.array([matrix.GetElement(row, 2) for row in range(3)]) * (-1.0, -1.0, 1.0)
        x, y, z = (float(v) for v in to_native.moving_to_fixed[:3, :3] @ across)
        brush = Brush(tool.radius_mm, None if tool.ball else (x, y, z))
        start = point if self._last is None else self._last
        way = float(np.linalg.norm(point - start))
        steps = max(int(np.ceil(way / (STEP_SHARE * tool.radius_mm))), 1)
        for step in range(1, steps + 1):
            at = start + (point - start) * step / steps
            self._draft.dab(tool.kind, at, brush, erase=tool.erase, limits=tool.limits)
        self._last = point
