"""What was prescribed, over all courses: what 100 % means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from RNAssessLib.assessment import Assessment


def highest_prescription(assessment: Assessment) -> float | None:
    """Return what 100 % means in Gy, None without any prescription."""
    prescriptions = list_prescriptions(assessment)
    return max(prescriptions)[0] if prescriptions else None


def list_prescriptions(assessment: Assessment) -> list[tuple[float, int]]:
    """Every (prescription in Gy, fractions) of courses with a dose."""
    return [
        (target.prescription_gy, placed.course.fractions)
        for placed in assessment.prepared.courses
        if placed.course.dose is not None
        for target in placed.course.targets
        if target.prescription_gy
    ]
