"""Enhancement, necrotic core and oedema of treated lesions on one timepoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Grid,
    Image,
    LesionMasks,
    Mask,
    MaskKind,
    MaskOrigin,
    SequenceRole,
    Vector,
)
from RNAssessLib.evidence import Thresholds

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LesionSeed:
    """Where a lesion is expected.

    Attributes
    ----------
    lesion_id : str
    center_lps_mm : tuple of float
        In the timepoint's T1c space.
    target : Mask
        Treated volume, on the T1c's grid.
    search : Mask
        Region in which enhancement belongs to this lesion (irradiated region), T1c's grid.
    """

    lesion_id: str
    center_lps_mm: Vector
    target: Mask
    search: Mask


@dataclass(frozen=True, eq=False)
class TimepointSegmentation:
    """Masks of one timepoint; `new_enhancement` belongs to no lesion."""

    lesions: Mapping[str, LesionMasks]
    new_enhancement: Mask


@dataclass(frozen=True, eq=False)
class TissueLevels:
    """Local white-matter level and where ordinary structures enhance.

    Attributes
    ----------
    white : mapping of SequenceRole to (K, J, I) float32 array
        Local white-matter signal (receive field included), per sequence.
    brain : Mask
    ordinary : (K, J, I) bool array
        Dura, sinuses, choroid plexus and what lies within reach of the brain's border.
    """

    white: Mapping[SequenceRole, FloatArray]
    brain: Mask
    ordinary: BoolArray


def segment_lesions(
    images: Mapping[SequenceRole, Image],
    levels: TissueLevels,
    seeds: Sequence[LesionSeed],
    *,
    given: Mapping[MaskKind, Mask] | None = None,
    thresholds: Thresholds | None = None,
) -> TimepointSegmentation:
    """Segment every lesion of a timepoint.

    Enhancement is T1c above a multiple of local white matter (and above the pre-contrast T1 where
    there is one). It belongs to the nearest lesion whose search region holds it, must not be an
    ordinary enhancing structure, and must not be tiny. The core is what enhancement encloses.
    Oedema is FLAIR hyperintensity connected to the lesion. Masks given by the user take
    precedence.

    Parameters
    ----------
    images : mapping of SequenceRole to Image
        All on the T1c's grid.
    levels : TissueLevels
    seeds : sequence of LesionSeed
    given : mapping of MaskKind to Mask, optional
    thresholds : Thresholds, optional
    """
    limits = thresholds or Thresholds()
    given = given or {}
    grid = images[SequenceRole.T1C].grid
    if MaskKind.ENHANCING in given:
        enhancing = given[MaskKind.ENHANCING].array
        origin = MaskOrigin.IMPORTED
    else:
        enhancing = _find_enhancement(images, levels, limits)
        origin = MaskOrigin.AUTOMATIC
    owner, rest = _assign(enhancing, seeds, levels, limits, grid, imported=bool(given))
    bright = _find_hyperintensity(images, levels, limits)
    lesions = {}
    for number, seed in enumerate(seeds, start=1):
        own = owner == number
        core = given[MaskKind.NECROTIC_CORE].array & _near(own, 6.0, grid) if (
            MaskKind.NECROTIC_CORE in given) else _find_core(own, grid, limits)  # fmt: skip
        masks = {
            MaskKind.ENHANCING: Mask(own & ~core, grid),
            MaskKind.NECROTIC_CORE: Mask(core, grid),
        }
        if MaskKind.OEDEMA in given:
            bright = given[MaskKind.OEDEMA].array
        if bright is not None:
            masks[MaskKind.OEDEMA] = Mask(_connected_oedema(bright, own | core, seed, grid), grid)
        error = 0.5 * float(np.linalg.norm(grid.spacing_mm))
        lesions[seed.lesion_id] = LesionMasks(masks, origin, error)
    return TimepointSegmentation(lesions, Mask(rest, grid))


def _smooth(array: FloatArray, grid: Grid, sigma_mm: float) -> FloatArray:
    sigma = [sigma_mm / s for s in grid.spacing_mm[::-1]]
    return np.asarray(ndimage.gaussian_filter(array, sigma), np.float32)


def _find_enhancement(
    images: Mapping[SequenceRole, Image], levels: TissueLevels, limits: Thresholds
) -> BoolArray:
    t1c = images[SequenceRole.T1C]
    ratio = _smooth(t1c.array, t1c.grid, 0.5) / np.maximum(levels.white[SequenceRole.T1C], 1e-6)
    enhancing = (ratio > limits["segmentation.enhancement_ratio"]) & levels.brain.array
    before = images.get(SequenceRole.T1)
    if before is not None and SequenceRole.T1 in levels.white:
        plain = _smooth(before.array, before.grid, 0.5) / np.maximum(
            levels.white[SequenceRole.T1], 1e-6
        )
        enhancing &= ratio - plain > limits["segmentation.uptake"]
    return np.asarray(enhancing)


def _assign(
    enhancing: BoolArray,
    seeds: Sequence[LesionSeed],
    levels: TissueLevels,
    limits: Thresholds,
    grid: Grid,
    *,
    imported: bool,
) -> tuple[npt.NDArray[np.int16], BoolArray]:
    """Number of the owning seed per voxel (0 none), and enhancement that belongs to none."""
    labels, count = ndimage.label(enhancing, np.ones((3, 3, 3)))
    owner = np.zeros(enhancing.shape, np.int16)
    rest = np.zeros(enhancing.shape, bool)
    if count == 0:
        return owner, rest
    smallest = max(limits["segmentation.smallest_cm3"] / grid.voxel_volume_cm3, 3)
    sizes = np.bincount(labels.ravel())
    boxes = ndimage.find_objects(labels)
    for number in range(1, count + 1):
        if sizes[number] < smallest and not imported:
            continue
        box = boxes[number - 1]
        own = labels[box] == number
        held = [float(s.search.array[box][own].mean()) for s in seeds]
        touching = [bool(s.target.array[box][own].any()) for s in seeds]
        ordinary = float(levels.ordinary[box][own].mean())
        if (
            not imported
            and not any(touching)
            and (ordinary > limits["segmentation.ordinary_share"] or _is_thin(own, grid))
        ):
            continue
        if not any(h > 0.3 or t for h, t in zip(held, touching, strict=True)):
            rest[box] |= own
            continue
        points = grid.index_to_lps(np.argwhere(own) + [s.start for s in box])
        gaps = np.stack([
            np.linalg.norm(points - np.asarray(s.center_lps_mm), axis=1) if held[n] > 0 or
            touching[n] else np.full(len(points), np.inf) for n, s in enumerate(seeds)
        ])  # fmt: skip
        nearest = gaps.argmin(axis=0) + 1
        if not imported:
            # a lesion that touches dura or a sinus must not drag them along
            ring = levels.ordinary[box][own] & ~_any_target(seeds, box)[own]
            nearest = np.where(ring, 0, nearest)
        view = owner[box]
        view[own] = nearest
    return owner, rest


def _any_target(seeds: Sequence[LesionSeed], box: tuple[slice, ...]) -> BoolArray:
    return np.asarray(np.logical_or.reduce([s.target.array[box] for s in seeds]))


def _is_thin(component: BoolArray, grid: Grid) -> bool:
    """Nowhere thicker than about two voxels while long: a vessel or a sheet."""
    padded = np.pad(component, 1)
    depth = ndimage.distance_transform_edt(padded, sampling=grid.spacing_mm[::-1])
    extent = np.asarray(component.shape) * np.asarray(grid.spacing_mm[::-1])
    return bool(depth.max() < 1.3 and extent.max() > 8.0)


def _near(mask: BoolArray, reach_mm: float, grid: Grid) -> BoolArray:
    if not mask.any():
        return mask
    distance = ndimage.distance_transform_edt(~mask, sampling=grid.spacing_mm[::-1])
    return np.asarray(distance <= reach_mm)


def _find_core(enhancing: BoolArray, grid: Grid, limits: Thresholds) -> BoolArray:
    """Not enhancing, enclosed by enhancement; small gaps of the rim are bridged."""
    core = np.zeros(enhancing.shape, bool)
    if not enhancing.any():
        return core
    box = ndimage.find_objects(enhancing.astype(np.uint8))[0]
    margin = 6
    wide = tuple(slice(max(s.start - margin, 0), s.stop + margin) for s in box)
    own = enhancing[wide]
    bridge = limits["segmentation.rim_gap_mm"]
    spacing = grid.spacing_mm[::-1]
    outside = ndimage.distance_transform_edt(~own, sampling=spacing)
    closed = outside <= bridge
    filled = ndimage.binary_fill_holes(closed)
    back = ndimage.distance_transform_edt(filled, sampling=spacing) > bridge
    core[wide] = (back | ndimage.binary_fill_holes(own)) & ~own
    labels, _ = ndimage.label(core[wide])
    sizes = np.bincount(labels.ravel())
    small = np.flatnonzero(sizes * grid.voxel_volume_cm3 < limits["segmentation.smallest_cm3"])
    core[wide] &= ~np.isin(labels, small)
    return core


def _find_hyperintensity(
    images: Mapping[SequenceRole, Image], levels: TissueLevels, limits: Thresholds
) -> BoolArray | None:
    flair = images.get(SequenceRole.FLAIR)
    if flair is None or SequenceRole.FLAIR not in levels.white:
        return None
    ratio = _smooth(flair.array, flair.grid, 0.7) / np.maximum(
        levels.white[SequenceRole.FLAIR], 1e-6
    )
    return np.asarray((ratio > limits["segmentation.flair_ratio"]) & levels.brain.array)


def _connected_oedema(
    bright: BoolArray, lesion: BoolArray, seed: LesionSeed, grid: Grid
) -> BoolArray:
    """Hyperintensity within reach of the lesion, together with the lesion itself."""
    start = lesion | seed.target.array
    labels, _ = ndimage.label(bright)
    touched = set(np.unique(labels[_near(start, 4.0, grid)])) - {0}
    reach = _near(start, 45.0, grid)
    found = np.isin(labels, sorted(touched)) & reach
    return np.asarray(found | lesion) if touched else np.asarray(lesion)
