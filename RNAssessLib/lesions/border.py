"""Levels between which the border of one lesion lies, and the lesion's volume by that rule.

One rule for every examination: a voxel belongs to the lesion from halfway between the local level
of the lesion and that of what surrounds it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Grid,
    Lesion,
    LesionMasks,
    Mask,
    MaskKind,
    PreparedTimepoint,
    RigidTransform,
    SequenceRole,
)

from .enhancement import EDGE_SIGMA_MM, GROUND_SIGMA_MM, PEAK_MM
from .morphology import Bools, Box, Floats, dilate, smooth_within, spacing_kji

MARGIN_MM = 24.0
LEVEL_SIGMA_MM, NEAR_MM = 1.0, 1.5
FEWEST_GROUND = 0.05  # weight of surroundings below which white matter stands for them


@dataclass(frozen=True, eq=False)
class LesionView:
    """One lesion at one timepoint, cut out of its native T1c grid.

    Attributes
    ----------
    box : tuple of slice
        Into arrays on the T1c's grid.
    grid : Grid
        Of the cut.
    values : (K, J, I) float32 array
        T1c in units of white matter, lightly smoothed within thin slices.
    brain, enhancing, core, others : (K, J, I) bool array
        `others` belongs to other lesions.
    to_reference : RigidTransform
    rise, excess : (K, J, I) float32 array or None
        Of the timepoint's `UptakeMap`; None without one.
    """

    box: Box
    grid: Grid
    values: Floats
    brain: Bools
    enhancing: Bools
    core: Bools
    others: Bools
    to_reference: RigidTransform
    rise: Floats | None = None
    excess: Floats | None = None

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Along (k, j, i), mm."""
        return spacing_kji(self.grid.spacing_mm)

    @property
    def whole(self) -> Bools:
        """Enhancement with core."""
        return self.enhancing | self.core


def outline_points(timepoint: PreparedTimepoint, lesion: Lesion) -> npt.NDArray[np.float64]:
    """Corners of the box of a lesion's outline (not empty) in the reference space."""
    masks = timepoint.lesions[lesion.id]
    whole = masks.enhancing.array | masks.necrotic_core.array
    box = ndimage.find_objects(whole.astype(np.uint8))[0]
    ends = [(s.start, s.stop - 1) for s in box]
    index = np.array(np.meshgrid(*ends)).reshape(3, -1).T
    points = masks.enhancing.grid.index_to_lps(index)
    return np.asarray(timepoint.to_reference.transform.apply(points))


def cut_view(
    timepoint: PreparedTimepoint,
    lesion: Lesion,
    points_mm: npt.NDArray[np.floating],
    margin_mm: float = MARGIN_MM,
) -> LesionView | None:
    """Cut a lesion out with a margin around points of the reference space.

    None where its image does not reach them or white matter's level is not known.
    """
    level = timepoint.white_matter_level.get(SequenceRole.T1C)
    grid = timepoint.timepoint.t1c.grid
    spacing = spacing_kji(grid.spacing_mm)
    index = grid.lps_to_index(timepoint.to_reference.transform.inverse().apply(points_mm))
    reach = np.ceil(margin_mm / np.asarray(spacing))
    first = np.clip(np.floor(index.min(axis=0) - reach), 0, None).astype(int)
    last = np.minimum(np.ceil(index.max(axis=0) + reach) + 1, grid.shape).astype(int)
    if not level or np.any(last - first < 3):
        return None
    k, j, i = (slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    box = (k, j, i)
    array = timepoint.timepoint.t1c.array[box] / np.float32(level)
    blur = [EDGE_SIGMA_MM / s if s < 2 * EDGE_SIGMA_MM + 0.5 else 0.0 for s in spacing]
    others = np.zeros(array.shape, bool)
    for name, masks in timepoint.lesions.items():
        if name != lesion.id:
            others |= masks.enhancing.array[box] | masks.necrotic_core.array[box]
    own, uptake = timepoint.lesions[lesion.id], timepoint.uptake
    return LesionView(
        box,
        grid.crop(box),
        np.asarray(ndimage.gaussian_filter(array, blur, truncate=2.0), np.float32),
        timepoint.brain.array[box],
        own.enhancing.array[box],
        own.necrotic_core.array[box],
        others,
        timepoint.to_reference.transform,
        None if uptake is None else np.asarray(uptake.rise[box], np.float32),
        None if uptake is None else np.asarray(uptake.excess[box], np.float32),
    )


def halfway(
    values: Floats,
    enhancing: Bools,
    brain: Bools,
    spacing: tuple[float, float, float],
    fraction: float = 0.5,
    plain: float = 1.0,
) -> Floats:
    """Level halfway between the lesion and its surroundings, at every voxel near it.

    Parameters
    ----------
    values : (K, J, I) array
    enhancing, brain : (K, J, I) bool array
    spacing : tuple of float
    fraction : float
        Of the way from the surroundings to the lesion; one half is where a blurred edge lies.
    plain : float
        Value of white matter, which stands for surroundings that are not seen.

    Returns
    -------
    (K, J, I) float32 array
        Infinite where no enhancement is near.
    """
    near = dilate(enhancing, spacing, NEAR_MM * float(np.median(spacing)))
    size = [max(2 * round(PEAK_MM / s) + 1, 3) for s in spacing]
    peak = ndimage.maximum_filter(np.where(enhancing, values, 0.0), size)
    level, _ = smooth_within(peak, enhancing, [LEVEL_SIGMA_MM / s for s in spacing])
    level = np.where(enhancing, np.minimum(peak, level), peak)
    ground, seen = smooth_within(values, brain & ~near, [GROUND_SIGMA_MM / s for s in spacing])
    share = np.clip(seen / FEWEST_GROUND, 0.0, 1.0)
    ground = np.minimum(ground * share + plain * (1.0 - share), level)
    cut = ground + fraction * (level - ground)
    return np.asarray(np.where(peak > 0, cut, np.inf), np.float32)


def with_parts(masks: LesionMasks, view: LesionView, enhancing: Bools, core: Bools) -> LesionMasks:
    """Masks with other parts inside the cut; oedema goes on to hold the lesion."""
    grid = masks.enhancing.grid
    arrays = {k: m.array.copy() for k, m in masks.masks.items()}
    arrays[MaskKind.ENHANCING][view.box] = enhancing
    arrays[MaskKind.NECROTIC_CORE][view.box] = core
    if MaskKind.OEDEMA in arrays:
        arrays[MaskKind.OEDEMA][view.box] |= enhancing | core
    made = {kind: Mask(array, grid) for kind, array in arrays.items()}
    return replace(masks, masks=made, spread=None)


def redrawn(
    timepoint: PreparedTimepoint, lesion: Lesion, view: LesionView, enhancing: Bools, core: Bools
) -> PreparedTimepoint:
    """Timepoint with other parts of a lesion inside the cut, which belong to it alone now."""
    masks = with_parts(timepoint.lesions[lesion.id], view, enhancing, core)
    rest = timepoint.new_enhancement.array.copy()
    rest[view.box] &= ~(enhancing | core)
    return replace(
        timepoint,
        lesions={**timepoint.lesions, lesion.id: masks},
        new_enhancement=Mask(rest, timepoint.new_enhancement.grid),
    )
