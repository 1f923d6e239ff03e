"""Item 10: time from treatment to enlargement (LA25 §1; LA22; LI21; PP23)."""

from __future__ import annotations

from RNAssessLib.case import (
    Lesion,
    PreparedCase,
    Quantity,
    SequenceRole,
    months_between,
)
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import ENHANCEMENT, Finding, FindingSpec, Status, Strength

from .measure.growth import find_enlargement
from .measure.pointing import point_at_mask
from .measure.timepoints import (
    name_treatment,
    require_baseline,
    require_treated,
    usable_follow_ups,
)
from .measure.workspace import whole_mask

SPEC = FindingSpec(
    id="latency",
    number=10,
    title="Latency",
    question="Did the lesion enlarge when necrosis usually appears?",
    favours_when_present=None,
    references=("LA25 §1", "LA22", "LI21", "PP23"),
    needs=(SequenceRole.T1C,),
    why="Necrosis usually appears 3-18 months after treatment (LA25), most often at 6-11 (LA22); "
    "LI21 median 11, range 7-35. Recurrence shares the range: PP23 median 12.5 against 18.4.",
    reads=ENHANCEMENT,
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """First follow-up on which the lesion is larger than its smallest size before."""
    placed = require_treated(prepared, lesion)
    baseline = require_baseline(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    start = placed.course.date
    treatment = name_treatment(prepared, lesion, placed)
    event = find_enlargement((baseline, *usable.timepoints), lesion, thresholds)
    if event is None:
        last = usable.latest
        why = f"no enlargement up to {last.id}"
        return Finding(
            SPEC, Status.ABSENT, None, Strength.CONTEXT,
            f"No enlargement up to {last.id}, {months_between(start, last.date):.1f} months after "
            f"{treatment}.",
            measurements=(Quantity("latency_months", None, "months", undefined=why),),
            criteria=_criteria(thresholds), caveats=usable.remarks,
        )  # fmt: skip
    months = months_between(start, event.timepoint.date)
    earlier = max(months_between(start, event.before.date), 0.0)
    low, high = thresholds["latency.rn_from_months"], thresholds["latency.rn_to_months"]
    inside = low <= months <= high
    method = f"{treatment} to {event.timepoint.id}, the first scan that shows enlargement"
    caveats = [
        f"it began between {earlier:.1f} and {months:.1f} months; recurrence shares this range",
        *usable.remarks,
    ]
    body = whole_mask(event.timepoint, lesion)
    return Finding(
        SPEC,
        Status.PRESENT if inside else Status.ABSENT,
        None,
        Strength.CONTEXT,
        f"First enlargement at {event.timepoint.id}, {months:.1f} months after {treatment} (from "
        f"{event.smallest_cm3:.2f} to {event.volume_cm3:.2f} cm³), "
        f"{'within' if inside else 'outside'} the {low:g}-{high:g} months usual for necrosis.",
        measurements=(
            Quantity("latency_months", months, "months", method),
            Quantity("latency_from_months", earlier, "months", "last scan before it"),
            Quantity("smallest_cm3", event.smallest_cm3, "cm3", "smallest size before"),
            Quantity("enlarged_cm3", event.volume_cm3, "cm3", f"at {event.timepoint.id}"),
        ),
        criteria=_criteria(thresholds),
        evidence=(point_at_mask(event.timepoint, body, "enlarged"),),
        caveats=tuple(caveats),
    )


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("rn_from_months", "rn_to_months", "growth_percent", "growth_cm3")
    return tuple(thresholds.criterion(f"latency.{name}") for name in names)
