"""Dose of several courses together: repeat radiosurgery, whole brain and radiosurgery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Course,
    DoseGrid,
    NotAssessableError,
    PreparedCourse,
    RigidTransform,
    StructureRole,
    Technique,
)
from RNAssessLib.case.numbers import fixed
from RNAssessLib.evidence import Thresholds

from .bed import convert_to_bed
from .field import DoseField
from .results import StructureDosimetry
from .structures import measure_structure

BEYOND_SHARE = 0.001
ROLES = (StructureRole.GTV, StructureRole.CTV, StructureRole.PTV, StructureRole.OAR)


class DoseKind(Enum):
    """What is added, voxel by voxel; the value is the JSON key."""

    PHYSICAL = "physical"
    BED = "bed"
    EQD2 = "eqd2"


@dataclass(frozen=True, eq=False)
class AccumulatedDose:
    """Sum of several courses in the dose space of the latest one.

    Attributes
    ----------
    kind : DoseKind
    alpha_beta_gy : float or None
        None for physical dose.
    placed : PreparedCourse
        The sum as a course of its own (no target, no prescription), so that whatever draws or
        samples a dose can take it.
    course_ids : tuple of str
        Courses that were added, earliest first.
    structures : tuple of StructureDosimetry
        Targets and organs of the latest course in the sum.
    warnings : tuple of str
        Courses left out and why; parts that some course's dose grid does not reach; validity of
        the linear-quadratic model.
    """

    kind: DoseKind
    alpha_beta_gy: float | None
    placed: PreparedCourse
    course_ids: tuple[str, ...]
    structures: tuple[StructureDosimetry, ...]
    warnings: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """For display.

        ``EQD2 (α/β 2 Gy) of course-1 + course-2``
        """
        name = {"physical": "Physical dose", "bed": "BED", "eqd2": "EQD2"}[self.kind.value]
        ratio = "" if self.alpha_beta_gy is None else f" (α/β {self.alpha_beta_gy:g} Gy)"
        return f"{name}{ratio} of {' + '.join(self.course_ids)}"


def accumulate_courses(
    courses: Sequence[PreparedCourse],
    kind: DoseKind,
    alpha_beta_gy: float | None = None,
    *,
    measure: bool = True,
    thresholds: Thresholds | None = None,
) -> AccumulatedDose:
    """Add the doses of several courses.

    Each dose grid is sampled once, where the voxels of the latest course's grid lie in it (clamped
    cubic), and converted with its own number of fractions before it is added: fractions of
    different size cannot be added as physical dose and converted afterwards.

    Parameters
    ----------
    courses : sequence of PreparedCourse
    kind : DoseKind
    alpha_beta_gy : float, optional
        Needed for BED and EQD2.
    measure : bool
        Also measure the latest course's structures in the sum.
    thresholds : Thresholds, optional

    Raises
    ------
    NotAssessableError
        Fewer than two courses have a dose that could be placed.
    ValueError
        BED or EQD2 without α/β.
    """
    if kind is not DoseKind.PHYSICAL and not alpha_beta_gy:
        raise ValueError(f"{kind.value} needs a positive α/β")
    placed, warnings = _usable(courses)
    if len(placed) < 2:
        raise NotAssessableError(
            "; ".join(["fewer than two courses with a placed dose", *warnings])
        )
    base = placed[-1]
    assert base.course.dose is not None
    grid = base.course.dose.grid
    total = np.zeros(grid.shape, np.float64)
    for one in placed:
        dose, reached = _dose_of(one, base)
        total += _convert(dose, one.course.fractions, kind, alpha_beta_gy)
        beyond = 1.0 - float(reached.mean())
        if beyond > BEYOND_SHARE:
            warnings.append(
                f"{fixed(100 * beyond, 1)} % of the grid of {base.course.id} lies beyond the dose "
                f"of {one.course.id}, which counts there as 0 Gy"
            )
        if kind is not DoseKind.PHYSICAL:
            warnings += _lq_caution(one.course, thresholds or Thresholds())
    summed = DoseGrid(
        total.astype(np.float32), grid, base.course.dose.frame_of_reference_uid, "MULTI_PLAN",
        stored_frames_k=base.course.dose.stored_frames_k,
    )  # fmt: skip
    course = replace(
        base.course,
        id="+".join(one.course.id for one in placed),
        technique=Technique.OTHER,
        targets=(),
        dose=summed,
        plan=None,
    )
    return AccumulatedDose(
        kind,
        None if kind is DoseKind.PHYSICAL else alpha_beta_gy,
        replace(base, course=course),
        tuple(one.course.id for one in placed),
        _measure(summed, course) if measure else (),
        tuple(warnings),
    )


def accumulate_usual(
    courses: Sequence[PreparedCourse], thresholds: Thresholds | None = None
) -> tuple[AccumulatedDose, ...]:
    """Physical dose, BED for tumour and EQD2 for brain; empty with fewer than two doses."""
    thresholds = thresholds or Thresholds()
    wanted = (
        (DoseKind.PHYSICAL, None),
        (DoseKind.BED, thresholds["bed.alpha_beta_tumour"]),
        (DoseKind.EQD2, thresholds["bed.alpha_beta_brain"]),
    )
    if len(_usable(courses)[0]) < 2:
        return ()
    return tuple(
        accumulate_courses(courses, kind, ratio, thresholds=thresholds) for kind, ratio in wanted
    )


def _usable(courses: Sequence[PreparedCourse]) -> tuple[list[PreparedCourse], list[str]]:
    """Courses whose dose is where the images are, earliest first, and why others are not."""
    placed, left_out = [], []
    for one in sorted(courses, key=lambda c: c.course.date):
        if one.course.dose is None:
            left_out.append(f"{one.course.id} ({one.course.technique.value}) has no dose grid and "
                            "is not in the sum")  # fmt: skip
        elif one.to_reference is None or not one.to_reference.is_usable:
            why = one.why_unplaced or "its registration failed"
            left_out.append(f"{one.course.id} is not in the sum: its dose is not placed ({why})")
        else:
            placed.append(one)
    return placed, left_out


def _dose_of(
    one: PreparedCourse, base: PreparedCourse
) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.bool_]]:
    """Dose in Gy of a course at the voxels of the base's grid, and where it is known."""
    assert one.course.dose is not None and base.course.dose is not None
    grid = base.course.dose.grid
    if one is base:
        return one.course.dose.dose_gy, np.ones(grid.shape, bool)
    assert one.to_reference is not None and base.to_reference is not None
    to_dose: RigidTransform = base.to_reference.transform.then(one.to_reference.transform.inverse())
    field, own = DoseField(one.course.dose), one.course.dose.grid
    dose, reached = np.zeros(grid.shape), np.zeros(grid.shape, bool)
    rows, columns = np.indices(grid.shape[1:])
    size = np.asarray(own.shape)
    for k in range(grid.shape[0]):
        plane = np.stack([np.full(rows.shape, k), rows, columns], axis=-1)
        points = to_dose.apply(grid.index_to_lps(plane))
        index = own.lps_to_index(points)
        reached[k] = np.all((index >= -0.5) & (index <= size - 0.5), axis=-1)
        dose[k] = field.at(points)
    return dose, reached


def _convert(
    dose_gy: npt.NDArray[np.floating], fractions: int, kind: DoseKind, ratio: float | None
) -> npt.NDArray[np.floating]:
    if kind is DoseKind.PHYSICAL or ratio is None:
        return dose_gy
    bed = convert_to_bed(dose_gy, fractions, ratio)
    return bed if kind is DoseKind.BED else bed / (1.0 + 2.0 / ratio)


def _lq_caution(course: Course, thresholds: Thresholds) -> list[str]:
    assert course.dose is not None
    caution = thresholds["bed.lq_caution_gy"]
    highest = float(course.dose.dose_gy.max()) / course.fractions
    if highest <= caution:
        return []
    return [
        f"{course.id} reaches {highest:.3g} Gy per fraction: the linear-quadratic model is "
        f"uncertain above about {caution:g} Gy"
    ]


def _measure(dose: DoseGrid, course: Course) -> tuple[StructureDosimetry, ...]:
    field, thresholds = DoseField(dose), Thresholds()
    out = []
    for structure in course.structures:
        if structure.role not in ROLES:
            continue
        try:
            out.append(measure_structure(field, structure, thresholds).dosimetry)
        except ValueError:
            continue  # it encloses no volume; the course's own figures say so
    return tuple(out)
