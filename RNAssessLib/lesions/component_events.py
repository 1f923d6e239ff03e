"""What became of every part of a lesion between two timepoints.

Parts are matched by overlap once each is allowed the error of alignment and outline. Groups that
hang together decide the event: one to one is stable, grown or regressed, none to one is new, one to
none resolved, several to one merged, one to several split; parts nearer to one another than their
borders may be off count as one. Of a small part, what the other scan's image may show as well is
no change: its outline comes and goes with a threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, Mask, Vector

from .component_parts import Part

BoolArray = npt.NDArray[np.bool_]


class ComponentFate(Enum):
    """Event of one group of parts; the value is the JSON word."""

    NEW = "new"
    STABLE = "stable"
    GROWN = "grown"
    REGRESSED = "regressed"
    MERGED = "merged"
    SPLIT = "split"
    RESOLVED = "resolved"
    UNSURE = "unsure"  # outlined otherwise, and the other scan shows it, too, or cannot tell


@dataclass(frozen=True)
class ComponentEvent:
    """One event between two timepoints.

    Attributes
    ----------
    fate : ComponentFate
    parts_before, parts_after : int
        How many parts take part in it.
    volume_before_cm3, volume_after_cm3 : float
        Of these parts together.
    uncertainty_cm3 : float
        Half-width of the difference of the volumes, from the outlines' error.
    point_lps_mm : tuple of float
        Middle of the parts after, or before when none is left; common space.
    """

    fate: ComponentFate
    parts_before: int
    parts_after: int
    volume_before_cm3: float
    volume_after_cm3: float
    uncertainty_cm3: float
    point_lps_mm: Vector

    @property
    def change_cm3(self) -> float:
        """Volume after less volume before."""
        return self.volume_after_cm3 - self.volume_before_cm3


def border_uncertainty_cm3(mask: Mask, error_mm: float) -> float:
    """Half-width of a volume whose border is known within `error_mm`, in cm³.

    Voxels of the border times the share of their thickness that is in doubt; the error varies
    along the border, so half of the worst case.
    """
    if mask.is_empty:
        return 0.0
    edge = mask.array & ~ndimage.binary_erosion(mask.array)
    cell = float(sum(mask.grid.spacing_mm)) / 3.0
    return float(edge.sum()) * mask.grid.voxel_volume_cm3 * min(error_mm / cell, 1.0) * 0.5


IsSure = Callable[[Mask, bool], bool]


def follow_components(
    before: Sequence[Part],
    after: Sequence[Part],
    grid: Grid,
    *,
    reach_mm: float,
    border_mm: float,
    least_change: float,
    is_sure: IsSure = lambda part, later: True,
) -> tuple[ComponentEvent, ...]:
    """Match the parts of a lesion over two timepoints.

    Parameters
    ----------
    before, after : sequence of Part
        Placed on `grid`, aligned; either may be empty.
    grid : Grid
    reach_mm : float
        How far apart two outlines of the same part may lie: alignment and outline together.
    border_mm : float
        Error of the outlines alone; decides which change of volume is real.
    least_change : float
        Share of the larger volume below which a change is called stable whatever the error.
    is_sure : callable
        Takes what is outlined on one scan only, on its own grid, and whether that is the later one;
        says whether the other scan is sure not to show it.

    Returns
    -------
    tuple of ComponentEvent
        Largest first.
    """
    pairs = _overlaps(before, after, grid, reach_mm)
    largest = max((*before, *after), key=lambda part: part.native.volume_cm3, default=None)
    events = []
    for mine, theirs in _groups(pairs, len(before), len(after)):
        old, new = [before[a] for a in mine], [after[b] for b in theirs]
        event = _event(old, new, grid, border_mm, least_change)
        # of the lesion itself the ± is measured; small parts beside it come and go with a threshold
        if not any(part is largest for part in (*old, *new)) or not (old and new):
            event = replace(event, fate=_believed(event.fate, old, new, grid, is_sure))
        events.append(event)
    events.sort(key=lambda e: -max(e.volume_before_cm3, e.volume_after_cm3))
    return tuple(events)


def _believed(
    fate: ComponentFate, old: Sequence[Part], new: Sequence[Part], grid: Grid, is_sure: IsSure
) -> ComponentFate:
    """The same where the other scan is sure not to show what makes it so."""
    if fate is ComponentFate.STABLE:
        return fate
    later = fate in (ComponentFate.NEW, ComponentFate.GROWN, ComponentFate.MERGED)
    more, less = (new, old) if later else (old, new)
    held = np.logical_or.reduce([np.zeros(grid.shape, bool), *(part.placed for part in less)])
    for part in more:
        beyond = part.beyond(held, grid)
        if beyond.any() and is_sure(Mask(beyond, part.native.grid), later):
            return fate
    return ComponentFate.UNSURE


def _overlaps(
    first: Sequence[Part], second: Sequence[Part], grid: Grid, reach_mm: float
) -> list[tuple[int, int]]:
    """Pairs that touch once the border may be off; a touch of a corner is none."""
    spacing = grid.spacing_mm[::-1]
    pairs = []
    for a, mine in enumerate(first):
        away = ndimage.distance_transform_edt(~mine.placed, sampling=spacing)
        for b, theirs in enumerate(second):
            near = int(np.count_nonzero(theirs.placed & (away <= reach_mm)))
            smaller = min(int(mine.placed.sum()), int(theirs.placed.sum()))
            if near >= max(0.1 * smaller, 1.0):
                pairs.append((a, b))
    return pairs


def _groups(
    pairs: Sequence[tuple[int, int]], before: int, after: int
) -> list[tuple[list[int], list[int]]]:
    """Connected groups of the bipartite graph, lone parts included."""
    label = list(range(before + after))
    for a, b in pairs:
        old, new = label[before + b], label[a]
        label = [new if n == old else n for n in label]
    groups = []
    for number in dict.fromkeys(label):
        members = [n for n, own in enumerate(label) if own == number]
        groups.append(([m for m in members if m < before],
                       [m - before for m in members if m >= before]))  # fmt: skip
    return groups


def _event(
    mine: Sequence[Part],
    theirs: Sequence[Part],
    grid: Grid,
    border_mm: float,
    least_change: float,
) -> ComponentEvent:
    sizes = [sum(part.native.volume_cm3 for part in parts) for parts in (mine, theirs)]
    doubt = float(np.hypot(_doubt(mine, border_mm), _doubt(theirs, border_mm)))
    shown = np.logical_or.reduce([part.placed for part in theirs or mine])
    x, y, z = (float(v) for v in Mask(np.asarray(shown), grid).centroid_lps())
    before, after = (
        _count_apart(parts, least_change * size, grid, border_mm)
        for parts, size in zip((mine, theirs), sizes, strict=True)
    )
    limit = max(doubt, least_change * max(sizes))
    fate = _fate(before, after, sizes[1] - sizes[0], limit)
    return ComponentEvent(fate, len(mine), len(theirs), sizes[0], sizes[1], doubt, (x, y, z))


def _count_apart(parts: Sequence[Part], least_cm3: float, grid: Grid, border_mm: float) -> int:
    """How many parts of some size lie further from one another than their borders may be off.

    What is too small a share of its scan to be a change of volume is none of the count either.
    """
    counted = [part for part in parts if part.native.volume_cm3 >= least_cm3]
    if len(counted) < 2:
        return min(len(parts), 1)
    gaps = ~np.logical_or.reduce([part.placed for part in counted])
    joined = ndimage.distance_transform_edt(gaps, sampling=grid.spacing_mm[::-1]) <= border_mm
    _, count = ndimage.label(joined, np.ones((3, 3, 3)))
    return int(count)


def _doubt(parts: Sequence[Part], border_mm: float) -> float:
    """± of parts together: of their borders, or their share of the lesion's where that is more."""
    border = sum(border_uncertainty_cm3(part.native, border_mm) for part in parts)
    return max(border, sum(part.share_in_doubt * part.native.volume_cm3 for part in parts))


def _fate(before: int, after: int, change_cm3: float, limit_cm3: float) -> ComponentFate:
    if before == 0:
        return ComponentFate.NEW
    if after == 0:
        return ComponentFate.RESOLVED
    if before > after:
        return ComponentFate.MERGED
    if after > before:
        return ComponentFate.SPLIT
    if change_cm3 > limit_cm3:
        return ComponentFate.GROWN
    if change_cm3 < -limit_cm3:
        return ComponentFate.REGRESSED
    return ComponentFate.STABLE
