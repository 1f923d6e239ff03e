"""Item 16: FDG PET (LI21 Methods)."""

from __future__ import annotations

from RNAssessLib.case import Lesion, PreparedCase, Quantity, SequenceRole
from RNAssessLib.case.numbers import as_ratio
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import (
    Favours,
    Finding,
    FindingSpec,
    Status,
    graded,
)

from .measure.pointing import point_at_mask
from .measure.timepoints import usable_follow_ups
from .measure.uptake import measure_uptake, normal_brain

SPEC = FindingSpec(
    id="fdg_pet",
    number=18,
    title="FDG PET",
    question="Is glucose uptake of the lesion low?",
    favours_when_present=Favours.RN,
    references=("LI21 Methods", "LA25 §2.7"),
    needs=(SequenceRole.PET_FDG,),
    why="LI21 asked for low uptake. Normal grey matter takes up much, which hides small lesions.",
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Hottest uptake of the enhancing part over the brain of the other side."""
    role = SequenceRole.PET_FDG
    usable = usable_follow_ups(prepared, lesion, (role,))
    timepoint = usable.latest
    region = timepoint.lesions[lesion.id].enhancing.array
    uptake = measure_uptake(
        prepared,
        timepoint,
        lesion,
        role,
        region,
        hot_percentile=thresholds["perfusion.hot_percentile"],
        normal=normal_brain(timepoint),
        name="brain",
    )
    low, high = thresholds["fdg_pet.low"], thresholds["fdg_pet.raised"]
    if uptake.high < low:
        status, favours, strength = Status.PRESENT, Favours.RN, graded("fdg_pet.either")
    elif uptake.high >= high:
        status, favours, strength = Status.ABSENT, Favours.TTP, graded("fdg_pet.either")
    else:
        status, favours, strength = Status.INDETERMINATE, None, None
    where = f"enhancing part at {timepoint.id} over {uptake.where}"
    return Finding(
        SPEC, status, favours, strength,
        f"FDG uptake of the enhancing part at {timepoint.id} is {as_ratio(uptake.high)} times "
        f"{uptake.where} at its hottest, {as_ratio(uptake.mean)} on average.",
        measurements=(
            Quantity("fdg_p95_ratio", uptake.high, "1", f"high percentile, {where}"),
            Quantity("fdg_mean_ratio", uptake.mean, "1", f"mean, {where}"),
        ),
        criteria=(thresholds.criterion("fdg_pet.low"), thresholds.criterion("fdg_pet.raised")),
        evidence=(point_at_mask(timepoint, uptake.hottest, "highest uptake", role=role),),
        caveats=("uptake of normal grey matter hides small lesions; resolution is coarse",
                 *usable.remarks),
    )  # fmt: skip
