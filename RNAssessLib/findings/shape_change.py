"""Item 2: one part grows while another regresses (LA22; LA25 §2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from RNAssessLib.case import (
    EventKind,
    Lesion,
    NotAssessableError,
    PreparedCase,
    Quantity,
    SequenceRole,
)
from RNAssessLib.case.numbers import in_cm3, in_mm
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Evidence,
    Favours,
    Finding,
    FindingSpec,
    Status,
    graded,
)

from .measure.given import acting_bevacizumab, changed_steroid, further_radiotherapy
from .measure.pointing import point_at_both
from .measure.shape import ShapeStep, compare_shapes, why_still_responding
from .measure.timepoints import given_between, require_treated, usable_follow_ups
from .measure.workspace import Workspace, open_workspace

SPEC = FindingSpec(
    id="shape_change",
    number=2,
    title="Change in shape",
    question="Between two follow-ups, did one part of the lesion grow while another regressed?",
    favours_when_present=Favours.RN,
    references=("LA22", "LA25 §2.1"),
    needs=(SequenceRole.T1C,),
    why="Once a metastasis has finished responding, its parts do not grow and shrink at once; "
    "parts of necrosis do, even while the whole enlarges.",
    events=(EventKind.BEVACIZUMAB, EventKind.STEROID, EventKind.SURGERY, EventKind.WBRT),
    reads=ENHANCEMENT,
)
REACH_MM = 8.0
ABSENCE = "absence says little: the sensitivity of this sign is likely modest (LA22 Discussion)"


@dataclass(frozen=True, eq=False)
class _Judged:
    """A step in which both parts changed, and what else would explain it."""

    step: ShapeStep
    reasons: tuple[str, ...]
    caveats: tuple[str, ...]


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Compare consecutive follow-ups; the metastasis's response to treatment does not count."""
    require_treated(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    if len(usable.timepoints) < 2:
        raise NotAssessableError(
            "only one usable follow-up; the next one will show whether parts grow while others "
            "regress"
        )
    space = open_workspace(prepared, lesion, REACH_MM)
    steps = [
        step
        for before, after in pairwise(usable.timepoints)
        if (step := compare_shapes(space, lesion, before, after, thresholds)) is not None
    ]
    if not steps:
        raise NotAssessableError("no enhancement to compare between follow-ups")
    smallest = thresholds["shape_change.smallest_cm3"]
    found = [
        _judge(space, lesion, step, thresholds) for step in steps if step.lesser_cm3 >= smallest
    ]
    if found:
        return _changed(space, found, usable.remarks, thresholds)
    return _absent(steps, usable.remarks, thresholds)


def _judge(space: Workspace, lesion: Lesion, step: ShapeStep, thresholds: Thresholds) -> _Judged:
    """What other than necrosis may have made one part regress while another grew."""
    prepared, before, after = space.prepared, step.before, step.after
    between = f"between {before.id} and {after.id}"
    reasons, caveats = [], []
    if step.sure_cm3 < thresholds["shape_change.smallest_cm3"]:
        reasons.append(f"whether parts changed cannot be told: {step.doubt}")
    scans = (prepared.baseline(lesion), *prepared.follow_ups(lesion))
    responding = why_still_responding(space, lesion, scans, step, thresholds)
    if responding:
        reasons.append(responding)
    drug = acting_bevacizumab(prepared, before.date, after.date, thresholds)
    if drug is not None:
        reasons.append(
            f"bevacizumab on {drug.date.isoformat()} acts on the interval {between}: less "
            "enhancement under it is not evidence of necrosis (LA25 §6)"
        )
    if given_between(prepared, EventKind.SURGERY, before, after) is not None:
        reasons.append(f"surgery {between}")
    reasons += [
        f"{text} {between}"
        for text in further_radiotherapy(prepared, lesion, before.date, after.date, thresholds)
    ]
    steroid = changed_steroid(prepared, before.date, after.date, thresholds)
    if steroid is not None:
        caveats.append(
            f"corticosteroid changed in or shortly before the interval {between} "
            f"({steroid.date.isoformat()}): it changes enhancement"
        )
    return _Judged(step, tuple(reasons), tuple(caveats))


def _changed(
    space: Workspace, found: list[_Judged], remarks: tuple[str, ...], thresholds: Thresholds
) -> Finding:
    clean = [judged for judged in found if not judged.reasons]
    best = max(clean or found, key=lambda judged: judged.step.lesser_cm3)
    sentence = _sentence(best.step)
    if best.reasons:
        sentence += f" Indeterminate: {best.reasons[0]}."
    caveats = [text for judged in found for text in (*judged.reasons, *judged.caveats)]
    return Finding(
        SPEC,
        Status.PRESENT if clean else Status.INDETERMINATE,
        Favours.RN if clean else None,
        graded("shape_change.present") if clean else None,
        sentence,
        measurements=_measurements(best.step),
        criteria=_criteria(thresholds),
        evidence=_evidence(space, best.step),
        caveats=(*dict.fromkeys(caveats), *remarks),
    )


def _sentence(step: ShapeStep) -> str:
    went = f"by up to {in_mm(step.regressed_depth_mm)} mm"
    if step.gone_cm3 > 0:
        went = f"a separate part of {in_cm3(step.gone_cm3)} cm³ among it"
    told = (
        f"From {step.before.id} to {step.after.id} one part grew by "
        f"{in_cm3(step.grown.volume_cm3)} cm³ (outward by up to {in_mm(step.grown_depth_mm)} mm) "
        f"while {in_cm3(step.regressed.volume_cm3)} "
        f"cm³ of another regressed ({went}); differences up to "
        f"{in_mm(step.tolerance_mm)} mm could be error."
    )
    return told + _satellite(step)


def _satellite(step: ShapeStep) -> str:
    if step.apart_cm3 == 0:
        return ""
    return (
        f" New and separate at {step.after.id}, not counted here: {in_cm3(step.apart_cm3)} cm³ "
        "(items 1 and 6)."
    )


def _absent(steps: list[ShapeStep], remarks: tuple[str, ...], thresholds: Thresholds) -> Finding:
    best = max(steps, key=lambda s: s.lesser_cm3)
    parts = [
        f"{step.before.id} to {step.after.id}: {in_cm3(step.grown.volume_cm3)} cm³ grew, "
        f"{in_cm3(step.regressed.volume_cm3)} cm³ regressed"
        for step in steps
    ]
    return Finding(
        SPEC,
        Status.ABSENT,
        None,
        None,
        f"No part grew while another regressed ({'; '.join(parts)}).{_satellite(steps[-1])}",
        measurements=_measurements(best),
        criteria=_criteria(thresholds),
        caveats=(ABSENCE, *remarks),
    )


def _measurements(step: ShapeStep) -> tuple[Quantity, ...]:
    when = f"{step.before.id} to {step.after.id}, enhancement with core"
    return (
        Quantity("grown_cm3", step.grown.volume_cm3, "cm3", when),
        Quantity("grown_depth_mm", step.grown_depth_mm, "mm", when, step.tolerance_mm),
        Quantity("regressed_cm3", step.regressed.volume_cm3, "cm3", when),
        Quantity("regressed_depth_mm", step.regressed_depth_mm, "mm", when, step.tolerance_mm),
        Quantity("separate_new_cm3", step.apart_cm3, "cm3", "new and separate, not part of grown"),
        Quantity("tolerance_mm", step.tolerance_mm, "mm", "registrations and outlines together"),
    )


def _evidence(space: Workspace, step: ShapeStep) -> tuple[Evidence, ...]:
    """Grown part on the later scan, regressed part on the earlier one, in one cut."""
    grown, regressed = space.embed(step.grown.array), space.embed(step.regressed.array)
    return point_at_both(
        (step.after, grown, f"{in_cm3(grown.volume_cm3)} cm³ grew"),
        (step.before, regressed, f"{in_cm3(regressed.volume_cm3)} cm³ regressed"),
    )


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("shape_change.smallest_cm3", "shape_change.deep_cm3", "comparison.tolerance_factor",
             "bevacizumab.effect_months", "latency.growth_percent",
             "latency.growth_cm3")  # fmt: skip
    return tuple(thresholds.criterion(name) for name in names)
