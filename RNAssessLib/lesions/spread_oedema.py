"""The ± of oedema volumes: outlined again with noise, and with its border a little off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import LesionMasks, PreparedTimepoint, SequenceRole
from RNAssessLib.evidence import Thresholds

from .component_events import border_uncertainty_cm3
from .morphology import Floats, box_around, spacing_kji
from .noise import measure_noise
from .oedema import FlairAround, look_at, smooth_thin

CLOSE_MM = 8.0
REPEATS, SEED = 4, 20240608
SD_TO_95 = 1.96


def measure_oedema_spreads(
    timepoint: PreparedTimepoint, thresholds: Thresholds
) -> dict[str, float]:
    """Return the ± (cm³, 95 %) of every lesion's oedema that was found on FLAIR.

    In quadrature: what noise as strong as the image's own changes; what a border changes that is
    off by `spread.border_fraction` of its contrast, by `spread.flair_border` and by what carrying
    it from other examinations leaves open; and the border of the mask, which lies somewhere in
    its voxels.

    Parameters
    ----------
    timepoint : PreparedTimepoint
        With its final outlines.
    thresholds : Thresholds
    """
    held = {n: m for n, m in timepoint.lesions.items() if m.flair_border and m.oedema}
    if not held:
        return {}
    everything = np.logical_or.reduce([m.oedema.array for m in held.values() if m.oedema])
    box = box_around(everything, spacing_kji(timepoint.brain.grid.spacing_mm), CLOSE_MM)
    around = look_at(timepoint, thresholds, box)
    if around is None:
        return {}
    cuts = {n: m.flair_border.level for n, m in held.items() if m.flair_border}
    off = {n: _doubt(timepoint, m, thresholds) for n, m in held.items()}
    shifted = [{n: cut * np.exp(sign * off[n]) for n, cut in cuts.items()} for sign in (-1, 1)]
    plain = _count(around, cuts)
    borders = [_count(around, moved) - plain for moved in shifted]
    noises = [_count(around, cuts, noise) - plain for noise in _noise(timepoint, around)]
    variance = sum(np.mean(np.square(group), axis=0) for group in (borders, noises) if group)
    found = SD_TO_95 * timepoint.brain.grid.voxel_volume_cm3 * np.sqrt(variance)
    return {
        name: float(np.hypot(own, border_uncertainty_cm3(masks.oedema, masks.boundary_error_mm)))
        for own, (name, masks) in zip(found, held.items(), strict=True) if masks.oedema
    }  # fmt: skip


def _doubt(timepoint: PreparedTimepoint, masks: LesionMasks, thresholds: Thresholds) -> float:
    """Standard deviation of the logarithm of a lesion's border."""
    border = masks.flair_border
    assert border is not None
    white = timepoint.white_matter_level.get(SequenceRole.FLAIR, border.level)
    middle = thresholds["spread.border_fraction"] * max(1.0 - white / border.level, 0.0)
    return float(np.linalg.norm([middle, thresholds["spread.flair_border"], border.doubt]))


def _count(
    around: FlairAround, cuts: Mapping[str, float], noise: Floats | None = None
) -> npt.NDArray[np.float64]:
    found = around.outline(cuts, noise)
    return np.array([np.count_nonzero(found[name]) for name in cuts], float)


def _noise(timepoint: PreparedTimepoint, around: FlairAround) -> Iterator[Floats]:
    """Noise of the FLAIR's own strength, smoothed as the image was."""
    sigma = measure_noise(timepoint.images[SequenceRole.FLAIR], timepoint.nawm) or 0.0
    rng = np.random.default_rng(SEED)
    for _ in range(REPEATS if sigma > 0 else 0):
        noise = rng.normal(0.0, sigma, around.values.shape)
        yield smooth_thin(noise, around.spacing).astype(np.float32)
