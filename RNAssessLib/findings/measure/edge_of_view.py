"""Where an earlier scan ends: what it does not show there was not absent."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, Mask, PreparedTimepoint
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.morphology import Bools, dilate, spacing_kji
from RNAssessLib.lesions.thick_slices import has_thick_slices


def edge_of_view(
    before: PreparedTimepoint,
    after: PreparedTimepoint,
    component: Mask,
    own: Bools,
    hidden: Bools,
    spacing: tuple[float, float, float],
    thresholds: Thresholds,
) -> str:
    """Why absence says nothing at the edge of what the earlier scan shows; empty elsewhere.

    A stripped scan ends at the brain, and cuts a vessel on its surface in half. In the first and
    last of thick slices what lies in one slice on one scan is spread over two on another; so it is
    in the slice beside what is left out.

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
    thresholds : Thresholds
    """
    reach = thresholds["comparison.edge_mm"]
    near = _close_to(hidden, spacing, reach)[own].mean() if hidden.any() else 0.0
    if near >= thresholds["comparison.edge_share"]:
        return f"it lies at the edge of what {before.id} shows"
    points = component.grid.index_to_lps(np.argwhere(component.array))
    inside = after.to_reference.transform.apply(points)
    there = before.to_reference.transform.inverse().apply(inside)
    for timepoint, placed in ((before, there), (after, points)):
        grid = timepoint.timepoint.t1c.grid
        if _at_the_end(grid, placed, thresholds["comparison.end_slices"]):
            return f"it lies in the first or last slices of {timepoint.id}"
    return ""


def _close_to(hidden: Bools, spacing: tuple[float, float, float], reach_mm: float) -> Bools:
    """Voxels this near to what is left out; of thick slices the next one, which touches it."""
    near = dilate(hidden, spacing, reach_mm)
    if has_thick_slices(spacing):
        along = int(np.argmax(spacing))
        line = np.ones([3 if axis == along else 1 for axis in range(3)], bool)
        near |= ndimage.binary_dilation(hidden, line)
    return near


def _at_the_end(grid: Grid, points_lps_mm: npt.NDArray[np.floating[Any]], slices: float) -> bool:
    spacing = spacing_kji(grid.spacing_mm)
    if not has_thick_slices(spacing):
        return False
    axis = int(np.argmax(spacing))
    number = float(np.median(grid.lps_to_index(points_lps_mm)[:, axis]))
    return not slices <= number <= grid.shape[axis] - 1 - slices
