"""Dated things: imaging timepoints and clinical events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from enum import Enum

from .image import Image, Mask, MaskKind, SequenceRole
from .plain_text import make_plain

DAYS_PER_MONTH = 365.25 / 12.0


@dataclass(frozen=True, eq=False)
class Timepoint:
    """One dated MR (or PET) study.

    Attributes
    ----------
    id : str
    date : date
    sequences : mapping of SequenceRole to Image
        Always holds T1c.
    masks : mapping of MaskKind to Mask
        Label maps drawn elsewhere, on the T1c's grid; they take precedence over segmentation.
    brain : Mask or None
        Brain mask made elsewhere, on the T1c's grid; it is taken as it is.
    """

    id: str
    date: Date
    sequences: Mapping[SequenceRole, Image]
    masks: Mapping[MaskKind, Mask] = field(default_factory=dict)
    brain: Mask | None = None

    def __post_init__(self) -> None:
        make_plain(self, "id")

    @property
    def t1c(self) -> Image:
        """The contrast-enhanced T1, which defines the timepoint's space."""
        return self.sequences[SequenceRole.T1C]


class EventKind(Enum):
    """Kinds of clinical event; the value is the ``case.toml`` key."""

    BEVACIZUMAB = "bevacizumab"
    STEROID = "steroid"
    CHEMOTHERAPY = "chemotherapy"
    TARGETED = "targeted"
    IMMUNOTHERAPY = "immunotherapy"
    SURGERY = "surgery"
    WBRT = "wbrt"
    KPS = "kps"
    SYMPTOM = "symptom"
    HISTOLOGY = "histology"
    PATHOLOGY = "pathology"
    # examinations as the reader took them from console or report
    AMINO_ACID_PET = "amino_acid_pet"
    SPECTROSCOPY = "spectroscopy"
    PERFUSION = "perfusion"


@dataclass(frozen=True)
class ClinicalEvent:
    """One entry of the clinical timeline.

    Attributes
    ----------
    kind : EventKind
    date : date
        Day, or first day.
    end : date or None
        Last day of a therapy with duration.
    drug : str
    dose_mg_per_kg, dose_mg_per_day : float or None
    value : float or None
        KPS.
    text : str
        Symptom, histology or pathology result in words; what was seen on perfusion.
    target : str
        Name of the lesion or its target that an examination is about; may be empty.
    curve : str
        Pattern of a PET's uptake curve, ``I``, ``II`` or ``III``.
    cho_cr, cho_naa, lipid_lactate_cr : float or None
        Ratios of a spectrum.
    """

    kind: EventKind
    date: Date
    end: Date | None = None
    drug: str = ""
    dose_mg_per_kg: float | None = None
    dose_mg_per_day: float | None = None
    value: float | None = None
    text: str = ""
    target: str = ""
    curve: str = ""
    cho_cr: float | None = None
    cho_naa: float | None = None
    lipid_lactate_cr: float | None = None

    def __post_init__(self) -> None:
        make_plain(self, "drug", "text")

    @property
    def is_denied(self) -> bool:
        """Whether the entry states that the therapy was *not* given (drug ``none`` or ``no``)."""
        return self.drug.strip().lower() in {"none", "no", "not given"}


@dataclass(frozen=True)
class Spectrum:
    """MR spectroscopy of a lesion as the reader took it from the console; at least one figure.

    Attributes
    ----------
    date : date
    cho_cr, cho_naa, lipid_lactate_cr : float or None
        Choline over creatine, choline over N-acetyl-aspartate, lipid-lactate peak over creatine.
    lipid_lactate_peak : bool or None
        Whether a lipid-lactate peak was seen, where it was not measured.
    target : str
        Name of the lesion's target; empty where the case holds one lesion.
    """

    date: Date
    cho_cr: float | None = None
    cho_naa: float | None = None
    lipid_lactate_cr: float | None = None
    lipid_lactate_peak: bool | None = None
    target: str = ""


@dataclass(frozen=True)
class AminoAcidPet:
    """What the reader gives about an amino-acid PET beside its image; at least one of it.

    Attributes
    ----------
    date : date
    tracer : str
        ``FET``, ``FDOPA``, ``MET`` or ``fluciclovine``; empty when it is not stated.
    curve : str
        Pattern of the uptake curve as the reader called it, ``I``, ``II`` or ``III``; may be empty.
    minutes, uptake : tuple of float
        Dynamic data of the lesion: frame times after injection, ascending, and uptake in any unit.
    target : str
        Name of the lesion's target; empty where the case holds one lesion.
    """

    date: Date
    tracer: str = ""
    curve: str = ""
    minutes: tuple[float, ...] = ()
    uptake: tuple[float, ...] = ()
    target: str = ""


LIPID_SEEN, LIPID_NOT_SEEN = "seen", "not seen"
PERFUSION_READINGS = ("raised", "not raised", "not readable")  # of blood volume, by eye


def spectrum_of(event: ClinicalEvent) -> Spectrum:
    """Spectrum that a reader entered as an event."""
    peak = {LIPID_SEEN: True, LIPID_NOT_SEEN: False}.get(event.text)
    return Spectrum(
        event.date, event.cho_cr, event.cho_naa, event.lipid_lactate_cr, peak, event.target
    )


def pet_of(event: ClinicalEvent) -> AminoAcidPet:
    """Amino-acid PET whose tracer or curve a reader entered as an event."""
    return AminoAcidPet(event.date, event.drug, event.curve, target=event.target)


def months_between(start: Date, end: Date) -> float:
    """Months of 365.25/12 days from `start` to `end`, negative when reversed.

    Examples
    --------
    >>> round(months_between(Date(2025, 1, 10), Date(2025, 7, 10)), 2)
    5.95
    """
    return (end - start).days / DAYS_PER_MONTH
