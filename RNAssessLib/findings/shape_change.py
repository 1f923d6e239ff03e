"""Change in shape: parts that grow while others regress (LA22; LA25 §2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from RNAssessLib.case import (
    EventKind,
    Lesion,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.tracking import ChangeMap, compute_change, whole_lesion

from .common import follow_ups, show
from .finding import Evidence, Favours, Finding, FindingSpec, Status, Strength

SPEC = FindingSpec(
    id="shape_change",
    number=2,
    title="Change in shape",
    question="Do parts of the lesion grow while other parts regress at the same time?",
    favours_when_present=Favours.RN,
    references=("LA22", "LA25 §2.1"),
    needs=(SequenceRole.T1C,),
    why="A recurrence grows as a whole; necrosis evolves differently from voxel to voxel.",
)
DRUGS = {EventKind.BEVACIZUMAB: "bevacizumab", EventKind.STEROID: "a corticosteroid"}


@dataclass(frozen=True, eq=False)
class _Interval:
    before: PreparedTimepoint
    after: PreparedTimepoint
    change: ChangeMap
    tolerance_mm: float

    def both(self, smallest_cm3: float) -> bool:
        """Whether growth and regression both pass the tolerance and the least volume."""
        return (
            self.change.grown.volume_cm3 >= smallest_cm3
            and self.change.regressed.volume_cm3 >= smallest_cm3
        )

    def weaker_cm3(self) -> float:
        """The smaller of the two volumes."""
        return min(self.change.grown.volume_cm3, self.change.regressed.volume_cm3)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Compare consecutive follow-ups, each part beyond registration and segmentation error."""
    after = follow_ups(prepared, lesion)
    if len(after) < 2:
        raise NotAssessableError("two follow-ups after treatment are needed")
    intervals = [
        i for a, b in pairwise(after) if (i := _compare(prepared, lesion, a, b, thresholds))
    ]
    if not intervals:
        raise NotAssessableError("no enhancement on two consecutive follow-ups to compare")
    smallest = thresholds["shape_change.smallest_cm3"]
    criteria = (
        thresholds.criterion("shape_change.depth_mm"),
        thresholds.criterion("shape_change.smallest_cm3"),
    )
    changed = [i for i in intervals if i.both(smallest)]
    shown = max(changed or intervals, key=_Interval.weaker_cm3)
    measurements = _measurements(shown)
    span = f"from {shown.before.id} to {shown.after.id}"
    grown, regressed = shown.change.grown, shown.change.regressed
    if changed:
        return Finding(
            SPEC, Status.PRESENT, Favours.RN, Strength.STRONG,
            f"{span[0].upper()}{span[1:]}, {grown.volume_cm3:.2f} cm³ grew (up to "
            f"{shown.change.grown_depth_mm:.1f} mm) while {regressed.volume_cm3:.2f} cm³ regressed "
            f"(up to {shown.change.regressed_depth_mm:.1f} mm).",
            measurements, criteria, _evidence(shown), _caveats(prepared, shown),
        )  # fmt: skip
    word = "only grew" if grown.volume_cm3 >= smallest else (
        "only regressed" if regressed.volume_cm3 >= smallest else "kept its outline")  # fmt: skip
    return Finding(
        SPEC, Status.ABSENT, None, None,
        f"No interval shows growth and regression together; {span} the lesion {word} "
        f"beyond {shown.tolerance_mm:.1f} mm.",
        measurements, criteria, caveats=_caveats(prepared, shown),
    )  # fmt: skip


def _compare(
    prepared: PreparedCase,
    lesion: Lesion,
    before: PreparedTimepoint,
    after: PreparedTimepoint,
    thresholds: Thresholds,
) -> _Interval | None:
    first = whole_lesion(prepared, before, lesion.id, None)
    second = whole_lesion(prepared, after, lesion.id, None)
    if first.is_empty or second.is_empty:
        return None
    errors = [t.to_reference.quality.expected_error_mm for t in (before, after)]
    borders = [t.lesions[lesion.id].boundary_error_mm for t in (before, after)]
    tolerance = max(float(np.linalg.norm(errors + borders)), thresholds["shape_change.depth_mm"])
    return _Interval(before, after, compute_change(first, second, tolerance), tolerance)


def _measurements(interval: _Interval) -> tuple[Quantity, ...]:
    span = f"{interval.before.id} to {interval.after.id}"
    change = interval.change
    return (
        Quantity("grown_cm3", change.grown.volume_cm3, "cm3", f"new part, {span}"),
        Quantity("regressed_cm3", change.regressed.volume_cm3, "cm3", f"lost part, {span}"),
        Quantity("grown_depth_mm", change.grown_depth_mm, "mm", "how far the border advanced"),
        Quantity("regressed_depth_mm", change.regressed_depth_mm, "mm", "how far it receded"),
        Quantity("tolerance_mm", interval.tolerance_mm, "mm",
                 "registration and segmentation error together"),
    )  # fmt: skip


def _evidence(interval: _Interval) -> tuple[Evidence, ...]:
    grown = show(interval.after, SequenceRole.T1C, interval.change.grown, "grew",
                 on_common_grid=True)  # fmt: skip
    lost = show(interval.after, SequenceRole.T1C, interval.change.regressed, "regressed",
                on_common_grid=True)  # fmt: skip
    return grown, lost


def _caveats(prepared: PreparedCase, interval: _Interval) -> tuple[str, ...]:
    return tuple(
        f"{DRUGS[e.kind]} between the two scans ({e.date.isoformat()}) changes enhancement"
        for e in prepared.case.events
        if e.kind in DRUGS
        and e.date <= interval.after.date
        and (e.end or e.date) >= interval.before.date
    )
