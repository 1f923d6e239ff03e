"""Item 19: a nodule beside a ring, or regrowth after necrosis regressed (LA25 §3)."""

from __future__ import annotations

from RNAssessLib.case import Lesion, NotAssessableError, PreparedCase, Quantity, SequenceRole
from RNAssessLib.case.numbers import in_cm3, in_percent
from RNAssessLib.course.pattern import enlarged_again
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Finding,
    FindingSpec,
    Status,
    graded,
)

from .measure.pointing import point_at_mask
from .measure.rim import Rim, measure_rim
from .measure.timepoints import require_treated, usable_follow_ups
from .measure.workspace import volume_error_cm3, whole_mask

SPEC = FindingSpec(
    id="dual_pathology",
    number=21,
    title="Dual pathology",
    question="Is there a nodule beside a thin ring, or a nodule where necrosis had regressed?",
    favours_when_present=None,
    references=("LA25 §3",),
    needs=(SequenceRole.T1C,),
    why="Necrosis and tumour can coexist: a nodular part beside or inside a ring; and tumour may "
    "come back where necrosis had regressed (LA25 Fig 7).",
    reads=ENHANCEMENT,
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Nodule and ring at the latest follow-up, and the course before it."""
    require_treated(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    rim = measure_rim(usable.latest, lesion, thresholds)
    if rim is None:
        raise NotAssessableError(f"the lesion does not enhance at {usable.latest.id}")
    nodule = rim.solid_cm3 >= thresholds["rim_morphology.nodule_cm3"]
    ring = rim.thin_share >= thresholds["dual_pathology.ring_share"]
    volumes = [whole_mask(t, lesion).volume_cm3 for t in usable.timepoints]
    errors = [volume_error_cm3(t, lesion) for t in usable.timepoints]
    again = nodule and enlarged_again(volumes, thresholds, errors)
    at = usable.latest.id
    if nodule and ring:
        sentence = (
            f"A nodule of {in_cm3(rim.solid_cm3)} cm³ beside a thin ring "
            f"({in_percent(100 * rim.thin_share)} % "
            f"of the surface) at {at}: both processes are possible."
        )
    elif again:
        sentence = (
            f"A nodule of {in_cm3(rim.solid_cm3)} cm³ at {at} where enhancement had grown and "
            "regressed before: tumour after necrosis is possible."
        )
    else:
        sentence = _tell_neither(rim, nodule, ring, at)
    present = (nodule and ring) or again
    return Finding(
        SPEC,
        Status.PRESENT if present else Status.ABSENT,
        None,
        graded("dual_pathology.present") if present else None,
        sentence,
        measurements=(
            Quantity("nodule_cm3", rim.solid_cm3, "cm3", f"at {at}"),
            Quantity("thin_ring_percent", 100 * rim.thin_share, "percent",
                     f"share of the outer surface with a thin rim at {at}"),
        ),
        criteria=_criteria(thresholds),
        evidence=(point_at_mask(usable.latest, rim.solid, "nodule"),)
        if present and not rim.solid.is_empty else (),
        caveats=usable.remarks,
    )  # fmt: skip


def _tell_neither(rim: Rim, nodule: bool, ring: bool, at: str) -> str:
    """What of the two is missing."""
    thin = f"{in_percent(100 * rim.thin_share)} % of the surface is thin"
    if nodule:
        part = f"A nodule or solid part of {in_cm3(rim.solid_cm3)} cm³ at {at}"
        return f"{part}, no thin ring beside it ({thin})."
    if ring:
        return f"A thin ring at {at} ({thin}) without a nodule."
    return f"Neither a nodule nor a thin ring at {at}."


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("rim_morphology.nodule_mm", "rim_morphology.nodule_cm3", "rim_morphology.thin_mm",
             "dual_pathology.ring_share")  # fmt: skip
    return tuple(thresholds.criterion(name) for name in names)
