"""Whether new enhancement lies in an irradiated field, and what was aimed at (LA25 §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    NotAssessableError,
    PreparedCase,
    PreparedCourse,
    PreparedTimepoint,
    months_between,
)
from RNAssessLib.case.numbers import in_gy, in_months
from RNAssessLib.evidence import Thresholds

from .workspace import dose_at

FloatArray = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class FieldOf:
    """The course that gave a place most of its prescription.

    Attributes
    ----------
    course_id : str
    months : float
        From that course to the scan.
    dose_gy : float
        Median over the place.
    beside_brain : bool
        Whether every target of the course lies outside the brain.
    """

    course_id: str
    months: float
    dose_gy: float
    beside_brain: bool

    def tell(self) -> str:
        """What new enhancement there may be, in words; both possibilities stand."""
        words = (
            f"new enhancement in an irradiated field ({self.course_id}, {in_gy(self.dose_gy)} Gy, "
            f"{in_months(self.months)} months before): necrosis or a new metastasis"
        )
        if self.beside_brain:
            words += (
                "; after radiotherapy of a neighbouring structure necrosis comes later, lasts "
                "longer, is often multiple or ill-defined and is mistaken for metastases (LA25 §4, "
                "LA22 Fig 8)"
            )
        return words


def field_of(
    prepared: PreparedCase,
    timepoint: PreparedTimepoint,
    points_reference_mm: FloatArray,
    thresholds: Thresholds,
) -> FieldOf | None:
    """Return the course in whose field a place lies; None when no known dose reached it.

    Parameters
    ----------
    prepared : PreparedCase
    timepoint : PreparedTimepoint
        Scan that shows it; later courses do not count.
    points_reference_mm : (N, 3) array
    thresholds : Thresholds
        ``cross_boundary.irradiated_percent`` of the prescription must be reached somewhere.
    """
    found: list[tuple[float, FieldOf]] = []
    for placed in prepared.courses:
        doses = [t.prescription_gy for t in placed.course.targets if t.prescription_gy]
        if placed.course.date > timepoint.date or not doses:
            continue
        try:
            values = dose_at(placed, points_reference_mm)
        except NotAssessableError:
            continue
        share = 100.0 * float(values.max()) / max(doses)
        if share >= thresholds["cross_boundary.irradiated_percent"]:
            found.append((share, _describe(prepared, placed, timepoint.date, values)))
    return max(found, key=lambda item: item[0])[1] if found else None


def _describe(
    prepared: PreparedCase, placed: PreparedCourse, day: Date, values: FloatArray
) -> FieldOf:
    return FieldOf(
        placed.course.id,
        months_between(placed.course.date, day),
        float(np.median(values)),
        _is_beside_brain(prepared, placed),
    )


def _is_beside_brain(prepared: PreparedCase, placed: PreparedCourse) -> bool:
    """Whether no target of a course has its middle in the brain, where that is known."""
    centers = [x.center_lps_mm for x in prepared.lesions if x.course_id == placed.course.id]
    scan = prepared.timepoint(prepared.reference)
    if not centers:
        return False
    grid = scan.brain.grid
    points = scan.to_reference.transform.inverse().apply(np.asarray(centers))
    index, inside = grid.nearest_voxels(points)
    return not any(
        known and scan.brain.array[tuple(at)] for at, known in zip(index, inside, strict=True)
    )
