"""Volume inside an isodose, whole and local to each target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, Vector

from .field import DoseField

FloatArray = npt.NDArray[np.floating[Any]]
MOST_CELLS = 400_000


@dataclass(frozen=True, eq=False)
class IsodoseVolume:
    """Share of each cell of a fine lattice that lies above a dose.

    Attributes
    ----------
    share : (K, J, I) array of 0..1
    grid : Grid
    bridged : bool
        The component also reaches another target; it was then divided: every cell belongs to the
        target whose centre is nearest.
    """

    share: FloatArray
    grid: Grid
    bridged: bool = False

    @property
    def volume_cm3(self) -> float:
        """Volume above the dose in cm³."""
        return float(self.share.sum()) * self.grid.voxel_volume_cm3


def refine_dose(
    field: DoseField, level_gy: float, cells: int = MOST_CELLS
) -> tuple[FloatArray, Grid]:
    """Dose on a lattice cut close around everything above `level_gy`, as fine as `cells` allows."""
    dose = field.dose
    above = np.argwhere(ndimage.maximum_filter(dose.dose_gy, 3) >= level_gy)
    if len(above) == 0:
        return np.zeros((1, 1, 1)), dose.grid.crop((slice(0, 1), slice(0, 1), slice(0, 1)))
    low = np.maximum(above.min(0) - 1, 0)
    high = np.minimum(above.max(0) + 2, dose.grid.shape)
    box = dose.grid.crop(tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True)))  # type: ignore[arg-type]
    factor = int(np.clip(round((cells / np.prod(box.shape)) ** (1 / 3)), 1, 8))
    i, j, k = (s / factor for s in box.spacing_mm)
    fine = box.resized((i, j, k))
    values = np.empty(fine.shape)
    for index in range(fine.shape[0]):
        rows, columns = np.indices(fine.shape[1:])
        plane = np.stack([np.full(rows.shape, index), rows, columns], axis=-1)
        values[index] = field.at(fine.index_to_lps(plane))
    return values, fine


def share_above(values: FloatArray, grid: Grid, level_gy: float) -> FloatArray:
    """Share of each cell above the level: the surface is taken as flat inside a cell."""
    if min(values.shape) < 2:
        return (values >= level_gy).astype(np.float64)
    gradient = np.gradient(values)
    rise = sum(np.abs(g) for g in gradient)
    share: FloatArray = np.clip(0.5 + (values - level_gy) / np.maximum(rise, 1e-9), 0.0, 1.0)
    return share


def compute_isodose_volume(
    field: DoseField, level_gy: float, cells: int = MOST_CELLS
) -> IsodoseVolume:
    """Everything at or above `level_gy` in the dose grid; remembered by the field."""
    key = (level_gy, cells)
    if key not in field.isodoses:
        values, grid = refine_dose(field, level_gy, cells)
        field.isodoses[key] = IsodoseVolume(share_above(values, grid, level_gy), grid)
    known = field.isodoses[key]
    assert isinstance(known, IsodoseVolume)
    return known


def localise(
    volume: IsodoseVolume,
    target_points_mm: FloatArray,
    center_mm: Vector,
    other_centers_mm: tuple[Vector, ...],
) -> IsodoseVolume:
    """Part of an isodose volume that belongs to one target.

    The connected component(s) that hold points of the target; where such a component also holds
    another target's centre, each cell goes to the nearest centre.
    """
    labels, count = ndimage.label(volume.share > 0)
    if count == 0:
        return volume
    own = _labels_at(labels, volume.grid, target_points_mm)
    kept = np.isin(labels, sorted(own))
    bridged = False
    if other_centers_mm:
        others = np.asarray(other_centers_mm)
        bridged = bool(own & _labels_at(labels, volume.grid, others))
        if bridged:
            index = np.argwhere(kept)
            points = volume.grid.index_to_lps(index)
            near = np.linalg.norm(points - np.asarray(center_mm), axis=1)
            other = np.min([np.linalg.norm(points - o, axis=1) for o in others], axis=0)
            kept[tuple(index[other < near].T)] = False
    return IsodoseVolume(np.where(kept, volume.share, 0.0), volume.grid, bridged)


def _labels_at(labels: npt.NDArray[np.int32], grid: Grid, points_mm: FloatArray) -> set[int]:
    index = np.rint(grid.lps_to_index(points_mm)).astype(int)
    inside = np.all((index >= 0) & (index < grid.shape), axis=1)
    return {int(v) for v in np.unique(labels[tuple(index[inside].T)])} - {0}
