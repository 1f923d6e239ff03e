"""A core is inside a rim: what enhancement does not close in is no core."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case.numbers import in_cm3, in_mm
from RNAssessLib.evidence import Thresholds

from .morphology import Bools, box_around, close, distance_to, find_components
from .thick_slices import has_thick_slices

Spacing = tuple[float, float, float]
TOUCH_VOXELS, SLIT_VOXELS = 1.5, 2.0
CAP_SHARE = 0.5  # engineering default


def wall_share(core: Bools, rim: Bools, spacing: Spacing) -> float:
    """Share of the surface of `core` that touches `rim`, 0 to 1.

    Surface is counted in mm²: in slices of 5 mm most voxels around a core lie above and below it
    and stand for little of its surface.

    Parameters
    ----------
    core, rim : (K, J, I) bool array
        Disjoint; `core` has a margin of a voxel.
    spacing : tuple of float
        (k, j, i) in mm.
    """
    if not core.any() or not rim.any():
        return 0.0
    # an oblique or partly filled border leaves a voxel between core and rim
    near = distance_to(rim, spacing) <= TOUCH_VOXELS * float(np.median(spacing))
    met = whole = 0.0
    for axis, step in enumerate(spacing):
        area = float(np.prod(spacing)) / step
        for inside, outside, touched in _faces(core, near, axis):
            face = inside & ~outside
            whole += area * np.count_nonzero(face)
            met += area * np.count_nonzero(face & touched)
    return met / whole if whole else 0.0


def keep_enclosed(
    core: Bools, rim: Bools, spacing: Spacing, thresholds: Thresholds | None = None
) -> Bools:
    """Parts of `core` that an enhancing rim closes in, in 3D and slice by slice.

    At least ``segmentation.core_wall_percent`` of a part's surface has to touch the rim: the rest
    is the gap that an open ring may have. In every slice half as much of the outline of each piece
    is asked for, or the piece is left out: above and below a core the rim may lie in the next
    slice. What floods along cortex or sulci meets enhancement on a few percent of its surface and
    is dropped whole.

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
    """`own` without what meets too little of the rim within its slice, piece by piece.

    In thick slices a sulcus hangs on a cavity by the slice between them: its own outline tells.
    One slice above and below what is closed in belongs to it as far as it lies over it.
    """
    axis = int(np.argmax(spacing))
    plane = ndimage.generate_binary_structure(3, 1)
    plane[tuple((0, 2) if a == axis else slice(None) for a in range(3))] = False
    pieces, count = ndimage.label(own, plane)
    near = distance_to(wall, spacing) <= TOUCH_VOXELS * float(np.median(spacing))
    met, whole = np.zeros(count + 1), np.zeros(count + 1)
    for across in (a for a in range(3) if a != axis):
        length = float(np.prod(spacing)) / (spacing[axis] * spacing[across])
        for numbers, outside, touched in _faces(pieces, near, across):
            face = (numbers > 0) & (outside == 0)
            whole += length * np.bincount(numbers[face], minlength=count + 1)
            met += length * np.bincount(numbers[face & touched], minlength=count + 1)
    closed = met >= least * whole
    kept = own & closed[pieces]
    if has_thick_slices(spacing):
        # a cap: the wall between it and the brain lies across its slice, and thins out in it
        over = _next_to(kept, axis)
        capped = np.bincount(pieces[over], minlength=count + 1)
        sizes = np.bincount(pieces.ravel(), minlength=count + 1)
        kept |= own & over & (capped >= CAP_SHARE * sizes)[pieces]
    return np.asarray(kept)


def _next_to(kept: Bools, axis: int) -> Bools:
    """What lies one slice above or below."""
    out = np.zeros(kept.shape, bool)
    here, there = np.moveaxis(kept, axis, 0), np.moveaxis(out, axis, 0)
    there[1:] |= here[:-1]
    there[:-1] |= here[1:]
    return out


def _faces(
    inside: npt.NDArray[Any], near: Bools, axis: int
) -> Iterator[tuple[npt.NDArray[Any], npt.NDArray[Any], Bools]]:
    """Voxels and their neighbours along an axis, either way, with what is `near` there."""
    here, there = (np.moveaxis(a, axis, 0) for a in (inside, near))
    yield here[:-1], here[1:], there[1:]
    yield here[1:], here[:-1], there[:-1]


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
