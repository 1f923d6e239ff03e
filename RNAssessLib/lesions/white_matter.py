"""The intensity of white matter, the unit in which scans of different days are compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Anatomy, Image, Mask, NotAssessableError, Tissue

from .morphology import Bools, Floats, box_around, erode, smooth_within, spacing_kji

COARSE_MM = 3.0
FIELD_SIGMA_MM = 30.0
TISSUE_WIDTH = 0.12
ROUNDS = 5
FEWEST_VOXELS = 50


@dataclass(frozen=True, eq=False)
class NormalisedImage:
    """Image in units of white matter.

    Attributes
    ----------
    array : (K, J, I) float32 array
        Receive field divided out; 1 is white matter, 0 outside the brain's box.
    level : float
        Intensity of white matter in the unit of the input.
    noise : float
        Standard deviation of the noise, in units of white matter.
    """

    array: Floats
    level: float
    noise: float


def normalise_to_white_matter(
    image: Image, brain: Mask, exclude: Mask | None = None, anatomy: Anatomy | None = None
) -> NormalisedImage:
    """Divide out the slowly varying receive field and the level of white matter.

    White matter is what is deep, even and, among such voxels, most frequent; the field follows
    the smooth drift of those voxels, so lesions, vessels and cortex do not bend it.

    Parameters
    ----------
    image : Image
        T1-weighted, with or without contrast, or FLAIR.
    brain : Mask
        Same grid.
    exclude : Mask, optional
        Lesion and oedema, left out of the estimate.
    anatomy : Anatomy, optional
        On the same grid; its white matter then replaces the guess.

    Raises
    ------
    NotAssessableError
        When the brain is too small or empty in this image.
    """
    spacing = spacing_kji(image.grid.spacing_mm)
    step = tuple(max(round(COARSE_MM / s), 1) for s in spacing)
    thin = tuple(slice(n // 2, None, n) for n in step)
    blur = [0.5 * n if n > 1 else 0.0 for n in step]
    smooth = ndimage.gaussian_filter(image.array, blur, truncate=2.0)[thin]
    coarse_spacing = tuple(s * n for s, n in zip(spacing, step, strict=True))
    allowed = brain.array[thin] & (smooth > 0)
    if exclude is not None:
        allowed &= ~exclude.array[thin]
    even = _even_voxels(smooth, allowed, coarse_spacing)
    if anatomy is not None:
        white = even & (anatomy.tissue[thin] == Tissue.WHITE_MATTER)
        even = white if np.count_nonzero(white) >= FEWEST_VOXELS else even
    if np.count_nonzero(even) < FEWEST_VOXELS:
        raise NotAssessableError("no white matter found: the brain mask holds too few even voxels")
    log_field, level = _fit_field(smooth, even, coarse_spacing)
    field = upsample(np.exp(log_field), image.grid.shape, step)
    array = (image.array / (field * np.float32(level))).astype(np.float32)
    return NormalisedImage(array, level, _noise(array, brain.array, spacing))


def estimate_white_matter(
    image: Image, brain: Mask, exclude: Mask | None = None, anatomy: Anatomy | None = None
) -> Mask:
    """Normal-appearing white matter on the image's grid, away from `exclude` and from borders.

    Parameters
    ----------
    image : Image
        T1-weighted (T1c or T1).
    brain, exclude, anatomy
        As for `normalise_to_white_matter`.
    """
    normal = normalise_to_white_matter(image, brain, exclude, anatomy)
    spacing = spacing_kji(image.grid.spacing_mm)
    smooth = ndimage.gaussian_filter(normal.array, [0.7 / s for s in spacing], truncate=2.0)
    width = max(TISSUE_WIDTH, normal.noise)
    white = brain.array & (np.abs(smooth - 1.0) <= width)
    if exclude is not None:
        white &= ~exclude.array
    if anatomy is not None:
        sure = white & (anatomy.tissue == Tissue.WHITE_MATTER)
        white = sure if np.count_nonzero(sure) >= FEWEST_VOXELS else white
    core = erode(white, spacing, 0.9 * min(spacing))
    if np.count_nonzero(core) >= FEWEST_VOXELS:
        white = core
    return Mask(white, image.grid)


def _even_voxels(smooth: Floats, allowed: Bools, spacing: tuple[float, ...]) -> Bools:
    box = box_around(allowed, spacing, 0.0)
    if box is None:
        return allowed
    deep = erode(allowed, spacing, 5.0)
    if np.count_nonzero(deep) < FEWEST_VOXELS:
        deep = allowed
    # slope per mm relative to the signal; borders, vessels and cortex fall out
    slope = ndimage.gaussian_gradient_magnitude(np.log(np.maximum(smooth, 1e-3)), 0.8)
    limit = np.percentile(slope[deep], 45) if deep.any() else 0.0
    dark = np.percentile(smooth[allowed], 25) if allowed.any() else 0.0
    return np.asarray(deep & (slope <= limit) & (smooth > dark))


def _fit_field(
    smooth: Floats, even: Bools, spacing: tuple[float, ...]
) -> tuple[npt.NDArray[np.float32], float]:
    """Log of the receive field, 0 on average over white matter, and white matter's level."""
    log_values = np.log(np.maximum(smooth, 1e-3)).astype(np.float32)
    field = np.zeros_like(log_values)
    sigma = [FIELD_SIGMA_MM / s for s in spacing]
    log_level = _mode(log_values[even])
    width = 2.0 * TISSUE_WIDTH
    for _ in range(ROUNDS):
        rest = log_values - field - log_level
        weight = np.where(even, np.exp(-((rest / width) ** 2)), 0.0)
        change, found = smooth_within(rest, weight, sigma)
        field += np.where(found > 1e-4, change, 0.0)
        log_level = _mode((log_values - field)[even])
        width = max(width * 0.8, TISSUE_WIDTH)
    return field, float(np.exp(log_level))


