"""Item 8: a ring that is open toward cortex or ventricle (LA22)."""

from __future__ import annotations

from RNAssessLib.case import (
    Lesion,
    NotAssessableError,
    PreparedCase,
    Quantity,
    SequenceRole,
)
from RNAssessLib.case.numbers import in_percent
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Favours,
    Finding,
    FindingSpec,
    Status,
    graded,
)

from .measure.pointing import point_at
from .measure.rays import Ring, look_outward, opening_toward
from .measure.timepoints import require_treated, usable_follow_ups

SPEC = FindingSpec(
    id="open_ring",
    number=8,
    title="Open ring",
    question="Is the enhancing ring open toward cortex or ventricle?",
    favours_when_present=Favours.RN,
    references=("LA22",),
    needs=(SequenceRole.T1C,),
    why="Necrosis beside cortex or ventricle often shows no enhancement along that surface; a "
    "metastasis spreading there would line it.",
    reads=ENHANCEMENT,
)
ABSENCE = (
    "a closed ring or a solid lesion is no evidence against necrosis: LA22 describes the open "
    "ring, not what its absence means"
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Look outward from the middle of the ring at the latest follow-up."""
    require_treated(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    timepoint = usable.latest
    ring = look_outward(timepoint, lesion)
    if ring is None:
        raise NotAssessableError(f"the lesion does not enhance at {timepoint.id}")
    at = timepoint.id
    if not ring.is_hollow:
        return _plain(
            ring,
            f"The middle of the lesion enhances at {at}: no hollow ring that could be open.",
            usable.remarks,
            thresholds,
        )
    share = 100.0 * ring.open_share
    gap = f" (largest gap {in_percent(share)} % of it)" if share >= 0.5 else ""
    if share < thresholds["open_ring.smallest_percent"]:
        return _plain(ring, f"The ring is closed at {at}{gap}.",
                      usable.remarks, thresholds)  # fmt: skip
    if share > thresholds["open_ring.largest_percent"]:
        told = f"No ring at {at}: {in_percent(share)} % of it is missing."
        return _plain(ring, told, usable.remarks, thresholds)
    opening = opening_toward(prepared, timepoint, ring)
    toward = None if opening is None else opening.boundary_share
    what = "tissue that is not known" if opening is None else opening.name
    status, favours, strength = Status.INDETERMINATE, None, None
    hidden = ring.shown_share < thresholds["open_ring.smallest_percent"] / 100.0
    if hidden:
        what += ", but in the first or last slice only, where slices this thick hide a thin rim"
    elif toward is not None and toward >= thresholds["open_ring.toward_share"]:
        status, favours, strength = Status.PRESENT, Favours.RN, graded("open_ring.present")
    middle = ring.center_mm + ring.opening.mean(axis=0) * ring.radius_mm
    shown = point_at(timepoint, timepoint.to_reference.transform.apply(middle), "opening")
    caveats = list(usable.remarks)
    if toward is None:
        caveats.insert(0, "what lies at the opening is not known without anatomy")
    return Finding(
        SPEC, status, favours, strength,
        f"The ring is open at {at} over {in_percent(share)} % of its surface, toward {what}.",
        measurements=_measurements(ring, toward),
        criteria=_criteria(thresholds), evidence=(shown,), caveats=tuple(caveats),
    )  # fmt: skip


def _plain(ring: Ring, sentence: str, remarks: tuple[str, ...], thresholds: Thresholds) -> Finding:
    return Finding(
        SPEC, Status.ABSENT, None, None, sentence, measurements=_measurements(ring, None),
        criteria=_criteria(thresholds), caveats=(ABSENCE, *remarks),
    )  # fmt: skip


def _measurements(ring: Ring, toward: float | None) -> tuple[Quantity, ...]:
    why = "no opening or no anatomy" if toward is None else None
    value = None if toward is None else 100.0 * toward
    return (
        Quantity("open_percent", 100.0 * ring.open_share, "percent",
                 "largest opening, of all directions from the middle"),
        Quantity("toward_boundary_percent", value, "percent",
                 "share of the opening facing cortex, CSF or ventricle", undefined=why),
        Quantity("ring_radius_mm", ring.radius_mm, "mm", "middle to rim, median"),
    )  # fmt: skip


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("smallest_percent", "largest_percent", "toward_share")
    return tuple(thresholds.criterion(f"open_ring.{name}") for name in names)
