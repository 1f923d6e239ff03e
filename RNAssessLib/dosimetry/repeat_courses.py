"""A lesion treated more than once: the course in force beside the sum of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Lesion, PreparedCase, PreparedCourse, Quantity
from RNAssessLib.evidence import Thresholds

from .bed import compute_bed, compute_eqd2, convert_to_bed, convert_to_eqd2
from .field import DoseField

FloatArray = npt.NDArray[np.float64]
PHYSICAL = (
    "physical doses of courses added as they are: fraction sizes and the time between them are "
    "left out, so no limit of a single course applies to the sum"
)
NO_RECOVERY = "BED and EQD2 are added without recovery between the courses"


@dataclass(frozen=True)
class RepeatTreatment:
    """Courses of one lesion, and what they add up to.

    Attributes
    ----------
    course_ids : tuple of str
        Every course that treated it, in order of date.
    in_force : str
        The last one before the latest scan; all figures of the lesion follow it.
    quantities : tuple of Quantity
        Prescriptions added (``sum_prescription_gy sum_bed_gy sum_eqd2_brain_gy``), and medians of
        the summed dose at the new enhancement (``new_enhancement_sum_gy`` and the same as ``bed``
        and ``eqd2_brain``) where its voxels are known.
    warnings : tuple of str
    """

    course_ids: tuple[str, ...]
    in_force: str
    quantities: tuple[Quantity, ...]
    warnings: tuple[str, ...]

    def quantity(self, name: str) -> Quantity:
        """Return the quantity called `name`; raises KeyError."""
        for quantity in self.quantities:
            if quantity.name == name:
                return quantity
        raise KeyError(name)


@dataclass(frozen=True, eq=False)
class SummedDose:
    """Doses of several courses added at points.

    Attributes
    ----------
    physical_gy, bed_gy, eqd2_brain_gy : (N,) arrays
        BED with the tumour's α/β, EQD2 with the brain's; each course converted with its own number
        of fractions before it is added.
    course_ids : tuple of str
        Courses in the sum.
    left_out : tuple of str
        Courses that are not, and why.
    """

    physical_gy: FloatArray
    bed_gy: FloatArray
    eqd2_brain_gy: FloatArray
    course_ids: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def sum_doses_at(
    courses: Sequence[PreparedCourse],
    points_reference_mm: npt.ArrayLike,
    day: Date,
    thresholds: Thresholds | None = None,
) -> SummedDose:
    """Add what every course begun before `day` gave to points of the reference space.

    Parameters
    ----------
    courses : sequence of PreparedCourse
        All of the case: a neighbour's plan and whole-brain dose count as well.
    points_reference_mm : (N, 3) array
    day : date
        Of the scan; later courses gave nothing to what it shows.
    thresholds : Thresholds, optional
    """
    limits = thresholds or Thresholds()
    tumour, brain = limits["bed.alpha_beta_tumour"], limits["bed.alpha_beta_brain"]
    points = np.asarray(points_reference_mm, np.float64)
    physical, bed, eqd2 = (np.zeros(len(points)) for _ in range(3))
    added, left_out = [], []
    for placed in sorted(courses, key=lambda p: p.course.date):
        course = placed.course
        if course.date >= day:
            continue
        if course.dose is None:
            left_out.append(f"{course.id} has no dose grid and is not in the sum")
            continue
        if placed.to_reference is None or not placed.to_reference.is_usable:
            why = placed.why_unplaced or "its registration failed"
            left_out.append(f"{course.id} is not in the sum: its dose is not placed ({why})")
            continue
        dose = DoseField(course.dose).at(placed.to_reference.transform.inverse().apply(points))
        physical += dose
        bed += convert_to_bed(dose, course.fractions, tumour)
        eqd2 += convert_to_eqd2(dose, course.fractions, brain)
        added.append(course.id)
    return SummedDose(physical, bed, eqd2, tuple(added), tuple(left_out))


def compute_repeat_treatment(
    prepared: PreparedCase,
    lesion: Lesion,
    thresholds: Thresholds | None = None,
    enhancement_mm: npt.NDArray[np.floating] | None = None,
) -> RepeatTreatment | None:
    """Sum of a lesion's courses up to the latest scan; None when only one treated it by then.

    Parameters
    ----------
    prepared : PreparedCase
    lesion : Lesion
    thresholds : Thresholds, optional
    enhancement_mm : (N, 3) array, optional
        Voxels of the new enhancement in reference space.
    """
    limits = thresholds or Thresholds()
    latest = prepared.timepoints[-1].date
    given = [p for p in prepared.courses_of(lesion) if p.course.date < latest]
    if len(given) < 2:
        return None
    quantities = _prescriptions(given, lesion, limits)
    warnings = [PHYSICAL, NO_RECOVERY]
    if enhancement_mm is not None and len(enhancement_mm):
        total = sum_doses_at(prepared.courses, enhancement_mm, latest, limits)
        if total.course_ids:
            quantities += _at_enhancement(total, limits)
        warnings += total.left_out
    return RepeatTreatment(
        tuple(p.course.id for p in given), given[-1].course.id, tuple(quantities), tuple(warnings)
    )


def _prescriptions(
    given: Sequence[PreparedCourse], lesion: Lesion, limits: Thresholds
) -> list[Quantity]:
    tumour, brain = limits["bed.alpha_beta_tumour"], limits["bed.alpha_beta_brain"]
    parts = []
    for placed in given:
        own = lesion.targets_in(placed.course.id)
        dose = next((t.prescription_gy for t in own if t.prescription_gy), None)
        parts.append((placed.course.id, dose, placed.course.fractions))
    names = " + ".join(
        f"{name} {'?' if dose is None else f'{dose:g}'} Gy / {n}" for name, dose, n in parts
    )
    unknown = [name for name, dose, _ in parts if dose is None]
    why = f"no prescription in {', '.join(unknown)}" if unknown else None
    known = [(dose, n) for _, dose, n in parts if dose is not None]
    sums = (
        ("sum_prescription_gy", sum(d for d, _ in known), f"physical: {names}"),
        ("sum_bed_gy", sum(compute_bed(d, n, tumour) for d, n in known),
         f"BED, α/β {tumour:g} Gy, of {names}"),
        ("sum_eqd2_brain_gy", sum(compute_eqd2(d, n, brain) for d, n in known),
         f"EQD2, α/β {brain:g} Gy, of {names}"),
    )  # fmt: skip
    return [
        Quantity(name, None if why else float(value), "Gy", method, undefined=why)
        for name, value, method in sums
    ]


def _at_enhancement(total: SummedDose, limits: Thresholds) -> list[Quantity]:
    where = f"median at the new enhancement, {' + '.join(total.course_ids)}"
    tumour, brain = limits["bed.alpha_beta_tumour"], limits["bed.alpha_beta_brain"]
    return [
        Quantity("new_enhancement_sum_gy", float(np.median(total.physical_gy)), "Gy",
                 f"physical dose, {where}"),
        Quantity("new_enhancement_sum_bed_gy", float(np.median(total.bed_gy)), "Gy",
                 f"BED, α/β {tumour:g} Gy, {where}"),
        Quantity("new_enhancement_sum_eqd2_brain_gy", float(np.median(total.eqd2_brain_gy)), "Gy",
                 f"EQD2, α/β {brain:g} Gy, {where}"),
    ]  # fmt: skip
