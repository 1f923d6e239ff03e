"""Weak uptake outlined alike at every examination: one least uptake, carried to each scan's scale.

Where uptake fades out, a lesion ends at the least that is told from normal tissue. A noisier scan
asks for more of it, and another contrast curve changes what a unit of it is: a quarter of a faint
lesion comes and goes although nothing changed. The unchanged brain around the lesion tells what an
uptake of one scan is on the other. So what every scan asks for is read on all of them, and each is
outlined by the middle of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Lesion,
    MaskOrigin,
    PreparedTimepoint,
    UptakeBorder,
    UptakeMap,
)
from RNAssessLib.evidence import Thresholds

from .border import LesionView, cut_view, outline_points, redrawn
from .enclosure import close_seam, keep_enclosed
from .morphology import Bools, Floats, dilate, find_components
from .outline_again import GROWTH_MM, margin_of
from .settle import DARKEST_LOG, compare_intensity

SAME_LOG = 0.02  # what the least uptake is read to; less moves nothing
LARGEST_LOG = 0.5  # of the least uptake; engineering default
CLOSE_MM = 8.0


def settle_uptake(
    timepoints: Sequence[PreparedTimepoint], lesions: Sequence[Lesion], thresholds: Thresholds
) -> tuple[PreparedTimepoint, ...]:
    """Outline weak uptake of every lesion by one least uptake at all examinations.

    Parameters
    ----------
    timepoints : sequence of PreparedTimepoint
        Each outlined by itself.
    lesions : sequence of Lesion
    thresholds : Thresholds

    Returns
    -------
    tuple of PreparedTimepoint
        Outlines that were given or corrected are neither changed nor asked; no more is a scan that
        is not aligned, has no T1 before contrast, or on which the lesion does not enhance.
    """
    borders: dict[str, dict[str, UptakeBorder]] = {t.id: {} for t in timepoints}
    for lesion in lesions:
        taking_part = [t for t in timepoints if _takes_part(t, lesion)]
        for name, border in _shared_borders(taking_part, lesion).items():
            borders[name][lesion.id] = border
    return tuple(_outlined(t, lesions, borders[t.id], thresholds) for t in timepoints)


def _takes_part(timepoint: PreparedTimepoint, lesion: Lesion) -> bool:
    masks = timepoint.lesions[lesion.id]
    return (
        timepoint.to_reference.is_usable
        and timepoint.uptake is not None
        and not timepoint.timepoint.masks
        and masks.origin is MaskOrigin.AUTOMATIC
        and not masks.enhancing.is_empty
    )


@dataclass(frozen=True, eq=False)
class _Scale:
    """One scan around a lesion: its signal, as logarithms, and the least uptake it asks for."""

    view: LesionView
    least_log: float


def _shared_borders(
    timepoints: Sequence[PreparedTimepoint], lesion: Lesion
) -> dict[str, UptakeBorder]:
    """By how much each examination asks for more than the middle of all."""
    if len(timepoints) < 2:
        return {}
    points = np.concatenate([outline_points(t, lesion) for t in timepoints])
    found = {t.id: _scale_of(t, lesion, points) for t in timepoints}
    scales = {name: scale for name, scale in found.items() if scale is not None}
    more: dict[str, list[float]] = {name: [0.0] for name in scales}
    for first, second in combinations(scales, 2):
        asked = _asked_more(scales[first], scales[second])
        if asked is not None:
            more[second].append(asked)
            more[first].append(-asked)
    return {
        # either scan may be the truer one: half of what lies between them stands for what each
        # may be off by
        name: UptakeBorder(float(np.clip(np.mean(m), -LARGEST_LOG, LARGEST_LOG)),
                           0.5 * min(float(np.abs(m).max()), 2.0 * LARGEST_LOG))
        for name, m in more.items()
    }  # fmt: skip


def _scale_of(
    timepoint: PreparedTimepoint, lesion: Lesion, points_mm: npt.NDArray[np.floating]
) -> _Scale | None:
    view = cut_view(timepoint, lesion, points_mm)
    least = 0.0 if view is None else _least_uptake(view)
    if view is None or least <= 0.0:
        return None
    alone = float(np.log(least)) + _shift_of(timepoint, lesion)
    # the exponent of a contrast curve is its slope where weak uptake is, and grey matter and CSF,
    # darker than that, show it
    logs = np.log(np.maximum(view.values, DARKEST_LOG))
    return _Scale(replace(view, values=logs), alone)


def _least_uptake(view: LesionView) -> float:
    """Uptake that is just believed around the lesion, in units of white matter; 0 if not known."""
    assert view.rise is not None and view.excess is not None
    about = dilate(view.whole, view.spacing, GROWTH_MM) & view.brain & np.isfinite(view.excess)
    if not about.any():
        return 0.0
    return max(float(np.median((view.rise - view.excess)[about])), 0.0)


def _asked_more(first: _Scale, second: _Scale) -> float | None:
    """Logarithm by which `second` asks for more uptake than `first`; None where not comparable."""
    there = compare_intensity(first.view, second.view)
    back = compare_intensity(second.view, first.view)
    if there is None or back is None:
        return None
    scale = 0.5 * float(np.log(there[0]) - np.log(back[0]))
    return second.least_log - first.least_log - scale


def _outlined(
    timepoint: PreparedTimepoint,
    lesions: Sequence[Lesion],
    borders: Mapping[str, UptakeBorder],
    thresholds: Thresholds,
) -> PreparedTimepoint:
    """Timepoint outlined at these borders; the same object where none is asked for."""
    out, excess = timepoint, None
    for lesion in lesions:
        border = borders.get(lesion.id)
        if border is None:
            continue
        shift = _shift_of(timepoint, lesion)
        move = border.shift - shift
        if abs(move) < SAME_LOG:
            out = _noted(out, lesion, replace(border, shift=shift))
            continue
        assert timepoint.uptake is not None
        view = cut_view(out, lesion, outline_points(out, lesion), CLOSE_MM)
        if view is None:
            continue
        bright = _outline(view, float(np.expm1(move)), thresholds)
        if not bright.any():  # a lesion that fades is smaller, not gone
            continue
        out = redrawn(out, lesion, view, bright, _core(view, bright, thresholds))
        out = _noted(out, lesion, border)
        excess = timepoint.uptake.excess.copy() if excess is None else excess
        about = dilate(view.whole | bright, view.spacing, CLOSE_MM) & ~view.others
        excess[view.box][about] = _shifted(view, move)[about]
    if excess is None or timepoint.uptake is None:
        return out
    return replace(out, uptake=UptakeMap(timepoint.uptake.rise, excess))


def _shift_of(timepoint: PreparedTimepoint, lesion: Lesion) -> float:
    """What the outline was moved by already."""
    border = timepoint.lesions[lesion.id].uptake_border
    return border.shift if border else 0.0


def _noted(timepoint: PreparedTimepoint, lesion: Lesion, border: UptakeBorder) -> PreparedTimepoint:
    masks = timepoint.lesions[lesion.id]
    if masks.uptake_border == border:
        return timepoint
    noted = replace(masks, uptake_border=border)
    return replace(timepoint, lesions={**timepoint.lesions, lesion.id: noted})


def _outline(view: LesionView, scale: float, thresholds: Thresholds) -> Bools:
    """Outline with uptake taken to be larger by `scale`, without the specks that this makes."""
    bright = margin_of(view, 0.0, scale) > 0
    needed = thresholds["segmentation.smallest_cm3"] / view.grid.voxel_volume_cm3
    whole = np.zeros(bright.shape, bool)
    for part in find_components(bright):
        own = np.zeros(bright.shape, bool)
        part.paint(own)
        if part.size >= needed or _was_by_itself(own, view):
            whole |= own
    return whole


def _was_by_itself(part: Bools, view: LesionView) -> bool:
    """Whether a part was outlined before, and hung on nothing else."""
    around = dilate(part, view.spacing, max(view.spacing)) & ~part
    return bool((part & view.enhancing).any() and not (around & view.enhancing).any())


def _core(view: LesionView, bright: Bools, thresholds: Thresholds) -> Bools:
    """Core that `bright` closes in, with what the rim lost between both."""
    core = keep_enclosed(view.core & ~bright, bright, view.spacing, thresholds)
    lost = view.enhancing & ~bright
    return np.asarray(core | (close_seam(core, bright, view.spacing) & lost))


def _shifted(view: LesionView, move: float) -> Floats:
    """Excess where the least uptake is smaller by this logarithm."""
    assert view.rise is not None and view.excess is not None
    least = view.rise - view.excess
    return np.asarray(view.rise - least * np.float32(np.exp(-move)), np.float32)
