"""Item 1: new enhancement on the other side of an anatomical boundary (LA22; LA25 §2.1)."""

from __future__ import annotations

from RNAssessLib.anatomy.boundaries import BoundaryKind
from RNAssessLib.case import Lesion, PreparedCase, Quantity, SequenceRole
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Drawn,
    Evidence,
    Favours,
    Finding,
    FindingSpec,
    Plane,
    Status,
    Strength,
)

from .measure.beyond import NAMES, Beyond, find_beyond
from .measure.pointing import point_at_mask
from .measure.timepoints import require_baseline, usable_follow_ups
from .measure.workspace import open_workspace

SPEC = FindingSpec(
    id="cross_boundary",
    number=1,
    title="Enhancement across an anatomical boundary",
    question="Is there new, separate enhancement on the other side of falx, tentorium, ventricle "
    "or sulcus, inside the irradiated region?",
    favours_when_present=Favours.RN,
    references=("LA22", "LA25 §2.1"),
    needs=(SequenceRole.T1C,),
    why="Falx, tentorium and CSF stop a growing metastasis; dose does not respect them. New, "
    "non-contiguous enhancement beyond such a boundary is strongly suggestive of necrosis.",
    reads=(*ENHANCEMENT, Drawn.UNASSIGNED),
)

# planes in which LA22 shows each boundary (Figs 1-7)
PLANES = {
    BoundaryKind.FALX: Plane.AXIAL,
    BoundaryKind.TENTORIUM: Plane.CORONAL,
    BoundaryKind.VENTRICLE: Plane.CORONAL,
    BoundaryKind.SULCUS: Plane.SAGITTAL,
}
REACH_MM = 30.0
MOST_SHOWN = 6


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Compare the scan before treatment with each follow-up."""
    baseline = require_baseline(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    space = open_workspace(prepared, lesion, REACH_MM)
    _ = space.anatomy  # not assessable without it
    found = [
        beyond
        for timepoint in usable.timepoints
        for beyond in find_beyond(space, lesion, baseline, timepoint, thresholds)
    ]
    certain = [b for b in found if not b.doubts]
    if certain:
        return _present(certain, usable.remarks, thresholds)
    if found:
        return _indeterminate(found, usable.remarks, thresholds)
    return Finding(
        SPEC,
        Status.ABSENT,
        None,
        None,
        "No new separate enhancement beyond falx, tentorium, ventricle or sulcus up to "
        f"{usable.latest.id}.",
        measurements=(Quantity("components_beyond", 0.0, "count", "new, beyond a boundary"),),
        criteria=_criteria(thresholds),
        caveats=usable.remarks,
    )


def _present(found: list[Beyond], remarks: tuple[str, ...], thresholds: Thresholds) -> Finding:
    best = max(found, key=lambda b: (b.timepoint.date, b.mask.volume_cm3))
    assert best.dose_gy is not None and best.dose_share is not None
    caveats = []
    high = 100.0 * best.dose_share >= thresholds["cross_boundary.high_dose_percent"]
    if not high:
        caveats.append(
            f"its dose is low ({100 * best.dose_share:.0f} % of the prescription at most); LA22 "
            "shows such enhancement inside the half-prescription isodose"
        )
    seen = sorted({b.timepoint.id for b in found})
    sentence = (
        f"At {best.timepoint.id} a new {best.mask.volume_cm3:.2f} cm³ component lies beyond "
        f"{NAMES[best.crossing.kind]}, {best.crossing.distance_mm:.1f} mm from the treated lesion, "
        f"where the dose was {best.dose_gy[0]:.1f} Gy (maximum {best.dose_gy[1]:.1f} Gy)."
    )
    if len(seen) > 1:
        sentence += f" Seen at {', '.join(seen)}."
    return Finding(
        SPEC,
        Status.PRESENT,
        Favours.RN,
        Strength.STRONG if high else Strength.MODERATE,
        sentence,
        measurements=_measurements(best, len(found)),
        criteria=_criteria(thresholds),
        evidence=_evidence(found, best),
        caveats=(*caveats, *remarks),
    )


def _indeterminate(
    found: list[Beyond], remarks: tuple[str, ...], thresholds: Thresholds
) -> Finding:
    best = min(found, key=lambda b: (len(b.doubts), -b.mask.volume_cm3))
    return Finding(
        SPEC,
        Status.INDETERMINATE,
        None,
        None,
        f"At {best.timepoint.id} {best.mask.volume_cm3:.2f} cm³ of new enhancement lie beyond "
        f"{NAMES[best.crossing.kind]}, but {best.doubts[0]}.",
        measurements=_measurements(best, len(found)),
        criteria=_criteria(thresholds),
        evidence=_evidence(found, best),
        caveats=(*best.doubts, *remarks),
    )


def _measurements(best: Beyond, count: int) -> tuple[Quantity, ...]:
    crossing = best.crossing
    where = f"component at {best.timepoint.id}"
    figures = [
        Quantity("components_beyond", float(count), "count", "new, all follow-ups"),
        Quantity("component_cm3", best.mask.volume_cm3, "cm3", where),
        Quantity("gap_mm", crossing.distance_mm, "mm", f"{where} to the treated lesion"),
        Quantity(
            "beyond_boundary_mm", crossing.clearance_mm, "mm",
            f"depth beyond {NAMES[crossing.kind]}", crossing.uncertainty_mm,
        ),
    ]  # fmt: skip
    if best.dose_gy is None:
        why = next((d for d in best.doubts if "irradiated" in d), "no dose")
        figures.append(Quantity("dose_median_gy", None, "Gy", where, undefined=why))
        figures.append(Quantity("dose_max_gy", None, "Gy", where, undefined=why))
    else:
        figures.append(Quantity("dose_median_gy", best.dose_gy[0], "Gy", where))
        figures.append(Quantity("dose_max_gy", best.dose_gy[1], "Gy", where))
    return tuple(figures)


def _evidence(found: list[Beyond], best: Beyond) -> tuple[Evidence, ...]:
    ordered = [best, *(b for b in found if b is not best)][:MOST_SHOWN]
    return tuple(
        point_at_mask(
            b.timepoint,
            b.mask,
            f"{b.mask.volume_cm3:.2f} cm³ beyond {NAMES[b.crossing.kind]}",
            plane=PLANES[b.crossing.kind],
        )
        for b in ordered
    )


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("smallest_cm3", "irradiated_percent", "high_dose_percent")
    return tuple(thresholds.criterion(f"cross_boundary.{name}") for name in names)
