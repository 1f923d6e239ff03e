"""Item 21: new enhancement away from every target (LA25 §3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from RNAssessLib.case import (
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.case.numbers import in_cm3, in_gy, in_mm
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import Drawn, Finding, FindingSpec, Status, Strength
from RNAssessLib.lesions.parts import parts_of

from .measure.irradiated import FieldOf, field_of
from .measure.pointing import point_at_mask
from .measure.seen_before import Before, look_back
from .measure.timepoints import require_baseline, usable_follow_ups
from .measure.workspace import change_tolerance_mm, dose_at

SPEC = FindingSpec(
    id="new_lesions",
    number=23,
    title="New lesions",
    question="Is there new enhancement away from every target?",
    favours_when_present=None,
    references=("LA25 §3", "LA25 §4"),
    needs=(SequenceRole.T1C,),
    why="New metastases can appear at any time, whatever a treated lesion turns out to be.",
    reads=(Drawn.ENHANCING, Drawn.OTHERS, Drawn.UNASSIGNED),
)
MOST_SHOWN = 8


@dataclass(frozen=True, eq=False)
class _New:
    """New component of the latest follow-up."""

    mask: Mask
    distance_mm: float
    dose_gy: float | None
    doubt: str = ""
    field: FieldOf | None = None


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Components of the latest follow-up that belong to no lesion and were not there before."""
    baseline = require_baseline(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    latest = usable.latest
    found, unsure = _find(prepared, lesion, baseline, latest, thresholds)
    smallest = thresholds["new_lesions.smallest_cm3"]
    count = Quantity("new_components", float(len(found)), "count",
                     f"at {latest.id}, not at {baseline.id}")  # fmt: skip
    if unsure and not found:
        return Finding(
            SPEC, Status.INDETERMINATE, None, None,
            f"{in_cm3(unsure[0].mask.volume_cm3)} cm³ enhances away from the targets at "
            f"{latest.id}, but whether it is new is not known: {unsure[0].doubt}.",
            measurements=(count,), criteria=_criteria(thresholds),
            evidence=tuple(
                point_at_mask(latest, new.mask, f"perhaps new, {in_cm3(new.mask.volume_cm3)} cm³")
                for new in unsure[:MOST_SHOWN]
            ),
            caveats=usable.remarks,
        )  # fmt: skip
    if not found:
        return Finding(
            SPEC, Status.ABSENT, None, Strength.CONTEXT,
            f"No new enhancement of {smallest:g} cm³ or more away from the targets at {latest.id}.",
            measurements=(count,), criteria=_criteria(thresholds), caveats=usable.remarks,
        )  # fmt: skip
    largest = found[0]
    dose = "" if largest.dose_gy is None else f", where the dose was {in_gy(largest.dose_gy)} Gy"
    return Finding(
        SPEC, Status.PRESENT, None, Strength.CONTEXT,
        f"{len(found)} new enhancing {'component' if len(found) == 1 else 'components'} away from "
        f"the targets at {latest.id}, the largest {in_cm3(largest.mask.volume_cm3)} cm³ and "
        f"{in_mm(largest.distance_mm)} mm from the nearest target{dose}: "
        f"{largest.field.tell() if largest.field else 'exclude a new metastasis'}.",
        measurements=(
            count,
            Quantity("largest_cm3", largest.mask.volume_cm3, "cm3", "largest of them"),
            Quantity("distance_mm", largest.distance_mm, "mm", "its middle to the nearest target"),
        ),
        criteria=_criteria(thresholds),
        evidence=tuple(
            point_at_mask(latest, new.mask, f"new, {in_cm3(new.mask.volume_cm3)} cm³")
            for new in found[:MOST_SHOWN]
        ),
        caveats=("vessels and dura are told apart by place and shape only", *usable.remarks),
    )  # fmt: skip


def _find(
    prepared: PreparedCase,
    lesion: Lesion,
    baseline: PreparedTimepoint,
    latest: PreparedTimepoint,
    thresholds: Thresholds,
) -> tuple[list[_New], list[_New]]:
    """Components that were not there before, and those of which this cannot be told."""
    known = baseline.new_enhancement.array.copy()
    for masks in baseline.lesions.values():
        known |= masks.enhancing.array
    points = baseline.to_reference.transform.apply(
        baseline.nawm.grid.index_to_lps(np.argwhere(known))
    )
    tree = cKDTree(points) if len(points) else None
    tolerance = change_tolerance_mm(baseline, latest, lesion, thresholds)
    found: list[_New] = []
    unsure: list[_New] = []
    for part in parts_of(latest.new_enhancement, thresholds["new_lesions.smallest_cm3"]):
        cells = part.grid.index_to_lps(np.argwhere(part.array))
        where = latest.to_reference.transform.apply(cells)
        if tree is not None:
            gap, _ = tree.query(where, distance_upper_bound=tolerance)
            if np.isfinite(gap).mean() > thresholds["new_lesions.known_share"]:
                continue
        view = look_back(prepared, baseline, latest, part, thresholds)
        if view.verdict is Before.SEEN:
            continue
        middle = where.mean(axis=0)
        distance = min(
            float(np.linalg.norm(middle - item.center_lps_mm)) - item.radius_mm
            for item in prepared.lesions
        )
        field = field_of(prepared, latest, where, thresholds)
        dose = _dose(prepared, lesion, where)
        new = _New(part, max(distance, 0.0), dose, view.reason, field)
        (found if view.verdict is Before.ABSENT else unsure).append(new)
    return found, unsure


def _dose(prepared: PreparedCase, lesion: Lesion, where: np.ndarray) -> float | None:
    placed = prepared.course_of(lesion)
    if placed is None:
        return None
    try:
        return float(np.median(dose_at(placed, where)))
    except NotAssessableError:
        return None


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("new_lesions.smallest_cm3", "new_lesions.known_share", "comparison.seen_percent")
    return tuple(thresholds.criterion(name) for name in names)
