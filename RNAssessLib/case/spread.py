"""How far a lesion's measured sizes would differ on a second scan of the same day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class MeasuredSpread:
    """Half-widths of the intervals that hold 95 % of repeated measurements.

    Attributes
    ----------
    enhancing_cm3, necrotic_core_cm3, with_core_cm3 : float
    longest_mm, perpendicular_mm : float
    flair_cm3 : float or None
        None where no oedema was outlined automatically.
    """

    enhancing_cm3: float
    necrotic_core_cm3: float
    with_core_cm3: float
    longest_mm: float
    perpendicular_mm: float
    flair_cm3: float | None = None


@dataclass(frozen=True)
class FlairBorder:
    """FLAIR signal above which brain that hangs on a lesion is called hyperintense.

    Attributes
    ----------
    alone : float
        As this examination gives it by itself, in the units of its FLAIR.
    level : float
        That the outline was drawn at, the patient's other examinations taken into account.
    doubt : float
        Standard deviation of the logarithm of `level`, as far as it rests on other examinations.
    """

    alone: float
    level: float
    doubt: float = 0.0


@dataclass(frozen=True)
class UptakeBorder:
    """Least uptake that is believed about a lesion, shared with the patient's other examinations.

    Attributes
    ----------
    shift : float
        Logarithm by which this examination asks for more by itself than its outline was drawn at.
    doubt : float
        Standard deviation of the logarithm of what it was drawn at.
    """

    shift: float
    doubt: float


@dataclass(frozen=True, eq=False)
class UptakeMap:
    """Uptake of contrast medium, and by how much it exceeds what is believed, on a T1c grid.

    Attributes
    ----------
    rise : (K, J, I) float array
        In units of white matter.
    excess : (K, J, I) float array
        Positive where a voxel may belong to a lesion; negative where its uptake is not told from
        that of normal tissue.
    """

    rise: npt.NDArray[np.floating]
    excess: npt.NDArray[np.floating]
