"""A transform between two spaces, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .geometry import RigidTransform

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
