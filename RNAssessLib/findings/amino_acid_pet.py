"""Item 15: amino-acid PET, tumour-to-brain ratios and uptake curve (LA25 §2.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from RNAssessLib.case import (
    AminoAcidPet,
    EventKind,
    Lesion,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.case.numbers import as_ratio
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    Favours,
    Finding,
    FindingSpec,
    Status,
    Strength,
    graded,
)
from RNAssessLib.lesions.morphology import dilate, spacing_kji

from .measure.pointing import point_at_mask
from .measure.reference_tissue import contralateral_level, ratio_in
from .measure.timepoints import require_treated, usable_follow_ups
from .measure.uptake import Uptake, measure_uptake, normal_brain
from .measure.uptake_curve import FET, CurvePattern, given_scan, read_pattern
from .measure.workspace import whole_mask

ROLE = SequenceRole.PET_AA
SPEC = FindingSpec(
    id="amino_acid_pet",
    number=17,
    title="Amino-acid PET",
    question="Is amino-acid uptake raised (TBRmax, TBRmean; curve II or III)?",
    favours_when_present=Favours.TTP,
    references=("LA25 §2.7", "LA22 Fig 8"),
    needs=(ROLE,),
    why="Normal brain takes up little; raised uptake predicts progression, and so does an early "
    "peak of the uptake curve: both should be assessed. It is least accurate where MRI is truly "
    "equivocal.",
    events=(EventKind.AMINO_ACID_PET,),
)
SIDES = {"I": Favours.RN, "II": Favours.TTP, "III": Favours.TTP}
NO_CURVE = CurvePattern("", "no uptake curve is given")
CURVE_MISSING = (
    "the uptake curve is not given: both curve (I for necrosis, II and III for tumour) and ratio "
    "should be assessed (LA25 §2.7); enter it with the clinical events, "
    "or give it as [[amino_acid_pet]] in the case file"
)
FALSE_POSITIVE = (
    "raised uptake can be false: in LA22 Fig 8 FET suggested progression, necrosis was proven by "
    "its later regression"
)
LEAST_ACCURATE = (
    "least accurate when comprehensive MRI is truly equivocal; LA25 §2.7 keeps it for patients in "
    "whom waiting for a short-term MRI is risky"
)


@dataclass(frozen=True)
class _Ratios:
    """Tumour-to-brain ratios of one scan."""

    timepoint: PreparedTimepoint
    uptake: Uptake
    mean: float
    remarks: tuple[str, ...]


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Tumour-to-brain ratios at the latest follow-up with amino-acid PET, and the uptake curve.

    TBRmean is the mean of the voxels above a fixed ratio, the outlined uptake; where
    none is, the mean of the enhancing part. The curve is what the reader gave for that scan; a
    curve without an image of the PET cannot settle the item.
    """
    try:
        ratios = _measure(prepared, lesion, thresholds)
    except NotAssessableError:
        scan = given_scan(prepared, lesion, None, thresholds)
        if scan is None or scan.date <= require_treated(prepared, lesion).course.date:
            raise
        return _curve_alone(scan, thresholds)
    scan = given_scan(prepared, lesion, ratios.timepoint.date, thresholds)
    return _judge(ratios, scan, thresholds)


