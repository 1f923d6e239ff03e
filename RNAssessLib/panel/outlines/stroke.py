"""A stroke of the brush: dabs along the way of the hand, in the space of the outline."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from RNAssessLib.lesions.brush import Brush

from .brush_tool import Tool
from .draft import OutlineDraft

STEP_SHARE = 0.35  # of the radius, between two dabs of a stroke


class Stroke:
    """From where the button goes down until it comes up.

    Parameters
    ----------
    draft : OutlineDraft
    """

    def __init__(self, draft: OutlineDraft) -> None:
        self._draft = draft
        self._last: npt.NDArray[np.float64] | None = None

    def go_to(self, point_lps_mm: npt.ArrayLike, normal_lps: npt.ArrayLike, tool: Tool) -> None:
        """Dab along the way from the last place, so that a quick hand leaves no gaps.

        Parameters
        ----------
        point_lps_mm : (3,) array
            In reference space.
        normal_lps : (3,) array
            Of the slice that is drawn on; a disc lies in it.
        tool : Tool

        Raises
        ------
        ValueError
            This part cannot be drawn here.
        """
        to_native = self._draft.timepoint.to_reference.transform.inverse()
        point = np.asarray(to_native.apply(point_lps_mm), float)
        across = to_native.moving_to_fixed[:3, :3] @ np.asarray(normal_lps, float)
        x, y, z = (float(v) for v in across)
        brush = Brush(tool.radius_mm, None if tool.ball else (x, y, z))
        start = point if self._last is None else self._last
        way = float(np.linalg.norm(point - start))
        steps = max(int(np.ceil(way / (STEP_SHARE * tool.radius_mm))), 1)
        for step in range(1, steps + 1):
            at = start + (point - start) * step / steps
            self._draft.dab(tool.kind, at, brush, erase=tool.erase, limits=tool.limits)
        self._last = point
