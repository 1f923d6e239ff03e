"""What bevacizumab does to the reading of a lesion's size (LA25 §6; LI21; ZH16)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from RNAssessLib.case import EventKind, PreparedCase, PreparedTimepoint, counted
from RNAssessLib.course.volume_change import Step, compare_volumes
from RNAssessLib.evidence import Thresholds

from .timepoints import events_of


def warn_about_bevacizumab(
    prepared: PreparedCase,
    scans: Sequence[PreparedTimepoint],
    volumes_cm3: Sequence[float],
    thresholds: Thresholds,
) -> list[str]:
    """Say, interval by interval, how cycles given in or before it bear on the change seen.

    Parameters
    ----------
    prepared : PreparedCase
        One bevacizumab event per cycle.
    scans, volumes_cm3 : sequences of equal length
        In order of date; enhancement with core.

    Returns
    -------
    list of str
        Empty when no cycle was given up to the last scan.
    """
    cycles = [e.date for e in events_of(prepared, EventKind.BEVACIZUMAB)]
    warnings = []
    many = thresholds["bevacizumab.many_cycles"]
    least = thresholds["bevacizumab.tried_cycles"]
    for (before, now), (small, large) in zip(pairwise(scans), pairwise(volumes_cm3), strict=True):
        earlier = sum(day <= before.date for day in cycles)
        within = sum(before.date < day <= now.date for day in cycles)
        step = compare_volumes(small, large, thresholds)
        interval = f"from {before.id} to {now.id}"
        if within and step is Step.DOWN:
            warnings.append(
                f"shrinkage {interval} under bevacizumab ({counted(within, 'cycle')}) is not "
                "evidence of necrosis (LA25 §6)"
            )
        elif earlier and not within and step is Step.UP:
            warnings.append(
                f"enlargement {interval} after bevacizumab had ended may be necrosis coming back "
                "(ZH16) or tumour (LI21 Discussion)"
            )
        elif earlier >= many and within >= least:
            warnings.append(
                f"no shrinkage {interval} under {counted(within, 'further cycle')} of bevacizumab "
                f"after {earlier}: acquired resistance has been reported (ZH16)"
            )
    if cycles and not warnings and cycles[0] <= scans[-1].date:
        warnings.append(f"bevacizumab since {cycles[0].isoformat()} changes enhancement")
    return warnings
