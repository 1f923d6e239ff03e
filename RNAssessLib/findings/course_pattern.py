"""Item 10: how the lesion's size evolved (PP23 Results)."""

from __future__ import annotations

from RNAssessLib.case import (
    EventKind,
    Lesion,
    NotAssessableError,
    PreparedCase,
    Quantity,
    SequenceRole,
    months_between,
)
from RNAssessLib.case.numbers import format_with_spread, in_months
from RNAssessLib.course.pattern import STEADY, classify_pattern
from RNAssessLib.course.volume_change import change_criteria
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import ENHANCEMENT, Finding, FindingSpec, Status, Strength

from .measure.bevacizumab import warn_about_bevacizumab
from .measure.timepoints import given_before, require_baseline, require_treated, usable_follow_ups
from .measure.workspace import volume_error_cm3, whole_mask

SPEC = FindingSpec(
    id="course_pattern",
    number=11,
    title="Course pattern",
    question="Does the size after treatment follow one of the patterns PP23 describes?",
    favours_when_present=None,
    references=("PP23 Results", "LA25 §1"),
    needs=(SequenceRole.T1C,),
    why="Treated metastases shrink, enlarge and shrink again in several ways; PP23 saw each in "
    "recurrence and in pseudo-progression, so the pattern is context. PP23 has no class for a "
    "lesion that enlarged and has been level since: that is called enlarged, then stable, and "
    "bears on spontaneous regression. LA25 (§1) advises against PP23's word for necrosis after "
    "radiotherapy of metastases.",
    events=(EventKind.BEVACIZUMAB, EventKind.STEROID),
    reads=ENHANCEMENT,
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Name the pattern of V_T1c from the scan before treatment to the latest follow-up."""
    placed = require_treated(prepared, lesion)
    baseline = require_baseline(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    scans = (baseline, *usable.timepoints)
    volumes = [whole_mask(t, lesion).volume_cm3 for t in scans]
    errors = [volume_error_cm3(t, lesion) for t in scans]
    if max(volumes) == 0.0:
        raise NotAssessableError("no enhancement at any scan")
    course = classify_pattern(volumes, thresholds, errors)
    named = course.share_percent is not None
    known = f"; so in {course.share_percent:g} % of PP23's 123 patients" if named else ""
    sizes = list(zip(scans, volumes, errors, strict=True))
    series = ", ".join(f"{t.id} {format_with_spread(v, e, 'cm3')}" for t, v, e in sizes)
    start = placed.course.date
    caveats = warn_about_bevacizumab(prepared, scans, volumes, thresholds)
    if (event := given_before(prepared, EventKind.STEROID, usable.latest)) is not None:
        caveats.append(f"steroid since {event.date.isoformat()} changes enhancement")
    caveats += usable.remarks
    return Finding(
        SPEC,
        Status.PRESENT if named else Status.ABSENT,
        None,
        Strength.CONTEXT,
        f"{course.words.capitalize()} (enhancement with core, cm³: {series}){known}.",
        measurements=tuple(
            Quantity(f"t1c_cm3_{t.id}", v, "cm3",
                     f"{in_months(months_between(start, t.date))} months after "
                     "treatment", e or None)
            for t, v, e in sizes
        ),
        criteria=(*change_criteria(thresholds), thresholds.criterion(STEADY)),
        caveats=tuple(caveats),
    )  # fmt: skip
