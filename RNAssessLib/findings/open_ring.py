"""Item 8: a ring that is open toward cortex or ventricle (LA22)."""

from __future__ import annotations

import numpy as np

from RNAssessLib.anatomy.boundaries import VENTRICLES
from RNAssessLib.case import (
    Lesion,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
    Tissue,
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

from .measure.pointing import point_at
from .measure.rays import Ring, look_outward
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
        return _plain(ring, f"The lesion is solid at {at}: no ring.", usable.remarks, thresholds)
    share = 100.0 * ring.open_share
    if share < thresholds["open_ring.smallest_percent"]:
        return _plain(ring, f"The ring is closed at {at} (largest gap {share:.0f} % of it).",
                      usable.remarks, thresholds)  # fmt: skip
    if share > thresholds["open_ring.largest_percent"]:
        return _plain(ring, f"No ring at {at}: {share:.0f} % of it is missing.", usable.remarks,
                      thresholds)  # fmt: skip
    toward, what = _opens_toward(prepared, timepoint, ring)
    status, favours, strength = Status.INDETERMINATE, None, None
    if toward is not None and toward >= thresholds["open_ring.toward_share"]:
        status, favours, strength = Status.PRESENT, Favours.RN, Strength.MODERATE
    middle = ring.center_mm + ring.opening.mean(axis=0) * ring.radius_mm
    shown = point_at(timepoint, timepoint.to_reference.transform.apply(middle), "opening")
    caveats = list(usable.remarks)
    if toward is None:
        caveats.insert(0, "what lies at the opening is not known without anatomy")
    return Finding(
        SPEC, status, favours, strength,
        f"The ring is open at {at} over {share:.0f} % of its surface, toward {what}.",
        measurements=_measurements(ring, toward),
        criteria=_criteria(thresholds), evidence=(shown,), caveats=tuple(caveats),
    )  # fmt: skip


def _plain(ring: Ring, sentence: str, remarks: tuple[str, ...], thresholds: Thresholds) -> Finding:
    return Finding(
        SPEC, Status.ABSENT, None, None, sentence, measurements=_measurements(ring, None),
        criteria=_criteria(thresholds), caveats=remarks,
    )  # fmt: skip


def _opens_toward(
    prepared: PreparedCase, timepoint: PreparedTimepoint, ring: Ring
) -> tuple[float | None, str]:
    """Share of the opening that meets cortex, CSF or ventricle just beyond the rim."""
    anatomy = prepared.anatomy
    if anatomy is None:
        return None, "tissue that is not known"
    steps = ring.radius_mm + np.arange(-1.0, anatomy.boundary_error_mm + 4.0, 0.5)
    points = ring.center_mm + ring.opening[:, None, :] * steps[None, :, None]
    index = np.rint(
        anatomy.grid.lps_to_index(timepoint.to_reference.transform.apply(points))
    ).astype(int)
    index = np.clip(index, 0, np.asarray(anatomy.grid.shape) - 1)
    at = tuple(np.moveaxis(index, -1, 0))
    ventricle = np.isin(anatomy.compartments[at], VENTRICLES).any(axis=1)
    cortex = np.isin(anatomy.tissue[at], (Tissue.GREY_MATTER, Tissue.CSF)).any(axis=1)
    share = float((ventricle | cortex).mean())
    if share < 0.5:
        return share, "white matter"
    return share, "the ventricle" if ventricle.mean() >= 0.5 else "the cortex"


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
