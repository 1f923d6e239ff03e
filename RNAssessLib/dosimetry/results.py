"""What dosimetry answers with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Quantity, StructureRole


@dataclass(frozen=True, eq=False)
class Dvh:
    """Cumulative dose-volume histogram.

    Attributes
    ----------
    dose_gy : (N,) array
        Ascending doses from 0.
    volume_cm3 : (N,) array
        Volume receiving at least that dose; not increasing.
    """

    dose_gy: npt.NDArray[np.float64]
    volume_cm3: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StructureDosimetry:
    """One structure in one dose.

    Attributes
    ----------
    name : str
    role : StructureRole
    quantities : tuple of Quantity
        ``volume_cm3 dmin_gy dmax_gy dmean_gy d98_gy d95_gy d50_gy d2_gy`` … in display order.
    dvh : Dvh or None
        None for a structure without volume inside the dose grid.
    warnings : tuple of str
    """

    name: str
    role: StructureRole
    quantities: tuple[Quantity, ...]
    dvh: Dvh | None
    warnings: tuple[str, ...] = ()

    def quantity(self, name: str) -> Quantity:
        """Return the quantity called `name`; raises KeyError."""
        for quantity in self.quantities:
            if quantity.name == name:
                return quantity
        raise KeyError(f"{self.name}: no {name}")


@dataclass(frozen=True, eq=False)
class TargetDosimetry(StructureDosimetry):
    """One target with its prescription; `quantities` holds the plan indices of the contract.

    Attributes
    ----------
    prescription_gy : float or None
    prescription_source : str
    fractions : int
    lesion : str or None
    """

    prescription_gy: float | None = None
    prescription_source: str = ""
    fractions: int = 1
    lesion: str | None = None


@dataclass(frozen=True, eq=False)
class CourseDosimetry:
    """All figures of one course.

    Attributes
    ----------
    course_id : str
    structures : tuple of StructureDosimetry
        Every structure that has a volume, targets included.
    targets : tuple of TargetDosimetry
    plan_quantities : tuple of Quantity
        Figures of the whole plan: normal brain, V12 … .
    oar_limits : tuple of OarCheck
    warnings : tuple of str
    """

    course_id: str
    structures: tuple[StructureDosimetry, ...]
    targets: tuple[TargetDosimetry, ...]
    plan_quantities: tuple[Quantity, ...] = ()
    oar_limits: tuple[OarCheck, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class OarCheck:
    """One limit of an organ at risk.

    Attributes
    ----------
    structure : str
        Name in the plan.
    organ : str
        What it was taken for.
    quantity : Quantity
        What was compared: physical dose, or EQD2 where `basis` says so.
    limit_gy : float
    met : bool or None
        None when the limit does not apply to the course's fractionation.
    source : str
    basis : str
        In which dose it was compared, or why it does not apply.
    relation : str
        ``≤`` or ``<``: what the dose must be to the limit.
    """

    structure: str
    organ: str
    quantity: Quantity
    limit_gy: float
    met: bool | None
    source: str
    basis: str = ""
    relation: str = "≤"

    @property
    def verdict(self) -> str:
        """``met``, ``exceeded`` or ``does not apply``."""
        if self.met is None:
            return "does not apply"
        return "met" if self.met else "exceeded"
