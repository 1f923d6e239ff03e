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
from enum import Enum, IntEnum

import numpy as np
import numpy.typing as npt

from .case import Case
from .course import Course, Target
from .geometry import Grid, RigidTransform
from .image import Image, Mask, MaskKind, SequenceRole
from .spread import MeasuredSpread, UptakeMap
from .timeline import Timepoint

BY_HAND = "moved by the reader"


class RegistrationGrade(Enum):
    """Traffic light of a registration."""

    GOOD = "good"
    ACCEPTABLE = "acceptable"
    BAD = "bad"


@dataclass(frozen=True)
class RegistrationQuality:
    """Evidence that a registration can be trusted.

    Attributes
    ----------
    grade : RegistrationGrade
        BAD makes the items that need it not assessable.
    similarity_before, similarity_after : float
        Normalised mutual information or correlation, higher is better; method in `method`.
    overlap_dice : float or None
        Overlap of the two head/brain masks after registration.
    inverse_consistency_mm : float or None
        Mean displacement of forward followed by backward registration.
    expected_error_mm : float
        Estimated target registration error inside the brain.
    method : str
    reasons : tuple of str
        Why the grade is not better, in words.
    """

    grade: RegistrationGrade
    similarity_before: float
    similarity_after: float
    overlap_dice: float | None
    inverse_consistency_mm: float | None
    expected_error_mm: float
    method: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Registration:
    """Transform between two spaces, with its quality.

    Attributes
    ----------
    moving, fixed : str
        What was aligned to what, for people (``fu1 T1c`` to ``t0 T1c``).
    transform : RigidTransform
    quality : RegistrationQuality
    by_reader : bool
        Whether the reader moved it there.
    """

    moving: str
    fixed: str
    transform: RigidTransform
    quality: RegistrationQuality
    by_reader: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """Who placed it, if not the computer, and why its grade is not better."""
        return ((BY_HAND,) if self.by_reader else ()) + self.quality.reasons

    @property
    def is_usable(self) -> bool:
        """Whether items may rest on it."""
        return self.quality.grade is not RegistrationGrade.BAD


class MaskOrigin(Enum):
    """Who drew a mask."""

    AUTOMATIC = "automatic"
    IMPORTED = "imported"
    EDITED = "edited"


@dataclass(frozen=True, eq=False)
class LesionMasks:
    """Parts of one lesion at one timepoint, on the timepoint's native T1c grid.

    Attributes
    ----------
    masks : mapping of MaskKind to Mask
        ENHANCING and NECROTIC_CORE always; OEDEMA (FLAIR hyperintensity including the lesion)
        when a FLAIR exists.
    origin : MaskOrigin
    boundary_error_mm : float
        How far the true border may lie from the drawn one (half a voxel diagonal at least).
    spread : MeasuredSpread or None
        ± of the sizes, measured on the image; None for outlines that were drawn.
    """

    masks: Mapping[MaskKind, Mask]
    origin: MaskOrigin
    boundary_error_mm: float
    spread: MeasuredSpread | None = None

    @property
    def enhancing(self) -> Mask:
        """Enhancing part."""
        return self.masks[MaskKind.ENHANCING]

    @property
    def necrotic_core(self) -> Mask:
        """Non-enhancing part enclosed by enhancement."""
        return self.masks[MaskKind.NECROTIC_CORE]

    @property
    def oedema(self) -> Mask | None:
        """FLAIR hyperintensity around and including the lesion, None without FLAIR."""
        return self.masks.get(MaskKind.OEDEMA)


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


class Compartment(IntEnum):
    """Compartments of the head; values of `Anatomy.compartments`."""

    OUTSIDE = 0
    LEFT_CEREBRUM = 1
    RIGHT_CEREBRUM = 2
    LEFT_CEREBELLUM = 3
    RIGHT_CEREBELLUM = 4
    BRAINSTEM = 5
    CORPUS_CALLOSUM = 6
    LEFT_LATERAL_VENTRICLE = 7
    RIGHT_LATERAL_VENTRICLE = 8
    THIRD_VENTRICLE = 9
    FOURTH_VENTRICLE = 10


class Tissue(IntEnum):
    """Tissue classes; values of `Anatomy.tissue`."""

    BACKGROUND = 0
    CSF = 1
    GREY_MATTER = 2
    WHITE_MATTER = 3


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Anatomy of the patient on the common grid.

    Attributes
    ----------
    grid : Grid
        `PreparedCase.common_grid`.
    compartments : (K, J, I) uint8 array of Compartment
    tissue : (K, J, I) uint8 array of Tissue
        CSF covers ventricles and sulci.
    source : str
        ``user label map`` or ``ICBM152 atlas registration``.
    boundary_error_mm : float
        How far a boundary may lie from where it is drawn.
    quality : RegistrationQuality or None
        Of the atlas registration.
    csf_error_mm : float or None
        How far the borders of ventricles and sulci may lie, where they were drawn on the patient's
        own image; None when they are no better known than other boundaries.
    """

    grid: Grid
    compartments: npt.NDArray[np.uint8]
    tissue: npt.NDArray[np.uint8]
    source: str
    boundary_error_mm: float
    quality: RegistrationQuality | None = None
    csf_error_mm: float | None = None


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


@dataclass(frozen=True)
class Treatment:
    """One course's targets of one lesion."""

    course_id: str
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Lesion:
    """A treated metastasis (or a new one).

    Attributes
    ----------
    id : str
        ``L1``, ``L2`` … in order of targets.
    name : str
        Name of its target, or ``new lesion``.
    course_id : str or None
        The course in force at the latest scan: the last one that treated it before that scan.
    targets : tuple of Target
        Of that course; GTV first, PTV after it when there is one.
    center_lps_mm : tuple of float
        Centre of the target in reference space.
    radius_mm : float
        Radius of the sphere of the target's volume.
    treatments : tuple of Treatment
        Every course that treated it, in order of date; empty when only the one above did.
    """

    id: str
    name: str
    course_id: str | None
    targets: tuple[Target, ...]
    center_lps_mm: tuple[float, float, float]
    radius_mm: float
    treatments: tuple[Treatment, ...] = ()

    @property
    def every_treatment(self) -> tuple[Treatment, ...]:
        """All of them, also where only the course in force is given."""
        if self.treatments or self.course_id is None:
            return self.treatments
        return (Treatment(self.course_id, self.targets),)

    def targets_in(self, course_id: str) -> tuple[Target, ...]:
        """Return its targets in one course; empty when that course did not treat it."""
        found = (t.targets for t in self.every_treatment if t.course_id == course_id)
        return next(found, ())


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
