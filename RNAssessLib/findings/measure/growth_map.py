"""What of a lesion grew and what regressed between two studies, beyond their errors."""

from __future__ import annotations

from RNAssessLib.case import Lesion, Mask, NotAssessableError, PreparedCase, PreparedTimepoint
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.tracking import ChangeMap, compute_change

from .workspace import change_tolerance_mm, open_workspace

REACH_MM = 6.0


def compute_growth_map(
    prepared: PreparedCase,
    lesion: Lesion,
    prior: PreparedTimepoint,
    now: PreparedTimepoint,
    thresholds: Thresholds,
) -> ChangeMap:
    """Grown and regressed parts of enhancement with core, on the crop around the lesion.

    Raises
    ------
    NotAssessableError
        When a study is not aligned, or the lesion is seen on neither or only one of them.
    """
    for timepoint in (prior, now):
        if not timepoint.to_reference.is_usable:
            raise NotAssessableError(f"{timepoint.id} not aligned")
    space = open_workspace(prepared, lesion, REACH_MM)
    before, after = (Mask(space.whole(t, lesion), space.grid) for t in (prior, now))
    for timepoint, mask in ((prior, before), (now, after)):
        if mask.is_empty:
            raise NotAssessableError(f"no enhancement in {timepoint.id}")
    return compute_change(before, after, change_tolerance_mm(prior, now, lesion, thresholds))
