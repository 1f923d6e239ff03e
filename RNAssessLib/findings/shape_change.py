"""Item 2: one part grows while another regresses (LA22; LA25 §2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from RNAssessLib.case import (
    EventKind,
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Evidence,
    Favours,
    Finding,
    FindingSpec,
    Status,
    Strength,
)
from RNAssessLib.lesions.tracking import ChangeMap, compute_change

from .measure.pointing import point_at_common
from .measure.timepoints import given_between, require_treated, usable_follow_ups
from .measure.workspace import Workspace, change_tolerance_mm, open_workspace

SPEC = FindingSpec(
    id="shape_change",
    number=2,
    title="Change in shape",
    question="Between two follow-ups, did one part of the lesion grow while another regressed?",
    favours_when_present=Favours.RN,
    references=("LA22", "LA25 §2.1"),
    needs=(SequenceRole.T1C,),
    why="Parts of a metastasis do not grow and shrink at once; parts of necrosis do, even while "
    "the whole enlarges.",
    events=(EventKind.BEVACIZUMAB, EventKind.STEROID, EventKind.SURGERY),
    reads=ENHANCEMENT,
)
REACH_MM = 8.0


@dataclass(frozen=True, eq=False)
class _Step:
    """Change between two consecutive follow-ups."""

    before: PreparedTimepoint
    after: PreparedTimepoint
    change: ChangeMap
    tolerance_mm: float

    @property
    def lesser_cm3(self) -> float:
        return min(self.change.grown.volume_cm3, self.change.regressed.volume_cm3)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Compare consecutive follow-ups; response to the treatment itself does not count."""
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
        if (step := _compare(space, lesion, before, after, thresholds)) is not None
    ]
    if not steps:
        raise NotAssessableError("no enhancement to compare between follow-ups")
    smallest = thresholds["shape_change.smallest_cm3"]
    found = [s for s in steps if s.lesser_cm3 >= smallest]
    if found:
        return _present(prepared, space, found, usable.remarks, thresholds)
    return _absent(steps, usable.remarks, thresholds)


def _compare(
    space: Workspace,
    lesion: Lesion,
    before: PreparedTimepoint,
    after: PreparedTimepoint,
    thresholds: Thresholds,
) -> _Step | None:
    tolerance = change_tolerance_mm(before, after, lesion, thresholds)
    first, second = space.whole(before, lesion), space.whole(after, lesion)
    if not first.any() or not second.any():
        return None
    change = compute_change(
        Mask(first, space.grid),
        Mask(second, space.grid),
        tolerance,
        thresholds["shape_change.deep_cm3"],
    )
    return _Step(before, after, change, tolerance)


def _present(
    prepared: PreparedCase,
    space: Workspace,
    found: list[_Step],
    remarks: tuple[str, ...],
    thresholds: Thresholds,
) -> Finding:
    caveats: list[str] = []
    clean = []
    for step in found:
        drug = given_between(prepared, EventKind.BEVACIZUMAB, step.before, step.after)
        surgery = given_between(prepared, EventKind.SURGERY, step.before, step.after)
        if given_between(prepared, EventKind.STEROID, step.before, step.after):
            caveats.append(f"corticosteroid between {step.before.id} and {step.after.id}")
        if drug is not None:
            caveats.append(
                f"bevacizumab between {step.before.id} and {step.after.id}: less enhancement "
                "under it is not evidence of necrosis (LA25 §6)"
            )
        if surgery is not None:
            caveats.append(f"surgery between {step.before.id} and {step.after.id}")
        if drug is None and surgery is None:
            clean.append(step)
    best = max(clean or found, key=lambda s: s.lesser_cm3)
    change = best.change
    sentence = (
        f"From {best.before.id} to {best.after.id}, {change.grown.volume_cm3:.2f} cm³ grew "
        f"(reaching {change.grown_depth_mm:.1f} mm beyond the former outline) while "
        f"{change.regressed.volume_cm3:.2f} cm³ regressed ({change.regressed_depth_mm:.1f} mm "
        f"inside it); what could be error ends at {best.tolerance_mm:.1f} mm."
    )
    if not clean:
        sentence += " The treatment given in between may explain the regression."
    return Finding(
        SPEC,
        Status.PRESENT if clean else Status.INDETERMINATE,
        Favours.RN if clean else None,
        Strength.STRONG if clean else None,
        sentence,
        measurements=_measurements(best),
        criteria=_criteria(thresholds),
        evidence=_evidence(space, best),
        caveats=(*dict.fromkeys(caveats), *remarks),
    )


def _absent(steps: list[_Step], remarks: tuple[str, ...], thresholds: Thresholds) -> Finding:
    best = max(steps, key=lambda s: s.lesser_cm3)
    parts = []
    for step in steps:
        grown = step.change.grown.volume_cm3
        regressed = step.change.regressed.volume_cm3
        parts.append(
            f"{step.before.id} to {step.after.id}: {grown:.2f} cm³ grew, {regressed:.2f} cm³ "
            "regressed"
        )
    return Finding(
        SPEC,
        Status.ABSENT,
        None,
        None,
        f"No part grew while another regressed ({'; '.join(parts)}).",
        measurements=_measurements(best),
        criteria=_criteria(thresholds),
        caveats=remarks,
    )


def _measurements(step: _Step) -> tuple[Quantity, ...]:
    change = step.change
    when = f"{step.before.id} to {step.after.id}, enhancement with core"
    return (
        Quantity("grown_cm3", change.grown.volume_cm3, "cm3", when),
        Quantity("grown_depth_mm", change.grown_depth_mm, "mm", when, step.tolerance_mm),
        Quantity("regressed_cm3", change.regressed.volume_cm3, "cm3", when),
        Quantity("regressed_depth_mm", change.regressed_depth_mm, "mm", when, step.tolerance_mm),
        Quantity("tolerance_mm", step.tolerance_mm, "mm", "registrations and outlines together"),
    )


def _evidence(space: Workspace, step: _Step) -> tuple[Evidence, ...]:
    pairs = (
        (step.after, step.change.grown, "grew"),
        (step.before, step.change.regressed, "regressed"),
    )
    return tuple(
        point_at_common(t, space.embed(mask.array), f"{mask.volume_cm3:.2f} cm³ {word}")
        for t, mask, word in pairs
    )


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("shape_change.smallest_cm3", "shape_change.deep_cm3", "comparison.tolerance_factor")
    return tuple(thresholds.criterion(name) for name in names)
