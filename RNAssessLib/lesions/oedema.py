"""Oedema: FLAIR hyperintensity that hangs on a lesion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    FlairBorder,
    Image,
    Mask,
    MaskKind,
    PreparedTimepoint,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds

from .enhancement import EnhancementMap
from .morphology import (
    Bools,
    Box,
    Floats,
    box_around,
    dilate,
    distance_to,
    keep_touching,
    spacing_kji,
)
from .seeds import LesionSeed, Spacing, divide, union_of
from .white_matter import TISSUE_WIDTH

SMOOTH_MM, THIN_MM = 0.5, 1.5  # thin voxels are smoothed a little: their noise frays a border
TOUCH_MM, RING_MM = 2.5, 12.0
FEWEST_RING = 20


@dataclass(frozen=True, eq=False)
class Swellings:
    """Oedema of each lesion with the lesion in it, on the T1c grid.

    Attributes
    ----------
    masks : dict of lesion id to (K, J, I) bool array
        Disjoint.
    borders : dict of lesion id to FlairBorder
        Of those that were found on FLAIR around a lesion that enhances.
    """

    masks: dict[str, Bools]
    borders: dict[str, FlairBorder]


def find_swellings(
    images: Mapping[SequenceRole, Image],
    brain: Mask,
    seeds: Sequence[LesionSeed],
    enhancing: dict[str, Bools],
    cores: dict[str, Bools],
    given: Mapping[MaskKind, Mask],
    found: EnhancementMap,
    thresholds: Thresholds,
) -> Swellings | None:
    """Oedema of each lesion: drawn, or found on FLAIR; None without either.

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
        return Swellings({name: shared[name] | lesions[name] for name in lesions}, {})
    flair = images.get(SequenceRole.FLAIR)
    if flair is None:
        return None
    level, noise = _white_flair(flair, brain, starts, found)
    if level <= 0:
        return None
    around = look_around(flair.array, starts, brain.array, spacing, thresholds)
    masks = {name: start.copy() for name, start in starts.items()}
    if around is None:
        return Swellings(masks, {})
    cut = _border_level(around, level, noise, thresholds)
    around.paint(masks, dict.fromkeys(starts, cut))
    borders = {}
    for name in starts:
        if enhancing[name].any() or cores[name].any():
            borders[name] = FlairBorder(cut, cut)
        else:
            # a target in which nothing enhances is no FLAIR lesion by itself
            masks[name] &= flair.array > thresholds["segmentation.flair_ratio"] * level
    return Swellings(masks, borders)


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


@dataclass(frozen=True, eq=False)
class FlairAround:
    """FLAIR around lesions, and to which of them each voxel would belong; for borders at will.

    Attributes
    ----------
    box : tuple of slice
        Into arrays on the T1c grid.
    values : (K, J, I) float32 array
        FLAIR in the box, lightly smoothed within thin slices.
    seeds, within : dict of lesion id to (K, J, I) bool array
        Each lesion, and the brain that its oedema may take.
    brain : (K, J, I) bool array
    spacing : tuple of float
        In mm, along (k, j, i).
    """

    box: Box
    values: Floats
    seeds: dict[str, Bools]
    within: dict[str, Bools]
    brain: Bools
    spacing: Spacing

    def outline(self, cuts: Mapping[str, float], noise: Floats | None = None) -> dict[str, Bools]:
        """Oedema of the lesions named in `cuts`, in the box: what is brighter and hangs on them.

        Parameters
        ----------
        cuts : mapping of lesion id to float
            In the units of FLAIR.
        noise : (K, J, I) float32 array, optional
            Added to the image.
        """
        values = self.values if noise is None else self.values + noise
        bright = {cut: self._brighter(values, cut) for cut in dict.fromkeys(cuts.values())}
        out = {}
        for name, cut in cuts.items():
            touch = dilate(self.seeds[name], self.spacing, TOUCH_MM)
            own = bright[cut] & self.within[name]
            out[name] = self.seeds[name] | (keep_touching(own | touch, touch) & own)
        return out

    def paint(self, masks: dict[str, Bools], cuts: Mapping[str, float]) -> None:
        """Add what `outline` finds to masks of the whole grid, in place."""
        for name, found in self.outline(cuts).items():
            masks[name][self.box] |= found

    def _brighter(self, values: Floats, cut: float) -> Bools:
        bright = (values > cut) & self.brain
        # cortex is a little brighter than white matter: single-voxel bridges into it are cut
        thick = ndimage.binary_opening(bright, ndimage.generate_binary_structure(3, 1))
        return np.asarray(thick | (bright & dilate(thick, self.spacing, 1.1 * min(self.spacing))))


