"""Item 10: how the lesion's size evolved (PP23 Results)."""

from __future__ import annotations

from enum import Enum
from itertools import pairwise

from RNAssessLib.case import (
    EventKind,
    Lesion,
    NotAssessableError,
    PreparedCase,
    Quantity,
    SequenceRole,
    months_between,
)
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import Finding, FindingSpec, Status, Strength

from .measure.bevacizumab import warn_about_bevacizumab
from .measure.growth import Step, compare_volumes
from .measure.timepoints import given_before, require_baseline, require_treated, usable_follow_ups
from .measure.workspace import whole_mask

SPEC = FindingSpec(
    id="course_pattern",
    number=10,
    title="Course pattern",
    question="Does the size after treatment follow one of the patterns PP23 describes?",
    favours_when_present=None,
    references=("PP23 Results", "LA25 §1"),
    needs=(SequenceRole.T1C,),
    why="Treated metastases shrink, enlarge and shrink again in several ways; PP23 saw each in "
    "recurrence and in pseudo-progression, so the pattern is context.",
)


class Pattern(Enum):
    """Course after treatment; the first five are PP23's."""

    SHRINK_THEN_ENLARGE = "shrinkage followed by enlargement"
    ENLARGE_THEN_SHRINK = "enlargement followed by shrinkage"
    DELAYED_ENLARGEMENT = "delayed enlargement"
    TRANSIENT_ENLARGEMENT = "transient enlargement"
    CONSTANT_ENLARGEMENT = "constant enlargement"
    SHRINKING = "shrinkage so far"
    STABLE = "stable so far"


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Name the pattern of V_T1c from the scan before treatment to the latest follow-up."""
    placed = require_treated(prepared, lesion)
    baseline = require_baseline(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    scans = (baseline, *usable.timepoints)
    volumes = [whole_mask(t, lesion).volume_cm3 for t in scans]
    if max(volumes) == 0.0:
        raise NotAssessableError("no enhancement at any scan")
    pattern = find_pattern(volumes, thresholds)
    named = pattern not in (Pattern.SHRINKING, Pattern.STABLE)
    series = ", ".join(f"{t.id} {v:.2f}" for t, v in zip(scans, volumes, strict=True))
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
        f"{pattern.value.capitalize()} (V_T1c with core in cm³: {series}).",
        measurements=tuple(
            Quantity(f"t1c_cm3_{t.id}", v, "cm3",
                     f"{months_between(start, t.date):.1f} months after treatment")
            for t, v in zip(scans, volumes, strict=True)
        ),
        criteria=_criteria(thresholds),
        caveats=tuple(caveats),
    )  # fmt: skip


def find_pattern(volumes: list[float], thresholds: Thresholds) -> Pattern:
    """Pattern of a series of volumes, the one before treatment first.

    PP23 names the patterns without defining them. Used here: a step counts when it exceeds both a
    share and an absolute volume; *transient* returns to the size before treatment, *delayed* starts
    after at least one stable follow-up.

    Examples
    --------
    >>> find_pattern([2.0, 1.0, 3.0], Thresholds()).value
    'shrinkage followed by enlargement'
    >>> find_pattern([2.0, 2.0, 4.0], Thresholds()).value
    'delayed enlargement'
    """
    steps = _turns(volumes, thresholds)
    if not steps:
        return Pattern.STABLE
    if steps[0] is Step.DOWN:
        return Pattern.SHRINK_THEN_ENLARGE if Step.UP in steps else Pattern.SHRINKING
    if Step.DOWN in steps:
        back = compare_volumes(volumes[0], volumes[-1], thresholds) is not Step.UP
        return Pattern.TRANSIENT_ENLARGEMENT if back else Pattern.ENLARGE_THEN_SHRINK
    first = compare_volumes(volumes[0], volumes[1], thresholds)
    return Pattern.CONSTANT_ENLARGEMENT if first is Step.UP else Pattern.DELAYED_ENLARGEMENT


def _turns(volumes: list[float], thresholds: Thresholds) -> list[Step]:
    """Directions of change against the last turning point, equal neighbours merged."""
    turns: list[Step] = []
    anchor = volumes[0]
    for _, value in pairwise(volumes):
        step = compare_volumes(anchor, value, thresholds)
        if step is Step.SAME:
            continue
        if not turns or turns[-1] != step:
            turns.append(step)
        anchor = value
    return turns


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("growth_percent", "growth_cm3")
    return tuple(thresholds.criterion(f"latency.{name}") for name in names)


def enlarged_again(volumes: list[float], thresholds: Thresholds) -> bool:
    """Whether enhancement after treatment regressed and then grew again (LA25 Fig 7).

    Parameters
    ----------
    volumes : list of float
        Follow-ups only: the response to the treatment itself is not a regression of necrosis, so
        the first follow-up must already have been followed by growth.

    Examples
    --------
    >>> enlarged_again([1.0, 3.0, 1.0, 2.5], Thresholds())
    True
    """
    turns = _turns(volumes, thresholds)
    wanted = [Step.UP, Step.DOWN, Step.UP]
    return any(turns[n : n + 3] == wanted for n in range(len(turns)))
