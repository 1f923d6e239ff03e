"""When a lesion enlarged, when it was smallest, and what has grown since."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Lesion, Mask, PreparedTimepoint
from RNAssessLib.course.volume_change import Step, compare_volumes, doubt_between
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.parts import parts_of
from RNAssessLib.lesions.tracking import compute_change

from .workspace import Workspace, change_tolerance_mm, volume_error_cm3, whole_mask

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Enlargement:
    """First scan on which a lesion is larger than its smallest size before.

    Attributes
    ----------
    timepoint, before : PreparedTimepoint
        That scan and the one before it.
    smallest_cm3, volume_cm3 : float
        Enhancement with core: smallest so far, and now.
    """

    timepoint: PreparedTimepoint
    before: PreparedTimepoint
    smallest_cm3: float
    volume_cm3: float


def find_enlargement(
    scans: tuple[PreparedTimepoint, ...], lesion: Lesion, thresholds: Thresholds
) -> Enlargement | None:
    """First growth beyond both a share of the smallest volume and an absolute volume.

    Parameters
    ----------
    scans : tuple of PreparedTimepoint
        Scan before treatment first, then the follow-ups.
    """
    sizes = [(whole_mask(t, lesion).volume_cm3, volume_error_cm3(t, lesion)) for t in scans]
    smallest = sizes[0]
    for (before, timepoint), size in zip(pairwise(scans), sizes[1:], strict=True):
        doubt = doubt_between(smallest[1], size[1])
        if compare_volumes(smallest[0], size[0], thresholds, doubt) is Step.UP:
            return Enlargement(timepoint, before, smallest[0], size[0])
        smallest = min(smallest, size)
    return None


def find_nadir(
    scans: tuple[PreparedTimepoint, ...], lesion: Lesion, now: PreparedTimepoint
) -> PreparedTimepoint:
    """Return the aligned scan before `now` on which the lesion was smallest, the later of equals.

    Parameters
    ----------
    scans : tuple of PreparedTimepoint
        Scan before treatment first, then the follow-ups; at least one aligned one before `now`.
    """
    earlier = [t for t in scans if t.date < now.date and t.to_reference.is_usable]
    return min(reversed(earlier), key=lambda t: whole_mask(t, lesion).volume_cm3)


def find_growth(
    space: Workspace,
    lesion: Lesion,
    before: PreparedTimepoint,
    now: PreparedTimepoint,
    thresholds: Thresholds,
) -> BoolArray:
    """Enhancement with core of a scan that lies outside the outline of an earlier one.

    A connected part counts when it reaches farther out than the tolerance and is at least
    ``dose_match.smallest_cm3``; its rind within half the tolerance is left out. All of it counts
    when nothing enhanced before.
    """
    first, second = space.whole(before, lesion), space.whole(now, lesion)
    if not first.any() or not second.any():
        return second
    tolerance = change_tolerance_mm(before, now, lesion, thresholds)
    change = compute_change(Mask(first, space.grid), Mask(second, space.grid), tolerance)
    kept = parts_of(change.grown, thresholds["dose_match.smallest_cm3"])
    return np.asarray(np.logical_or.reduce([np.zeros_like(second), *(p.array for p in kept)]))
