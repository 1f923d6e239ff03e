"""Evaluation of a spline on lattices whose axes are those of the dose grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from RNAssessLib.case import Grid

FloatArray = npt.NDArray[np.floating[Any]]
DRIFT_VOXELS = 0.005


@dataclass(frozen=True)
class Box:
    """Part of an array.

    Attributes
    ----------
    low, high : tuple of int
        First index and one past the last, per axis (k, j, i).
    """

    low: tuple[int, ...]
    high: tuple[int, ...]

    @property
    def slices(self) -> tuple[slice, slice, slice]:
        """For indexing."""
        k, j, i = (slice(a, b) for a, b in zip(self.low, self.high, strict=True))
        return k, j, i

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of voxels per axis."""
        return tuple(b - a for a, b in zip(self.low, self.high, strict=True))

    @property
    def size(self) -> int:
        """Number of voxels."""
        return int(np.prod(self.shape))

    def moved(self, by: tuple[int, ...]) -> Box:
        """Box with `by` added to both ends."""
        return Box(
            tuple(a + d for a, d in zip(self.low, by, strict=True)),
            tuple(b + d for b, d in zip(self.high, by, strict=True)),
        )

    def joined(self, other: Box) -> Box:
        """Smallest box around both."""
        return Box(
            tuple(min(a, b) for a, b in zip(self.low, other.low, strict=True)),
            tuple(max(a, b) for a, b in zip(self.high, other.high, strict=True)),
        )

    def grown(self, size: tuple[int, ...], voxels: tuple[int, ...] | int) -> Box:
        """Box widened on every side, within an array of shape `size`."""
        more = (voxels,) * len(size) if isinstance(voxels, int) else voxels
        return Box(
            tuple(max(a - m, 0) for a, m in zip(self.low, more, strict=True)),
            tuple(min(b + m, n) for b, m, n in zip(self.high, more, size, strict=True)),
        )


def bounding_box(mask: npt.NDArray[np.bool_]) -> Box | None:
    """Smallest box around the set voxels, None when there are none."""
    low, high = [], []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        where = np.flatnonzero(mask.any(axis=others))
        if not len(where):
            return None
        low.append(int(where[0]))
        high.append(int(where[-1]) + 1)
    return Box(tuple(low), tuple(high))


@dataclass(frozen=True, eq=False)
class MatchedAxes:
    """How a lattice lies along the axes of another.

    Attributes
    ----------
    positions : tuple of (N,) array
        Fractional indices into the dose grid along its k, j and i axis, limited to the grid.
    inside : tuple of (N,) bool array
        Positions that were within the voxels of the grid.
    order : tuple of int
        Axis of the lattice that runs along each dose axis.
    """

    positions: tuple[FloatArray, ...]
    inside: tuple[npt.NDArray[np.bool_], ...]
    order: tuple[int, ...]

    def restore(self, values: FloatArray) -> FloatArray:
        """Array in dose axis order to the lattice's axis order."""
        return np.ascontiguousarray(np.transpose(values, np.argsort(self.order)))


def match_axes(lattice: Grid, dose: Grid) -> MatchedAxes | None:
    """Return None unless every axis of `lattice` is parallel to one of `dose`'s."""
    matrix = (dose.lps_to_ijk[:3, :3] @ lattice.ijk_to_lps[:3, :3])[::-1, ::-1]
    order = np.argmax(np.abs(matrix), axis=1)
    if sorted(order.tolist()) != [0, 1, 2]:
        return None
    drift = np.abs(matrix) * (np.asarray(lattice.shape) - 1)
    drift[np.arange(3), order] = 0.0
    if drift.max() > DRIFT_VOXELS:
        return None
    start = dose.lps_to_index(lattice.index_to_lps(np.zeros(3)))
    positions, inside = [], []
    for axis in range(3):
        along = start[axis] + matrix[axis, order[axis]] * np.arange(lattice.shape[order[axis]])
        last = dose.shape[axis] - 1
        inside.append((along >= -0.5) & (along <= last + 0.5))
        positions.append(np.clip(along, 0, last))
    return MatchedAxes(tuple(positions), tuple(inside), tuple(int(o) for o in order))


def spline_matrix(positions: FloatArray, size: int, *, linear: bool = False) -> sparse.csr_array:
    """Weights (N, size) of B-spline coefficients at fractional indices, mirrored at the ends.

    Examples
    --------
    >>> spline_matrix(np.array([1.0, 1.5]), 4).toarray().round(3).tolist()
    [[0.167, 0.667, 0.167, 0.0], [0.021, 0.479, 0.479, 0.021]]
    """
    base = np.minimum(np.floor(positions).astype(int), size - 1)
    t = positions - base
    if linear:
        weights: tuple[FloatArray, ...] = (1 - t, t)
        offsets: tuple[int, ...] = (0, 1)
    else:
        weights = (
            (1 - t) ** 3 / 6,
            2 / 3 - t * t * (2 - t) / 2,
            2 / 3 - (1 - t) ** 2 * (1 + t) / 2,
            t**3 / 6,
        )
        offsets = (-1, 0, 1, 2)
    entries, columns = [], []
    for weight, offset in zip(weights, offsets, strict=True):
        column = np.abs(base + offset)
        column = np.where(column > size - 1, 2 * (size - 1) - column, column)
        entries.append(weight)
        columns.append(np.clip(column, 0, size - 1))
    rows = np.tile(np.arange(len(positions)), len(offsets))
    placed = (np.concatenate(entries), (rows, np.concatenate(columns)))
    return sparse.coo_array(placed, shape=(len(positions), size)).tocsr()
