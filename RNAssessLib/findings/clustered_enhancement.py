"""Item 6: separate enhancing lesions inside the irradiated field (LA25 §2.1, Fig 4)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from RNAssessLib.case import (
    Lesion,
    Mask,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Drawn,
    Favours,
    Finding,
    FindingSpec,
    Status,
    Strength,
)

from .measure.parts import parts_of
from .measure.pointing import point_at_mask
from .measure.timepoints import require_treated, usable_follow_ups
from .measure.workspace import Workspace, dose_at, open_workspace, prescription_of, whole_mask

SPEC = FindingSpec(
    id="clustered_enhancement",
    number=6,
    title="Clustered enhancing lesions",
    question="Are there several separate enhancing lesions inside the high-dose region?",
    favours_when_present=Favours.RN,
    references=("LA25 §2.1",),
    needs=(SequenceRole.T1C,),
    why="Necrosis often starts as a cluster of small lesions in the field, which evolve on their "
    "own and may coalesce.",
    reads=(*ENHANCEMENT, Drawn.UNASSIGNED),
)
REACH_MM = 20.0


@dataclass(frozen=True, eq=False)
class _Cluster:
    """Separate parts in the high-dose region at one follow-up."""

    timepoint: PreparedTimepoint
    parts: tuple[Mask, ...]  # native
    carried: tuple[Mask, ...]  # workspace


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Count separate parts in the high-dose region at every follow-up; the most decide."""
    placed = require_treated(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    prescription = prescription_of(lesion)
    high = thresholds["dose_match.dose_percent"] / 100.0 * prescription
    dose_at(placed, np.asarray([lesion.center_lps_mm]))  # not assessable without it
    space = open_workspace(prepared, lesion, REACH_MM)
    clusters = [_find(space, lesion, t, high, thresholds) for t in usable.timepoints]
    best = max(clusters, key=lambda c: (len(c.parts), c.timepoint.date))
    count, needed = len(best.parts), thresholds["clustered_enhancement.count"]
    joined = sum(_coalesced(a, b) for a, b in pairwise(clusters))
    if count >= needed:
        status, favours, strength = Status.PRESENT, Favours.RN, Strength.MODERATE
    elif count == needed - 1:
        status, favours, strength = Status.INDETERMINATE, None, None
    else:
        status, favours, strength = Status.ABSENT, None, None
    counts = ", ".join(f"{c.timepoint.id} {len(c.parts)}" for c in clusters)
    sentence = f"Separate enhancing parts receiving at least {high:.1f} Gy: {counts}"
    sentence += f"; {joined} coalesced." if joined else "."
    evidence = tuple(
        point_at_mask(best.timepoint, part, f"part {n} of {count}")
        for n, part in enumerate(best.parts[:8], start=1)
    )
    return Finding(
        SPEC, status, favours, strength, sentence,
        measurements=(
            Quantity("parts_in_high_dose", float(count), "count", f"at {best.timepoint.id}"),
            Quantity("coalesced", float(joined), "count", "parts that merged with another"),
        ),
        criteria=_criteria(thresholds),
        evidence=evidence if count > 1 else (),
        caveats=usable.remarks,
    )  # fmt: skip


def _find(
    space: Workspace,
    lesion: Lesion,
    timepoint: PreparedTimepoint,
    high_gy: float,
    thresholds: Thresholds,
) -> _Cluster:
    placed = space.prepared.course_of(lesion)
    assert placed is not None
    smallest = thresholds["clustered_enhancement.smallest_cm3"]
    parts, carried = [], []
    both = Mask(
        whole_mask(timepoint, lesion).array | timepoint.new_enhancement.array, timepoint.nawm.grid
    )
    for part in parts_of(both, smallest):
        where = space.carry(part, timepoint)
        if not where.any():
            continue
        dose = dose_at(placed, space.grid.index_to_lps(np.argwhere(where)))
        if float(np.median(dose)) >= high_gy:
            parts.append(part)
            carried.append(Mask(where, space.grid))
    return _Cluster(timepoint, tuple(parts), tuple(carried))


def _coalesced(before: _Cluster, after: _Cluster) -> int:
    """How many parts joined another by the next follow-up."""
    joined = 0
    for part in after.carried:
        inside = sum(bool((part.array & old.array).any()) for old in before.carried)
        joined += max(inside - 1, 0)
    return joined


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("clustered_enhancement.count", "clustered_enhancement.smallest_cm3",
             "dose_match.dose_percent")  # fmt: skip
    return tuple(thresholds.criterion(name) for name in names)
