"""Whether enhancement was there on an earlier scan, looked up in its image, not in its outline.

Two outlines of one unchanged vessel differ: one scan shows it just above the threshold, the other
just below. The image does not: the place is as bright against its surroundings on both. A
component is new only when the earlier scan, at the same place and at the coarser resolution of the
two, shows less than half of its contrast by more than the measured spread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Mask,
    PreparedCase,
    PreparedTimepoint,
    RigidTransform,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.morphology import Floats, dilate, spacing_kji
from RNAssessLib.lesions.parts import box_of
from RNAssessLib.spatial.resampling import resample_array

from .edge_of_view import edge_of_view
from .memory import changed_by_reader, remembered
from .sampled_alike import as_sampled, parts_of_a_slice, slices_of

Bools = npt.NDArray[np.bool_]
Box = tuple[slice, slice, slice]
NEAR_MM, SHELL_MM, AROUND_MM, AWAY_MM = 2.0, 6.0, 16.0, 8.0
COVERED, FEWEST_PLACES, SPREADS = 0.9, 5, 2.0
LARGEST_SHIFT_MM = 3.0
NOTHING = 0.1  # of white matter: air and noise; the darkest tissue is brighter


class Before(Enum):
    """What the earlier scan shows at the place."""

    ABSENT = "absent"
    SEEN = "seen"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class PriorView:
    """One component looked up on an earlier scan.

    Attributes
    ----------
    verdict : Before
    contrast_now, contrast_then : float
        T1c against its surroundings, in units of white matter; the earlier one at the best of the
        places that the alignment error allows.
    spread : float
        Standard deviation of the difference of both scans over patches of the same shape nearby.
    reason : str
        Why it is undecided.
    """

    verdict: Before
    contrast_now: float
    contrast_then: float
    spread: float
    reason: str = ""


def look_before(
    before: PreparedTimepoint, after: PreparedTimepoint, component: Mask, thresholds: Thresholds
) -> PriorView:
    """Look a component of a later scan up on an earlier one.

    Parameters
    ----------
    before, after : PreparedTimepoint
        Both aligned.
    component : Mask
        On the T1c grid of `after`, not empty.
    thresholds : Thresholds
    """
    box = box_of(component.array)
    assert box is not None
    own = component.array[box]
    place = (tuple((s.start, s.stop) for s in box), own.tobytes())
    key = ("look_before", before.id, before.to_reference, place, changed_by_reader(thresholds))
    return remembered(after, key, lambda: _look(before, after, component, thresholds))


def absent_on(
    thresholds: Thresholds,
) -> Callable[[PreparedTimepoint, PreparedTimepoint, Mask], bool]:
    """Question whether one scan is sure not to show a part of another (`look_before`)."""

    def ask(before: PreparedTimepoint, after: PreparedTimepoint, part: Mask) -> bool:
        return look_before(before, after, part, thresholds).verdict is Before.ABSENT

    return ask


def look_back(
    prepared: PreparedCase,
    before: PreparedTimepoint,
    after: PreparedTimepoint,
    component: Mask,
    thresholds: Thresholds,
) -> PriorView:
    """As `look_before`; where that cannot tell, the scans in between are asked, latest first.

    A part that one of them does not show at equal sensitivity is new since then, however coarse
    the scan before treatment was. One that they show as well stays undecided.
    """
    view = look_before(before, after, component, thresholds)
    if view.verdict is not Before.UNDECIDED:
        return view
    for timepoint in reversed(prepared.timepoints):
        if before.date < timepoint.date < after.date and timepoint.to_reference.is_usable:
            later = look_before(timepoint, after, component, thresholds)
            if later.verdict is Before.ABSENT:
                return later
    return view


def _look(
    before: PreparedTimepoint, after: PreparedTimepoint, component: Mask, thresholds: Thresholds
) -> PriorView:
    grid = component.grid
    spacing = spacing_kji(grid.spacing_mm)
    box = box_of(component.array, margin=int(np.ceil(AROUND_MM / min(spacing))))
    assert box is not None
    own, brain = component.array[box], after.brain.array[box]
    part = grid.crop(box)
    now = _in_white_matter(after)[box]
    source = _in_white_matter(before)
    shell = dilate(own, spacing, SHELL_MM) & ~dilate(own, spacing, NEAR_MM) & brain
    carry = before.to_reference.transform.then(after.to_reference.transform.inverse())
    known = resample_array(source > NOTHING, before.timepoint.t1c.grid, part, carry) > COVERED
    if known[own].mean() < COVERED or not (shell & known).any():
        return PriorView(Before.UNDECIDED, 0.0, 0.0, 0.0, f"{before.id} does not cover its place")
    shell &= known
    tissue = now > NOTHING
    now, parts = as_sampled(now, part, carry, after, before), parts_of_a_slice(before, after)
    contrast = float(now[own].mean() - np.median(now[shell]))
    found = []
    for shift in _shifts(before, after):
        moved = RigidTransform(carry.moving_to_fixed.copy())
        moved.moving_to_fixed[:3, 3] += shift
        then = slices_of(source, before.timepoint.t1c.grid, part, moved, parts)
        found.append((float(then[own].mean() - np.median(then[shell])), then))
    spread = _spread(now - found[0][1], own, brain & known, spacing)
    view = _judge(contrast, max(c for c, _ in found), spread, before.id, thresholds)
    hidden = ndimage.binary_opening(~known & tissue, np.ones((1, 3, 3)))
    doubt = edge_of_view(before, after, component, own, hidden, spacing, thresholds)
    if view.verdict is Before.ABSENT and doubt:
        return replace(view, verdict=Before.UNDECIDED, reason=doubt)
    return view


def _judge(
    now: float, then: float, spread: float, earlier: str, thresholds: Thresholds
) -> PriorView:
    half = thresholds["comparison.seen_percent"] / 100.0 * now
    if now <= 0.0:
        reason = "it does not stand out at the resolution of both scans"
        return PriorView(Before.UNDECIDED, now, then, spread, reason)
    if then >= half:
        return PriorView(Before.SEEN, now, then, spread)
    if then + SPREADS * spread < half:
        return PriorView(Before.ABSENT, now, then, spread)
    reason = f"{earlier} is not sensitive enough there to call it absent before"
    return PriorView(Before.UNDECIDED, now, then, spread, reason)


def _in_white_matter(timepoint: PreparedTimepoint) -> Floats:
    """T1c in units of white matter; contrasts stay ratios where its level is not known."""
    array = timepoint.timepoint.t1c.array
    level = timepoint.white_matter_level.get(SequenceRole.T1C)
    if not level:
        inside = array[timepoint.brain.array]
        level = float(np.median(inside)) if inside.size else 1.0
    return np.asarray(array / np.float32(level or 1.0), np.float32)


def _shifts(before: PreparedTimepoint, after: PreparedTimepoint) -> list[npt.NDArray[np.float64]]:
    """No shift first, then the alignment error and half a voxel either way, along every axis.

    Axes are those of the scan with the thicker slices, in the later scan's space: a slice hides
    where in it something lies along its normal, not within its plane.
    """
    errors = [t.to_reference.quality.expected_error_mm for t in (before, after)]
    carry = before.to_reference.transform.then(after.to_reference.transform.inverse())
    axes = [
        (_axes_of(before) @ carry.moving_to_fixed[:3, :3].T, before.timepoint.t1c.grid.spacing_mm),
        (_axes_of(after), after.timepoint.t1c.grid.spacing_mm),
    ]
    shifts = [np.zeros(3)]
    for way in max(axes, key=lambda a: max(a[1]))[0]:
        # a voxel's width along a direction
        half = 0.5 * max(float(np.linalg.norm(own @ way * spacing)) for own, spacing in axes)
        reach = min(float(np.linalg.norm([*errors, half])), LARGEST_SHIFT_MM)
        shifts += [-reach * way, reach * way]
    return shifts


def _axes_of(timepoint: PreparedTimepoint) -> npt.NDArray[np.float64]:
    """Unit vectors of a T1c's voxels, one a row: along i, j and k."""
    return np.asarray(np.reshape(timepoint.timepoint.t1c.grid.direction, (3, 3)).T, np.float64)


def _spread(
    difference: Floats, own: Bools, allowed: Bools, spacing: tuple[float, float, float]
) -> float:
    """Standard deviation (robust) of the difference averaged over patches shaped like `own`."""
    cells = np.argwhere(own)
    extent = (cells.max(axis=0) - cells.min(axis=0) + 1) * np.asarray(spacing)
    means = []
    for direction in product((-1, 0, 1), repeat=3):
        if not any(direction):
            continue
        unit = np.asarray(direction) / np.linalg.norm(direction)
        step = np.rint(unit * np.minimum(extent + NEAR_MM, AWAY_MM) / np.asarray(spacing))
        there = cells + step.astype(int)
        there = there[np.all((there >= 0) & (there < own.shape), axis=1)]
        there = there[allowed[tuple(there.T)] & ~own[tuple(there.T)]]
        if len(there) >= 0.5 * len(cells):
            means.append(float(difference[tuple(there.T)].mean()))
    if len(means) < FEWEST_PLACES:
        return float("inf")
    middle = np.median(means)
    return float(1.4826 * np.median(np.abs(np.asarray(means) - middle)))
