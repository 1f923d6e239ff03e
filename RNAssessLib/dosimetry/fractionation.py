"""What a what-if of another course is about: prescriptions, tissues, limits, the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Quantity
from RNAssessLib.evidence import Criterion

from .bed import compute_bed, compute_eqd2

BRAIN = "normal brain"
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fractionation:
    """A course as one prescription.

    Attributes
    ----------
    course : str
        Id; the planned course has one of its own.
    total_gy : float
    fractions : int
    alpha_beta_tumour_gy, alpha_beta_brain_gy : float

    Examples
    --------
    >>> new = Fractionation("new", 30.0, 5, 10.0, 2.0)
    >>> new.bed_tumour_gy, new.eqd2_tumour_gy, new.bed_brain_gy, new.eqd2_brain_gy
    (48.0, 40.0, 120.0, 60.0)
    """

    course: str
    total_gy: float
    fractions: int
    alpha_beta_tumour_gy: float
    alpha_beta_brain_gy: float

    def __post_init__(self) -> None:
        ratios = (self.alpha_beta_tumour_gy, self.alpha_beta_brain_gy)
        if not 0 < self.total_gy < float("inf"):
            raise ValueError(f"{self.course}: {self.total_gy:g} Gy is no dose")
        if self.fractions < 1:
            raise ValueError(f"{self.course}: {self.fractions} is no number of fractions")
        if not all(0 < ratio < float("inf") for ratio in ratios):
            raise ValueError(f"{self.course}: α/β must be above 0 Gy")

    @property
    def bed_tumour_gy(self) -> float:
        """BED with the tumour's α/β."""
        return compute_bed(self.total_gy, self.fractions, self.alpha_beta_tumour_gy)

    @property
    def eqd2_tumour_gy(self) -> float:
        """EQD2 with the tumour's α/β."""
        return compute_eqd2(self.total_gy, self.fractions, self.alpha_beta_tumour_gy)

    @property
    def bed_brain_gy(self) -> float:
        """BED with the brain's α/β."""
        return compute_bed(self.total_gy, self.fractions, self.alpha_beta_brain_gy)

    @property
    def eqd2_brain_gy(self) -> float:
        """EQD2 with the brain's α/β."""
        return compute_eqd2(self.total_gy, self.fractions, self.alpha_beta_brain_gy)


@dataclass(frozen=True, eq=False)
class TissueCells:
    """A tissue as cells of known volume with the dose that each earlier course gave them.

    Attributes
    ----------
    name : str
        As it is shown, ``Brain minus targets``.
    organ : str
        `BRAIN`, or an organ of `oar.ORGANS`.
    volume_cm3 : (N,) array
    dose_gy : mapping of course id to (N,) array
        Physical dose; 0 beyond a course's dose grid.
    notes : tuple of str
        What had to be assumed or lies beyond a grid.
    """

    name: str
    organ: str
    volume_cm3: FloatArray
    dose_gy: Mapping[str, FloatArray]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanShape:
    """The earlier plan whose shape the new one is assumed to have.

    Attributes
    ----------
    course : str
    target : str
    prescription_gy : float
        Of that target; the whole dose is scaled by new over earlier prescription.
    """

    course: str
    target: str
    prescription_gy: float


@dataclass(frozen=True)
class LimitCheck:
    """A cumulative figure beside a limit."""

    quantity: Quantity
    criterion: Criterion
    met: bool


@dataclass(frozen=True)
class Reirradiation:
    """What another course would add.

    Attributes
    ----------
    new, cumulative : tuple of Quantity
        Prescription alone, and added to the earlier courses' at the target (nominal).
    tissues : tuple of Quantity
        Cumulative EQD2 in normal brain and organs, cell by cell; undefined without dose grids.
    limits : tuple of LimitCheck
    assumptions, cautions : tuple of str
    """

    new: tuple[Quantity, ...]
    cumulative: tuple[Quantity, ...]
    tissues: tuple[Quantity, ...]
    limits: tuple[LimitCheck, ...]
    assumptions: tuple[str, ...]
    cautions: tuple[str, ...]
