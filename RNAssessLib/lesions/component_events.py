"""What became of every part of a lesion between two timepoints.

Parts are matched by overlap once each is allowed the error of alignment and outline. Groups that
hang together decide the event: one to one is stable, grown or regressed, none to one is new, one to
none resolved, several to one merged, one to several split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Mask, Vector

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


def follow_components(
    before: Mask,
    after: Mask,
    *,
    reach_mm: float,
    border_mm: float,
    smallest_cm3: float,
    least_change: float,
) -> tuple[ComponentEvent, ...]:
    """Match the parts of a lesion over two timepoints.

    Parameters
    ----------
    before, after : Mask
        On one grid (the common one), aligned; either may be empty.
    reach_mm : float
        How far apart two outlines of the same part may lie: alignment and outline together.
    border_mm : float
        Error of the outlines alone; decides which change of volume is real.
    smallest_cm3 : float
        Smaller parts are specks of noise and left out.
    least_change : float
        Share of the larger volume below which a change is called stable whatever the error.

    Returns
    -------
    tuple of ComponentEvent
        Largest first.
    """
    first, second = _parts(before, smallest_cm3), _parts(after, smallest_cm3)
    groups = _groups(_overlaps(first, second, before, reach_mm), len(first), len(second))
    events = [
        _event([first[a] for a in mine], [second[b] for b in theirs], before, border_mm,
               least_change)
        for mine, theirs in groups
    ]  # fmt: skip
    events.sort(key=lambda e: -max(e.volume_before_cm3, e.volume_after_cm3))
    return tuple(events)


def _parts(mask: Mask, smallest_cm3: float) -> list[BoolArray]:
    labels, count = ndimage.label(mask.array, np.ones((3, 3, 3)))
    sizes = np.bincount(labels.ravel(), minlength=count + 1) * mask.grid.voxel_volume_cm3
    return [np.asarray(labels == n) for n in range(1, count + 1) if sizes[n] >= smallest_cm3]


def _overlaps(
    first: Sequence[BoolArray], second: Sequence[BoolArray], like: Mask, reach_mm: float
) -> list[tuple[int, int]]:
    """Pairs that touch once the border may be off; a touch of a corner is none."""
    spacing = like.grid.spacing_mm[::-1]
    pairs = []
    for a, mine in enumerate(first):
        away = ndimage.distance_transform_edt(~mine, sampling=spacing)
        for b, theirs in enumerate(second):
            near = int(np.count_nonzero(theirs & (away <= reach_mm)))
            smaller = min(int(mine.sum()), int(theirs.sum()))
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
    mine: Sequence[BoolArray],
    theirs: Sequence[BoolArray],
    like: Mask,
    border_mm: float,
    least_change: float,
) -> ComponentEvent:
    nothing = np.zeros(like.grid.shape, bool)
    old = Mask(np.logical_or.reduce([nothing, *mine]), like.grid)
    new = Mask(np.logical_or.reduce([nothing, *theirs]), like.grid)
    doubt = float(np.hypot(border_uncertainty_cm3(old, border_mm),
                           border_uncertainty_cm3(new, border_mm)))  # fmt: skip
    x, y, z = (float(v) for v in (new if theirs else old).centroid_lps())
    volumes = old.volume_cm3, new.volume_cm3
    limit = max(doubt, least_change * max(volumes))
    fate = _fate(len(mine), len(theirs), volumes[1] - volumes[0], limit)
    return ComponentEvent(fate, len(mine), len(theirs), *volumes, doubt, (x, y, z))


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
