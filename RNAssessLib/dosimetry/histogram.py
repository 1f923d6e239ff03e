"""Dose statistics of a structure from volume-weighted samples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import ContourSet, Mask
from RNAssessLib.spatial.occupancy import DEFAULT_CELLS, EndCap, compute_occupancy

from .field import DoseField
from .results import Dvh

FloatArray = npt.NDArray[np.floating[Any]]
BIN_GY = 0.01


@dataclass(frozen=True, eq=False)
class DoseSamples:
    """Doses and the volume each stands for, sorted by dose.

    Attributes
    ----------
    dose_gy : (N,) array
        Ascending.
    volume_cm3 : (N,) array
    outside_share : float
        Share of the structure's volume beyond the dose grid (counted as 0 Gy).
    """

    dose_gy: FloatArray
    volume_cm3: FloatArray
    outside_share: float = 0.0

    @cached_property
    def total_cm3(self) -> float:
        """Volume of the structure."""
        return float(self.volume_cm3.sum())

    @cached_property
    def _from_top(self) -> FloatArray:
        """Volume at or above each sample."""
        return np.cumsum(self.volume_cm3[::-1])[::-1]

    @property
    def mean_gy(self) -> float:
        """Mean dose."""
        return float(self.dose_gy @ self.volume_cm3 / self.total_cm3)

    @property
    def min_gy(self) -> float:
        """Lowest sampled dose."""
        return float(self.dose_gy[0])

    @property
    def max_gy(self) -> float:
        """Highest sampled dose."""
        return float(self.dose_gy[-1])

    def dose_to_volume(self, volume_cm3: float) -> float:
        """Dose received by the hottest `volume_cm3` (D at an absolute volume)."""
        # the middle of each sample's volume, so that half of it counts as above
        middle = self._from_top - 0.5 * self.volume_cm3
        return float(np.interp(volume_cm3, middle[::-1], self.dose_gy[::-1]))

    def dose_to_percent(self, percent: float) -> float:
        """Dose received by the hottest `percent` of the volume (D98, D50, D2 …)."""
        return self.dose_to_volume(self.total_cm3 * percent / 100.0)

    def volume_above(self, dose_gy: float) -> float:
        """Volume in cm³ receiving at least `dose_gy`."""
        first = int(np.searchsorted(self.dose_gy, dose_gy, side="left"))
        return float(self._from_top[first]) if first < len(self.dose_gy) else 0.0

    def histogram(self, bin_gy: float = BIN_GY, most_bins: int = 2000) -> Dvh:
        """Cumulative DVH at equal dose steps from 0 to just above the maximum."""
        step = max(bin_gy, self.max_gy / most_bins)
        dose = np.arange(0.0, self.max_gy + 2 * step, step)
        first = np.searchsorted(self.dose_gy, dose, side="left")
        above = np.append(self._from_top, 0.0)
        return Dvh(dose, above[first])


def sample_structure(
    field: DoseField,
    shape: ContourSet | Mask,
    *,
    cap: EndCap = EndCap.ROUNDED,
    cells: int = DEFAULT_CELLS,
    single_plane_mm: float | None = None,
) -> DoseSamples:
    """Dose samples of one structure; raises ValueError when it has no volume."""
    occupancy = compute_occupancy(shape, cap=cap, cells=cells, single_plane_mm=single_plane_mm)
    points, volume = occupancy.samples()
    if len(points) == 0 or volume.sum() <= 0:
        raise ValueError("encloses no volume")
    return samples_at(field, points, volume)


def samples_at(field: DoseField, points_mm: FloatArray, volume_cm3: FloatArray) -> DoseSamples:
    """Dose samples at given points; points beyond the dose grid count as 0 Gy."""
    index = field.dose.grid.lps_to_index(points_mm)
    size = np.asarray(field.dose.grid.shape)
    outside = np.any((index < -0.5) | (index > size - 0.5), axis=1)
    dose = field.at(points_mm)
    order = np.argsort(dose)
    share = float(volume_cm3[outside].sum() / volume_cm3.sum())
    return DoseSamples(dose[order], volume_cm3[order], share)
