"""The part of the common grid around one lesion, where scans are compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Anatomy,
    Grid,
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedCourse,
    PreparedTimepoint,
)
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.parts import box_of
from RNAssessLib.spatial.resampling import resample_array

from .memory import remembered

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.floating[Any]]
HALF = 0.5
COMMON_VOXEL_MM = 1.0
BLOCK = 8


@dataclass(frozen=True, eq=False)
class Workspace:
    """Crop of the common grid.

    Attributes
    ----------
    prepared : PreparedCase
    slices : tuple of slice
        Into arrays on ``prepared.common_grid``.
    """

    prepared: PreparedCase
    slices: tuple[slice, slice, slice]

    @cached_property
    def grid(self) -> Grid:
        """Lattice of the crop; its voxels are voxels of the common grid."""
        return self.prepared.common_grid.crop(self.slices)

    @property
    def spacing_kji(self) -> tuple[float, float, float]:
        """Spacing along the array axes, mm."""
        i, j, k = self.grid.spacing_mm
        return k, j, i

    @property
    def corner(self) -> tuple[int, ...]:
        """First and last index along each axis."""
        return tuple(n for s in self.slices for n in (s.start, s.stop))

    @cached_property
    def anatomy(self) -> Anatomy:
        """Anatomy of the crop.

        Raises
        ------
        NotAssessableError
            When the case has none.
        """
        full = self.prepared.anatomy
        if full is None:
            why = self.prepared.why_no_anatomy or "no atlas could be placed"
            raise NotAssessableError(f"the anatomy is not known: {why}; give a label map")
        return replace(
            full,
            grid=self.grid,
            compartments=full.compartments[self.slices],
            dura=None if full.dura is None else full.dura[self.slices],
            tissue=full.tissue[self.slices],
        )

    def carry(self, mask: Mask, timepoint: PreparedTimepoint) -> BoolArray:
        """Mask from a timepoint's native grid, resampled once."""
        box = box_of(mask.array, margin=2)  # beyond it there is nothing to sample
        if box is None:
            return np.zeros(self.grid.shape, bool)
        transform = timepoint.to_reference.transform
        share = resample_array(mask.array[box], mask.grid.crop(box), self.grid, transform)
        return np.asarray(share >= HALF)

    def whole(self, timepoint: PreparedTimepoint, lesion: Lesion) -> BoolArray:
        """Enhancement with its core."""
        key = ("carried", lesion.id, self.prepared.common_grid, self.corner)
        return remembered(
            timepoint, key, lambda: self.carry(whole_mask(timepoint, lesion), timepoint)
        )

    def embed(self, array: BoolArray) -> Mask:
        """Put an array of the crop back on the whole common grid."""
        full = np.zeros(self.prepared.common_grid.shape, bool)
        full[self.slices] = array
        return Mask(full, self.prepared.common_grid)


def whole_mask(timepoint: PreparedTimepoint, lesion: Lesion) -> Mask:
    """Enhancement with its core, native grid."""
    masks = timepoint.lesions[lesion.id]
    return remembered(
        timepoint,
        ("whole", lesion.id),
        lambda: Mask(masks.enhancing.array | masks.necrotic_core.array, masks.enhancing.grid),
    )


def volume_error_cm3(timepoint: PreparedTimepoint, lesion: Lesion) -> float:
    """Measured ± of the volume of `whole_mask`, cm³; 0 for outlines that were drawn.

    Whoever draws an outline on two scans has compared them; there change counts as it always did.
    """
    spread = timepoint.lesions[lesion.id].spread
    return 0.0 if spread is None else spread.with_core_cm3


def open_workspace(prepared: PreparedCase, lesion: Lesion, reach_mm: float) -> Workspace:
    """Crop that holds the lesion at every aligned timepoint and `reach_mm` around it."""
    grid = prepared.common_grid
    center = np.asarray(lesion.center_lps_mm)
    corners = [center - lesion.radius_mm, center + lesion.radius_mm]
    for timepoint in prepared.timepoints:
        mask = whole_mask(timepoint, lesion)
        if mask.is_empty or not timepoint.to_reference.is_usable:
            continue
        points = remembered(timepoint, ("corners", lesion.id), partial(_box_corners, mask))
        moved = timepoint.to_reference.transform.apply(points)
        corners += [moved.min(axis=0), moved.max(axis=0)]
    low, high = np.min(corners, axis=0) - reach_mm, np.max(corners, axis=0) + reach_mm
    ends = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1])
                     for z in (low[2], high[2])])  # fmt: skip
    index = grid.lps_to_index(ends)
    # whole blocks: a small edit of an outline leaves the crop, and what was measured in it, alone
    first = BLOCK * np.floor(index.min(axis=0) / BLOCK).astype(int)
    last = BLOCK * np.ceil((index.max(axis=0) + 1) / BLOCK).astype(int)
    start = np.clip(first, 0, np.asarray(grid.shape) - 1)
    stop = np.clip(last, start + 1, grid.shape)
    k, j, i = (slice(int(a), int(b)) for a, b in zip(start, stop, strict=True))
    return Workspace(prepared, (k, j, i))


def _box_corners(mask: Mask) -> FloatArray:
    ranges = []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        used = np.flatnonzero(mask.array.any(axis=others))
        ranges.append((int(used[0]), int(used[-1])))
    index = np.array([[k, j, i] for k in ranges[0] for j in ranges[1] for i in ranges[2]])
    return mask.grid.index_to_lps(index)


def change_tolerance_mm(
    before: PreparedTimepoint, after: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> float:
    """How far two outlines may differ without any change of the lesion.

    Expected errors of both registrations and both outlines, added in quadrature and widened; half
    a voxel on top, because depth is counted from voxel centre to voxel centre.
    """
    errors = [
        error
        for timepoint in (before, after)
        for error in (
            timepoint.to_reference.quality.expected_error_mm,
            timepoint.lesions[lesion.id].boundary_error_mm,
        )
    ]
    factor = thresholds["comparison.tolerance_factor"]
    return float(factor * np.sqrt(np.sum(np.square(errors)))) + HALF * COMMON_VOXEL_MM


def dose_at(placed: PreparedCourse, points_reference_mm: npt.ArrayLike) -> FloatArray:
    """Dose in Gy at points (..., 3) of the reference space.

    Raises
    ------
    NotAssessableError
        When the course has no dose or it could not be placed.
    """
    if placed.course.dose is None:
        raise NotAssessableError(f"no dose of course {placed.course.id}; give its RTDOSE")
    if placed.to_reference is None or not placed.to_reference.is_usable:
        why = placed.why_unplaced or "its registration failed"
        raise NotAssessableError(f"the dose of course {placed.course.id} is not placed: {why}")
    points = placed.to_reference.transform.inverse().apply(points_reference_mm)
    return DoseField(placed.course.dose).at(points)


def prescription_of(lesion: Lesion) -> float:
    """Prescription dose in Gy; raises NotAssessableError when no target states one."""
    for target in lesion.targets:
        if target.prescription_gy:
            return target.prescription_gy
    raise NotAssessableError(f"no prescription dose for {lesion.name}")
