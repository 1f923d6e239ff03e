"""Oedema: FLAIR hyperintensity that hangs on a lesion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import ndimage

from RNAssessLib.case import Image, Mask, MaskKind, SequenceRole
from RNAssessLib.evidence import Thresholds

from .enhancement import EnhancementMap
from .morphology import Bools, Floats, box_around, dilate, distance_to, keep_touching, spacing_kji
from .seeds import LesionSeed, Spacing, divide, union_of
from .white_matter import TISSUE_WIDTH


def find_swellings(
    images: Mapping[SequenceRole, Image],
    brain: Mask,
    seeds: Sequence[LesionSeed],
    enhancing: dict[str, Bools],
    cores: dict[str, Bools],
    given: Mapping[MaskKind, Mask],
    found: EnhancementMap,
    thresholds: Thresholds,
) -> dict[str, Bools] | None:
    """Oedema of each lesion with the lesion in it: drawn, or found on FLAIR; None without either.

    Parameters
    ----------
    images : mapping of SequenceRole to Image
        On the T1c grid.
    brain : Mask
    seeds : sequence of LesionSeed
        Their targets stand for lesions of which nothing enhances.
    enhancing, cores : dict of lesion id to (K, J, I) bool array
    given : mapping of MaskKind to Mask
    found : EnhancementMap
        Tells white matter.
    thresholds : Thresholds
    """
    spacing = spacing_kji(brain.grid.spacing_mm)
    starts = {}
    for seed in seeds:
        lesion = enhancing[seed.lesion_id] | cores[seed.lesion_id]
        starts[seed.lesion_id] = lesion if lesion.any() else seed.target.array.copy()
    drawn = given.get(MaskKind.OEDEMA)
    if drawn is not None:
        lesions = {n: enhancing[n] | cores[n] for n in enhancing}
        outside = drawn.array & ~union_of(list(lesions.values()), brain.grid)
        shared = divide(outside, starts, spacing)
        return {name: shared[name] | lesions[name] for name in lesions}
    flair = images.get(SequenceRole.FLAIR)
    if flair is None:
        return None
    level, noise = _white_flair(flair, brain, starts, found)
    if level <= 0:
        return None
    swellings = find_oedema(flair.array, level, noise, starts, brain.array, spacing, thresholds)
    for name in starts:
        if not (enhancing[name].any() or cores[name].any()):
            # a target in which nothing enhances is no FLAIR lesion by itself
            bright = flair.array > thresholds["segmentation.flair_ratio"] * level
            swellings[name] = swellings[name] & bright
    return swellings


def _white_flair(
    flair: Image, brain: Mask, starts: dict[str, Bools], found: EnhancementMap
) -> tuple[float, float]:
    """Level and spread of FLAIR in white matter that T1c shows as such, away from lesions."""
    spacing = spacing_kji(flair.grid.spacing_mm)
    near = union_of([dilate(s, spacing, 15.0) for s in starts.values()], flair.grid)
    white = brain.array & ~near & (np.abs(found.t1c - 1.0) < TISSUE_WIDTH) & (flair.array > 0)
    values = flair.array[white]
    if values.size < 50:
        values = flair.array[brain.array & (flair.array > 0)]
    if values.size == 0:
        return 0.0, 0.0
    level = float(np.median(values))
    return level, float(1.4826 * np.median(np.abs(values - level)))


def find_oedema(
    flair: Floats,
    white_level: float,
    noise: float,
    seeds: dict[str, Bools],
    brain: Bools,
    spacing: Spacing,
    thresholds: Thresholds | None = None,
) -> dict[str, Bools]:
    """FLAIR hyperintensity around each lesion, the lesion included.

    Parameters
    ----------
    flair : (K, J, I) float32 array
        On the T1c grid.
    white_level, noise : float
        Median and standard deviation of FLAIR in normal-appearing white matter.
    seeds : dict of lesion id to (K, J, I) bool array
        Enhancing part with its core, or the target when nothing enhances any more.
    brain : (K, J, I) bool array

    Returns
    -------
    dict of lesion id to (K, J, I) bool array
        Disjoint: hyperintensity between two lesions goes to the nearer one.
    """
    thresholds = thresholds or Thresholds()
    reach = thresholds["segmentation.oedema_reach_mm"]
    everything = np.logical_or.reduce(list(seeds.values())) if seeds else np.zeros_like(brain)
    out = {name: seed.copy() for name, seed in seeds.items()}
    box = box_around(everything, spacing, reach)
    if box is None:
        return out
    values = ndimage.gaussian_filter(
        flair[box], [0.5 / s if s < 1.5 else 0.0 for s in spacing], truncate=2.0
    )
    local_brain = brain[box]
    bright = _bright_flair(values, everything[box], local_brain, white_level, noise, spacing,
                           thresholds)  # fmt: skip
    distances = [distance_to(seed[box], spacing) for seed in seeds.values()]
    nearest = np.argmin(distances, axis=0)
    for n, (name, seed) in enumerate(seeds.items()):
        touch = dilate(seed[box], spacing, 2.5)
        own = bright & (nearest == n) & (distances[n] <= reach)
        connected = keep_touching(own | touch, touch) & own
        others = [s[box] for other, s in seeds.items() if other != name]
        for other in others:
            connected &= ~other
        out[name][box] |= connected & local_brain
    return out


def _bright_flair(
    values: Floats,
    lesions: Bools,
    brain: Bools,
    white_level: float,
    noise: float,
    spacing: Spacing,
    thresholds: Thresholds,
) -> Bools:
    """Hyperintense voxels: border halfway between white matter and this patient's oedema."""
    least = thresholds["segmentation.flair_ratio"] * white_level
    floor = max(least, white_level + thresholds["segmentation.noise_multiple"] * noise)
    ring = dilate(lesions, spacing, 12.0) & brain & (values > floor)
    cut = floor
    if np.count_nonzero(ring) > 20:
        halfway = 0.5 * (white_level + float(np.percentile(values[ring], 75)))
        cut = max(floor, halfway)
    bright = (values > cut) & brain
    # cortex is a little brighter than white matter: single-voxel bridges into it are cut
    thick = ndimage.binary_opening(bright, ndimage.generate_binary_structure(3, 1))
    return np.asarray(thick | (bright & dilate(thick, spacing, 1.1 * min(spacing))))
