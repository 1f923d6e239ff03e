"""Item 5: a thin rim, or nodular and solid enhancement (LA25 §2.1)."""

from __future__ import annotations

from RNAssessLib.case import (
    Lesion,
    NotAssessableError,
    PreparedCase,
    Quantity,
    SequenceRole,
    counted,
)
from RNAssessLib.case.numbers import in_cm3, in_mm, in_percent
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
from RNAssessLib.lesions.parts import parts_of

from .measure.pointing import point_at_mask
from .measure.rim import Rim, measure_rim
from .measure.timepoints import require_treated, usable_follow_ups
from .measure.workspace import whole_mask

SPEC = FindingSpec(
    id="rim_morphology",
    number=5,
    title="Rim morphology",
    question="Is the enhancing rim thin, without a nodule or solid part?",
    favours_when_present=Favours.RN,
    references=("LA25 §2.1",),
    needs=(SequenceRole.T1C,),
    why="Necrosis enhances as a thin, irregular rim; thicker, nodular or solid enhancement "
    "suggests tumour. Small or regressing necrosis may look solid.",
    reads=ENHANCEMENT,
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Measure the largest part at the latest follow-up."""
    require_treated(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    rims = [r for t in usable.timepoints if (r := measure_rim(t, lesion, thresholds)) is not None]
    if not rims or rims[-1].timepoint is not usable.latest:
        raise NotAssessableError(f"the lesion does not enhance at {usable.latest.id}")
    rim = rims[-1]
    excuses = _excuses(prepared, lesion, rim, thresholds)
    status, favours, strength = _judge(rim, excuses, thresholds)
    caveats = [*excuses, *_cystic(rim, thresholds), *usable.remarks]
    if rim.other_parts:
        caveats.append(
            f"not part of this answer: {counted(rim.other_parts, 'further separate part')}"
        )
    return Finding(
        SPEC,
        status,
        favours,
        strength,
        _sentence(rim),
        measurements=_measurements(rim),
        criteria=_criteria(thresholds),
        evidence=_evidence(rim, lesion),
        caveats=tuple(caveats),
        name=_name(rim, thresholds) if favours is Favours.TTP else "",
    )


def _judge(
    rim: Rim, excuses: list[str], thresholds: Thresholds
) -> tuple[Status, Favours | None, Strength | None]:
    """Thin: necrosis; solid or nodular: tumour; thick without a nodule: tumour, weakly."""
    if _is_solid(rim, thresholds):
        if excuses:
            return Status.INDETERMINATE, None, None
        return Status.ABSENT, Favours.TTP, graded("rim_morphology.solid")
    assert rim.median_mm is not None
    if rim.median_mm <= thresholds["rim_morphology.thin_mm"]:
        return Status.PRESENT, Favours.RN, graded("rim_morphology.thin")
    return Status.ABSENT, Favours.TTP, graded("rim_morphology.thick")


def _is_solid(rim: Rim, thresholds: Thresholds) -> bool:
    return rim.solid_cm3 >= thresholds["rim_morphology.nodule_cm3"] or not rim.has_core


def _name(rim: Rim, thresholds: Thresholds) -> str:
    if not rim.has_core:
        return "solid, no thin rim"
    return "nodule in the rim" if _is_solid(rim, thresholds) else "thick rim without a nodule"


def _cystic(rim: Rim, thresholds: Thresholds) -> list[str]:
    share = 100.0 * rim.core_cm3 / rim.volume_cm3 if rim.volume_cm3 > 0 else 0.0
    if share < thresholds["rim_morphology.cystic_percent"]:
        return []
    return [
        f"{in_percent(share)} % of it does not enhance: predominantly cystic necrosis is known "
        "(LA25 §4)"
    ]


def _excuses(prepared: PreparedCase, lesion: Lesion, rim: Rim, thresholds: Thresholds) -> list[str]:
    """Why solid enhancement may still be necrosis (LA25 Fig 2)."""
    if rim.has_core and rim.solid_cm3 < thresholds["rim_morphology.nodule_cm3"]:
        return []
    found = []
    if rim.diameter_mm < thresholds["rim_morphology.small_mm"]:
        found.append(f"small ({in_mm(rim.diameter_mm)} mm): necrosis this small may look solid "
                     "(LA25 Fig 2)")  # fmt: skip
    earlier = [t for t in prepared.follow_ups(lesion) if t.date < rim.timepoint.date]
    if earlier:
        before = whole_mask(earlier[-1], lesion).volume_cm3
        now = whole_mask(rim.timepoint, lesion).volume_cm3
        if now < (1.0 - thresholds["rim_morphology.regressing_percent"] / 100.0) * before:
            found.append(f"regressing ({in_cm3(before)} to {in_cm3(now)} cm³): shrinking necrosis "
                         "may look solid (LA25 "
                         "Fig 2), as does a metastasis that responds")  # fmt: skip
    return found


def _sentence(rim: Rim) -> str:
    at = rim.timepoint.id
    if not rim.has_core:
        size = f"{in_cm3(rim.volume_cm3)} cm³, {in_mm(rim.diameter_mm)} mm"
        return f"The lesion is solid at {at} ({size})."
    solid = (
        "out a nodule" if rim.solid_cm3 < 0.01 else f" {in_cm3(rim.solid_cm3)} cm³ of nodular parts"
    )
    assert rim.median_mm is not None and rim.p95_mm is not None  # a rim with a core has them
    return (
        f"The enhancing rim is {in_mm(rim.median_mm)} mm thick at {at} (median; 95 % of it below "
        f"{in_mm(rim.p95_mm)} mm), with{solid}."
    )


def _measurements(rim: Rim) -> tuple[Quantity, ...]:
    at = f"at {rim.timepoint.id}"
    why = None if rim.has_core else "no core, so no rim"
    return (
        Quantity("rim_median_mm", rim.median_mm, "mm", f"outer surface to core {at}",
                 None if why else rim.timepoint.nawm.grid.spacing_mm[0], why),
        Quantity("rim_p95_mm", rim.p95_mm, "mm", f"95th percentile {at}", undefined=why),
        Quantity("solid_cm3", rim.solid_cm3, "cm3", f"parts as thick as a nodule {at}"),
        Quantity("core_cm3", rim.core_cm3, "cm3", at),
        Quantity("rim_irregularity", None, "1", f"irregularity of the border {at}",
                 undefined="not measured: LA25 §2.1 calls the rim irregular and the border beside "
                 "the cortex wavy, without a figure; read both by eye. What matters there is not "
                 "the wave but that white matter is preferred (item 7)"),
    )  # fmt: skip


def _evidence(rim: Rim, lesion: Lesion) -> tuple[Evidence, ...]:
    timepoint = rim.timepoint
    shown = []
    if not rim.solid.is_empty:
        shown.append(point_at_mask(timepoint, rim.solid, "solid part"))
    enhancing = timepoint.lesions[lesion.id].enhancing
    if not enhancing.is_empty:
        # of the lesion itself, not of a thicker satellite
        shown.append(point_at_mask(timepoint, parts_of(enhancing, 0.0)[0], "rim"))
    return tuple(shown)


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("thin_mm", "nodule_mm", "nodule_cm3", "hollow_wall_ratio", "small_mm",
             "regressing_percent", "smallest_core_cm3", "cystic_percent")  # fmt: skip
    return tuple(thresholds.criterion(f"rim_morphology.{name}") for name in names)
