"""Biologically effective dose by the linear-quadratic model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def compute_bed(total_gy: float, fractions: int, alpha_beta_gy: float) -> float:
    """BED = n d (1 + d / (α/β)) in Gy, for `total_gy` = n d.

    Examples
    --------
    >>> [round(compute_bed(d, n, 10.0), 1) for d, n in ((20, 1), (36, 3), (52.5, 15), (60, 20))]
    [60.0, 79.2, 70.9, 78.0]
    """
    if fractions < 1 or alpha_beta_gy <= 0 or total_gy < 0:
        raise ValueError(f"no BED for {total_gy} Gy in {fractions} fractions, α/β {alpha_beta_gy}")
    return total_gy * (1.0 + total_gy / fractions / alpha_beta_gy)


def compute_eqd2(total_gy: float, fractions: int, alpha_beta_gy: float) -> float:
    """Dose in 2 Gy fractions with the same BED.

    Examples
    --------
    >>> round(compute_eqd2(20, 1, 10.0), 1), round(compute_eqd2(30, 15, 2.0), 1)
    (50.0, 30.0)
    """
    return compute_bed(total_gy, fractions, alpha_beta_gy) / (1.0 + 2.0 / alpha_beta_gy)


def convert_to_eqd2(
    dose_gy: npt.NDArray[np.floating], fractions: int, alpha_beta_gy: float
) -> npt.NDArray[np.float64]:
    """Voxelwise (or along a DVH's axis) dose in 2 Gy fractions with the same BED.

    Examples
    --------
    >>> convert_to_eqd2(np.array([0.0, 20.0]), 1, 2.0).tolist()
    [0.0, 110.0]
    """
    return convert_to_bed(dose_gy, fractions, alpha_beta_gy) / (1.0 + 2.0 / alpha_beta_gy)


def convert_to_bed(
    dose_gy: npt.NDArray[np.floating], fractions: int, alpha_beta_gy: float
) -> npt.NDArray[np.float64]:
    """Voxelwise BED of a physical dose given in `fractions` equal fractions."""
    dose = np.asarray(dose_gy, np.float64)
    return np.asarray(dose * (1.0 + dose / fractions / alpha_beta_gy))
