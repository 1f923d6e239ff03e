"""The ± of a lesion's sizes, measured on its own images.

The lesion is outlined again in its own cut of the image: with the measured noise added, on a
lattice half a voxel further along each axis (half a slice where slices are thick), and with the
border a little inside and outside of halfway. What weak uptake ends at is no border but the least
that is told from normal tissue: that is asked again on the intensity scale of the scans before
and after, as the unchanged surroundings give it, and by the least that is told from normal tissue
there, which noise raises. A core is lost with the rim that closes it in; of oedema, see
`spread_oedema`. What volumes and diameters then vary by is printed as their ±. It says how well
the measurement repeats, not how far it is from histology.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from .enclosure import keep_enclosed
from .enhancement import EDGE_SIGMA_MM
from .morphology import Bools, Floats, dilate
from .noise import measure_noise
from .settle import DARKEST_LOG, compare_intensity
from .spread_oedema import measure_oedema_spreads

CLOSE_MM, FARTHEST, GROWTH_MM = 8.0, 0.5, 2.0
LARGEST_DOUBT = 1.0  # of the logarithm: a scan that asks for nearly three times as much
REPEATS, SEED = 4, 20240607
SD_TO_95 = 1.96


def measure_spreads(
    timepoint: PreparedTimepoint,
    lesions: tuple[Lesion, ...],
    thresholds: Thresholds,
    others: Sequence[PreparedTimepoint] = (),
) -> PreparedTimepoint:
    """Return the timepoint with the ± of every lesion's parts that were outlined automatically.

    `others` are the patient's timepoints, this one may be among them.
    """
    found = dict(timepoint.lesions)
    oedema = measure_oedema_spreads(timepoint, thresholds)
    for lesion in lesions:
        masks = found[lesion.id]
        spread = None
        if masks.origin is MaskOrigin.AUTOMATIC and not masks.enhancing.is_empty:
            spread = measure_spread(timepoint, lesion, thresholds, others)
        if lesion.id in oedema:
            spread = replace(spread or spread_of(masks), flair_cm3=oedema[lesion.id])
        found[lesion.id] = replace(masks, spread=spread)
    return replace(timepoint, lesions=found)


def measure_spread(
    timepoint: PreparedTimepoint,
    lesion: Lesion,
    thresholds: Thresholds,
    others: Sequence[PreparedTimepoint] = (),
) -> MeasuredSpread | None:
    """Measure one lesion again under small changes of its image; None where that cannot be.

    Parameters
    ----------
    timepoint : PreparedTimepoint
        With its final outlines.
    lesion : Lesion
        Enhancing there.
    thresholds : Thresholds
    others : sequence of PreparedTimepoint
        Whose intensity scale around the lesion is compared, where they are aligned.
    """
    view = cut_view(timepoint, lesion, outline_points(timepoint, lesion), CLOSE_MM)
    if view is None:
        return None
    doubt = thresholds["spread.border_fraction"]
    scale = _scale_doubt(timepoint, lesion, others)
    margin = _margin(view)
    plain = _measure(view, margin, thresholds)
    noisy = [_measure(view, margin + n, thresholds) for n in _noise(view, _noise_of(timepoint))]
    moved = [_measure(view, m, thresholds, core) for m, core in _shifted(view, margin)]
    border = [_measure(view, _margin(view, sign * doubt), thresholds) for sign in (-1.0, 1.0)]
    scaled = [_measure(view, _margin(view, 0.0, sign * scale), thresholds) for sign in (-1.0, 1.0)]
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


def _scale_doubt(
    timepoint: PreparedTimepoint, lesion: Lesion, others: Sequence[PreparedTimepoint]
) -> float:
    """Half the largest share by which another scan would have asked for more or less uptake.

    The least uptake that is believed differs with the noise of a scan, and with its intensity
    scale around the lesion. Either scan may be the truer one: half of what lies between them
    stands for the standard deviation of each. Compared are logarithms: the exponent of a contrast
    curve is its slope where weak uptake is, and grey matter and CSF, darker than that, show it.
    """
    points = outline_points(timepoint, lesion)
    own = cut_view(timepoint, lesion, points)
    found = [0.0]
    for other in others:
        if own is None or other.id == timepoint.id or not other.to_reference.is_usable:
            continue
        view = cut_view(other, lesion, points)
        fitted = None if view is None else compare_intensity(_in_logs(own), _in_logs(view))
        if view is None or fitted is None:
            continue
        least = _least_uptake(own), _least_uptake(view)
        asked = float(np.log(least[1] / least[0])) if all(least) else 0.0
        found.append(abs(asked - float(np.log(fitted[0]))))
    return 0.5 * min(max(found), LARGEST_DOUBT)


def _least_uptake(view: LesionView) -> float:
    """Uptake that is just believed around the lesion, in units of white matter; 0 if not known."""
    if view.rise is None or view.excess is None:
        return 0.0
    about = dilate(view.whole, view.spacing, GROWTH_MM) & view.brain & np.isfinite(view.excess)
    if not about.any():
        return 0.0
    return max(float(np.median((view.rise - view.excess)[about])), 0.0)


def _in_logs(view: LesionView) -> LesionView:
    return replace(view, values=np.log(np.maximum(view.values, DARKEST_LOG)))


def _noise_of(timepoint: PreparedTimepoint) -> float:
    """Noise of what is outlined on, in units of white matter: T1c, or its difference to T1."""
    wanted = [SequenceRole.T1C] + [SequenceRole.T1] * (timepoint.uptake is not None)
    levels = timepoint.white_matter_level
    roles = [r for r in wanted if r in timepoint.images and levels.get(r)]
    parts = [(measure_noise(timepoint.images[r], timepoint.nawm) or 0.0) / levels[r] for r in roles]
    return float(np.linalg.norm(parts))


def _margin(view: LesionView, fraction: float = 0.0, scale: float = 0.0) -> Floats:
    """By how much each voxel is on its side of the border, positive inside.

    Two rules bound a lesion: halfway between it and its surroundings, and uptake that exceeds what
    normal tissue shows. Where the outline goes by another rule (a weak rim, a part that was left
    out as a vessel) nothing small moves it.

    Parameters
    ----------
    view : LesionView
    fraction : float
        By which share of the contrast the middle is moved outward.
    scale : float
        By which share the uptake is taken to be larger.
    """
    plain = _amount(view, 0.0, 0.0)
    side = np.where(view.enhancing, 1.0, -1.0)
    decided = view.brain & ~view.others & ~view.core & (side * plain > 0)
    amount = plain if fraction == scale == 0.0 else _amount(view, fraction, scale)
    amount = np.where(decided, amount, side * FARTHEST)
    return np.asarray(np.clip(amount, -FARTHEST, FARTHEST), np.float32)


def _amount(view: LesionView, fraction: float, scale: float) -> Floats:
    """The smaller of what exceeds the middle and what exceeds normal uptake."""
    if view.rise is None or view.excess is None:
        return _above_middle(view, view.values, view.enhancing, fraction, 1.0)
    excess = view.excess + np.float32(scale) * view.rise
    bright = _scaled_outline(view.enhancing, view.excess, excess, view.spacing)
    return np.minimum(_above_middle(view, view.rise, bright, fraction, 0.0), excess)


def _above_middle(
    view: LesionView, values: Floats, bright: Bools, fraction: float, plain: float
) -> Floats:
    cut = halfway(values, bright, view.brain, view.spacing, 0.5 - fraction, plain)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(np.isfinite(cut), values - cut, -FARTHEST), np.float32)


def _scaled_outline(
    bright: Bools, before: Floats, after: Floats, spacing: tuple[float, float, float]
) -> Bools:
    """Outline with the voxels that another excess lets in or leaves out.

    Levels are those of what is inside: a lesion that fades out has its middle further out, too.
    """
    lost, won = (before > 0) & (after <= 0), (before <= 0) & (after > 0)
    # into the next slice, however thick
    k, j, i = (min(s, GROWTH_MM) for s in spacing)
    return np.asarray((bright & ~lost) | (dilate(bright, (k, j, i), GROWTH_MM) & won))


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
