"""Dated things: imaging timepoints and clinical events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from enum import Enum

from .image import Image, Mask, MaskKind, SequenceRole

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
    """

    id: str
    date: Date
    sequences: Mapping[SequenceRole, Image]
    masks: Mapping[MaskKind, Mask] = field(default_factory=dict)

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
        Symptom, histology or pathology result in words.
    """

    kind: EventKind
    date: Date
    end: Date | None = None
    drug: str = ""
    dose_mg_per_kg: float | None = None
    dose_mg_per_day: float | None = None
    value: float | None = None
    text: str = ""


def months_between(start: Date, end: Date) -> float:
    """Months of 365.25/12 days from `start` to `end`, negative when reversed.

    Examples
    --------
    >>> round(months_between(Date(2025, 1, 10), Date(2025, 7, 10)), 2)
    5.95
    """
    return (end - start).days / DAYS_PER_MONTH
