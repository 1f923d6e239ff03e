"""Latency from treatment to enlargement (LA25 §1; LA22; LI21; PP23)."""

from __future__ import annotations

from RNAssessLib.case import (
    Lesion,
    NotAssessableError,
    PreparedCase,
    Quantity,
    SequenceRole,
    months_between,
)
from RNAssessLib.evidence import Thresholds

from .common import follow_ups, whole
from .finding import Finding, FindingSpec, Status, Strength

SPEC = FindingSpec(
    id="latency",
    number=10,
    title="Latency",
    question="How long after treatment did the lesion enlarge?",
    favours_when_present=None,
    references=("LA25 §1", "LA22", "LI21", "PP23"),
    needs=(SequenceRole.T1C,),
    why="Necrosis usually shows 3-18 months after radiosurgery; the ranges overlap.",
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """First follow-up on which the lesion is larger than its smallest size before."""
    course = prepared.course_of(lesion)
    if course is None:
        raise NotAssessableError("no course treated this lesion")
    after = follow_ups(prepared, lesion)
    factor = 1.0 + thresholds["latency.growth_percent"] / 100
    smallest = whole(prepared.baseline(lesion).lesions[lesion.id]).volume_cm3
    event = None
    for timepoint in after:
        volume = whole(timepoint.lesions[lesion.id]).volume_cm3
        if volume > max(smallest * factor, smallest + thresholds["latency.growth_cm3"]):
            event = timepoint
            break
        smallest = min(smallest, volume)
    criteria = tuple(
        thresholds.criterion(f"latency.{k}")
        for k in ("rn_from_months", "rn_to_months", "growth_percent", "growth_cm3")
    )
    if event is None:
        months = months_between(course.course.date, after[-1].date)
        return Finding(
            SPEC, Status.ABSENT, None, Strength.CONTEXT,
            f"No enlargement up to {after[-1].id}, {months:.1f} months after treatment.",
            (Quantity("latency_months", None, "months", undefined="no enlargement"),), criteria,
        )  # fmt: skip
    months = months_between(course.course.date, event.date)
    low, high = thresholds["latency.rn_from_months"], thresholds["latency.rn_to_months"]
    inside = low <= months <= high
    return Finding(
        SPEC,
        Status.PRESENT if inside else Status.ABSENT,
        None,
        Strength.CONTEXT,
        f"First enlargement at {event.id}, {months:.1f} months after treatment, "
        f"{'within' if inside else 'outside'} the {low:g}-{high:g} months usual for necrosis.",
        (Quantity("latency_months", months, "months", "treatment to first enlargement seen"),),
        criteria,
        caveats=("the scan interval limits how exactly the onset is known",
                 "necrosis can appear years later; recurrence shares this range"),
    )  # fmt: skip
