"""Item 9: the dose that what grew had received (LA22 Figs 3, 6; LI21; PP23)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Lesion,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.case.numbers import in_cm3, in_gy, in_percent
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Drawn,
    Finding,
    FindingSpec,
    Status,
    Strength,
)

from .measure.beyond import NAMES, Beyond, find_beyond
from .measure.growth import find_growth, find_nadir
from .measure.pointing import point_at_common, point_at_mask
from .measure.target_field import share_by_field
from .measure.timepoints import require_baseline, require_treated, usable_follow_ups
from .measure.workspace import Workspace, dose_at, open_workspace, prescription_of

SPEC = FindingSpec(
    id="dose_match",
    number=9,
    title="Match with the dose",
    question="How much dose did the enhancement receive that grew since the lesion was smallest?",
    favours_when_present=None,
    references=("LA22 Figs 3, 6", "LI21 Methods", "PP23 Results"),
    needs=(SequenceRole.T1C,),
    why="Necrosis follows the dose, but most recurrences do as well: infield 31.9 %, margin "
    "48.9 %, outfield 19.1 % (PP23). The match is context; enhancement outside the dose is not "
    "explained by treatment.",
    reads=(*ENHANCEMENT, Drawn.UNASSIGNED),
)
REACH_MM = 30.0  # that of item 1, whose components are looked up
SAME_DOSE = (
    "most recurrences lie in irradiated tissue as well (PP23: infield 31.9 %, margin 48.9 %)"
)
OUTSIDE = "outside the high-dose region treatment does not explain it: consider a new metastasis"
FloatArray = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class _Exposure:
    """What grew up to one follow-up, and its dose."""

    timepoint: PreparedTimepoint
    since: PreparedTimepoint
    where: npt.NDArray[np.bool_]
    volume_cm3: float
    dose_gy: FloatArray
    high_share: float
    field_percent: tuple[float, float, float] | None  # inside GTV, in its margin, beyond


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Dose of what enhances at the latest follow-up and did not when the lesion was smallest."""
    placed = require_treated(prepared, lesion)
    baseline = require_baseline(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    prescription = prescription_of(lesion)
    dose_at(placed, np.asarray([lesion.center_lps_mm]))  # not assessable without it
    space = open_workspace(prepared, lesion, REACH_MM)
    since = find_nadir((baseline, *usable.timepoints), lesion, usable.latest)
    where = find_growth(space, lesion, since, usable.latest, thresholds)
    volume = float(np.count_nonzero(where)) * space.grid.voxel_volume_cm3
    separate = _separate(space, lesion, baseline, usable.latest, thresholds)
    if volume < thresholds["dose_match.smallest_cm3"]:
        return _nothing_grew(usable.latest, since, volume, separate, usable.remarks, thresholds)
    dose = dose_at(placed, space.grid.index_to_lps(np.argwhere(where)))
    high = thresholds["dose_match.dose_percent"] / 100.0 * prescription
    exposure = _Exposure(
        usable.latest, since, where, volume, dose, float((dose >= high).mean()),
        share_by_field(space, lesion, where, thresholds["dose_match.tumour_margin_mm"]),
    )  # fmt: skip
    return _answer(space, exposure, high, separate, usable.remarks, thresholds)


def _separate(
    space: Workspace,
    lesion: Lesion,
    baseline: PreparedTimepoint,
    latest: PreparedTimepoint,
    thresholds: Thresholds,
) -> list[Beyond]:
    """Components that item 1 counts at the latest follow-up; none where it cannot be answered."""
    try:
        _ = space.anatomy
    except NotAssessableError:
        return []
    found = find_beyond(space, lesion, baseline, latest, thresholds)
    return [b for b in found if not b.doubts and b.dose_gy is not None]


def _tell(separate: list[Beyond]) -> str:
    """What item 1 says about the same scan, so that both agree."""
    if not separate:
        return ""
    largest = max(separate, key=lambda b: b.mask.volume_cm3)
    assert largest.dose_gy is not None and largest.dose_share is not None
    return (
        f" The new separate {in_cm3(largest.mask.volume_cm3)} cm³ beyond "
        f"{NAMES[largest.crossing.kind]}"
        f" (item 1) received a median of {in_gy(largest.dose_gy[0])} Gy, "
        f"{in_percent(100 * largest.dose_share)} % of the prescription at most."
    )


def _nothing_grew(
    latest: PreparedTimepoint,
    since: PreparedTimepoint,
    volume_cm3: float,
    separate: list[Beyond],
    remarks: tuple[str, ...],
    thresholds: Thresholds,
) -> Finding:
    return Finding(
        SPEC, Status.ABSENT, None, Strength.CONTEXT,
        f"The lesion itself has not grown since {since.id} beyond what could be error, so there is "
        f"no growth at {latest.id} whose dose could be compared.{_tell(separate)}",
        measurements=(_grown(volume_cm3, since),), criteria=_criteria(thresholds),
        evidence=tuple(
            point_at_mask(latest, b.mask, f"{in_cm3(b.mask.volume_cm3)} cm³ (item 1)")
            for b in separate
        ),
        caveats=remarks,
    )  # fmt: skip


def _grown(volume_cm3: float, since: PreparedTimepoint) -> Quantity:
    return Quantity(
        "new_enhancement_cm3", volume_cm3, "cm3",
        f"outside the outline of {since.id}, when the lesion was smallest",
    )  # fmt: skip


def _answer(
    space: Workspace,
    exposure: _Exposure,
    high_gy: float,
    separate: list[Beyond],
    remarks: tuple[str, ...],
    thresholds: Thresholds,
) -> Finding:
    share = 100.0 * exposure.high_share
    status = Status.INDETERMINATE
    caveats = list(remarks)
    if share >= thresholds["dose_match.share_percent"]:
        status = Status.PRESENT
        caveats.insert(0, SAME_DOSE)
    elif share < 100.0 - thresholds["dose_match.share_percent"]:
        status = Status.ABSENT
        caveats.insert(0, _why_outside(space, exposure, separate))
    sentence = (
        f"{in_cm3(exposure.volume_cm3)} cm³ have grown at {exposure.timepoint.id} since "
        f"{exposure.since.id}, when the lesion was smallest; they had received a median of "
        f"{in_gy(float(np.median(exposure.dose_gy)))} Gy; {in_percent(share)} % of that volume "
        "lies inside the "
        f"{thresholds['dose_match.dose_percent']:g} % isodose ({in_gy(high_gy)} Gy)."
    )
    mask = space.embed(exposure.where)
    # said once where the growth is that very focus
    same = " Most of it is the new separate enhancement that item 1 describes."
    beside = same if _is_mostly(space, exposure, separate) else _tell(separate)
    return Finding(
        SPEC, status, None, Strength.CONTEXT,
        sentence + _describe_field(exposure) + beside,
        measurements=_measurements(exposure, high_gy),
        criteria=_criteria(thresholds),
        evidence=(point_at_common(exposure.timepoint, mask, "grown"),),
        caveats=tuple(caveats),
    )  # fmt: skip


def _why_outside(space: Workspace, exposure: _Exposure, separate: list[Beyond]) -> str:
    """Enhancement that item 1 attributes to treatment is not called a new metastasis here."""
    if _is_mostly(space, exposure, separate):
        return "most of it is the separate enhancement beyond a boundary that item 1 describes"
    return OUTSIDE


def _is_mostly(space: Workspace, exposure: _Exposure, separate: list[Beyond]) -> bool:
    """Whether more than half of the growth is what item 1 describes."""
    explained = np.zeros_like(exposure.where)
    for beyond in separate:
        explained |= space.carry(beyond.mask, beyond.timepoint)
    return bool(2 * np.count_nonzero(explained & exposure.where) > np.count_nonzero(exposure.where))


def _describe_field(exposure: _Exposure) -> str:
    if exposure.field_percent is None:
        return ""
    infield, margin, outfield = (in_percent(v) for v in exposure.field_percent)
    return f" Infield {infield} %, margin {margin} %, outfield {outfield} % (PP23)."


def _measurements(exposure: _Exposure, high_gy: float) -> tuple[Quantity, ...]:
    at = f"what has grown at {exposure.timepoint.id}"
    dose = exposure.dose_gy
    figures = [
        _grown(exposure.volume_cm3, exposure.since),
        Quantity("dose_median_gy", float(np.median(dose)), "Gy", at),
        Quantity("dose_min_gy", float(dose.min()), "Gy", at),
        Quantity("dose_max_gy", float(dose.max()), "Gy", at),
        Quantity("high_dose_percent", 100 * exposure.high_share, "percent",
                 f"share receiving at least {in_gy(high_gy)} Gy"),
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
