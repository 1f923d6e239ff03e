"""Item 17: several small holes in the enhancement (LI21 Methods)."""

from __future__ import annotations

import numpy as np

from RNAssessLib.case import (
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    Quantity,
    SequenceRole,
    counted,
)
from RNAssessLib.case.numbers import in_cm3
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
from RNAssessLib.lesions.morphology import fill_holes
from RNAssessLib.lesions.parts import parts_of

from .measure.pointing import point_at_mask
from .measure.timepoints import require_treated, usable_follow_ups

SPEC = FindingSpec(
    id="swiss_cheese",
    number=19,
    title="Swiss cheese, soap bubble",
    question="Does the enhancement hold several small holes?",
    favours_when_present=Favours.RN,
    references=("LI21 Methods",),
    needs=(SequenceRole.T1C,),
    why="LI21 lists the Swiss-cheese and soap-bubble look among its signs of necrosis.",
    reads=ENHANCEMENT,
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Count separate small holes that enhancement encloses, at the latest follow-up."""
    require_treated(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    timepoint = usable.latest
    masks = timepoint.lesions[lesion.id]
    if masks.enhancing.is_empty:
        raise NotAssessableError(f"the lesion does not enhance at {timepoint.id}")
    inner = fill_holes(masks.enhancing.array) & ~masks.enhancing.array
    holes = parts_of(
        Mask(inner | masks.necrotic_core.array, masks.enhancing.grid),
        thresholds["swiss_cheese.smallest_cm3"],
    )
    small = [h for h in holes if h.volume_cm3 <= thresholds["swiss_cheese.largest_cm3"]]
    count, needed = len(small), thresholds["swiss_cheese.count"]
    if count >= needed:
        status, favours, strength = Status.PRESENT, Favours.RN, graded("swiss_cheese.present")
    elif count == needed - 1:
        status, favours, strength = Status.INDETERMINATE, None, None
    else:
        status, favours, strength = Status.ABSENT, None, None
    total = sum(h.volume_cm3 for h in small)
    evidence: tuple[Evidence, ...] = ()
    if small:
        shown = Mask(np.logical_or.reduce([h.array for h in small]), masks.enhancing.grid)
        evidence = (point_at_mask(timepoint, shown, counted(count, "small hole")),)
    return Finding(
        SPEC, status, favours, strength,
        _tell(count, total, len(holes) - count, timepoint.id),
        measurements=(
            Quantity("small_holes", float(count), "count", f"enclosed, at {timepoint.id}"),
            Quantity("small_holes_cm3", total, "cm3", f"at {timepoint.id}"),
            Quantity("larger_holes", float(len(holes) - count), "count", f"at {timepoint.id}"),
        ),
        criteria=_criteria(thresholds), evidence=evidence, caveats=usable.remarks,
    )  # fmt: skip


def _tell(count: int, total_cm3: float, larger: int, at: str) -> str:
    told = "No small hole"
    if count:
        told = f"{counted(count, 'small hole')} ({in_cm3(total_cm3)} cm³ in all)"
    beside = f", beside {counted(larger, 'larger one')}" if larger else ""
    return f"{told} in the enhancement at {at}{beside}."


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("count", "smallest_cm3", "largest_cm3")
    return tuple(thresholds.criterion(f"swiss_cheese.{name}") for name in names)