def look_around(
    flair: Floats,
    seeds: Mapping[str, Bools],
    brain: Bools,
    spacing: Spacing,
    thresholds: Thresholds,
    box: Box | None = None,
) -> FlairAround | None:
    """What the oedema of lesions is outlined from; None where there is no lesion.

    Parameters
    ----------
    flair : (K, J, I) float32 array
        On the T1c grid.
    seeds : mapping of lesion id to (K, J, I) bool array
        Enhancing part with its core, or the target when nothing enhances any more.
        Hyperintensity between two lesions goes to the nearer one.
    brain : (K, J, I) bool array
    spacing : tuple of float
        In mm, along (k, j, i).
    thresholds : Thresholds
    box : tuple of slice, optional
        Where to look; as far as oedema may reach unless given.
    """
    reach = thresholds["segmentation.oedema_reach_mm"]
    everything = np.logical_or.reduce(list(seeds.values())) if seeds else np.zeros_like(brain)
    box = box or box_around(everything, spacing, reach)
    if box is None or not everything.any():
        return None
    values = smooth_thin(flair[box], spacing)
    cut = {name: seed[box] for name, seed in seeds.items()}
    distances = [distance_to(seed, spacing) for seed in cut.values()]
    nearest = np.argmin(distances, axis=0)
    within = {}
    for n, name in enumerate(cut):
        own = brain[box] & (nearest == n) & (distances[n] <= reach)
        for other in cut:
            if other != name:
                own &= ~cut[other]
        within[name] = own
    return FlairAround(box, values, cut, within, brain[box], spacing)


def look_at(
    timepoint: PreparedTimepoint, thresholds: Thresholds, box: Box | None = None
) -> FlairAround | None:
    """`look_around` the lesions that enhance at a timepoint; None where none does, or no FLAIR."""
    flair = timepoint.images.get(SequenceRole.FLAIR)
    if flair is None:
        return None
    found = {n: m.enhancing.array | m.necrotic_core.array for n, m in timepoint.lesions.items()}
    seeds = {name: seed for name, seed in found.items() if seed.any()}
    spacing = spacing_kji(timepoint.brain.grid.spacing_mm)
    return look_around(flair.array, seeds, timepoint.brain.array, spacing, thresholds, box)


def smooth_thin(values: npt.NDArray[np.floating], spacing: Spacing) -> npt.NDArray[Any]:
    """Values smoothed along the axes on which voxels are thin."""
    blur = [SMOOTH_MM / s if s < THIN_MM else 0.0 for s in spacing]
    return np.asarray(ndimage.gaussian_filter(values, blur, truncate=2.0))


def _border_level(
    around: FlairAround, white_level: float, noise: float, thresholds: Thresholds
) -> float:
    """Signal halfway between white matter and this patient's oedema, above what noise reaches.

    `white_level` and `noise` are median and standard deviation in normal white matter.
    """
    least = thresholds["segmentation.flair_ratio"] * white_level
    floor = max(least, white_level + thresholds["segmentation.noise_multiple"] * noise)
    lesions = np.logical_or.reduce(list(around.seeds.values()))
    ring = dilate(lesions, around.spacing, RING_MM) & around.brain & (around.values > floor)
    if np.count_nonzero(ring) <= FEWEST_RING:
        return floor
    return max(floor, 0.5 * (white_level + float(np.percentile(around.values[ring], 75))))
