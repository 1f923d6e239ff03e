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
from RNAssessLib.case.numbers import in_gy
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Drawn,
    Favours,
    Finding,
    FindingSpec,
    Status,
    graded,
)
from RNAssessLib.lesions.parts import parts_of
from RNAssessLib.spatial.resampling import resample_mask

from .measure.pointing import point_at_mask
from .measure.seen_before import Before, PriorView, look_back, look_before
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
    views: tuple[PriorView | None, ...]  # of each part before treatment; None without such a scan
    fell_apart: bool = False  # what joined them before treatment has lost its enhancement

    @property
    def count(self) -> int:
        """Separate parts; those seen before treatment are one, however they fall apart now."""
        if self.fell_apart:
            return len(self.views)
        seen = sum(v is not None and v.verdict is Before.SEEN for v in self.views)
        return len(self.views) - max(seen - 1, 0)

    @property
    def sure(self) -> int:
        """`count` without the parts of which it cannot be told whether they are new."""
        return self.count - sum(v is not None and v.verdict is Before.UNDECIDED for v in self.views)

    @property
    def doubt(self) -> str:
        """Why the first of these cannot be told."""
        return next((v.reason for v in self.views if v is not None and v.reason), "")


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Count separate parts in the high-dose region at every follow-up; the most decide."""
    placed = require_treated(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    prescription = prescription_of(lesion)
    high = thresholds["dose_match.dose_percent"] / 100.0 * prescription
    dose_at(placed, np.asarray([lesion.center_lps_mm]))  # not assessable without it
    space = open_workspace(prepared, lesion, REACH_MM)
    clusters = [_find(space, lesion, t, high, thresholds) for t in usable.timepoints]
    best = max(clusters, key=lambda c: (c.sure, c.count, c.timepoint.date))
    count, needed = best.count, thresholds["clustered_enhancement.count"]
    joined = sum(_coalesced(a, b) for a, b in pairwise(clusters))
    if best.sure >= needed:
        status, favours, strength = (
            Status.PRESENT,
            Favours.RN,
            graded("clustered_enhancement.present"),
        )
    elif count >= needed - 1:
        status, favours, strength = Status.INDETERMINATE, None, None
    else:
        status, favours, strength = Status.ABSENT, None, None
    counts = ", ".join(f"{c.timepoint.id} {c.count}" for c in clusters)
    sentence = f"Separate enhancing parts receiving at least {in_gy(high)} Gy: {counts}"
    sentence += f"; {joined} coalesced." if joined else "."
    if count == needed - 1:
        sentence += f" From {needed:g} on they are called a cluster."
    if best.sure < needed <= count:
        sentence += f" Of these, {count - best.sure} may have been there before: {best.doubt}."
    evidence = tuple(
        point_at_mask(best.timepoint, part, f"part {n} of {len(best.parts)}")
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
    views: list[PriorView | None] = []
    baseline = space.prepared.baseline(lesion)
    known = baseline.date < timepoint.date and baseline.to_reference.is_usable
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
            views.append(
                look_back(space.prepared, baseline, timepoint, part, thresholds) if known else None
            )
    apart = known and len(parts) > 1 and _fell_apart(baseline, timepoint, lesion, thresholds)
    return _Cluster(timepoint, tuple(parts), tuple(carried), tuple(views), apart)


def _fell_apart(
    baseline: PreparedTimepoint,
    timepoint: PreparedTimepoint,
    lesion: Lesion,
    thresholds: Thresholds,
) -> bool:
    """Whether the lesion before treatment stopped enhancing between what is left of it."""
    before = whole_mask(baseline, lesion)
    carry = timepoint.to_reference.transform.then(baseline.to_reference.transform.inverse())
    now = resample_mask(whole_mask(timepoint, lesion), before.grid, carry)
    gap = Mask(before.array & ~now.array, before.grid)
    if gap.volume_cm3 < thresholds["clustered_enhancement.smallest_cm3"]:
        return False
    return look_before(timepoint, baseline, gap, thresholds).verdict is Before.ABSENT


def _coalesced(before: _Cluster, after: _Cluster) -> int:
    """How many parts joined another by the next follow-up."""
    joined = 0
    for part in after.carried:
        inside = sum(bool((part.array & old.array).any()) for old in before.carried)
        joined += max(inside - 1, 0)
    return joined


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("clustered_enhancement.count", "clustered_enhancement.smallest_cm3",
             "dose_match.dose_percent", "comparison.seen_percent")  # fmt: skip
    return tuple(thresholds.criterion(name) for name in names)
