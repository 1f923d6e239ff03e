"""Enhancement across an anatomical boundary (LA22; LA25 §2.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from RNAssessLib.anatomy import BoundaryCrossing, BoundaryKind, find_crossing
from RNAssessLib.case import (
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.tracking import components_of, whole_lesion
from RNAssessLib.spatial.resampling import resample_mask

from .common import dose_on_common, follow_ups, prescription_of, show
from .finding import Favours, Finding, FindingSpec, Plane, Status, Strength

SPEC = FindingSpec(
    id="cross_boundary",
    number=1,
    title="Enhancement across an anatomical boundary",
    question="Is there new enhancement, apart from the treated lesion, on the other side of falx, "
    "tentorium, sulcus or ventricle, inside the irradiated region?",
    favours_when_present=Favours.RN,
    references=("LA22", "LA25 §2.1"),
    needs=(SequenceRole.T1C,),
    why="Metastases respect dura and CSF; dose does not.",
)
PLANES = {BoundaryKind.TENTORIUM: Plane.CORONAL, BoundaryKind.VENTRICLE: Plane.CORONAL}


@dataclass(frozen=True, eq=False)
class _Candidate:
    timepoint: PreparedTimepoint
    component: Mask
    crossing: BoundaryCrossing
    mean_gy: float


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Look at every new component of every follow-up; the clearest crossing answers."""
    anatomy = prepared.anatomy
    if anatomy is None:
        raise NotAssessableError(f"no anatomy: {prepared.why_no_anatomy}")
    after = follow_ups(prepared, lesion)
    baseline = prepared.baseline(lesion)
    if not baseline.to_reference.is_usable:
        raise NotAssessableError("the baseline could not be aligned")
    dose = dose_on_common(prepared, lesion)
    prescription = prescription_of(lesion) or float(dose.max())
    lowest = thresholds["cross_boundary.dose_percent"] / 100 * prescription
    before = whole_lesion(prepared, baseline, lesion.id, None)
    candidates = [c for t in after for c in _candidates(prepared, lesion, t, before.array, dose,
                                                        lowest, thresholds)]  # fmt: skip
    criteria = (
        thresholds.criterion("cross_boundary.dose_percent"),
        thresholds.criterion("cross_boundary.gap_mm"),
    )
    true = [c for c in candidates if not c.crossing.along_boundary and not c.crossing.via_callosum]
    clear = [c for c in true if c.crossing.is_clear]
    if not true:
        caveats = tuple(dict.fromkeys(_caveats(candidates)))
        return Finding(
            SPEC, Status.ABSENT, None, None,
            "No new enhancement apart from the lesion was found across falx, tentorium, sulcus or "
            "ventricle in the irradiated region.",
            (Quantity("components_across", 0, "count", "new components across a boundary"),),
            criteria, caveats=caveats,
        )  # fmt: skip
    best = max(clear or true, key=lambda c: (c.timepoint.date, c.component.volume_cm3))
    present = bool(clear)
    crossing = best.crossing
    sentence = (
        f"New enhancement of {best.component.volume_cm3:.2f} cm³ across the "
        f"{crossing.kind.value} at {best.timepoint.id}, {crossing.distance_mm:.1f} mm from the "
        f"lesion, in {best.mean_gy:.1f} Gy."
    )
    if not present:
        sentence += (
            f" It lies {crossing.clearance_mm:.1f} mm beyond the boundary, whose place is known "
            f"to {crossing.uncertainty_mm:.1f} mm only."
        )
    plane = PLANES.get(crossing.kind, Plane.AXIAL)
    return Finding(
        SPEC,
        Status.PRESENT if present else Status.INDETERMINATE,
        Favours.RN if present else None,
        Strength.STRONG if present else None,
        sentence,
        _measurements(best, true, prescription),
        criteria,
        tuple(
            show(c.timepoint, SequenceRole.T1C, c.component, f"across the {c.crossing.kind.value}",
                 plane=plane, on_common_grid=True)
            for c in sorted(true, key=lambda c: c is not best)
        ),
        tuple(dict.fromkeys(_caveats(candidates))),
    )  # fmt: skip


def _candidates(
    prepared: PreparedCase,
    lesion: Lesion,
    timepoint: PreparedTimepoint,
    before: np.ndarray,
    dose: np.ndarray,
    lowest_gy: float,
    thresholds: Thresholds,
) -> list[_Candidate]:
    assert prepared.anatomy is not None
    own = whole_lesion(prepared, timepoint, lesion.id, None)
    fresh = resample_mask(
        timepoint.new_enhancement, prepared.common_grid, timepoint.to_reference.transform
    )
    together = Mask(own.array | fresh.array, own.grid)
    smallest = thresholds["segmentation.smallest_cm3"]
    components = components_of(together, smallest)
    spacing = own.grid.spacing_mm[::-1]
    error = timepoint.to_reference.quality.expected_error_mm
    from_before = ndimage.distance_transform_edt(~before, sampling=spacing)
    main = [c for c in components if (c.array & before).any()] or components[:1]
    origin = np.logical_or.reduce([before, *[c.array for c in main]])
    from_main = ndimage.distance_transform_edt(~origin, sampling=spacing)
    found = []
    for component in components:
        inside = component.array
        if any(component is m for m in main):
            continue
        if (
            from_before[inside].min() <= error
            or from_main[inside].min() < thresholds["cross_boundary.gap_mm"]
        ):
            continue
        mean = float(dose[inside].mean())
        if mean < lowest_gy:
            continue
        crossing = find_crossing(prepared.anatomy, inside, origin)
        if crossing is not None:
            found.append(_Candidate(timepoint, component, crossing, mean))
    return found


def _measurements(
    best: _Candidate, candidates: list[_Candidate], prescription_gy: float
) -> tuple[Quantity, ...]:
    return (
        Quantity("components_across", len(candidates), "count", "new components across a boundary"),
        Quantity("volume_cm3", best.component.volume_cm3, "cm3", "of the component shown"),
        Quantity("distance_mm", best.crossing.distance_mm, "mm", "gap to the lesion"),
        Quantity("clearance_mm", best.crossing.clearance_mm, "mm", "depth beyond the boundary",
                 best.crossing.uncertainty_mm),
        Quantity("dose_gy", best.mean_gy, "Gy", "mean dose of the component"),
        Quantity("dose_percent", 100 * best.mean_gy / prescription_gy, "percent",
                 "the same, of the prescription"),
    )  # fmt: skip


def _caveats(candidates: list[_Candidate]) -> list[str]:
    caveats = []
    for candidate in candidates:
        crossing = candidate.crossing
        if crossing.along_boundary:
            caveats.append(
                f"thin enhancement along the {crossing.kind.value} at {candidate.timepoint.id}: "
                "meningeal disease raises concern for tumour"
            )
        if crossing.via_callosum:
            caveats.append(
                f"enhancement in the corpus callosum at {candidate.timepoint.id}: callosal spread "
                "is not a falx crossing"
            )
    return caveats
