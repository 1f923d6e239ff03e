"""What a diameter owes to where the slices happened to cut the lesion."""

from __future__ import annotations

from itertools import product

import numpy as np

from RNAssessLib.case import Grid, Lesion, Mask, PreparedCase, PreparedTimepoint, RigidTransform
from RNAssessLib.lesions.diameters import Diameters, compute_diameters
from RNAssessLib.spatial.resampling import resample_mask


def compare_planes(
    prepared: PreparedCase,
    lesion: Lesion,
    timepoint: PreparedTimepoint,
    whole: Mask,
    own: Diameters,
) -> tuple[float, float]:
    """How far longest diameter and its perpendicular differ in the slices of the baseline, mm.

    RANO-BM measures in the slices of each scan. Thick slices that are tilted by some degrees cut
    another strip out of the same lesion: 34 and 54 mm on one real head given twice. The outline is
    therefore measured once more as the slices of the scan before treatment would have shown it.

    Parameters
    ----------
    prepared : PreparedCase
    lesion : Lesion
    timepoint : PreparedTimepoint
    whole : Mask
        Enhancement with core there, not empty.
    own : Diameters
        Of it, in its own slices.

    Returns
    -------
    tuple of float
        0 at the baseline itself, and where either scan is not aligned.
    """
    baseline = prepared.baseline(lesion)
    aligned = baseline.to_reference.is_usable and timepoint.to_reference.is_usable
    if baseline.id == timepoint.id or not aligned:
        return 0.0, 0.0
    there = timepoint.to_reference.transform.then(baseline.to_reference.transform.inverse())
    seen = resample_mask(whole, _slices_over(baseline.timepoint.t1c.grid, whole, there), there)
    if seen.is_empty:  # fits between two slices
        return own.longest_mm, own.perpendicular_mm
    cut = compute_diameters(seen)
    return (abs(cut.longest_mm - own.longest_mm), abs(cut.perpendicular_mm - own.perpendicular_mm))


def _slices_over(grid: Grid, mask: Mask, to_grid: RigidTransform) -> Grid:
    """The lattice's own slices, as far as a mask carried there and one voxel more reach.

    They go on beyond the image: what was not scanned then has a size all the same.
    """
    corners = np.array(list(product(*[(0, n - 1) for n in mask.grid.shape])))
    index = grid.lps_to_index(to_grid.apply(mask.grid.index_to_lps(corners)))
    low, high = np.floor(index.min(0)).astype(int) - 1, np.ceil(index.max(0)).astype(int) + 1
    x, y, z = (float(v) for v in grid.index_to_lps(low))
    k, j, i = (int(n) for n in high - low + 1)
    return Grid((k, j, i), (x, y, z), grid.spacing_mm, grid.direction)
