"""The model: what a patient, a course, a scan and a lesion are. No input or output."""

from .anatomy import Anatomy, Compartment, Tissue
from .case import AnatomyInput, Case, MappingEntry
from .course import Course, DoseGrid, Plan, PlanTarget, Target, Technique
from .errors import CancelledError, InputError, NotAssessableError
from .geometry import Grid, RigidTransform, Vector
from .image import Image, Mask, MaskKind, SequenceRole, Source
from .lesion import Lesion, LesionMasks, MaskOrigin, Treatment
from .prepared import PreparedCase, PreparedCourse, PreparedTimepoint
from .progress import Progress, part, silent
from .quantity import Quantity, counted
from .registration import BY_HAND, Registration, RegistrationGrade, RegistrationQuality
from .spread import FlairBorder, MeasuredSpread, UptakeBorder, UptakeMap
from .structure import Contour, ContourSet, Structure, StructureRole
from .timeline import (
    AminoAcidPet,
    ClinicalEvent,
    EventKind,
    Spectrum,
    Timepoint,
    months_between,
)

__all__ = [
    "BY_HAND",
    "AminoAcidPet",
    "Anatomy",
    "AnatomyInput",
    "CancelledError",
    "Case",
    "ClinicalEvent",
    "Compartment",
    "Contour",
    "ContourSet",
    "Course",
    "DoseGrid",
    "EventKind",
    "FlairBorder",
    "Grid",
    "Image",
    "InputError",
    "Lesion",
    "LesionMasks",
    "MappingEntry",
    "Mask",
    "MaskKind",
    "MaskOrigin",
    "MeasuredSpread",
    "NotAssessableError",
    "Plan",
    "PlanTarget",
    "PreparedCase",
    "PreparedCourse",
    "PreparedTimepoint",
    "Progress",
    "Quantity",
    "Registration",
    "RegistrationGrade",
    "RegistrationQuality",
    "RigidTransform",
    "SequenceRole",
    "Source",
    "Spectrum",
    "Structure",
    "StructureRole",
    "Target",
    "Technique",
    "Timepoint",
    "Tissue",
    "Treatment",
    "UptakeBorder",
    "UptakeMap",
    "Vector",
    "counted",
    "months_between",
    "part",
    "silent",
]
