"""Two scans of one place, each as the other's slices would have shown it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from RNAssessLib.case import Grid, PreparedTimepoint, RigidTransform
from RNAssessLib.lesions.morphology import Floats, spacing_kji
from RNAssessLib.lesions.thick_slices import has_thick_slices
from RNAssessLib.spatial.resampling import resample_array

BLUR_PER_MM = 0.35  # Gaussian of a slice profile: a box of width w has 0.29 w
FINEST_MM, MOST_PARTS = 0.8, 8


def as_sampled(
    now: Floats,
    part: Grid,
    carry: RigidTransform,
    after: PreparedTimepoint,
    before: PreparedTimepoint,
) -> Floats:
    """The later image as the earlier scan would have shown it here.

    Thick slices that lie between those of the later scan show a thin vessel in part, and once more
    in part where they are interpolated: the later image goes the same way, through the earlier
    scan's lattice.
    """
    there = before.timepoint.t1c.grid
    if not has_thick_slices(spacing_kji(there.spacing_mm)):
        return _at_coarser(now, after, before)
    back = carry.inverse()
    there = _around(there, part, back)
    seen = slices_of(now, part, there, back, parts_of_a_slice(after, before))
    return resample_array(seen, there, part, carry)


def _around(grid: Grid, part: Grid, carry: RigidTransform) -> Grid:
    """The cut of a lattice that holds another one."""
    ends = np.meshgrid(*[(0, n - 1) for n in part.shape], indexing="ij")
    points = part.index_to_lps(np.stack(ends, axis=-1).reshape(-1, 3))
    index = grid.lps_to_index(carry.apply(points))
    first = np.clip(np.floor(index.min(axis=0)).astype(int) - 1, 0, np.array(grid.shape) - 1)
    last = np.clip(np.ceil(index.max(axis=0)).astype(int) + 2, first + 1, grid.shape)
    k, j, i = (slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    return grid.crop((k, j, i))


def _at_coarser(now: Floats, after: PreparedTimepoint, before: PreparedTimepoint) -> Floats:
    """The later image as blurred as the earlier one's slices are thick."""
    excess = _thickness(before) ** 2 - _thickness(after) ** 2
    if excess <= 0.5:
        return now
    sigma = BLUR_PER_MM * float(np.sqrt(excess))
    spacing = spacing_kji(after.timepoint.t1c.grid.spacing_mm)
    return np.asarray(ndimage.gaussian_filter(now, [sigma / s for s in spacing]))


def parts_of_a_slice(before: PreparedTimepoint, after: PreparedTimepoint) -> int:
    """How many of the earlier scan's samples fit into one slice of the later one."""
    excess = _thickness(after) ** 2 - _thickness(before) ** 2
    if excess <= 0.5:
        return 1
    finest = max(min(before.timepoint.t1c.grid.spacing_mm), FINEST_MM)
    return min(int(np.ceil(_thickness(after) / finest)), MOST_PARTS)


def slices_of(
    source: Floats, grid: Grid, target: Grid, carry: RigidTransform, parts: int
) -> Floats:
    """A finer scan at the voxels of a thicker one, averaged over its slices and not within them.

    Blurred in all directions alike, a vessel would lose the contrast that it has on thick slices.
    """
    if parts < 2:
        return resample_array(source, grid, target, carry)
    axis = int(np.argmax(target.spacing_mm))  # i, j, k
    shape, spacing = list(target.shape), list(target.spacing_mm)
    first = np.zeros(3)
    first[2 - axis] = 0.5 / parts - 0.5
    x, y, z = (float(v) for v in target.index_to_lps(first))
    shape[2 - axis] *= parts
    spacing[axis] /= parts
    (a, b, c), (u, v, w) = shape, spacing
    fine = Grid((a, b, c), (x, y, z), (u, v, w), target.direction)
    sampled = resample_array(source, grid, fine, carry)
    cells = list(target.shape)
    cells.insert(3 - axis, parts)
    return np.asarray(sampled.reshape(cells).mean(axis=3 - axis), np.float32)


def _thickness(timepoint: PreparedTimepoint) -> float:
    return max(timepoint.timepoint.t1c.grid.spacing_mm)
