"""The prepared case: aligned, segmented, with anatomy; what every finding is evaluated on.

Spaces. The *reference space* is the patient space of the reference timepoint (the one that shares
the dose's frame of reference; else the earliest). Each timepoint keeps its own native T1c grid, on
which its masks are drawn and its volumes measured; `PreparedTimepoint.to_reference` carries points
to the reference space. Comparisons between timepoints are made on `PreparedCase.common_grid`, to
which masks and images are carried once, from their native grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date

from .anatomy import Anatomy
from .case import Case
from .course import Course
from .geometry import Grid
from .image import Image, Mask, SequenceRole
from .lesion import Lesion, LesionMasks
from .registration import Registration
from .spread import UptakeMap
from .timeline import Timepoint


@dataclass(frozen=True, eq=False)
class PreparedTimepoint:
    """One timepoint, registered and segmented.

    Attributes
    ----------
    timepoint : Timepoint
        As read.
    images : mapping of SequenceRole to Image
        Every sequence resampled once onto the T1c's native grid (T1c itself untouched, bias field
        not removed).
    to_t1c : mapping of SequenceRole to Registration
        For each other sequence, its space to the T1c's.
    to_reference : Registration
        T1c space to reference space (identity for the reference timepoint).
    brain : Mask
        Brain with its sulcal CSF, native T1c grid.
    nawm : Mask
        Normal-appearing white matter, away from lesions and oedema, native T1c grid.
    white_matter_level : mapping of SequenceRole to float
        Median of `images[role]` inside `nawm`: the unit in which intensities are compared.
    lesions : mapping of lesion id to LesionMasks
    new_enhancement : Mask
        Enhancement that belongs to no lesion (dura, vessels and choroid plexus excluded).
    refused : tuple of str
        What was outlined automatically and not believed, with the reason; one sentence each.
    uptake : UptakeMap or None
        What the automatic outlines were drawn from, where a pre-contrast T1 was subtracted.
    """

    timepoint: Timepoint
    images: Mapping[SequenceRole, Image]
    to_t1c: Mapping[SequenceRole, Registration]
    to_reference: Registration
    brain: Mask
    nawm: Mask
    white_matter_level: Mapping[SequenceRole, float]
    lesions: Mapping[str, LesionMasks]
    new_enhancement: Mask
    refused: tuple[str, ...] = ()
    uptake: UptakeMap | None = None

    @property
    def id(self) -> str:
        """Id of the timepoint."""
        return self.timepoint.id

    @property
    def date(self) -> Date:
        """Date of the study."""
        return self.timepoint.date


@dataclass(frozen=True, eq=False)
class PreparedCourse:
    """A course placed in the reference space.

    Attributes
    ----------
    course : Course
    to_reference : Registration or None
        Dose space to reference space; None when the dose cannot be placed (then `why_unplaced`).
    why_unplaced : str
    """

    course: Course
    to_reference: Registration | None
    why_unplaced: str = ""


@dataclass(frozen=True, eq=False)
class PreparedCase:
    """Case ready for measurement.

    Attributes
    ----------
    case : Case
    reference : str
        Id of the timepoint that defines the reference space.
    common_grid : Grid
        Isotropic lattice (1 mm unless the data are coarser) in reference space covering the brain.
    timepoints : tuple of PreparedTimepoint
        In order of date.
    courses : tuple of PreparedCourse
    lesions : tuple of Lesion
    anatomy : Anatomy or None
        None when neither a label map nor an atlas could be placed; then `why_no_anatomy`.
    why_no_anatomy : str
    warnings : tuple of str
    """

    case: Case
    reference: str
    common_grid: Grid
    timepoints: tuple[PreparedTimepoint, ...]
    courses: tuple[PreparedCourse, ...]
    lesions: tuple[Lesion, ...]
    anatomy: Anatomy | None
    why_no_anatomy: str = ""
    warnings: tuple[str, ...] = field(default=())

    def timepoint(self, timepoint_id: str) -> PreparedTimepoint:
        """Return the prepared timepoint called `timepoint_id`; raises KeyError."""
        for timepoint in self.timepoints:
            if timepoint.id == timepoint_id:
                return timepoint
        raise KeyError(timepoint_id)

    def lesion(self, lesion_id: str) -> Lesion:
        """Return the lesion called `lesion_id`; raises KeyError."""
        for lesion in self.lesions:
            if lesion.id == lesion_id:
                return lesion
        raise KeyError(lesion_id)

    def course_of(self, lesion: Lesion) -> PreparedCourse | None:
        """Course of `lesion` in force at the latest scan, None for a new lesion."""
        for prepared in self.courses:
            if prepared.course.id == lesion.course_id:
                return prepared
        return None

    def courses_of(self, lesion: Lesion) -> tuple[PreparedCourse, ...]:
        """Every course that treated `lesion`, in order of date."""
        ids = {t.course_id for t in lesion.every_treatment}
        own = (p for p in self.courses if p.course.id in ids)
        return tuple(sorted(own, key=lambda p: p.course.date))

    def course_in_force(self, lesion: Lesion, day: Date) -> PreparedCourse | None:
        """Last course of `lesion` begun before `day`, else its first; None for a new lesion.

        A scan of the day of treatment was taken for it, not after it.
        """
        courses = self.courses_of(lesion)
        begun = [p for p in courses if p.course.date < day]
        return begun[-1] if begun else next(iter(courses), None)

    def baseline(self, lesion: Lesion) -> PreparedTimepoint:
        """Last timepoint not later than the lesion's course in force, else the earliest."""
        course = self.course_of(lesion)
        if course is not None:
            before = [t for t in self.timepoints if t.date <= course.course.date]
            if before:
                return before[-1]
        return self.timepoints[0]

    def follow_ups(self, lesion: Lesion) -> tuple[PreparedTimepoint, ...]:
        """Timepoints after `baseline`, in order."""
        baseline = self.baseline(lesion)
        return tuple(t for t in self.timepoints if t.date > baseline.date)
