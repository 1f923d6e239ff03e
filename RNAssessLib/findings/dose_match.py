"""Item 9: the dose that new enhancement received (LA22 Figs 3, 6; LI21; PP23)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Lesion,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    RigidTransform,
    SequenceRole,
)
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Favours,
    Finding,
    FindingSpec,
    Status,
    Strength,
)
from RNAssessLib.lesions.targets import target_mask

from .measure.growth import find_new_enhancement
from .measure.memory import remembered
from .measure.pointing import point_at_common
from .measure.timepoints import require_baseline, require_treated, usable_follow_ups
from .measure.workspace import Workspace, dose_at, open_workspace, prescription_of

SPEC = FindingSpec(
    id="dose_match",
    number=9,
    title="Match with the dose",
    question="Does the new enhancement lie inside the high-dose region?",
    favours_when_present=Favours.RN,
    references=("LA22 Figs 3, 6", "LI21 Methods", "PP23 Results"),
    needs=(SequenceRole.T1C,),
    why="Necrosis follows the dose. Recurrence, too, mostly starts where dose was given (PP23: "
    "median 45 Gy), so a match alone says little; enhancement outside it is not explained by "
    "treatment.",
    reads=ENHANCEMENT,
)
REACH_MM = 8.0
SAME_DOSE = "recurrence lies in irradiated tissue as well (PP23: median 45 Gy)"
FloatArray = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class _Exposure:
    """New enhancement of one follow-up and its dose."""

    timepoint: PreparedTimepoint
    where: npt.NDArray[np.bool_]
    volume_cm3: float
    dose_gy: FloatArray
    high_share: float
    field_percent: tuple[float, float, float] | None  # inside GTV, in its margin, beyond


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Dose of what enhances at the latest follow-up and did not before treatment."""
    placed = require_treated(prepared, lesion)
    baseline = require_baseline(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    prescription = prescription_of(lesion)
    dose_at(placed, np.asarray([lesion.center_lps_mm]))  # not assessable without it
    space = open_workspace(prepared, lesion, REACH_MM)
    where = find_new_enhancement(space, lesion, baseline, usable.latest, thresholds)
    volume = float(np.count_nonzero(where)) * space.grid.voxel_volume_cm3
    if volume < thresholds["dose_match.smallest_cm3"]:
        return Finding(
            SPEC, Status.ABSENT, None, None,
            f"No new enhancement at {usable.latest.id} whose dose could be compared.",
            measurements=(Quantity("new_enhancement_cm3", volume, "cm3", "since treatment"),),
            criteria=_criteria(thresholds), caveats=usable.remarks,
        )  # fmt: skip
    dose = dose_at(placed, space.grid.index_to_lps(np.argwhere(where)))
    high = thresholds["dose_match.dose_percent"] / 100.0 * prescription
    exposure = _Exposure(
        usable.latest, where, volume, dose, float((dose >= high).mean()),
        _field_shares(space, lesion, where, thresholds),
    )  # fmt: skip
    return _answer(space, exposure, high, usable.remarks, thresholds)


def _field_shares(
    space: Workspace, lesion: Lesion, where: npt.NDArray[np.bool_], thresholds: Thresholds
) -> tuple[float, float, float] | None:
    """Percent inside the GTV, within its margin and beyond (PP23), None without a structure."""
    placed = space.prepared.course_of(lesion)
    names = {s.name for s in placed.course.structures} if placed else set()
    if placed is None or not lesion.targets or lesion.targets[0].name not in names:
        return None
    gtv = remembered(
        placed,
        ("target", lesion, space.grid),
        lambda: target_mask(placed, lesion, space.grid, RigidTransform()).array,
    )
    if not gtv.any():
        return None
    distance = ndimage.distance_transform_edt(~gtv, sampling=space.spacing_kji)[where]
    margin = thresholds["dose_match.tumour_margin_mm"]
    infield = float((distance == 0).mean())
    beyond = float((distance > margin).mean())
    return 100 * infield, 100 * (1 - infield - beyond), 100 * beyond


def _answer(
    space: Workspace,
    exposure: _Exposure,
    high_gy: float,
    remarks: tuple[str, ...],
    thresholds: Thresholds,
) -> Finding:
    share = 100.0 * exposure.high_share
    status, favours, strength = Status.INDETERMINATE, None, None
    caveats = list(remarks)
    if share >= thresholds["dose_match.share_percent"]:
        status, favours, strength = Status.PRESENT, Favours.RN, Strength.WEAK
        caveats.insert(0, SAME_DOSE)
    elif share < 100.0 - thresholds["dose_match.share_percent"]:
        status = Status.ABSENT
        caveats.insert(0, "enhancement outside the high-dose region: consider a new metastasis")
    at = exposure.timepoint.id
    sentence = (
        f"{exposure.volume_cm3:.2f} cm³ of new enhancement at {at} received a median of "
        f"{np.median(exposure.dose_gy):.1f} Gy; {share:.0f} % of it lies inside the "
        f"{thresholds['dose_match.dose_percent']:g} % isodose ({high_gy:.1f} Gy)."
    )
    mask = space.embed(exposure.where)
    return Finding(
        SPEC, status, favours, strength, sentence,
        measurements=_measurements(exposure, high_gy),
        criteria=_criteria(thresholds),
        evidence=(point_at_common(exposure.timepoint, mask, "new enhancement"),),
        caveats=tuple(caveats),
    )  # fmt: skip


def _measurements(exposure: _Exposure, high_gy: float) -> tuple[Quantity, ...]:
    at = f"new enhancement at {exposure.timepoint.id}"
    dose = exposure.dose_gy
    figures = [
        Quantity("new_enhancement_cm3", exposure.volume_cm3, "cm3", at),
        Quantity("dose_median_gy", float(np.median(dose)), "Gy", at),
        Quantity("dose_min_gy", float(dose.min()), "Gy", at),
        Quantity("dose_max_gy", float(dose.max()), "Gy", at),
        Quantity("high_dose_percent", 100 * exposure.high_share, "percent",
                 f"share receiving at least {high_gy:.1f} Gy"),
    ]  # fmt: skip
    labels = ("infield_percent", "margin_percent", "outfield_percent")
    methods = ("inside the GTV (PP23)", "within the GTV's 2 mm margin (PP23)", "beyond (PP23)")
    for index, (name, method) in enumerate(zip(labels, methods, strict=True)):
        if exposure.field_percent is None:
            why = "the target's structure is not given"
            figures.append(Quantity(name, None, "percent", method, undefined=why))
        else:
            figures.append(Quantity(name, exposure.field_percent[index], "percent", method))
    return tuple(figures)


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("dose_percent", "share_percent", "smallest_cm3", "tumour_margin_mm")
    return tuple(thresholds.criterion(f"dose_match.{name}") for name in names)
