"""Item 10: regression or lasting stability after enlargement, untreated (LA22; LA25 §1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as Date

from RNAssessLib.case import (
    EventKind,
    Lesion,
    NotAssessableError,
    PreparedCase,
    Quantity,
    SequenceRole,
)
from RNAssessLib.case.numbers import format_number, in_cm3, in_months
from RNAssessLib.case.timeline import DAYS_PER_MONTH
from RNAssessLib.course.volume_change import Step, change_criteria
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Evidence,
    Favours,
    Finding,
    FindingSpec,
    Status,
    Strength,
    graded,
)

from .measure.enlarged_course import EnlargedCourse
from .measure.given import acting_bevacizumab, other_explanations
from .measure.growth import find_enlargement
from .measure.growth_map import compute_growth_map
from .measure.parts_beside import volume_beside_cm3
from .measure.pointing import point_at_mask
from .measure.timepoints import require_baseline, require_treated, usable_follow_ups
from .measure.workspace import volume_error_cm3, whole_mask

SPEC = FindingSpec(
    id="spontaneous_regression",
    number=12,
    title="Spontaneous regression",
    question="Having enlarged after radiotherapy, did the lesion regress or stay stable without "
    "any treatment that would explain it?",
    favours_when_present=Favours.RN,
    references=("LA22 Figs 1-8", "LA25 §1"),
    needs=(SequenceRole.T1C,),
    why="What confirmed necrosis in LA22 and LA25 without histology: it regresses or stabilises "
    "without specific treatment. Before that it may enlarge for many months (LA25 §1).",
    events=(
        EventKind.BEVACIZUMAB, EventKind.STEROID, EventKind.SURGERY, EventKind.WBRT,
        EventKind.CHEMOTHERAPY, EventKind.TARGETED, EventKind.IMMUNOTHERAPY,
    ),
    reads=ENHANCEMENT,
)  # fmt: skip
MANY_MONTHS = "necrosis, too, may enlarge for many months before it regresses (LA25 §1)"
NOT_RECORDED = (
    "the case names no treatment since, and none is denied either: ask whether steroids, "
    "bevacizumab, surgery or a new drug were given"
)
REGRESSED = "regressed without treatment after it had enlarged"
STABLE = "stable without treatment after it had enlarged"
WEEKS_PER_MONTH = DAYS_PER_MONTH / 7.0


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Follow the volume from the first enlargement on: fallen, level, or still growing."""
    require_treated(prepared, lesion)
    baseline = require_baseline(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    scans = (baseline, *usable.timepoints)
    event = find_enlargement(scans, lesion, thresholds)
    if event is None:
        raise NotAssessableError(
            f"the lesion has not enlarged after treatment up to {usable.latest.id}: there is "
            "nothing yet that could regress"
        )
    first = scans.index(event.timepoint)
    beside = {t.id: volume_beside_cm3(prepared, lesion, event.timepoint, t, thresholds)
              for t in scans[first + 1 :]}  # fmt: skip
    volumes = tuple(whole_mask(t, lesion).volume_cm3 - beside.get(t.id, 0.0) for t in scans)
    errors = tuple(volume_error_cm3(t, lesion) for t in scans)
    left_out = tuple(
        f"not counted here: {in_cm3(volume)} cm³ in new separate parts at {name}, which the items "
        "on clustered, crossing and new enhancement judge"
        for name, volume in beside.items() if volume > 0.0
    )  # fmt: skip
    remarks = (*left_out, *usable.remarks)
    course = EnlargedCourse(prepared, lesion, scans, volumes, first, remarks, errors)
    if course.enlarged == course.last:
        raise NotAssessableError(
            f"enlargement is first seen at {usable.latest.id}, the latest scan; the next one will "
            "show whether it regresses, stays or goes on"
        )
    return _answer(course, thresholds)


def _answer(course: EnlargedCourse, thresholds: Thresholds) -> Finding:
    peak = max(range(course.enlarged, course.last + 1), key=lambda n: (course.volumes[n], n))
    if course.step(peak, course.last, thresholds) is Step.DOWN:
        return _fallen(course, peak, thresholds)
    level = course.level_since(thresholds)
    if course.months(level) >= thresholds["spontaneous_regression.stable_months"]:
        return _level(course, level, thresholds)
    return _growing(course, level, thresholds)


def _fallen(course: EnlargedCourse, peak: int, thresholds: Thresholds) -> Finding:
    lowest = min(range(peak, course.last + 1), key=lambda n: course.volumes[n])
    largest = "" if peak == course.enlarged else f" to {course.size(peak)}, then regressed"
    told = f"{course.told}, then {'grew on' if largest else 'regressed'}{largest} to"
    if course.step(lowest, course.last, thresholds) is Step.UP:
        return _finding(
            course, peak, thresholds, Status.INDETERMINATE, None, None,
            f"{told} {course.size(lowest)} and has enlarged again to "
            f"{course.size(course.last)}: tumour after necrosis is possible (LA25 §3, Fig 7).",
        )  # fmt: skip
    told += f" {course.size(course.last)}"
    weeks = course.months(peak) * WEEKS_PER_MONTH
    least = thresholds["spontaneous_regression.regression_weeks"]
    if weeks < least:
        return _finding(
            course, peak, thresholds, Status.INDETERMINATE, None, None,
            f"{told}, but over {format_number(weeks, 'weeks')} weeks only ({least:g} are asked "
            "for).",
        )  # fmt: skip
    return _unless_explained(
        course, peak, told, graded("spontaneous_regression.regressed"), thresholds, REGRESSED
    )


def _level(course: EnlargedCourse, since: int, thresholds: Thresholds) -> Finding:
    told = (
        f"{course.told}, and has been stable for {in_months(course.months(since))} months "
        f"({course.size(since)}, {course.size(course.last)})"
    )
    return _unless_explained(
        course, since, told, graded("spontaneous_regression.stable"), thresholds, STABLE
    )


def _explanations(course: EnlargedCourse, since: int, thresholds: Thresholds) -> list[str]:
    """What was given since the scan before that might do the same."""
    own = require_treated(course.prepared, course.lesion).course.date
    start = max(course.scans[since - 1].date, own)  # the treatment itself is what it enlarged after
    return other_explanations(
        course.prepared, course.lesion, start, course.scans[-1].date, thresholds
    )


def _given_meanwhile(course: EnlargedCourse, since: int, thresholds: Thresholds) -> tuple[str, ...]:
    explained = _explanations(course, since, thresholds)
    if not explained:
        return ()
    return (f"not spontaneous if it lasts: it may be the effect of {', '.join(explained)}",)


def _unless_explained(
    course: EnlargedCourse,
    since: int,
    told: str,
    strength: Strength,
    thresholds: Thresholds,
    name: str,
) -> Finding:
    """Present, unless something was given since the scan before that would do the same."""
    explained = _explanations(course, since, thresholds)
    if explained:
        return _finding(
            course, since, thresholds, Status.INDETERMINATE, None, None,
            f"{told}; not spontaneous, for it may be the effect of {', '.join(explained)}.",
        )  # fmt: skip
    # a KPS on record does not say that drugs would be
    recorded = any(event.kind in SPEC.events for event in course.prepared.case.events)
    caveats = () if recorded else (NOT_RECORDED,)
    found = _finding(
        course, since, thresholds, Status.PRESENT, Favours.RN, strength,
        f"{told}; no treatment that would explain it is recorded.", caveats,
    )  # fmt: skip
    return replace(found, name=name)


def _growing(course: EnlargedCourse, level: int, thresholds: Thresholds) -> Finding:
    """Neither fallen nor level for long: whether it grew from follow-up to follow-up."""
    grown = course.growing_scans(thresholds)
    names = " and ".join(course.scans[n].id for n in grown)
    told = f"{course.told} and has reached {course.size(course.last)}"
    if grown[-1] != course.last:
        needed = thresholds["spontaneous_regression.stable_months"]
        return _finding(
            course, level, thresholds, Status.INDETERMINATE, None, None,
            f"{told}: stable for {in_months(course.months(level))} months, {needed:g} are asked "
            "for.",
            _given_meanwhile(course, level, thresholds),
        )  # fmt: skip
    if len(grown) < thresholds["spontaneous_regression.growing_scans"]:
        return _finding(
            course, level, thresholds, Status.INDETERMINATE, None, None,
            f"{told}: neither regression nor growth from scan to scan.", (MANY_MONTHS,),
        )  # fmt: skip
    why = _why_not_the_whole(course, grown, thresholds)
    if why:
        return _finding(
            course, level, thresholds, Status.INDETERMINATE, None, None,
            f"{told}, larger at {names}, but {why}.", (MANY_MONTHS,),
        )  # fmt: skip
    return _finding(
        course, level, thresholds, Status.ABSENT, Favours.TTP,
        graded("spontaneous_regression.growing"),
        f"{told}: the whole lesion was larger at {names}, and no part regressed.",
        (MANY_MONTHS,),
    )  # fmt: skip


def _why_not_the_whole(course: EnlargedCourse, grown: list[int], thresholds: Thresholds) -> str:
    first, last = course.scans[grown[0]], course.scans[-1]
    drug = acting_bevacizumab(course.prepared, first.date, last.date, thresholds)
    if drug is not None:
        return (f"bevacizumab on {drug.date.isoformat()} and its end change enhancement (LA25 §6, "
                "ZH16)")  # fmt: skip
    change = compute_growth_map(course.prepared, course.lesion, first, last, thresholds)
    if change.regressed.volume_cm3 >= thresholds["shape_change.smallest_cm3"]:
        return f"{in_cm3(change.regressed.volume_cm3)} cm³ of it regressed meanwhile (item 2)"
    return ""


def _finding(
    course: EnlargedCourse,
    since: int,
    thresholds: Thresholds,
    status: Status,
    favours: Favours | None,
    strength: Strength | None,
    sentence: str,
    caveats: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        SPEC, status, favours, strength, sentence,
        measurements=_measurements(course, since, thresholds),
        criteria=_criteria(thresholds), evidence=_evidence(course, since),
        caveats=(*caveats, *course.remarks),
    )  # fmt: skip


def _measurements(
    course: EnlargedCourse, since: int, thresholds: Thresholds
) -> tuple[Quantity, ...]:
    before, now = course.volumes[since], course.volumes[-1]
    start: Date = course.scans[since].date
    at = f"enhancement with core at {course.scans[since].id}, {start.isoformat()}"
    return (
        Quantity("compared_cm3", before, "cm3", at),
        Quantity("latest_cm3", now, "cm3", f"enhancement with core at {course.scans[-1].id}"),
        Quantity("change_percent", 100.0 * (now - before) / before, "percent", "between them"),
        Quantity("interval_months", course.months(since), "months", "between them"),
        Quantity("growing_scans", float(len(course.growing_scans(thresholds))), "count",
                 "follow-ups larger than the last one that was larger"),
    )  # fmt: skip


def _evidence(course: EnlargedCourse, since: int) -> tuple[Evidence, ...]:
    shown = [course.scans[-1]] + ([course.scans[since]] if since != course.last else [])
    masks = [(t, whole_mask(t, course.lesion)) for t in shown]
    return tuple(
        point_at_mask(t, mask, f"{in_cm3(mask.volume_cm3)} cm³") for t, mask in masks
        if not mask.is_empty
    )  # fmt: skip


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("regression_weeks", "stable_months", "growing_scans")
    own = tuple(thresholds.criterion(f"spontaneous_regression.{name}") for name in names)
    return (*own, *change_criteria(thresholds))
