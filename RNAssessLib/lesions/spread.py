"""The ± of a lesion's sizes, measured on its own images.

The lesion is outlined again in its own cut of the image: with the measured noise added, on a
lattice half a voxel further along each axis (half a slice where slices are thick), and with the
border a little inside and outside of halfway. What its volumes and diameters then vary by is
printed as their ±. It says how well the measurement repeats, not how far it is from histology.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import ndimage

from RNAssessLib.case import (
    Lesion,
    LesionMasks,
    Mask,
    MaskOrigin,
    MeasuredSpread,
    PreparedTimepoint,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds

from .border import LesionView, cut_view, halfway, outline_points
from .component_events import border_uncertainty_cm3
from .diameters import compute_diameters
from .enhancement import EDGE_SIGMA_MM
from .morphology import Bools, Floats
from .noise import measure_noise

CLOSE_MM, FARTHEST = 8.0, 0.5
REPEATS, SEED = 4, 20240607
SD_TO_95 = 1.96


def measure_spreads(
    timepoint: PreparedTimepoint, lesions: tuple[Lesion, ...], thresholds: Thresholds
) -> PreparedTimepoint:
    """Return the timepoint with the ± of every lesion that was outlined automatically."""
    found = dict(timepoint.lesions)
    for lesion in lesions:
        masks = found[lesion.id]
        if masks.origin is MaskOrigin.AUTOMATIC and not masks.enhancing.is_empty:
            spread = measure_spread(timepoint, lesion, thresholds)
            found[lesion.id] = replace(masks, spread=spread)
    return replace(timepoint, lesions=found)


def measure_spread(
    timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> MeasuredSpread | None:
    """Measure one lesion again under small changes of its image; None where that cannot be.

    Parameters
    ----------
    timepoint : PreparedTimepoint
        With its final outlines.
    lesion : Lesion
        Enhancing there.
    thresholds : Thresholds
    """
    view = cut_view(timepoint, lesion, outline_points(timepoint, lesion), CLOSE_MM)
    if view is None:
        return None
    doubt = thresholds["spread.border_fraction"]
    margin, contrast = _margin(view)
    plain = _measure(view, margin)
    noisy = [_measure(view, margin + n) for n in _noise(view, _noise_of(timepoint))]
    moved = [_measure(view, m, core) for m, core in _shifted(view, margin)]
    border = [_measure(view, margin + sign * doubt * contrast) for sign in (-1.0, 1.0)]
    variance = np.var(moved, axis=0, ddof=1)  # resampling blurs every one of them alike
    for group in (noisy, border):
        if group:
            variance += np.mean((np.asarray(group) - plain) ** 2, axis=0)
    return MeasuredSpread(*(float(v) for v in SD_TO_95 * np.sqrt(variance)))


def spread_of(masks: LesionMasks) -> MeasuredSpread:
    """± of a lesion's sizes: measured, or for drawn outlines from how far a border may be off."""
    if masks.spread is not None:
        return masks.spread
    error = masks.boundary_error_mm
    whole = Mask(masks.enhancing.array | masks.necrotic_core.array, masks.enhancing.grid)
    return MeasuredSpread(
        border_uncertainty_cm3(masks.enhancing, error),
        border_uncertainty_cm3(masks.necrotic_core, error),
        border_uncertainty_cm3(whole, error),
        error,
        error,
    )


def _noise_of(timepoint: PreparedTimepoint) -> float:
    """Noise of the T1c in units of white matter."""
    image = timepoint.timepoint.t1c
    level = timepoint.white_matter_level[SequenceRole.T1C]
    return (measure_noise(image, timepoint.nawm) or 0.0) / level


def _margin(view: LesionView) -> tuple[Floats, Floats]:
    """By how much each voxel is on its side of the border, and the contrast around it.

    Positive inside. Where the outline goes by another rule than halfway (a weak rim, a part that
    was left out as a vessel) nothing small moves it.
    """
    values, spacing = view.values, view.spacing
    cut = halfway(values, view.enhancing, view.brain, spacing)
    above = halfway(values, view.enhancing, view.brain, spacing, 1.0)
    with np.errstate(invalid="ignore"):
        contrast = np.where(np.isfinite(cut), 2.0 * (above - cut), 0.0)
        amount = np.where(np.isfinite(cut), values - cut, -FARTHEST)
    side = np.where(view.enhancing, 1.0, -1.0)
    decided = view.brain & ~view.others & ~view.core & (side * amount > 0)
    amount = np.where(decided, np.minimum(np.abs(amount), FARTHEST), FARTHEST)
    return np.asarray(side * amount, np.float32), np.asarray(contrast, np.float32)


def _noise(view: LesionView, sigma: float) -> Iterator[Floats]:
    """Noise of the image's own strength, smoothed as the image was."""
    rng = np.random.default_rng(SEED)
    blur = [EDGE_SIGMA_MM / s if s < 2 * EDGE_SIGMA_MM + 0.5 else 0.0 for s in view.spacing]
    for _ in range(REPEATS if sigma > 0 else 0):
        noise = rng.normal(0.0, sigma, view.values.shape)
        yield ndimage.gaussian_filter(noise, blur, truncate=2.0).astype(np.float32)


def _shifted(view: LesionView, margin: Floats) -> Iterator[tuple[Floats, Bools]]:
    """Margin and core on a lattice half a voxel further along each axis."""
    for axis in range(3):
        step = 0.5 * np.eye(3)[axis]
        core = ndimage.shift(view.core.astype(np.float32), step, order=1) >= 0.5
        yield ndimage.shift(margin, step, order=1, cval=-FARTHEST), np.asarray(core)


def _measure(view: LesionView, margin: Floats, core: Bools | None = None) -> tuple[float, ...]:
    """Volumes and diameters of what has a positive margin, and of its core."""
    bright = margin > 0
    dark = (view.core if core is None else core) & ~bright
    voxel = view.grid.voxel_volume_cm3
    whole = bright | dark
    volumes = [float(np.count_nonzero(part)) * voxel for part in (bright, dark, whole)]
    if not whole.any():
        return (*volumes, 0.0, 0.0)
    diameters = compute_diameters(Mask(whole, view.grid))
    return (*volumes, diameters.longest_mm, diameters.perpendicular_mm)
