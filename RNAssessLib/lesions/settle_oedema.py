"""Oedema outlined alike at every examination: one border on FLAIR, carried to each scan's scale.

Each examination finds its own border between white matter and oedema, in units of its own white
matter. Another contrast curve, receive field or noise moves that border although nothing changed;
oedema fades out gradually, so that a border 4 % off takes a quarter of its volume. The unchanged
brain around the lesion tells what a signal of one scan is on the other. So every scan's border is
read on all of them, and each is outlined at the middle of what they say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy import ndimage

from RNAssessLib.case import (
    FlairBorder,
    Grid,
    Lesion,
    LesionMasks,
    Mask,
    MaskKind,
    PreparedTimepoint,
    RigidTransform,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.resampling import resample_array

from .morphology import Bools, Floats, box_around, dilate, spacing_kji
from .oedema import look_at
from .settle import AWAY_MM, BLUR_PER_MM, DARKEST_LOG, fit_intensity

NEAR_MM = 24.0  # brain around the lesion in which two scans are compared
SMOOTH_MM = (2.0, 3.0)  # coarser than slices are thick: how sharp either scan is matters less
INSIDE, SEEN = 0.5, 0.99
SAME_LOG = 0.005  # half of what a border is known to (`spread.flair_border`)
THICKER_MM2 = 0.5  # of squared slice thickness: less does not blur


def settle_oedema(
    timepoints: Sequence[PreparedTimepoint], lesions: Sequence[Lesion], thresholds: Thresholds
) -> tuple[PreparedTimepoint, ...]:
    """Outline the oedema of every lesion by one border at all examinations.

    Parameters
    ----------
    timepoints : sequence of PreparedTimepoint
        Each outlined by itself on FLAIR.
    lesions : sequence of Lesion
    thresholds : Thresholds

    Returns
    -------
    tuple of PreparedTimepoint
        Those that are outlined as before are the same objects. Oedema that was given or corrected
        is neither changed nor taken as a pattern; a scan that is not aligned, or on which nothing
        enhances that oedema could hang on, takes no part.
    """
    usable = [t for t in timepoints if t.to_reference.is_usable]
    borders: dict[str, dict[str, FlairBorder]] = {t.id: {} for t in timepoints}
    for lesion in lesions:
        views = {t.id: _view(t, lesion) for t in usable}
        known = {name: view for name, view in views.items() if view is not None}
        for name, border in _shared_borders(known).items():
            borders[name][lesion.id] = border
    return tuple(_outlined(t, borders[t.id], thresholds) for t in timepoints)


@dataclass(frozen=True, eq=False)
class _View:
    """FLAIR of one examination around one lesion, as logarithms in units of white matter."""

    grid: Grid
    logs: Floats
    brain: Bools
    outlined: Bools
    slice_mm: float
    white: float
    alone: float
    to_reference: RigidTransform


def _view(timepoint: PreparedTimepoint, lesion: Lesion) -> _View | None:
    masks = timepoint.lesions[lesion.id]
    white = timepoint.white_matter_level.get(SequenceRole.FLAIR)
    if masks.flair_border is None or masks.oedema is None or not white:
        return None
    grid = masks.oedema.grid
    spacing = spacing_kji(grid.spacing_mm)
    box = box_around(masks.oedema.array, spacing, NEAR_MM)
    if box is None:
        return None
    k, j, i = (slice(s.start, min(s.stop, n)) for s, n in zip(box, grid.shape, strict=True))
    box = (k, j, i)
    outlined = np.zeros(timepoint.brain.array[box].shape, bool)
    for own in timepoint.lesions.values():
        for mask in own.masks.values():
            outlined |= mask.array[box]
    values = timepoint.images[SequenceRole.FLAIR].array[box] / np.float32(white)
    return _View(
        grid.crop(box),
        np.log(np.maximum(values, DARKEST_LOG)).astype(np.float32),
        timepoint.brain.array[box] & (values > 0),  # FLAIR need not cover all of the T1c
        outlined,
        max(timepoint.timepoint.sequences[SequenceRole.FLAIR].grid.spacing_mm),
        white,
        masks.flair_border.alone,
        timepoint.to_reference.transform,
    )


def _shared_borders(views: dict[str, _View]) -> dict[str, FlairBorder]:
    """Border of every examination: the middle of its own and of what the others' is there."""
    alone = {name: float(np.log(v.alone / v.white)) for name, v in views.items()}
    told = {name: [own] for name, own in alone.items()}
    doubts: dict[str, list[float]] = {name: [] for name in views}
    for first, second in combinations(views, 2):
        curves = _compare(views[first], views[second])
        if not curves:
            continue
        there = [gain * alone[first] + offset for gain, offset in curves]
        back = [(alone[second] - offset) / gain for gain, offset in curves]
        for name, read in ((second, there), (first, back)):
            told[name].append(float(np.mean(read)))
            doubts[name].append(float(np.std(read)))
    out = {}
    for name, view in views.items():
        level = view.white * float(np.exp(np.mean(told[name])))
        doubt = float(np.linalg.norm(doubts[name])) / max(len(doubts[name]), 1)
        out[name] = FlairBorder(view.alone, level, doubt)
    return out


