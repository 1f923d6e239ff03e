"""Dose statistics of a structure from small cells of known volume, dose and dose gradient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import ContourSet, Mask
from RNAssessLib.spatial.occupancy import (
    DEFAULT_CELLS,
    EndCap,
    Occupancy,
    compute_occupancy,
)

from .cut_cells import locate_cut
from .field import DoseField
from .results import Dvh

FloatArray = npt.NDArray[np.floating[Any]]
BIN_GY = 0.01
MOST_BINS = 2000
NODES = 4096
COARSEST_VOXELS = 2.0  # cells are not larger than this many dose voxels, memory permitting
MOST_CELLS = 500_000
UNKNOWN_SLICE_DOUBT = 1.3  # of the volume: a ball cut once is up to 2.3 times what one slice shows

CLEAR = 0.05  # share of 27 cells from which the plane through them is found
SCATTER = 0.25  # cells: most that the outline's discretisation moves a border cell's plane


@dataclass(frozen=True, eq=False)
class DoseSamples:
    """Cells of a structure.

    Inside a cell the dose is taken as spread evenly over ``dose ± half_width``, the spread that
    its gradient gives: the curve is smooth however the cells lie.

    Attributes
    ----------
    dose_gy, volume_cm3, half_width_gy : (N,) array
    whole : (N,) bool array
        Cells of which at least half belongs to the structure: slivers do not decide extremes.
    outside_share : float
        Share of the structure's volume beyond the dose grid (counted as 0 Gy).
    """

    dose_gy: FloatArray
    volume_cm3: FloatArray
    half_width_gy: FloatArray
    whole: npt.NDArray[np.bool_]
    outside_share: float = 0.0

    @cached_property
    def total_cm3(self) -> float:
        """Volume of the structure."""
        return float(self.volume_cm3.sum())

    @property
    def mean_gy(self) -> float:
        """Mean dose."""
        # summed by numpy itself: a threaded dot product depends on the number of cores
        return float((self.dose_gy * self.volume_cm3).sum() / self.total_cm3)

    @cached_property
    def min_gy(self) -> float:
        """Lowest dose, at the far side of the coldest cell."""
        chosen = self.whole if self.whole.any() else slice(None)
        return max(float((self.dose_gy - self.half_width_gy)[chosen].min()), 0.0)

    @cached_property
    def max_gy(self) -> float:
        """Highest dose, at the far side of the hottest cell."""
        chosen = self.whole if self.whole.any() else slice(None)
        return float((self.dose_gy + self.half_width_gy)[chosen].max())

    @cached_property
    def _curve(self) -> tuple[FloatArray, FloatArray]:
        """Doses in equal steps, and the volume receiving at least that much.

        Every cell adds ``rho (b - d)+ - rho (a - d)+``; such a hinge between two nodes is exactly
        the weighted sum of hinges on them, so two cumulative sums give the curve at every node.
        """
        low = float((self.dose_gy - self.half_width_gy).min())
        high = float((self.dose_gy + self.half_width_gy).max())
        step = max((high - low) / (NODES - 3), 1e-9)
        nodes = low + step * np.arange(-1, NODES - 1)
        half = np.maximum(self.half_width_gy, step / 2)
        density = self.volume_cm3 / (2 * half)
        hinges = np.zeros(NODES + 1)
        for sign, edge in ((1.0, self.dose_gy + half), (-1.0, self.dose_gy - half)):
            place = np.clip((edge - nodes[0]) / step, 0, NODES - 1)
            left = place.astype(np.intp)
            part = place - left
            hinges += sign * np.bincount(left, density * (1 - part), NODES + 1)
            hinges += sign * np.bincount(left + 1, density * part, NODES + 1)
        # sum over nodes above of (node - d) x hinge: two reversed running sums
        beyond = np.cumsum(hinges[::-1])[::-1]
        above = step * np.append(np.cumsum(beyond[::-1])[::-1][1:], 0.0)[:NODES]
        return nodes, np.minimum.accumulate(np.clip(above, 0.0, self.total_cm3))

    def dose_to_volume(self, volume_cm3: float) -> float:
        """Dose received by the hottest `volume_cm3` (D at an absolute volume)."""
        nodes, above = self._curve
        return float(np.interp(volume_cm3, above[::-1], nodes[::-1]))

    def dose_to_percent(self, percent: float) -> float:
        """Dose received by the hottest `percent` of the volume (D98, D50, D2 …)."""
        return self.dose_to_volume(self.total_cm3 * percent / 100.0)

    def volume_above(self, dose_gy: float) -> float:
        """Volume in cm³ receiving at least `dose_gy`."""
        nodes, above = self._curve
        return float(np.interp(dose_gy, nodes, above, left=self.total_cm3, right=0.0))

    def slope_cm3_per_gy(self, dose_gy: float, half_width_gy: float) -> float:
        """How fast the volume falls with dose around `dose_gy`."""
        width = max(half_width_gy, 1e-6)
        fall = self.volume_above(dose_gy - width) - self.volume_above(dose_gy + width)
        return fall / (2 * width)

    def histogram(self, bin_gy: float = BIN_GY, most_bins: int = MOST_BINS) -> Dvh:
        """Cumulative DVH at equal dose steps from 0 to just above the maximum."""
        step = max(bin_gy, self.max_gy / most_bins)
        dose = np.arange(0.0, self.max_gy + 2 * step, step)
        nodes, above = self._curve
        volume = np.interp(dose, nodes, above, left=self.total_cm3, right=0.0)
        return Dvh(dose, np.minimum.accumulate(volume))


def choose_cells(field: DoseField, shape: ContourSet | Mask, cells: int = DEFAULT_CELLS) -> int:
    """Cells for a structure: more where `cells` would be coarser than the dose grid."""
    if isinstance(shape, Mask):
        size = float(shape.array.size) * shape.grid.voxel_volume_cm3
    else:
        points = np.concatenate([c.points_mm for c in shape.contours])
        size = float(np.prod(np.ptp(points, axis=0) + 1.0)) / 1000.0
    coarsest = field.dose.grid.voxel_volume_cm3 * COARSEST_VOXELS**3
    return int(np.clip(size / coarsest, cells, MOST_CELLS))


def occupy(
    field: DoseField,
    shape: ContourSet | Mask,
    *,
    cap: EndCap = EndCap.ROUNDED,
    cells: int = DEFAULT_CELLS,
    slice_mm: float | None = None,
) -> Occupancy:
    """Occupancy on a lattice along the dose's axes where possible.

    A structure drawn on one slice only is as thick as the structure set's other slices
    (`slice_mm`). Where nothing tells, it takes a dose slice, and its volume is very uncertain.
    """
    found = compute_occupancy(
        shape,
        cap=cap,
        cells=choose_cells(field, shape, cells),
        single_plane_mm=slice_mm or field.dose.grid.spacing_mm[2],
        align=field.dose.grid,
        usual_mm=slice_mm,
    )
    if found.slack_mm and slice_mm is None:
        doubt = max(found.uncertainty_cm3, UNKNOWN_SLICE_DOUBT * found.volume_cm3)
        return replace(found, uncertainty_cm3=doubt)
    return found


def sample_occupancy(
    field: DoseField, occupancy: Occupancy, keep: npt.NDArray[Any] | None = None
) -> DoseSamples:
    """Dose samples of every cell of an occupancy.

    Parameters
    ----------
    field : DoseField
    occupancy : Occupancy
    keep : array like ``occupancy.share``, optional
        Share of each cell that belongs to the region (a structure without another).

    Raises
    ------
    ValueError
        When the structure encloses no volume.
    """
    share = occupancy.share if keep is None else occupancy.share * keep
    inside = share > 0
    if not inside.any():
        raise ValueError("encloses no volume")
    dose = field.on(occupancy.grid)
    part = share[inside].astype(np.float64)
    rises = np.stack([r[inside] for r in _rises(dose)])
    # outward, over three cells each way: slivers at the border know no direction by themselves
    around = ndimage.uniform_filter(share, 3)
    outward = -np.stack([r[inside] for r in _rises(around)])
    length = np.sqrt((outward**2).sum(axis=0))
    cut = (part < 1) & (length > 1e-6)
    center, square = dose[inside], (rises**2).sum(axis=0)
    normal = outward[:, cut] / length[cut]
    along = (rises[:, cut] * normal).sum(axis=0)
    # the inside part of a border cell lies toward the structure and ends at its surface
    plane, middle = locate_cut(part[cut], normal)
    smooth = _smooth_shift(plane, around[inside][cut], normal)
    plane, middle = plane + smooth, middle + smooth
    center[cut] += along * middle
    square[cut] += along**2 * ((2 * (plane - middle)) ** 2 - 1)
    half = np.sqrt(np.maximum(square, 0.0)) / 2
    return DoseSamples(
        np.maximum(center, 0.0),
        part * occupancy.grid.voxel_volume_cm3,
        half,
        part >= 0.5,
        _outside_share(field, occupancy, share),
    )


def _smooth_shift(plane: FloatArray, around: FloatArray, normal: FloatArray) -> FloatArray:
    """How far a cut plane (N,) moves to lie on the surface that its neighbours agree on, in cells.

    The share of 3 x 3 x 3 cells places the surface with less scatter than that of one cell; what
    it is off by on the whole (the surface's curvature) is taken out, so that no volume is moved.
    """
    clear = (around > CLEAR) & (around < 1 - CLEAR)
    if not clear.any():
        return np.zeros_like(plane)
    shift = 3 * locate_cut(around.astype(np.float64), normal)[0] - plane
    shift -= np.median(shift[clear])
    # corners, edges and thin parts are no planes over three cells: their own share holds
    return np.where(clear & (np.abs(shift) < SCATTER), shift, 0.0)


def _rises(values: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
    """Change per cell along each axis; 0 along axes of one cell."""
    return [
        np.gradient(values, axis=axis) if n > 1 else np.zeros_like(values)
        for axis, n in enumerate(values.shape)
    ]


def _outside_share(field: DoseField, occupancy: Occupancy, share: npt.NDArray[Any]) -> float:
    grid, dose = occupancy.grid, field.dose.grid
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in grid.shape])).reshape(3, -1).T
    index = dose.lps_to_index(grid.index_to_lps(corners))
    size = np.asarray(dose.shape)
    if np.all((index >= -0.5) & (index <= size - 0.5)):
        return 0.0
    cells = np.argwhere(share > 0)
    place = dose.lps_to_index(grid.index_to_lps(cells))
    beyond = np.any((place < -0.5) | (place > size - 0.5), axis=1)
    weight = share[tuple(cells.T)].astype(np.float64)
    return float(weight[beyond].sum() / weight.sum())