def _measure(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> _Ratios:
    usable = usable_follow_ups(prepared, lesion, (ROLE,))
    timepoint = usable.latest
    whole = whole_mask(timepoint, lesion)
    region = dilate(
        whole.array, spacing_kji(whole.grid.spacing_mm), thresholds["amino_acid_pet.reach_mm"]
    )
    normal = normal_brain(timepoint)
    brain = "brain"
    hot_percentile = thresholds["perfusion.hot_percentile"]
    uptake = measure_uptake(
        prepared, timepoint, lesion, ROLE, region,
        hot_percentile=hot_percentile, normal=normal, name=brain,
    )  # fmt: skip
    level = contralateral_level(prepared, timepoint, lesion, ROLE, tissue=normal, name=brain)
    ratio = ratio_in(timepoint, ROLE, region, level.value)
    hot = ratio[ratio >= thresholds["amino_acid_pet.outline_tbr"]]
    enhancing = ratio_in(timepoint, ROLE, timepoint.lesions[lesion.id].enhancing.array, level.value)
    mean = float(hot.mean()) if hot.size else float(np.mean(enhancing))
    return _Ratios(timepoint, uptake, mean, usable.remarks)


def _judge(ratios: _Ratios, scan: AminoAcidPet | None, thresholds: Thresholds) -> Finding:
    uptake, mean = ratios.uptake, ratios.mean
    limits = thresholds["amino_acid_pet.tbr_max"], thresholds["amino_acid_pet.tbr_mean"]
    above = uptake.maximum > limits[0], mean > limits[1]
    by_ratio = Favours.TTP if all(above) else None if any(above) else Favours.RN
    curve = read_pattern(scan, thresholds) if scan else NO_CURVE
    tracer = scan.tracer if scan else ""
    side = by_ratio
    if curve.pattern and SIDES[curve.pattern] is not by_ratio:
        side = None
    caveats = [FALSE_POSITIVE] if by_ratio is not Favours.RN else []
    if tracer and tracer != FET:
        side = None
        caveats.insert(0, f"the tracer is {tracer}; cut-offs and curve patterns are FET's")
    elif not tracer:
        caveats.append("the tracer is not stated; cut-offs and curve patterns are FET's")
    if not curve.pattern:
        caveats.append(curve.told if scan and scan.minutes else CURVE_MISSING)
    status, strength = _answer(side)
    sentence = (
        f"TBRmax {as_ratio(uptake.maximum)} (cut-off {limits[0]:g}) and TBRmean {as_ratio(mean)} "
        f"(cut-off {limits[1]:g}) "
        f"at {ratios.timepoint.id}, over {uptake.where}{_tell(curve, by_ratio)}."
    )
    where = f"at {ratios.timepoint.id}, over {uptake.where}"
    return Finding(
        SPEC, status, side, strength, sentence,
        measurements=(
            Quantity("tbr_max", uptake.maximum, "1", f"hottest voxel {where}"),
            Quantity("tbr_mean", mean, "1", f"mean of the outlined uptake {where}"),
            *_curve_figures(curve),
        ),
        criteria=_criteria(thresholds),
        evidence=(point_at_mask(ratios.timepoint, uptake.hottest, "highest uptake", role=ROLE),),
        caveats=(*caveats, LEAST_ACCURATE, *ratios.remarks),
    )  # fmt: skip


def _answer(side: Favours | None) -> tuple[Status, Strength | None]:
    if side is None:
        return Status.INDETERMINATE, None
    status = Status.PRESENT if side is Favours.TTP else Status.ABSENT
    return status, graded("amino_acid_pet.either")


def _tell(curve: CurvePattern, by_ratio: Favours | None) -> str:
    """Curve in words; empty without one."""
    if not curve.pattern:
        return ""
    side = SIDES[curve.pattern]
    told = f"; uptake curve of pattern {curve.pattern} ({curve.told}), described in {side.value}"
    if by_ratio is not None and side is not by_ratio:
        told += ": ratio and curve disagree"
    return told


def _curve_figures(curve: CurvePattern) -> tuple[Quantity, ...]:
    why = None if curve.pattern else curve.told
    number = float(len(curve.pattern)) if curve.pattern else None
    measured = curve.minutes_to_peak is not None
    return (
        Quantity("curve", number, "1", "pattern 1, 2 or 3 (I, II, III) of the uptake curve",
                 undefined=why),
        Quantity("minutes_to_peak", curve.minutes_to_peak, "min", "from injection to the highest "
                 "frame", undefined=None if measured else "no dynamic data are given"),
        Quantity("curve_fall_percent", curve.fall_percent, "percent", "fall from the highest to "
                 "the last frame", undefined=None if measured else "no dynamic data are given"),
    )  # fmt: skip


def _curve_alone(scan: AminoAcidPet, thresholds: Thresholds) -> Finding:
    """Curve or tracer of a PET whose image the case does not hold."""
    curve = read_pattern(scan, thresholds)
    if not curve.pattern:
        raise NotAssessableError(f"no amino-acid PET image; {curve.told}")
    return Finding(
        SPEC, Status.INDETERMINATE, None, None,
        f"Uptake curve of {scan.date}: pattern {curve.pattern} ({curve.told}), described in "
        f"{SIDES[curve.pattern].value}; the case holds no image of this PET, so its ratios are not "
        "known.",
        measurements=_curve_figures(curve),
        criteria=_criteria(thresholds),
        caveats=("both curve and tumour-to-brain ratio should be assessed (LA25 §2.7)",
                 LEAST_ACCURATE),
    )  # fmt: skip


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("tbr_max", "tbr_mean", "outline_tbr", "reach_mm", "peak_minutes", "plateau_percent")
    return tuple(thresholds.criterion(f"amino_acid_pet.{name}") for name in names)
