"""Radiotherapy courses: what was prescribed and what dose was given where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Date
from enum import Enum

import numpy as np
import numpy.typing as npt

from .geometry import Grid
from .image import Image, Source
from .plain_text import make_plain, plain_text
from .structure import Structure, StructureRole


class Technique(Enum):
    """Delivery technique; the value is the ``case.toml`` key."""

    GAMMA_KNIFE = "gamma_knife"
    LINAC = "linac"
    CYBERKNIFE = "cyberknife"
    TOMOTHERAPY = "tomotherapy"
    WBRT = "wbrt"
    OTHER = "other"


@dataclass(frozen=True, eq=False)
class DoseGrid:
    """Physical dose of a whole course.

    Attributes
    ----------
    dose_gy : (K, J, I) float32 array
        Dose in Gy at the voxel centres.
    grid : Grid
    frame_of_reference_uid : str or None
    summation_type : str
        DICOM DoseSummationType, ``PLAN`` unless several beams or plans were summed.
    sop_instance_uid, plan_uid : str or None
    source : Source
    stored_frames_k : tuple of float or None
        Where the frames of the file lie along k when they were unevenly spaced and resampled:
        between them the dose is interpolated, which its uncertainty must know.
    notes : tuple of str
        What must be said beside its figures.
    """

    dose_gy: npt.NDArray[np.float32]
    grid: Grid
    frame_of_reference_uid: str | None = None
    summation_type: str = "PLAN"
    sop_instance_uid: str | None = None
    plan_uid: str | None = None
    source: Source = field(default_factory=lambda: Source(""))
    stored_frames_k: tuple[float, ...] | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.dose_gy.shape != self.grid.shape:
            raise ValueError(f"dose {self.dose_gy.shape} does not fit grid {self.grid.shape}")


@dataclass(frozen=True)
class Target:
    """A treated volume and its prescription.

    Attributes
    ----------
    name : str
        Name of the structure.
    role : StructureRole
        GTV, CTV or PTV.
    prescription_gy : float or None
        Total prescription dose; None when neither plan nor user states one.
    prescription_source : str
        ``plan``, ``case file`` or ``user``; shown beside each figure that uses it.
    isodose_percent : float or None
        Prescription isodose, percent of the maximum, when stated.
    lesion : str or None
        Id of the lesion it treats, shared by the GTV and PTV of one metastasis.
    """

    name: str
    role: StructureRole
    prescription_gy: float | None
    prescription_source: str = "case file"
    isodose_percent: float | None = None
    lesion: str | None = None

    def __post_init__(self) -> None:
        make_plain(self, "name", "lesion")


@dataclass(frozen=True)
class PlanTarget:
    """One prescription as RTPLAN's DoseReferenceSequence states it."""

    roi_number: int | None
    description: str
    prescription_gy: float

    def __post_init__(self) -> None:
        make_plain(self, "description")


@dataclass(frozen=True)
class Plan:
    """What RTPLAN says.

    Attributes
    ----------
    label : str
    date : date or None
    fractions : int or None
        Planned fractions, summed over fraction groups.
    technique : Technique
    targets : tuple of PlanTarget
    sop_instance_uid, structure_set_uid : str or None
    source : Source
    """

    label: str
    date: Date | None
    fractions: int | None
    technique: Technique
    targets: tuple[PlanTarget, ...]
    sop_instance_uid: str | None = None
    structure_set_uid: str | None = None
    source: Source = field(default_factory=lambda: Source(""))

    def __post_init__(self) -> None:
        make_plain(self, "label")


@dataclass(frozen=True, eq=False)
class Course:
    """One course of radiotherapy.

    Attributes
    ----------
    id : str
    date : date
        First (or only) fraction.
    technique : Technique
    fractions : int
    targets : tuple of Target
    dose : DoseGrid or None
        None for a course known only from the history (WBRT years ago).
    structures : tuple of Structure
    plan : Plan or None
    space : str or None
        Id of the timepoint whose space dose and structures share, when they carry no frame of
        reference.
    planning_image : Image or None
        Image of the plan's frame of reference when it is not one of the timepoints (planning CT).
    structures_path : str
        Where the structures came from.
    """

    id: str
    date: Date
    technique: Technique
    fractions: int
    targets: tuple[Target, ...] = ()
    dose: DoseGrid | None = None
    structures: tuple[Structure, ...] = ()
    plan: Plan | None = None
    space: str | None = None
    planning_image: Image | None = None
    structures_path: str = ""

    def __post_init__(self) -> None:
        make_plain(self, "id", "space")

    def structure(self, name: str) -> Structure:
        """Return the structure called `name`; raises KeyError."""
        for structure in self.structures:
            if structure.name == plain_text(name):
                return structure
        raise KeyError(f"course {self.id} has no structure {name!r}")
