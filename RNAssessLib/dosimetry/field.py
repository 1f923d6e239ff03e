"""Dose between the voxels: clamped cubic, because linear interpolation cuts the peak."""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import DoseGrid, Grid
from RNAssessLib.spatial.separable import weigh_along

from .lattice import Box, match_axes, spline_matrix

OVERSHOOT = 0.15  # of the range of the 27 voxels around
HIDDEN_PEAK = (0.6, 0.3)  # of the second and third largest bend: what lies between voxels
PAD = 10  # voxels; a cubic spline's memory fades to 2e-6 over them
SLAB = 24  # slices
LIMIT_REACH = 3  # voxels that the limits beside a point depend on
WHOLE_SHARE = 0.3
FEWEST_VOXELS = 4
DOUBT_FACTOR = 2.0  # 95 % of a root mean square
COARSE_FACTOR = 2.0
FloatArray = npt.NDArray[np.floating[Any]]


class Interpolation(Enum):
    """How dose is reconstructed between voxel centres."""

    CUBIC = "clamped cubic"
    LINEAR = "linear"


class DoseField:
    """Continuous dose in Gy from a dose grid.

    Cubic B-spline through every voxel value, limited to the range of the 27 voxels around the
    nearest one, widened by a small share of that range and, where the dose bends down along two or
    three axes, by what such a peak or ridge can hide between voxels: it can rise above the highest
    voxel of a peak, as the true dose does, but hardly rings beside a steep edge. 0 outside the
    grid.

    Only the neighbourhood of what is asked for is prepared, so that small targets in large grids
    are fast.

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
        small = min(dose.dose_gy.shape) < FEWEST_VOXELS
        self.interpolation = Interpolation.LINEAR if small else interpolation
        self.isodoses: dict[object, Any] = {}
        self.max_gy = float(dose.dose_gy.max())
        self._whole: npt.NDArray[np.float32] | None = None
        self._whole_limits: tuple[FloatArray, FloatArray] | None = None
        self._prepared_voxels = 0

    def at(self, points_lps_mm: npt.ArrayLike) -> FloatArray:
        """Dose in Gy at points (..., 3) in the dose's own space, LPS mm; 0 outside the grid."""
        points = np.asarray(points_lps_mm, dtype=float)
        index = self.dose.grid.lps_to_index(points.reshape(-1, 3)).T
        size = np.asarray(self.dose.dose_gy.shape)[:, None]
        inside = np.all((index >= -0.5) & (index <= size - 0.5), axis=0)
        values = np.zeros(index.shape[1])
        if inside.any():
            values[inside] = self._sample(np.clip(index[:, inside], 0, size - 1))
        return values.reshape(points.shape[:-1])

    def on(self, grid: Grid) -> FloatArray:
        """Dose in Gy at the voxel centres of a lattice; fast where its axes are the dose's."""
        axes = match_axes(grid, self.dose.grid)
        if axes is None:
            index = np.indices(grid.shape).reshape(3, -1).T
            return self.at(grid.index_to_lps(index)).reshape(grid.shape)
        ranges = [(float(p.min()), float(p.max())) for p in axes.positions]
        box = self._box(ranges)
        values = self._coefficients(box)
        linear = self.interpolation is Interpolation.LINEAR
        for axis, positions in enumerate(axes.positions):
            matrix = spline_matrix(positions - box.low[axis], box.shape[axis], linear=linear)
            values = weigh_along(values, axis, matrix)
        if not linear:
            near = self._box(ranges, LIMIT_REACH)
            low, high = self._limits(near)
            nearest = np.ix_(*[
                np.clip(np.rint(p - o), 0, n - 1).astype(np.intp)
                for p, o, n in zip(axes.positions, near.low, near.shape, strict=True)
            ])  # fmt: skip
            values = np.clip(values, low[nearest], high[nearest])
        for axis, inside in enumerate(axes.inside):
            if not inside.all():
                np.moveaxis(values, axis, 0)[~inside] = 0.0
        return axes.restore(values)

    def doubt_on(self, grid: Grid, between_gy: tuple[float, float] | None = None) -> float:
        """Half-width in Gy of what the dose grid leaves open between its voxels.

        Parameters
        ----------
        grid : Grid
            Lattice whose field of view is looked at.
        between_gy : tuple of float, optional
            Only voxels with such a dose count.

        Returns
        -------
        float
            From the error bound of a cubic spline, fourth difference / 384 per axis; larger where
            the fourth differences approach the second ones, that is where the grid is too coarse
            for the dose. For linear interpolation from second differences.
        """
        corners = np.array(np.meshgrid(*[(0, n - 1) for n in grid.shape])).reshape(3, -1).T
        index = self.dose.grid.lps_to_index(grid.index_to_lps(corners))
        ranges = list(zip(index.min(0), index.max(0), strict=True))
        stride = self._frame_stride(ranges[0])
        box = self._box(ranges, pad=3 * stride)
        values = self.dose.dose_gy[box.slices].astype(np.float64)
        second = _differences(values, [1, -2, 1], stride)
        if self.interpolation is Interpolation.LINEAR:
            doubt = second / 8
        else:
            fourth = _differences(values, [1, -4, 6, -4, 1], stride)
            coarse = fourth / np.maximum(second, 1e-3 * max(self.max_gy, 1e-6))
            doubt = fourth * (1 + (COARSE_FACTOR * coarse) ** 2) / 384
        # differences across the cut edges of the box mean nothing
        cut = (2 * stride, 2, 2)
        inner = tuple(
            slice(c, -c) if n > 3 * c else slice(None)
            for c, n in zip(cut, values.shape, strict=True)
        )
        values, doubt = values[inner], doubt[inner]
        if between_gy is not None:
            chosen = (values >= between_gy[0]) & (values <= between_gy[1])
            if chosen.any():
                doubt = doubt[chosen]
        return float(DOUBT_FACTOR * np.sqrt(np.mean(np.square(doubt))))

    def _frame_stride(self, range_k: tuple[float, float]) -> int:
        """Voxels along k between the frames that the file held, where they lie widest."""
        stored = self.dose.stored_frames_k
        if stored is None:
            return 1
        frames = np.asarray(stored)
        near = (frames[1:] > range_k[0]) & (frames[:-1] < range_k[1])
        gaps = np.diff(frames)[near]
        return max(int(np.ceil(gaps.max() - 1e-6)), 1) if len(gaps) else 1

    def _box(self, ranges: list[tuple[float, float]], pad: int = PAD) -> Box:
        size = self.dose.dose_gy.shape
        low, high = [], []
        for (a, b), n in zip(ranges, size, strict=True):
            low.append(int(np.clip(np.floor(a) - pad, 0, n - 1)))
            high.append(int(np.clip(np.ceil(b) + pad + 1, low[-1] + 1, n)))
        return Box(tuple(low), tuple(high))

    def _coefficients(self, box: Box) -> FloatArray:
        """Spline coefficients of a box; of the whole grid once that is cheaper."""
        dose = self.dose.dose_gy
        if self.interpolation is Interpolation.LINEAR:
            return dose[box.slices]
        if self._whole is None:
            self._prepared_voxels += box.size
            if self._prepared_voxels < 2 * dose.size and box.size < WHOLE_SHARE * dose.size:
                return np.asarray(
                    ndimage.spline_filter(
                        dose[box.slices], order=3, output=np.float64, mode="mirror"
                    )
                )
            self._whole = np.asarray(
                ndimage.spline_filter(dose, order=3, output=np.float32, mode="mirror")
            )
        return self._whole[box.slices]

    def _limits(self, box: Box) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest dose allowed near each voxel."""
        if self._whole is None:
            return compute_limits(self.dose.dose_gy[box.slices])
        if self._whole_limits is None:
            self._whole_limits = _limits_in_slabs(self.dose.dose_gy)
        low, high = self._whole_limits
        return low[box.slices], high[box.slices]

    def _sample(self, index: FloatArray) -> FloatArray:
        box = self._box([(float(row.min()), float(row.max())) for row in index])
        local = index - np.asarray(box.low)[:, None]
        coefficients = self._coefficients(box)
        if self.interpolation is Interpolation.LINEAR:
            return np.asarray(
                ndimage.map_coordinates(coefficients, local, order=1, output=np.float64)
            )
        values = ndimage.map_coordinates(
            coefficients, local, order=3, prefilter=False, mode="mirror", output=np.float64
        )
        nearest = tuple(np.rint(local).astype(np.intp))
        low, high = self._limits(box)
        clamped: FloatArray = np.clip(values, low[nearest], high[nearest])
        return clamped


def _differences(values: FloatArray, weights: list[int], stride_k: int = 1) -> FloatArray:
    """Sum over the axes of the absolute differences, `stride_k` voxels apart along k."""
    spread = np.zeros((len(weights) - 1) * stride_k + 1)
    spread[::stride_k] = weights
    total: FloatArray = np.sum(
        [
            np.abs(ndimage.correlate1d(values, w, axis=a, mode="nearest"))
            for a, w in enumerate((spread, weights, weights))
        ],
        axis=0,
    )
    return total


def compute_limits(values: npt.NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest dose that may lie between a voxel and its neighbours."""
    low = ndimage.minimum_filter(values, 3, mode="nearest")
    high = ndimage.maximum_filter(values, 3, mode="nearest")
    bends = [ndimage.correlate1d(values, [1, -2, 1], axis=a, mode="nearest") for a in range(3)]
    room = OVERSHOOT * (high - low)
    highest = high + room + _hidden([-b for b in bends])
    lowest = low - room - _hidden(bends)
    return np.maximum(lowest, 0.0), highest


def _limits_in_slabs(values: npt.NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
    """Compute the limits of a whole grid, a few slices at a time to spare memory."""
    low, high = np.empty_like(values), np.empty_like(values)
    for start in range(0, len(values), SLAB):
        first, last = max(start - LIMIT_REACH, 0), start + SLAB + LIMIT_REACH
        for whole, part in zip((low, high), compute_limits(values[first:last]), strict=True):
            whole[start : start + SLAB] = part[start - first :][:SLAB]
    return low, high


def _hidden(bends: list[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    """How far a peak can rise between voxels; 0 where the dose bends along one axis only."""
    a, b, c = (np.maximum(x, 0) for x in bends)
    least = np.minimum(np.minimum(a, b), c)
    middle = np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
    hidden = HIDDEN_PEAK[0] * middle + HIDDEN_PEAK[1] * least
    # the voxel beside the peak sees it too
    return np.asarray(ndimage.maximum_filter(hidden, 3, mode="nearest"))


def as_field(dose: DoseGrid | DoseField) -> DoseField:
    """Return the field of a dose grid, or the field itself."""
    return dose if isinstance(dose, DoseField) else DoseField(dose)
