"""The ± of a lesion's sizes, measured on its own images.

The lesion is outlined again in its own cut of the image: with the measured noise added, on a
lattice half a voxel further along each axis (half a slice where slices are thick), and with the
border a little inside and outside of halfway. What weak uptake ends at is no border but the least
that is told from normal tissue: it is moved by what the patient's examinations ask for differently
(`settle_uptake`). A core is lost with the rim that closes it in; of oedema, see `spread_oedema`.
What volumes and diameters then vary by is printed as their ±. It says how well the measurement
repeats, not how far it is from histology.
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

from .border import LesionView, cut_view, outline_points
from .component_events import border_uncertainty_cm3
from .diameters import compute_diameters
from .enclosure import keep_enclosed
from .enhancement import EDGE_SIGMA_MM
from .morphology import Bools, Floats
from .noise import measure_noise
from .outline_again import FARTHEST, margin_of
from .spread_oedema import measure_oedema_spreads

CLOSE_MM = 8.0
REPEATS, SEED = 4, 20240607
SD_TO_95 = 1.96


def measure_spreads(
    timepoint: PreparedTimepoint, lesions: tuple[Lesion, ...], thresholds: Thresholds
) -> PreparedTimepoint:
    """Return the timepoint with the ± of every lesion's parts that were outlined automatically."""
    found = dict(timepoint.lesions)
    oedema = measure_oedema_spreads(timepoint, thresholds)
    for lesion in lesions:
        masks = found[lesion.id]
        spread = None
        if masks.origin is MaskOrigin.AUTOMATIC and not masks.enhancing.is_empty:
            spread = measure_spread(timepoint, lesion, thresholds)
        if lesion.id in oedema:
            spread = replace(spread or spread_of(masks), flair_cm3=oedema[lesion.id])
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
    border_found = timepoint.lesions[lesion.id].uptake_border
    scale = 0.0 if border_found is None else border_found.doubt
    margin = margin_of(view)
    plain = _measure(view, margin, thresholds)
    noisy = [_measure(view, margin + n, thresholds) for n in _noise(view, _noise_of(timepoint))]
    moved = [_measure(view, m, thresholds, core) for m, core in _shifted(view, margin)]
    border = [_measure(view, margin_of(view, sign * doubt), thresholds) for sign in (-1.0, 1.0)]
    scaled = [
        _measure(view, margin_of(view, 0.0, sign * scale), thresholds) for sign in (-1.0, 1.0)
    ]
    variance = np.var(moved, axis=0, ddof=1)  # resampling blurs every one of them alike
    for group in (noisy, border, scaled):
        if group:
            variance += np.mean((np.asarray(group) - plain) ** 2, axis=0)
    return MeasuredSpread(*(float(v) for v in SD_TO_95 * np.sqrt(variance)))


def spread_of(masks: LesionMasks) -> MeasuredSpread:
    """± of a lesion's sizes: measured, or for drawn outlines from how far a border may be off."""
    error, oedema, spread = masks.boundary_error_mm, masks.oedema, masks.spread
    if spread is not None and (spread.flair_cm3 is not None or oedema is None):
        return spread
    flair_cm3 = None if oedema is None else border_uncertainty_cm3(oedema, error)
    if spread is not None:
        return replace(spread, flair_cm3=flair_cm3)
    whole = Mask(masks.enhancing.array | masks.necrotic_core.array, masks.enhancing.grid)
    return MeasuredSpread(
        border_uncertainty_cm3(masks.enhancing, error),
        border_uncertainty_cm3(masks.necrotic_core, error),
        border_uncertainty_cm3(whole, error),
        error,
        error,
        flair_cm3,
    )


def _noise_of(timepoint: PreparedTimepoint) -> float:
    """Noise of what is outlined on, in units of white matter: T1c, or its difference to T1."""
    wanted = [SequenceRole.T1C] + [SequenceRole.T1] * (timepoint.uptake is not None)
    levels = timepoint.white_matter_level
    roles = [r for r in wanted if r in timepoint.images and levels.get(r)]
    parts = [(measure_noise(timepoint.images[r], timepoint.nawm) or 0.0) / levels[r] for r in roles]
    return float(np.linalg.norm(parts))


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


def _measure(
    view: LesionView, margin: Floats, thresholds: Thresholds, core: Bools | None = None
) -> tuple[float, ...]:
    """Volumes and diameters of what has a positive margin, and of the core it closes in."""
    bright = margin > 0
    dark = _core_of(view, bright, view.core if core is None else core, thresholds)
    voxel = view.grid.voxel_volume_cm3
    whole = bright | dark
    volumes = [float(np.count_nonzero(part)) * voxel for part in (bright, dark, whole)]
    if not whole.any():
        return (*volumes, 0.0, 0.0)
    diameters = compute_diameters(Mask(whole, view.grid))
    return (*volumes, diameters.longest_mm, diameters.perpendicular_mm)


def _core_of(view: LesionView, bright: Bools, core: Bools, thresholds: Thresholds) -> Bools:
    """Core as far as `bright` still closes it in."""
    return keep_enclosed(core & ~bright, bright, view.spacing, thresholds)