def _compare(first: _View, second: _View) -> list[tuple[float, float]]:
    """Gain and offset from `first`'s logarithms to `second`'s, as often as they can be read.

    Headers tell how thick slices are, not how sharp an image is that was made thinner later: the
    finer one is compared as it is and as blurred as the coarser one's slices, smoothed twice.
    """
    carry = first.to_reference.then(second.to_reference.inverse())
    spacing = spacing_kji(second.grid.spacing_mm)

    def carried(array: Bools | Floats) -> Floats:
        return resample_array(array, first.grid, second.grid, carry)

    outlined = second.outlined | (carried(first.outlined) >= INSIDE)
    where = second.brain & (carried(first.brain) > SEEN) & ~dilate(outlined, spacing, AWAY_MM)
    there, here = carried(first.logs), second.logs
    pairs = [(there, here)]
    excess = second.slice_mm**2 - first.slice_mm**2
    if abs(excess) > THICKER_MM2:
        blur = [BLUR_PER_MM * float(np.sqrt(abs(excess))) / s for s in spacing]
        coarse = ndimage.gaussian_filter(there if excess > 0 else here, blur, truncate=2.0)
        pairs.append((coarse, here) if excess > 0 else (there, coarse))
    fitted = [
        fit_intensity(moving, fixed, where, spacing, sigma)
        for sigma in SMOOTH_MM for moving, fixed in pairs
    ]  # fmt: skip
    return [curve for curve in fitted if curve is not None]


def _moves(masks: LesionMasks, border: FlairBorder) -> bool:
    """Whether another border is meant, not the same one read again around other outlines."""
    before = masks.flair_border
    return before is None or abs(float(np.log(border.level / before.level))) > SAME_LOG


def _outlined(
    timepoint: PreparedTimepoint, borders: dict[str, FlairBorder], thresholds: Thresholds
) -> PreparedTimepoint:
    """Timepoint with its oedema outlined at these borders; the same object where none moved."""
    held = timepoint.lesions
    if not any(_moves(held[name], border) for name, border in borders.items()):
        return timepoint
    around, grid = look_at(timepoint, thresholds), timepoint.brain.grid
    assert around is not None
    taken = np.zeros(grid.shape, bool)
    for name, masks in held.items():
        if name not in borders and masks.oedema is not None:
            taken |= masks.oedema.array
    found = {n: held[n].enhancing.array | held[n].necrotic_core.array for n in borders}
    levels = {name: border.level for name, border in borders.items()}
    for name, outlined in around.outline(levels).items():
        found[name][around.box] |= outlined & ~taken[around.box]
    lesions = dict(held)
    for name, border in borders.items():
        masks = held[name]
        oedema = Mask(found[name], grid)
        lesions[name] = replace(
            masks, masks={**masks.masks, MaskKind.OEDEMA: oedema}, spread=None, flair_border=border
        )
    return replace(timepoint, lesions=lesions)