def _mode(values: npt.NDArray[np.floating]) -> float:
    """Most frequent value, from a smoothed histogram; of two near-equal peaks the brighter."""
    low, high = np.percentile(values, [1.0, 99.0])
    if high - low < 1e-6:
        return float(np.median(values))
    counts, edges = np.histogram(values, bins=128, range=(low, high))
    soft = ndimage.gaussian_filter1d(counts.astype(float), 4.0)
    peaks = [n for n in range(1, 127) if soft[n] >= soft[n - 1] and soft[n] > soft[n + 1]]
    strong = [n for n in peaks if soft[n] >= 0.6 * soft.max()] or [int(soft.argmax())]
    best = strong[-1]
    return float(0.5 * (edges[best] + edges[best + 1]))


def upsample(
    coarse: npt.NDArray[np.float32], shape: tuple[int, ...], step: tuple[int, ...]
) -> Floats:
    """Carry the smooth field to the full lattice, axis by axis (linear, clamped at the ends)."""
    field = coarse
    for axis, n in enumerate(shape):
        at = (np.arange(n) - step[axis] // 2) / step[axis]
        at = np.clip(at, 0, field.shape[axis] - 1)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, field.shape[axis] - 1)
        share = (at - low).astype(np.float32)
        share = share.reshape([-1 if a == axis else 1 for a in range(3)])
        field = np.take(field, low, axis) * (1 - share) + np.take(field, high, axis) * share
    return np.asarray(field, np.float32)


def _noise(array: Floats, brain: Bools, spacing: tuple[float, ...]) -> float:
    """Noise from second differences along rows, robust against edges."""
    box = box_around(brain, spacing, 0.0)
    if box is None:
        return 0.0
    part, inside = array[box], brain[box]
    second = part[:, :, 2:] - 2 * part[:, :, 1:-1] + part[:, :, :-2]
    sample = second[inside[:, :, 1:-1]]
    return float(1.4826 * np.median(np.abs(sample)) / np.sqrt(6.0)) if sample.size else 0.0
