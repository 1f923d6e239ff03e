"""Thickness of the enhancing rim, and solid parts of it (LA25 §2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, Lesion, Mask, PreparedTimepoint
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.morphology import box_around, spacing_kji
from RNAssessLib.lesions.parts import largest_part, parts_of
from RNAssessLib.spatial.resampling import resample_array

from .hollow_nodule import find_hollow_nodules, fit_balls
from .memory import changed_by_reader, remembered
from .workspace import HALF, whole_mask

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.floating[Any]]
FINE_MM = 0.6
MARGIN_MM = 3.0


@dataclass(frozen=True, eq=False)
class Rim:
    """Rim of the lesion's largest part.

    Attributes
    ----------
    timepoint : PreparedTimepoint
    volume_cm3, core_cm3 : float
        That part with core, and its core.
    median_mm, p95_mm : float or None
        Rim thickness over the outer surface; None without a core.
    thin_share : float
        Share of the outer surface where the rim is thin; 0 without a core.
    solid_cm3 : float
        Enhancing volume of the parts as thick as a nodule, hollow ones among them.
    solid : Mask
        Those parts, T1c grid.
    other_parts : int
        Further separate parts, not measured here; specks are none.
    """

    timepoint: PreparedTimepoint
    volume_cm3: float
    core_cm3: float
    median_mm: float | None
    p95_mm: float | None
    thin_share: float
    solid_cm3: float
    solid: Mask
    other_parts: int

    @property
    def has_core(self) -> bool:
        """Whether there is a rim at all."""
        return self.median_mm is not None

    @property
    def diameter_mm(self) -> float:
        """Diameter of the sphere of the same volume."""
        return float(20.0 * (3.0 * self.volume_cm3 / (4.0 * np.pi)) ** (1 / 3))


def measure_rim(timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds) -> Rim | None:
    """Measure the largest part on a fine lattice; None when nothing enhances.

    Thickness is the distance from the outer surface to the core: exact for a shell, and it grows
    over a nodule. A solid part is where a ball of the nodule's diameter fits into enhancement, or
    into a bulge of the wall with a small centre of its own (`find_hollow_nodules`).
    """
    key = ("rim", lesion.id, changed_by_reader(thresholds))
    return remembered(timepoint, key, lambda: _measure(timepoint, lesion, thresholds))


def _measure(timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds) -> Rim | None:
    whole = whole_mask(timepoint, lesion)
    if whole.is_empty:
        return None
    main, _ = largest_part(whole.array)
    enhancing, core, grid = _refine(timepoint, lesion, main)
    spacing = spacing_kji(grid.spacing_mm)
    cell = grid.voxel_volume_cm3
    core_cm3 = float(np.count_nonzero(core)) * cell
    median, p95, thin, surface = None, None, 0.0, None
    if core_cm3 >= thresholds["rim_morphology.smallest_core_cm3"]:
        surface = _thickness(enhancing, core, spacing)
        thickness = surface[np.isfinite(surface)]
        median, p95 = float(np.median(thickness)), float(np.percentile(thickness, 95))
        thin = float((thickness <= thresholds["rim_morphology.thin_mm"]).mean())
    solid = fit_balls(enhancing, spacing, thresholds["rim_morphology.nodule_mm"])
    if surface is not None:
        solid |= find_hollow_nodules(enhancing, core, surface, spacing, thresholds)
    others = parts_of(whole, thresholds["clustered_enhancement.smallest_cm3"])
    native = resample_array(solid, grid, whole.grid)
    return Rim(
        timepoint,
        float(np.count_nonzero(enhancing | core)) * cell,
        core_cm3,
        median,
        p95,
        thin,
        float(np.count_nonzero(solid)) * cell,
        Mask(native >= HALF, whole.grid),
        len(others[1:]),
    )


def _refine(
    timepoint: PreparedTimepoint, lesion: Lesion, main: BoolArray
) -> tuple[BoolArray, BoolArray, Grid]:
    masks = timepoint.lesions[lesion.id]
    native = masks.enhancing.grid
    box = box_around(main, spacing_kji(native.spacing_mm), MARGIN_MM)
    assert box is not None
    stop = tuple(slice(s.start, min(s.stop, n)) for s, n in zip(box, main.shape, strict=True))
    crop = native.crop((stop[0], stop[1], stop[2]))
    fine = crop.resized((FINE_MM, FINE_MM, FINE_MM))
    parts = []
    for mask in (masks.enhancing.array, masks.necrotic_core.array):
        share = resample_array((mask & main)[stop], crop, fine)
        parts.append(np.asarray(share >= HALF))
    return parts[0], parts[1] & ~parts[0], fine


def _thickness(enhancing: BoolArray, core: BoolArray, spacing: tuple[float, ...]) -> FloatArray:
    """Of the wall at its outer surface, NaN elsewhere."""
    whole = ndimage.binary_fill_holes(enhancing | core)
    surface = whole & ~ndimage.binary_erosion(whole) & enhancing
    distance = ndimage.distance_transform_edt(~core, sampling=spacing)
    return np.where(surface, distance, np.nan)
