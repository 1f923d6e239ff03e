"""Item 10: time from treatment to enlargement (LA25 §1; LA22; LI21; PP23)."""

from __future__ import annotations

from RNAssessLib.case import (
    Lesion,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
    months_between,
)
from RNAssessLib.case.numbers import in_cm3, in_months
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
    why="Necrosis follows 5-26 % of treatments (LA22), usually after 3-18 months (LA25), most "
    "often 6-11 (LA22); LI21 median 11, range 7-35. Recurrence shares the range: PP23 median 12.5 "
    "(IQR 8.3-19.3) against 18.4 (9.4-28.5). Years later is known as well.",
    reads=ENHANCEMENT,
)
OUTSIDE = (
    "outside this range is no evidence against necrosis: it is known years later (LA25 §1; LA22 "
    "four years in Fig 3, three in Fig 8)"
)
FIRST = (
    "LA22 (Discussion) is hesitant to diagnose progression with confidence on the first scan that "
    "shows enlargement, and prefers an early follow-up"
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
            f"The lesion as a whole has not enlarged up to {last.id}, "
            f"{in_months(months_between(start, last.date))} months after {treatment}.",
            measurements=(Quantity("latency_months", None, "months", undefined=why),),
            criteria=_criteria(thresholds), caveats=usable.remarks,
        )  # fmt: skip
    months = months_between(start, event.timepoint.date)
    earlier = max(months_between(start, event.before.date), 0.0)
    low, high = thresholds["latency.rn_from_months"], thresholds["latency.rn_to_months"]
    inside = low <= months <= high
    method = f"{treatment} to {event.timepoint.id}, the first scan that shows enlargement"
    caveats = [
        f"it began between {in_months(earlier)} and {in_months(months)} months; recurrence shares "
        "this range",
        *([] if inside else [OUTSIDE]),
        *([FIRST] if event.timepoint is usable.latest else []),
        *usable.remarks,
    ]
    recent = (baseline, *usable.timepoints)[-2:]
    body = whole_mask(event.timepoint, lesion)
    return Finding(
        SPEC,
        Status.PRESENT if inside else Status.ABSENT,
        None,
        Strength.CONTEXT,
        f"First enlargement at {event.timepoint.id}, {in_months(months)} months after {treatment} "
        f"(from {in_cm3(event.smallest_cm3)} to {in_cm3(event.volume_cm3)} cm³), "
        f"{'within' if inside else 'outside'} the {low:g}-{high:g} months usual for necrosis"
        f"{'' if inside else ', which is known years later as well'}.",
        measurements=(
            Quantity("latency_months", months, "months", method),
            Quantity("latency_from_months", earlier, "months", "last scan before it"),
            Quantity("smallest_cm3", event.smallest_cm3, "cm3", "smallest size before"),
            Quantity("enlarged_cm3", event.volume_cm3, "cm3", f"at {event.timepoint.id}"),
            _growth(recent[0], recent[1], lesion),
        ),
        criteria=_criteria(thresholds),
        evidence=(point_at_mask(event.timepoint, body, "enlarged"),),
        caveats=tuple(caveats),
    )


def _growth(before: PreparedTimepoint, now: PreparedTimepoint, lesion: Lesion) -> Quantity:
    """Growth of the latest interval, compounded: the same share of the volume every month."""
    first, second = (whole_mask(t, lesion).volume_cm3 for t in (before, now))
    months = months_between(before.date, now.date)
    name, method = "growth_percent_per_month", f"from {before.id} to {now.id}, compounded"
    if first <= 0.0 or months <= 0.0:
        return Quantity(name, None, "percent", method, undefined="nothing to grow from")
    return Quantity(name, 100.0 * ((second / first) ** (1.0 / months) - 1.0), "percent", method)


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("rn_from_months", "rn_to_months", "growth_percent", "growth_cm3")
    return tuple(thresholds.criterion(f"latency.{name}") for name in names)
