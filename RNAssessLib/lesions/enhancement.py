"""Where contrast medium shows, before anyone asks which lesion it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Anatomy, Image, Mask, NotAssessableError, SequenceRole
from RNAssessLib.evidence import Thresholds

from .morphology import (
    Bools,
    Floats,
    box_around,
    depth_inside,
    dilate,
    find_components,
    keep_touching,
    smooth_within,
    spacing_kji,
)
from .thick_slices import fit_small_lesions, has_thick_slices
from .uptake import Uptake, measure_uptake
from .white_matter import normalise_to_white_matter

EDGE_SIGMA_MM = 0.5
SAMPLING_BLUR = 6.0  # variance of linear interpolation: a sixth of the squared spacing
SMALLEST_RADIUS_MM, LARGEST_RADIUS_MM, COMPACT_SHARE = 1.8, 7.0, 0.65
PEAK_MM, THICK_PEAK, GROUND_SIGMA_MM = 1.0, 0.7, 4.0
PRE_CONTRAST_SHARE_MIN = 0.8
DETECT_SIGMA_MM, AROUND_LESION_MM = 0.7, 10.0
DARKEST, DARKEST_SURE = 0.85, 0.95


@dataclass(frozen=True, eq=False)
class EnhancementMap:
    """Enhancement of one timepoint on its T1c grid.

    Attributes
    ----------
    t1c : (K, J, I) float32 array
        In units of white matter, field removed, lightly smoothed.
    mask : (K, J, I) bool array
        Voxels at least half filled with enhancing tissue (vessels and dura included).
    noise : float
        In units of white matter, before smoothing.
    uses_subtraction : bool
        Whether a pre-contrast T1 was subtracted.
    rise : (K, J, I) float32 array
        T1c minus T1 in units of white matter; T1c minus 1 without a T1.
    excess : (K, J, I) float32 array or None
        By how much the uptake exceeds what is believed to be one; None without a T1.
    """

    t1c: Floats
    mask: Bools
    noise: float
    uses_subtraction: bool
    rise: Floats
    excess: Floats | None = None


def find_enhancement(
    images: Mapping[SequenceRole, Image],
    brain: Mask,
    *,
    exclude: Mask | None = None,
    anatomy: Anatomy | None = None,
    thresholds: Thresholds | None = None,
) -> EnhancementMap:
    """Find everything that enhances inside `brain`.

    Parameters
    ----------
    images : mapping of SequenceRole to Image
        On the T1c's grid; T1c is required, T1 (pre-contrast) is subtracted when present, so that
        blood and fat, bright before contrast, do not count.
    brain : Mask
    exclude : Mask, optional
        Lesion, left out when white matter is estimated.
    anatomy : Anatomy, optional
        On the same grid.

    Returns
    -------
    EnhancementMap
    """
    thresholds = thresholds or Thresholds()
    t1c = images[SequenceRole.T1C]
    spacing = spacing_kji(t1c.grid.spacing_mm)
    normal = normalise_to_white_matter(t1c, brain, exclude, anatomy)
    blur = [EDGE_SIGMA_MM / s if s < 2 * EDGE_SIGMA_MM + 0.5 else 0.0 for s in spacing]
    values = ndimage.gaussian_filter(normal.array, blur, truncate=2.0)
    taken_up = _uptake(images, brain, values, exclude, anatomy, blur)
    if taken_up is None:
        shown = values - np.float32(1.0)
        floor = 1.0 + thresholds["segmentation.noise_multiple"] * 0.6 * normal.noise
        suspect = values > max(thresholds["segmentation.enhancement_ratio"], floor)
        sure = values > max(thresholds["segmentation.enhancement_sure_ratio"], floor)
        excess = None
    else:
        shown = taken_up.rise
        excess, sure = _find_uptake(taken_up, values, exclude, spacing, thresholds)
        suspect = excess > 0
    suspect &= brain.array
    suspect = keep_touching(suspect, sure & brain.array)
    # brightness has no zero of its own: a border may lie beyond what is suspect by itself
    limit = suspect if taken_up is not None else None
    mask = _put_border_halfway(shown, suspect, brain.array, spacing, limit)
    return EnhancementMap(values, mask, normal.noise, taken_up is not None, shown, excess)


def _find_uptake(
    found: Uptake,
    values: Floats,
    lesion: Mask | None,
    spacing: tuple[float, float, float],
    thresholds: Thresholds,
) -> tuple[Floats, Bools]:
    """By how much uptake exceeds what may be one (above 0), and voxels that certainly took it up.

    Weak uptake is believed about a treated lesion only: elsewhere it is vessels smaller than a
    voxel, and cortex.
    """
    sure = np.maximum(
        thresholds["segmentation.noise_multiple"] * found.spread,
        thresholds["segmentation.subtraction_rise"],
    )
    least = np.maximum(
        thresholds["segmentation.uptake_multiple"] * found.spread,
        thresholds["segmentation.smallest_uptake"],
    )
    # weak uptake is told from noise by its neighbours; a sharp thin rim stands by itself
    soft = ndimage.gaussian_filter(
        found.rise, [DETECT_SIGMA_MM / s if s < 2.0 else 0.0 for s in spacing], truncate=2.0
    )
    excess = found.rise - sure
    if lesion is not None:
        box = box_around(lesion.array, spacing, AROUND_LESION_MM + 1.0)
        if box is not None:
            about = dilate(lesion.array[box], spacing, AROUND_LESION_MM)
            weak = np.where(about, soft[box] - least[box], -np.inf)
            excess[box] = np.maximum(excess[box], weak)
    # a weak rim inside dark oedema enhances although it is hardly brighter than white matter
    excess = np.where(values > DARKEST, excess, np.minimum(excess, values - DARKEST))
    return np.asarray(excess, np.float32), (found.rise > sure) & (values > DARKEST_SURE)


def _uptake(
    images: Mapping[SequenceRole, Image],
    brain: Mask,
    values: Floats,
    exclude: Mask | None,
    anatomy: Anatomy | None,
    blur: list[float],
) -> Uptake | None:
    """T1c beyond what this head's normal tissue shows; None without a T1 that covers the brain."""
    before = images.get(SequenceRole.T1)
    if before is None:
        return None
    if np.count_nonzero(before.array[brain.array] > 0) < PRE_CONTRAST_SHARE_MIN * np.count_nonzero(
        brain.array
    ):
        return None
    try:
        normal = normalise_to_white_matter(before, brain, exclude, anatomy)
    except NotAssessableError:
        return None
    spacing = spacing_kji(before.grid.spacing_mm)
    healthy = brain.array.copy()
    if exclude is not None:
        healthy &= ~dilate(exclude.array, spacing, AROUND_LESION_MM)
    smooth = ndimage.gaussian_filter(normal.array, blur, truncate=2.0)
    return measure_uptake(smooth, values, healthy, spacing)


