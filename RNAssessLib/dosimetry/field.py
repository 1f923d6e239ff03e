"""Dose between the voxels: clamped cubic, because linear interpolation cuts the peak."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import DoseGrid

OVERSHOOT = 0.25
FloatArray = npt.NDArray[np.floating[Any]]


class Interpolation(Enum):
    """How dose is reconstructed between voxel centres."""

    CUBIC = "clamped cubic"
    LINEAR = "linear"


class DoseField:
    """Continuous dose in Gy from a dose grid.

    Cubic B-spline through every voxel value, limited to the range of the 27 voxels around the
    nearest one widened by a quarter of that range: it can rise above the highest voxel of a peak,
    as the true dose does, but cannot ring beside a steep edge. 0 outside the grid.

    Parameters
    ----------
    dose : DoseGrid
    interpolation : Interpolation
        `LINEAR` is kept for comparison with systems that use it.

    Examples
    --------
    >>> from RNAssessLib.case import Grid
    >>> grid = Grid((4, 4, 4), (0.0, 0.0, 0.0), (2.0, 2.0, 2.0))
    >>> ramp = np.broadcast_to(np.arange(4, dtype=np.float32), (4, 4, 4)).copy()
    >>> round(float(DoseField(DoseGrid(ramp, grid)).at([[3.0, 2.0, 2.0]])[0]), 3)
    1.5
    """

    def __init__(self, dose: DoseGrid, interpolation: Interpolation = Interpolation.CUBIC) -> None:
        self.dose = dose
        self.interpolation = interpolation
        self.isodoses: dict[tuple[float, int], object] = {}

    @cached_property
    def _coefficients(self) -> npt.NDArray[np.float32]:
        values = self.dose.dose_gy
        if self.interpolation is Interpolation.LINEAR or min(values.shape) < 4:
            return values
        return np.asarray(
            ndimage.spline_filter(values, order=3, output=np.float32, mode="mirror"), np.float32
        )

    @cached_property
    def _limits(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        values = self.dose.dose_gy
        low = ndimage.minimum_filter(values, 3, mode="nearest")
        high = ndimage.maximum_filter(values, 3, mode="nearest")
        room = OVERSHOOT * (high - low)
        return np.maximum(low - room, 0.0), high + room

    def at(self, points_lps_mm: npt.ArrayLike) -> FloatArray:
        """Dose in Gy at points (..., 3) in the dose's own space, LPS mm; 0 outside the grid."""
        points = np.asarray(points_lps_mm, dtype=float)
        index = self.dose.grid.lps_to_index(points.reshape(-1, 3)).T
        size = np.asarray(self.dose.dose_gy.shape)[:, None]
        inside = np.all((index >= -0.5) & (index <= size - 0.5), axis=0)
        kept = np.clip(index[:, inside], 0, size - 1)
        values = np.zeros(index.shape[1])
        if kept.shape[1]:
            values[inside] = self._sample(kept)
        return values.reshape(points.shape[:-1])

    def _sample(self, index: FloatArray) -> FloatArray:
        if self._coefficients is self.dose.dose_gy:
            return np.asarray(
                ndimage.map_coordinates(self.dose.dose_gy, index, order=1, output=np.float64)
            )
        values = ndimage.map_coordinates(
            self._coefficients, index, order=3, prefilter=False, mode="mirror", output=np.float64
        )
        nearest = tuple(np.rint(index).astype(np.intp))
        low, high = self._limits
        clamped: FloatArray = np.clip(values, low[nearest], high[nearest])
        return clamped
