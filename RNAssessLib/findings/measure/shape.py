"""How a lesion's shape changed between two follow-ups, and whether it still responded before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Lesion, Mask, PreparedTimepoint
from RNAssessLib.case.numbers import in_cm3
from RNAssessLib.course.volume_change import Step, compare_volumes, doubt_between
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.morphology import label_components
from RNAssessLib.lesions.parts import parts_of
from RNAssessLib.lesions.tracking import compute_change

from .confirmed import Confirmed, confirm_part
from .workspace import Workspace, change_tolerance_mm, volume_error_cm3, whole_mask

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ShapeStep:
    """Change of shape between two consecutive follow-ups, on the crop around the lesion.

    Attributes
    ----------
    before, after : PreparedTimepoint
    grown, regressed : Mask
        Parts whose border moved further than the tolerance. What is new and separate is not part
        of `grown`; a separate part that went is part of `regressed`.
    grown_depth_mm, regressed_depth_mm : float
        How far the border moved at most, separate parts left aside.
    apart_cm3, gone_cm3 : float
        Separate parts that are new, and that are no more; on the scan's own grid, as every item
        tells the volume of a part.
    tolerance_mm : float
    sure_cm3 : float
        Volume of the smaller part without the pieces of which the other scan's image cannot tell
        whether it shows them too; what it does show is in neither part.
    doubt : str
        Why not.
    """

    before: PreparedTimepoint
    after: PreparedTimepoint
    grown: Mask
    regressed: Mask
    grown_depth_mm: float
    regressed_depth_mm: float
    apart_cm3: float
    gone_cm3: float
    tolerance_mm: float
    sure_cm3: float
    doubt: str = ""

    @property
    def lesser_cm3(self) -> float:
        """Volume of the smaller of both parts."""
        return min(self.grown.volume_cm3, self.regressed.volume_cm3)


def compare_shapes(
    space: Workspace,
    lesion: Lesion,
    before: PreparedTimepoint,
    after: PreparedTimepoint,
    thresholds: Thresholds,
) -> ShapeStep | None:
    """Grown and regressed parts between two scans, separate new parts told apart.

    None when the lesion enhances on one of them only.
    """
    first, second = space.whole(before, lesion), space.whole(after, lesion)
    if not first.any() or not second.any():
        return None
    tolerance = change_tolerance_mm(before, after, lesion, thresholds)
    change = compute_change(
        Mask(first, space.grid),
        Mask(second, space.grid),
        tolerance,
        thresholds["shape_change.deep_cm3"],
    )
    apart = _separate(second, first, tolerance, space)
    gone = _separate(first, second, tolerance, space)
    larger, smaller = Mask(change.grown.array & ~apart, space.grid), change.regressed
    grown, regressed = Confirmed(larger, larger.volume_cm3), Confirmed(smaller, smaller.volume_cm3)
    if min(grown.sure_cm3, regressed.sure_cm3) >= thresholds["shape_change.smallest_cm3"]:
        grown = confirm_part(space, lesion, larger, after, before, thresholds)
        regressed = confirm_part(space, lesion, smaller, before, after, thresholds)
    return ShapeStep(
        before,
        after,
        grown.part,
        regressed.part,
        _depth(grown.part.array, first, space),
        _depth(regressed.part.array & ~gone, second, space),
        _native_cm3(apart, after, lesion, space),
        _native_cm3(gone, before, lesion, space),
        tolerance,
        min(grown.sure_cm3, regressed.sure_cm3),
        grown.doubt or regressed.doubt,
    )


def why_still_responding(
    space: Workspace,
    lesion: Lesion,
    scans: tuple[PreparedTimepoint, ...],
    step: ShapeStep,
    thresholds: Thresholds,
) -> str:
    """Why the regression may be the metastasis's response to treatment; empty when it is not.

    A recurrence at the margin of a metastasis that still shrinks grows and regresses at once. LA22
    trusts the sign because any such regression has already occurred: the lesion was stable or
    larger in the interval before, or what regressed had not been there before treatment.

    Parameters
    ----------
    scans : tuple of PreparedTimepoint
        Scan before treatment first, then the follow-ups.
    """
    earlier = [t for t in scans if t.date < step.before.date]
    if not earlier:
        return "no earlier scan shows whether it had finished responding (LA22)"
    volumes = [whole_mask(t, lesion).volume_cm3 for t in (earlier[-1], step.before)]
    doubt = doubt_between(
        volume_error_cm3(earlier[-1], lesion), volume_error_cm3(step.before, lesion)
    )
    if compare_volumes(volumes[0], volumes[1], thresholds, doubt) is not Step.DOWN:
        return ""
    if _arose_later(space, lesion, scans[0], step, thresholds):
        return ""
    return (
        f"it was still shrinking before ({in_cm3(volumes[0])} cm³ at {earlier[-1].id}, "
        f"{in_cm3(volumes[1])} cm³ at {step.before.id}), so a response with recurrence at its "
        "margin looks the same (LA22)"
    )


def _arose_later(
    space: Workspace,
    lesion: Lesion,
    baseline: PreparedTimepoint,
    step: ShapeStep,
    thresholds: Thresholds,
) -> bool:
    """Whether enough of what regressed lies beyond the outline before treatment."""
    if not baseline.to_reference.is_usable:
        return False
    treated = space.whole(baseline, lesion)
    if not treated.any():
        return True
    tolerance = change_tolerance_mm(baseline, step.before, lesion, thresholds)
    far = ndimage.distance_transform_edt(~treated, sampling=space.spacing_kji) > tolerance
    arose = float(np.count_nonzero(step.regressed.array & far)) * space.grid.voxel_volume_cm3
    return arose >= thresholds["shape_change.smallest_cm3"]


def _separate(parts: BoolArray, other: BoolArray, reach_mm: float, space: Workspace) -> BoolArray:
    """Components of one outline that come nowhere near the other."""
    near = ndimage.distance_transform_edt(~other, sampling=space.spacing_kji) <= reach_mm
    labels, count = label_components(parts)
    touching = np.unique(labels[near & parts])
    alone = np.setdiff1d(np.arange(1, count + 1), touching)
    return np.asarray(np.isin(labels, alone))


def _native_cm3(
    separate: BoolArray, timepoint: PreparedTimepoint, lesion: Lesion, space: Workspace
) -> float:
    """Volume on the scan's own grid of the parts of which most lies in `separate`."""
    if not separate.any():
        return 0.0
    volume = 0.0
    for part in parts_of(whole_mask(timepoint, lesion)):
        where = space.carry(part, timepoint)
        if 2 * np.count_nonzero(where & separate) > np.count_nonzero(where):
            volume += part.volume_cm3
    return volume


def _depth(part: BoolArray, other: BoolArray, space: Workspace) -> float:
    if not part.any():
        return 0.0
    return float(ndimage.distance_transform_edt(~other, sampling=space.spacing_kji)[part].max())
