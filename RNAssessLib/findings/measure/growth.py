"""When a lesion enlarged, and what enhances now that did not before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Lesion, Mask, PreparedTimepoint
from RNAssessLib.course.pattern import Step, compare_volumes
from RNAssessLib.evidence import Thresholds

from .parts import parts_of
from .workspace import Workspace, change_tolerance_mm, whole_mask

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
    smallest = whole_mask(scans[0], lesion).volume_cm3
    for before, timepoint in pairwise(scans):
        volume = whole_mask(timepoint, lesion).volume_cm3
        if compare_volumes(smallest, volume, thresholds) is Step.UP:
            return Enlargement(timepoint, before, smallest, volume)
        smallest = min(smallest, volume)
    return None


def find_new_enhancement(
    space: Workspace,
    lesion: Lesion,
    baseline: PreparedTimepoint,
    timepoint: PreparedTimepoint,
    thresholds: Thresholds,
) -> BoolArray:
    """Enhancement with core farther outside the outline before treatment than the tolerance.

    Bits smaller than ``dose_match.smallest_cm3`` are left out: outlines differ by as much.
    """
    before = space.whole(baseline, lesion)
    now = space.whole(timepoint, lesion)
    if not before.any() or not now.any():
        return now
    tolerance = change_tolerance_mm(baseline, timepoint, lesion, thresholds)
    distance = ndimage.distance_transform_edt(~before, sampling=space.spacing_kji)
    beyond = Mask(np.asarray(now & (distance > tolerance)), space.grid)
    kept = parts_of(beyond, thresholds["dose_match.smallest_cm3"])
    return np.asarray(np.logical_or.reduce([np.zeros_like(now), *(p.array for p in kept)]))
