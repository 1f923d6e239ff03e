"""Lesions, white matter and unassigned enhancement of one aligned timepoint."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.anatomy import carry_anatomy
from RNAssessLib.case import (
    Anatomy,
    Grid,
    Lesion,
    Mask,
    PreparedCourse,
    PreparedTimepoint,
)
from RNAssessLib.dosimetry.placement import compute_dose_on
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.given_parts import keep_given_core
from RNAssessLib.lesions.levels import find_white_matter
from RNAssessLib.lesions.seeds import LesionSeed
from RNAssessLib.lesions.segmentation import segment_lesions
from RNAssessLib.lesions.targets import target_mask

from .align import AlignedTimepoint

SEARCH_REACH = 2.5  # margins from the target, as far as the dose may lead


def segment_timepoint(
    item: AlignedTimepoint,
    lesions: Sequence[Lesion],
    courses: Sequence[PreparedCourse],
    anatomy: Anatomy | None,
    common: Grid,
    limits: Thresholds,
) -> PreparedTimepoint:
    """Find lesions, white matter and enhancement that belongs to no lesion at one timepoint.

    Parameters
    ----------
    item : AlignedTimepoint
    lesions : sequence of Lesion
    courses : sequence of PreparedCourse
        Their dose says where to look.
    anatomy : Anatomy or None
        On `common`.
    common : Grid
        Common grid of the case.
    limits : Thresholds
    """
    grid = item.timepoint.t1c.grid
    to_native = item.to_reference.transform.inverse()
    seeds = [_seed(lesion, lesions, courses, item, grid, limits) for lesion in lesions]
    lesion_area = np.zeros(grid.shape, bool)
    for seed in seeds:
        lesion_area |= seed.search.array
    white = find_white_matter(
        item.timepoint.t1c, item.brain, anatomy, common, to_native, lesion_area
    )
    own = None if anatomy is None else carry_anatomy(anatomy, grid, to_native)
    found = segment_lesions(
        item.images, item.brain, seeds, given=item.timepoint.masks, anatomy_on_t1c=own,
        thresholds=limits,
    )  # fmt: skip
    found = keep_given_core(found, item.timepoint.masks)
    nawm = white & ~lesion_area
    for masks in found.lesions.values():
        if masks.oedema is not None:
            nawm &= ~ndimage.binary_dilation(masks.oedema.array, iterations=3)
    levels = {
        role: float(np.median(image.array[nawm]))
        for role, image in item.images.items()
        if nawm.any()
    }
    return PreparedTimepoint(
        timepoint=item.timepoint,
        images=item.images,
        to_t1c=item.to_t1c,
        to_reference=item.to_reference,
        brain=item.brain,
        nawm=Mask(nawm, grid),
        white_matter_level=levels,
        lesions=found.lesions,
        new_enhancement=found.new_enhancement,
        refused=found.refused,
        uptake=found.uptake,
    )


def _box_around(
    target: Mask, center_mm: npt.NDArray[np.floating], reach_mm: float
) -> tuple[slice, slice, slice]:
    """Box of a target, or of its centre where no voxel is left of it, widened by `reach_mm`."""
    grid = target.grid
    index = np.argwhere(target.array)
    if len(index) == 0:
        index = np.rint(grid.lps_to_index(center_mm))[None, :].astype(int)
        index = np.clip(index, 0, np.asarray(grid.shape) - 1)
    reach = np.ceil(reach_mm / np.asarray(grid.spacing_mm[::-1])).astype(int) + 1
    low, high = index.min(axis=0) - reach, index.max(axis=0) + reach + 1
    k, j, i = (slice(max(int(a), 0), int(b)) for a, b in zip(low, high, strict=True))
    return k, j, i


def _seed(
    lesion: Lesion,
    lesions: Sequence[Lesion],
    courses: Sequence[PreparedCourse],
    item: AlignedTimepoint,
    grid: Grid,
    limits: Thresholds,
) -> LesionSeed:
    """Region of one lesion on a timepoint's T1c grid; nearest lesion wins where they overlap."""
    to_native = item.to_reference.transform.inverse()
    center = to_native.apply(lesion.center_lps_mm)
    treated = [c for c in courses if lesion.targets_in(c.course.id)]
    masks = [target_mask(c, lesion, grid, item.to_reference.transform) for c in treated]
    target = Mask(np.logical_or.reduce([m.array for m in masks]), grid)  # of repeat courses: all
    margin = limits["segmentation.search_margin_mm"]
    search = np.zeros(grid.shape, bool)
    # nothing beyond this box can be in the search region
    box = _box_around(target, center, SEARCH_REACH * margin)
    part_grid = grid.crop(box)
    distance = ndimage.distance_transform_edt(
        ~target.array[box], sampling=grid.spacing_mm[::-1]
    ) if target.array[box].any() else np.full(part_grid.shape, np.inf)  # fmt: skip
    near = _treated_region(lesion, treated, item, part_grid, distance, limits)
    if len(lesions) > 1:
        index = np.argwhere(near)
        points = part_grid.index_to_lps(index)
        own = np.linalg.norm(points - center, axis=1)
        for other in lesions:
            if other is lesion:
                continue
            gap = np.linalg.norm(points - to_native.apply(other.center_lps_mm), axis=1)
            near[tuple(index[gap < own].T)] = False
    search[box] = near
    x, y, z = (float(v) for v in center)
    return LesionSeed(lesion.id, (x, y, z), target, Mask(search, grid))


def _treated_region(
    lesion: Lesion,
    treated: Sequence[PreparedCourse],
    item: AlignedTimepoint,
    grid: Grid,
    distance: npt.NDArray[np.floating],
    limits: Thresholds,
) -> npt.NDArray[np.bool_]:
    """Where any course gave the lesion's share of its prescription, else a margin around it."""
    margin = limits["segmentation.search_margin_mm"]
    share = limits["segmentation.search_dose_percent"] / 100.0
    dosed = []
    for placed in treated:
        own = lesion.targets_in(placed.course.id)
        prescription = next((t.prescription_gy for t in own if t.prescription_gy), None)
        if prescription and placed.course.dose is not None:
            dose = compute_dose_on(placed, grid, item.to_reference.transform)
            dosed.append((dose >= share * prescription) & (distance <= SEARCH_REACH * margin))
    if not dosed:
        return np.asarray(distance <= margin)
    return np.asarray(np.logical_or.reduce([*dosed, distance <= 3.0]))