def _put_border_halfway(
    values: Floats,
    suspect: Bools,
    brain: Bools,
    spacing: tuple[float, float, float],
    limit: Bools | None,
) -> Bools:
    """Move the border to where a voxel is half enhancing, half what surrounds it.

    Halfway between the two local levels is where the edge lies after any symmetric blur, so volume
    depends neither on how brightly the lesion enhances nor on the threshold that found it. Only
    voxels beside the border can hold a part of both: what enhances weakly deeper in, beside what
    enhances strongly, is whole. Nothing grows beyond `limit`.
    """
    if not suspect.any():
        return suspect
    reach = 1.5 * float(np.median(spacing))
    near = dilate(suspect, spacing, reach)
    # at least one neighbour either way: in a thick slice that a lesion fills in part, the level
    # of a full voxel is that of the next slice
    thick = has_thick_slices(spacing)
    peak = ndimage.maximum_filter(
        np.where(suspect, values, 0.0), [max(2 * round(PEAK_MM / s) + 1, 3) for s in spacing]
    )
    level, _ = smooth_within(peak, suspect, [1.0 / s for s in spacing])
    level = np.where(suspect, np.minimum(peak, level), peak)
    ground, seen = smooth_within(values, brain & ~near, [GROUND_SIGMA_MM / s for s in spacing])
    # where all around is suspect, what does not enhance lies at zero
    ground = np.minimum(ground * np.clip(seen / 0.05, 0.0, 1.0), level)
    halfway = ground + 0.5 * (level - ground)
    allowed = near & brain if limit is None else limit
    mask = allowed & (peak > 0) & (values > halfway)
    mask |= _is_whole(values, suspect, spacing)
    blur = float(np.sqrt(EDGE_SIGMA_MM**2 + float(np.median(spacing)) ** 2 / SAMPLING_BLUR))
    give_back = fit_small_lesions if thick else _widen_small
    return give_back(mask, values, ground, level, allowed, spacing, blur)


def _is_whole(values: Floats, suspect: Bools, spacing: tuple[float, float, float]) -> Bools:
    """Suspect voxels that no border crosses: within the slice none is near, across it none shows.

    In thick slices nearly every voxel has a border above or below it; what is filled in part there
    is weaker than half of what the next slice shows.
    """
    if not has_thick_slices(spacing):
        return np.asarray(ndimage.binary_erosion(suspect))
    axis = int(np.argmax(spacing))
    plane = np.expand_dims(ndimage.generate_binary_structure(2, 1), axis)
    size = [3 if a == axis else 1 for a in range(3)]
    across = ndimage.maximum_filter(np.where(suspect, values, 0.0), size)
    return np.asarray(ndimage.binary_erosion(suspect, plane) & (values > 0.5 * across))


def _widen_small(
    mask: Bools,
    values: Floats,
    ground: npt.NDArray[np.floating[Any]],
    level: npt.NDArray[np.floating[Any]],
    allowed: Bools,
    spacing: tuple[float, float, float],
    blur_mm: float,
) -> Bools:
    """Give small compact lesions back what blur takes from a curved border.

    Halfway is exact for a flat border. On a ball of radius R seen with a Gaussian blur s the value
    at the true border is lower, by s / (R sqrt(2 pi)) of the rise: a lesion of 0.1 cm³ comes out a
    sixth too small. Rings, vessels and large lesions are left as they are.
    """
    out = mask.copy()
    for component in find_components(mask):
        radius = component.ball_radius_mm(spacing)
        if not SMALLEST_RADIUS_MM <= radius <= LARGEST_RADIUS_MM:
            continue
        depth = float(depth_inside(np.pad(component.mask, 1), spacing).max())
        if depth < COMPACT_SHARE * radius:
            continue
        box, own = component.surrounded((2, 2, 2), mask.shape)
        share = 0.5 - blur_mm / (radius * np.sqrt(2.0 * np.pi))
        above = values[box] > ground[box] + share * (level[box] - ground[box])
        out[box] |= ndimage.binary_dilation(own) & above & allowed[box]
    return out
