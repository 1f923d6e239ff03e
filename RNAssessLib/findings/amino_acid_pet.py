"""Item 15: amino-acid PET (LA25 §2.7)."""

from __future__ import annotations

import numpy as np

from RNAssessLib.case import Lesion, PreparedCase, Quantity, SequenceRole
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import Favours, Finding, FindingSpec, Status, Strength
from RNAssessLib.lesions.morphology import dilate, spacing_kji

from .measure.pointing import point_at_mask
from .measure.reference_tissue import contralateral_level, ratio_in
from .measure.timepoints import usable_follow_ups
from .measure.uptake import measure_uptake, normal_brain
from .measure.workspace import whole_mask

SPEC = FindingSpec(
    id="amino_acid_pet",
    number=15,
    title="Amino-acid PET",
    question="Is amino-acid uptake raised (TBRmax, TBRmean)?",
    favours_when_present=Favours.TTP,
    references=("LA25 §2.7",),
    needs=(SequenceRole.PET_AA,),
    why="Normal brain takes up little; raised uptake predicts progression. It is least accurate "
    "where MRI is truly equivocal.",
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Tumour-to-brain ratios at the latest follow-up with amino-acid PET.

    TBRmean is the mean of the voxels above a fixed ratio, the outlined uptake; where
    none is, the mean of the enhancing part.
    """
    role = SequenceRole.PET_AA
    usable = usable_follow_ups(prepared, lesion, (role,))
    timepoint = usable.latest
    whole = whole_mask(timepoint, lesion)
    region = dilate(
        whole.array, spacing_kji(whole.grid.spacing_mm), thresholds["amino_acid_pet.reach_mm"]
    )
    normal = normal_brain(timepoint)
    brain = "brain"
    hot_percentile = thresholds["perfusion.hot_percentile"]
    uptake = measure_uptake(
        prepared, timepoint, lesion, role, region,
        hot_percentile=hot_percentile, normal=normal, name=brain,
    )  # fmt: skip
    level = contralateral_level(prepared, timepoint, lesion, role, tissue=normal, name=brain)
    ratio = ratio_in(timepoint, role, region, level.value)
    hot = ratio[ratio >= thresholds["amino_acid_pet.outline_tbr"]]
    enhancing = ratio_in(timepoint, role, timepoint.lesions[lesion.id].enhancing.array, level.value)
    mean = float(hot.mean()) if hot.size else float(np.mean(enhancing))
    limits = thresholds["amino_acid_pet.tbr_max"], thresholds["amino_acid_pet.tbr_mean"]
    above = uptake.maximum > limits[0], mean > limits[1]
    sentence = (
        f"TBRmax {uptake.maximum:.2f} (cut-off {limits[0]:g}) and TBRmean {mean:.2f} (cut-off "
        f"{limits[1]:g}) at {timepoint.id}, over {uptake.where}."
    )
    if all(above):
        status, favours, strength = Status.PRESENT, Favours.TTP, Strength.MODERATE
    elif not any(above):
        status, favours, strength = Status.ABSENT, Favours.RN, Strength.MODERATE
    else:
        status, favours, strength = Status.INDETERMINATE, None, None
    where = f"at {timepoint.id}, over {uptake.where}"
    return Finding(
        SPEC, status, favours, strength, sentence,
        measurements=(
            Quantity("tbr_max", uptake.maximum, "1", f"hottest voxel {where}"),
            Quantity("tbr_mean", mean, "1", f"mean of the outlined uptake {where}"),
            Quantity("curve", None, "1", "pattern I, II or III of the uptake curve",
                     undefined="the case holds no dynamic PET"),
        ),
        criteria=_criteria(thresholds),
        evidence=(point_at_mask(timepoint, uptake.hottest, "highest uptake", role=role),),
        caveats=("least accurate when comprehensive MRI is truly equivocal (LA25 §2.7)",
                 "the uptake curve (pattern I for necrosis, II and III for tumour) is not assessed",
                 *usable.remarks),
    )  # fmt: skip


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("tbr_max", "tbr_mean", "outline_tbr", "reach_mm")
    return tuple(thresholds.criterion(f"amino_acid_pet.{name}") for name in names)
