"""Parts of a lesion that lie away from where it was: new foci, no growth of the lesion itself."""

from __future__ import annotations

from RNAssessLib.case import Lesion, PreparedCase, PreparedTimepoint
from RNAssessLib.course.volume_change import Step, compare_volumes
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.parts import parts_of

from .sides import within
from .workspace import change_tolerance_mm, open_workspace, whole_mask

REACH_MM = 8.0


def volume_beside_cm3(
    prepared: PreparedCase,
    lesion: Lesion,
    before: PreparedTimepoint,
    now: PreparedTimepoint,
    thresholds: Thresholds,
) -> float:
    """Volume in cm³ of the parts at `now` that a small new focus adds beside the lesion.

    Each lies farther from the lesion at `before` than registration and outlines may be off. A new
    lesion is a matter of its own (RANO-BM), answered by the items on clustered, crossing and new
    enhancement. 0 where the parts beside would alone count as a change in volume: then the disease
    has grown however it is told. 0, too, where a scan is not aligned.
    """
    parts = parts_of(whole_mask(now, lesion))
    if len(parts) < 2 or not (before.to_reference.is_usable and now.to_reference.is_usable):
        return 0.0
    space = open_workspace(prepared, lesion, REACH_MM)
    reach = change_tolerance_mm(before, now, lesion, thresholds)
    near = within(space.whole(before, lesion), reach, space)
    whole = sum(p.volume_cm3 for p in parts)
    beside = sum(p.volume_cm3 for p in parts if not (space.carry(p, now) & near).any())
    if compare_volumes(whole - beside, whole, thresholds) is Step.SAME:
        return beside
    return 0.0
