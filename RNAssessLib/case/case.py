"""The case: one patient, as read, before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass

from .course import Course
from .image import Image
from .plain_text import make_plain
from .timeline import (
    AminoAcidPet,
    ClinicalEvent,
    EventKind,
    Spectrum,
    Timepoint,
    pet_of,
    spectrum_of,
)


@dataclass(frozen=True)
class MappingEntry:
    """One row of the mapping table: which data was taken for what, and why."""

    what: str
    role: str
    why: str
    timepoint: str | None = None
    ignored: bool = False

    def __post_init__(self) -> None:
        make_plain(self, "what", "role", "why", "timepoint")


@dataclass(frozen=True, eq=False)
class AnatomyInput:
    """Label map the user gives instead of the atlas.

    Attributes
    ----------
    labels : Image
        FreeSurfer/SynthSeg numbers.
    space : str
        Id of the timepoint whose space it shares.
    """

    labels: Image
    space: str


@dataclass(frozen=True, eq=False)
class Case:
    """Everything known about one patient.

    Attributes
    ----------
    id : str
    courses : tuple of Course
        In order of date.
    timepoints : tuple of Timepoint
        In order of date, ids unique.
    events : tuple of ClinicalEvent
        In order of date.
    anatomy : AnatomyInput or None
    mapping : tuple of MappingEntry
        Which file or series was used for what; printed with every result.
    warnings : tuple of str
        What the reader should know about the input (harmless inconsistencies).
    spectra : tuple of Spectrum
        MR spectroscopy as the reader took it from the console, in order of date.
    amino_acid_pets : tuple of AminoAcidPet
        Tracer and uptake curve of amino-acid PET as the reader gives them, in order of date.
    """

    id: str
    courses: tuple[Course, ...]
    timepoints: tuple[Timepoint, ...]
    events: tuple[ClinicalEvent, ...] = ()
    anatomy: AnatomyInput | None = None
    mapping: tuple[MappingEntry, ...] = ()
    warnings: tuple[str, ...] = ()
    spectra: tuple[Spectrum, ...] = ()
    amino_acid_pets: tuple[AminoAcidPet, ...] = ()

    def __post_init__(self) -> None:
        make_plain(self, "id", "warnings")

    @property
    def every_spectrum(self) -> tuple[Spectrum, ...]:
        """Spectra of the case and those a reader entered, in order of date."""
        entered = (spectrum_of(e) for e in self.events if e.kind is EventKind.SPECTROSCOPY)
        return tuple(sorted((*self.spectra, *entered), key=lambda s: s.date))

    @property
    def every_amino_acid_pet(self) -> tuple[AminoAcidPet, ...]:
        """What is given about amino-acid PET in the case and by a reader, in order of date."""
        entered = (pet_of(e) for e in self.events if e.kind is EventKind.AMINO_ACID_PET)
        return tuple(sorted((*self.amino_acid_pets, *entered), key=lambda s: s.date))

    def timepoint(self, timepoint_id: str) -> Timepoint:
        """Return the timepoint called `timepoint_id`; raises KeyError."""
        for timepoint in self.timepoints:
            if timepoint.id == timepoint_id:
                return timepoint
        raise KeyError(f"case {self.id} has no timepoint {timepoint_id!r}")
