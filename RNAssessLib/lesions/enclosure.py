"""A core is inside a rim: what enhancement does not close in is no core."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from RNAssessLib.case.numbers import in_cm3, in_mm
from RNAssessLib.evidence import Thresholds

from .morphology import Bools, box_around, close, distance_to, find_components

Spacing = tuple[float, float, float]
TOUCH_VOXELS, SLIT_VOXELS = 1.5, 2.0


def wall_share(core: Bools, rim: Bools, spacing: Spacing) -> float:
    """Share of the voxels around `core` that touch `rim`, 0 to 1.

    Parameters
    ----------
    core, rim : (K, J, I) bool array
        Disjoint; `core` has a margin of a voxel.
    spacing : tuple of float
        (k, j, i) in mm.
    """
    shell = ndimage.binary_dilation(core) & ~core
    if not shell.any() or not rim.any():
        return 0.0
    # an oblique or partly filled border leaves a voxel between core and rim
    reach = TOUCH_VOXELS * float(np.median(spacing))
    return float((distance_to(rim, spacing)[shell] <= reach).mean())


def keep_enclosed(
    core: Bools, rim: Bools, spacing: Spacing, thresholds: Thresholds | None = None
) -> Bools:
    """Parts of `core` that an enhancing rim closes in, in 3D and slice by slice.

    At least ``segmentation.core_wall_percent`` of a part's surface has to touch the rim: the rest
    is the gap that an open ring may have. In every slice half as much of its outline is asked for,
    or the slice is left out: above and below a core the rim may lie in the next slice. What floods
    along cortex or sulci meets enhancement on a few percent of its surface and is dropped whole.

    Parameters
    ----------
    core, rim : (K, J, I) bool array
        Candidate, and everything that enhances of this lesion.
    spacing : tuple of float
        (k, j, i) in mm.
    thresholds : Thresholds, optional

    Returns
    -------
    (K, J, I) bool array
        Empty wherever `rim` is.
    """
    thresholds = thresholds or Thresholds()
    out = np.zeros(core.shape, bool)
    box = box_around(core | rim, spacing, 2.0 * max(spacing))
    if box is None or not core.any() or not rim.any():
        return out
    wall, inner = rim[box], core[box] & ~rim[box]
    kept = np.zeros(inner.shape, bool)
    least = thresholds["segmentation.core_wall_percent"] / 100.0
    for part in find_components(inner):
        where, own = part.surrounded((2, 2, 2), inner.shape)
        if wall_share(own, wall[where], spacing) >= least:
            kept[where] |= _closed_slices(own, wall[where], spacing, 0.5 * least)
    out[box] = kept
    return out


def close_seam(core: Bools, rim: Bools, spacing: Spacing) -> Bools:
    """`core` with the seam between it and its rim.

    A cavity is outlined where it is dark, its rim from half height: what each leaves of the border
    between them, part of one and part of the other, is enclosed by both.

    Parameters
    ----------
    core, rim : (K, J, I) bool array
    spacing : tuple of float
        (k, j, i) in mm.
    """
    out = core & ~rim
    box = box_around(out, spacing, 2.0 * SLIT_VOXELS * max(spacing))
    if box is None:
        return out
    inner, wall = out[box], rim[box]
    between = close(inner | wall, spacing, SLIT_VOXELS * min(spacing)) & ~wall
    reach = SLIT_VOXELS * float(np.median(spacing))
    out[box] |= between & (distance_to(inner, spacing) <= reach)
    return out


def _closed_slices(own: Bools, wall: Bools, spacing: Spacing, least: float) -> Bools:
    """`own` without the slices in whose outline too little of the rim is met."""
    axis = int(np.argmax(spacing))
    across = np.expand_dims(ndimage.generate_binary_structure(2, 1), axis)
    shell = ndimage.binary_dilation(own, across) & ~own
    near = distance_to(wall, spacing) <= TOUCH_VOXELS * float(np.median(spacing))
    others = tuple(a for a in range(3) if a != axis)
    met = (shell & near).sum(axis=others) / np.maximum(shell.sum(axis=others), 1)
    good = np.expand_dims(met >= least, others)
    return np.asarray(own & good)


def explain_refusal(core: Bools, target: Bools, spacing: Spacing, thresholds: Thresholds) -> str:
    """Why a core found by itself is not believed beside its treated target; empty when it is.

    A lesion may outgrow its target, but a core wider than
    ``segmentation.core_to_target`` diameters of the target, and wider than the target by
    ``segmentation.core_growth_mm``, is more likely resection cavity, cyst or CSF.

    Parameters
    ----------
    core, target : (K, J, I) bool array
        Without a target nothing is refused.
    spacing : tuple of float
        (k, j, i) in mm.
    thresholds : Thresholds
    """
    voxel = float(np.prod(spacing)) / 1000.0
    volume, treated = np.count_nonzero(core) * voxel, np.count_nonzero(target) * voxel
    if volume == 0.0 or treated == 0.0:
        return ""
    own, other = ((6000.0 * v / np.pi) ** (1.0 / 3.0) for v in (volume, treated))
    widest = max(thresholds["segmentation.core_to_target"] * other,
                 other + thresholds["segmentation.core_growth_mm"])  # fmt: skip
    if own <= widest:
        return ""
    return (
        f"a core of {in_cm3(volume)} cm³ is not believed beside a treated target of "
        f"{in_cm3(treated)} cm³ "
        f"(as wide as a ball of {in_mm(own)} mm; at most {in_mm(widest)} mm)"
    )
