"""Where an earlier scan ends: what it does not show there was not absent."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Grid, Mask, PreparedTimepoint
from RNAssessLib.lesions.morphology import Bools, dilate, spacing_kji
from RNAssessLib.lesions.thick_slices import has_thick_slices

EDGE_MM, EDGE_SHARE, END_SLICES = 3.0, 1.0 / 3.0, 2.0  # engineering defaults


def edge_of_view(
    before: PreparedTimepoint,
    after: PreparedTimepoint,
    component: Mask,
    own: Bools,
    hidden: Bools,
    spacing: tuple[float, float, float],
) -> str:
    """Why absence says nothing at the edge of what the earlier scan shows; empty elsewhere.

    A stripped scan ends at the brain, and cuts a vessel on its surface in half. In the first and
    last of thick slices what lies in one slice on one scan is spread over two on another.

    Parameters
    ----------
    before, after : PreparedTimepoint
        Both aligned.
    component : Mask
        On the T1c grid of `after`.
    own, hidden : (K, J, I) bool array
        The component, and tissue of the later scan that the earlier one leaves out, in one cut.
    spacing : tuple of float
        (k, j, i) in mm.
    """
    near = dilate(hidden, spacing, EDGE_MM)[own].mean() if hidden.any() else 0.0
    if near >= EDGE_SHARE:
        return f"it lies at the edge of what {before.id} shows"
    points = component.grid.index_to_lps(np.argwhere(component.array))
    inside = after.to_reference.transform.apply(points)
    there = before.to_reference.transform.inverse().apply(inside)
    for timepoint, placed in ((before, there), (after, points)):
        if _at_the_end(timepoint.timepoint.t1c.grid, placed):
            return f"it lies in the first or last slices of {timepoint.id}"
    return ""


def _at_the_end(grid: Grid, points_lps_mm: npt.NDArray[np.floating[Any]]) -> bool:
    spacing = spacing_kji(grid.spacing_mm)
    if not has_thick_slices(spacing):
        return False
    axis = int(np.argmax(spacing))
    number = float(np.median(grid.lps_to_index(points_lps_mm)[:, axis]))
    return not END_SLICES <= number <= grid.shape[axis] - 1 - END_SLICES
