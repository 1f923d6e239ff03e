"""Volume inside an isodose, whole and local to each target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, Vector

from .field import DoseField
from .lattice import Box, bounding_box
from .refined_dose import BORDER_VOXELS, MOST_CELLS, refine_box, refine_dose, share_above

FloatArray = npt.NDArray[np.floating[Any]]
BoolArray = npt.NDArray[np.bool_]
LOCAL_CELLS = 80_000
FIRST_MARGIN_MM = 8.0
LEAST_DOUBT = 5e-4
UNRESOLVED_VOXELS = 10.0  # an isodose of fewer dose voxels hangs on what lies between them


@dataclass(frozen=True, eq=False)
class IsodoseVolume:
    """Share of each cell of a fine lattice that lies above a dose.

    Attributes
    ----------
    share : (K, J, I) array of 0..1
    grid : Grid
    volume_cm3 : float
        Extrapolated from this lattice and one three times as coarse, where there is one.
    uncertainty_cm3 : float
        95 % half-width: dose between the voxels, and refinement.
    bridged : bool
        The component also reaches another target; it was then divided: every cell belongs to the
        target whose surface (that of the sphere of its volume) is nearest.
    """

    share: FloatArray
    grid: Grid
    volume_cm3: float
    uncertainty_cm3: float = 0.0
    bridged: bool = False


@dataclass(frozen=True, eq=False)
class Place:
    """Where a target is, for telling isodoses apart.

    Attributes
    ----------
    points_mm : (N, 3) array
        Points inside it.
    center_mm : tuple of float
    radius_mm : float
        Radius of the sphere of its volume.
    """

    points_mm: FloatArray
    center_mm: Vector
    radius_mm: float

    def gap_mm(self, points_mm: FloatArray) -> FloatArray:
        """Distance (N,) of points from the surface of its sphere, negative inside."""
        gap: FloatArray = np.linalg.norm(points_mm - np.asarray(self.center_mm), axis=1)
        return gap - self.radius_mm


@dataclass(frozen=True, eq=False)
class _Component:
    """Refined dose around one coarse component; shared by the targets in it."""

    values: FloatArray
    grid: Grid
    labels: npt.NDArray[np.int32]
    voxels: int


def compute_isodose_volume(
    field: DoseField, level_gy: float, cells: int = MOST_CELLS
) -> IsodoseVolume:
    """Everything at or above `level_gy` in the dose grid; remembered by the field."""
    key = ("whole", level_gy, cells)
    if key not in field.isodoses:
        values, grid = refine_dose(field, level_gy, cells)
        field.isodoses[key] = _measure(field, values, grid, level_gy, np.ones(values.shape, bool))
    known: IsodoseVolume = field.isodoses[key]
    return known


def compute_local_isodose(
    field: DoseField, level_gy: float, target: Place, others: Sequence[Place]
) -> IsodoseVolume:
    """Part of the volume above `level_gy` that belongs to one target.

    The connected component(s) that hold points of the target. Where such a component also holds
    points of another target it is divided (see `IsodoseVolume.bridged`). Only the neighbourhood
    of the target is looked at, however large the grid.
    """
    component = _component_of(field, level_gy, target)
    labels, grid = component.labels, component.grid
    own = _labels_at(labels, grid, target.points_mm)
    rivals = [o for o in others if own & _labels_at(labels, grid, o.points_mm)]
    key = ("local", id(component), frozenset(own), target.center_mm if rivals else None,
           tuple(r.center_mm for r in rivals))  # fmt: skip
    if key in field.isodoses:
        known: IsodoseVolume = field.isodoses[key]
        return known
    kept = np.isin(labels, sorted(own)) if own else np.zeros(labels.shape, bool)
    weight = None
    if rivals:
        weight = _share_of_target(kept, grid, target, rivals)
        kept &= weight > 0
    field.isodoses[key] = volume = _measure(
        field, component.values, grid, level_gy, kept, bool(rivals), labels > 0, weight
    )
    return volume


def _share_of_target(
    kept: BoolArray, grid: Grid, target: Place, rivals: Sequence[Place]
) -> FloatArray:
    """Share of every cell that lies nearer to the target than to its rivals; 1 outside `kept`."""
    near = _with_neighbours(kept)
    index = np.argwhere(near)
    points = grid.index_to_lps(index)
    ahead = np.min([o.gap_mm(points) for o in rivals], axis=0) - target.gap_mm(points)
    share = np.ones(kept.shape)
    # across the dividing surface the difference of both distances changes by 2 mm per mm
    step = float(np.mean(grid.spacing_mm))
    share[tuple(index.T)] = np.clip(0.5 + ahead / (2 * step), 0.0, 1.0)
    return share


def compute_rest(field: DoseField, level_gy: float, targets: Sequence[Place]) -> float:
    """Volume in cm³ above `level_gy` in components that hold no target."""
    dose = field.dose.dose_gy
    box = bounding_box(dose >= level_gy)
    if box is None:
        return 0.0
    seen = {id(c): c for c in (_component_of(field, level_gy, t) for t in targets)}
    above = dose[box.slices] >= level_gy
    if sum(c.voxels for c in seen.values()) == np.count_nonzero(above):
        return 0.0
    labels, _ = ndimage.label(above)
    known: set[int] = set()
    for target in targets:
        inner = _box_of(field, target).grown(dose.shape, 1)
        low = np.clip(np.asarray(inner.low) - box.low, 0, labels.shape)
        high = np.clip(np.asarray(inner.high) - box.low, 0, labels.shape)
        known |= set(np.unique(labels[tuple(map(slice, low, high))]).tolist())
    total = 0.0
    for number, part in enumerate(ndimage.find_objects(labels), start=1):
        if number in known:
            continue
        whole = Box(tuple(s.start for s in part), tuple(s.stop for s in part)).moved(box.low)
        values, grid = refine_box(field, whole.grown(dose.shape, BORDER_VOXELS), LOCAL_CELLS)
        fine, _ = ndimage.label(values >= level_gy)
        middle = np.argwhere(labels[part] == number) + [s.start for s in part] + box.low
        own = _labels_at(fine, grid, field.dose.grid.index_to_lps(middle))
        kept = np.isin(fine, sorted(own))
        total += _measure(field, values, grid, level_gy, kept, False, fine > 0).volume_cm3
    return total


def _box_of(field: DoseField, target: Place) -> Box:
    size = np.asarray(field.dose.dose_gy.shape)
    index = field.dose.grid.lps_to_index(target.points_mm)
    low = np.clip(np.floor(index.min(0)).astype(int), 0, size - 1)
    high = np.clip(np.ceil(index.max(0)).astype(int) + 1, low + 1, size)
    return Box(tuple(int(v) for v in low), tuple(int(v) for v in high))


def _component_of(field: DoseField, level_gy: float, target: Place) -> _Component:
    """Refined dose around what is connected with the target, in a window grown until it fits."""
    named = ("place", level_gy, target.center_mm, target.radius_mm)
    if named in field.isodoses:
        known: _Component = field.isodoses[named]
        return known
    box, voxels = _component_box(field, level_gy, target)
    key = ("component", level_gy, box)
    if key not in field.isodoses:
        values, grid = refine_box(field, box, LOCAL_CELLS)
        labels, _ = ndimage.label(values >= level_gy)
        field.isodoses[key] = _Component(values, grid, labels, voxels)
    found: _Component = field.isodoses[key]
    field.isodoses[named] = found
    return found


def _component_box(field: DoseField, level_gy: float, target: Place) -> tuple[Box, int]:
    dose, size = field.dose.dose_gy, field.dose.dose_gy.shape
    inner = _box_of(field, target)
    margin = FIRST_MARGIN_MM
    while True:
        reach = np.ceil(margin / np.asarray(field.dose.grid.spacing_mm[::-1])).astype(int)
        window = inner.grown(size, tuple(int(v) for v in reach))
        labels, _ = ndimage.label(dose[window.slices] >= level_gy)
        seen = inner.grown(size, 1).moved(tuple(-v for v in window.low))
        own = np.unique(labels[seen.slices])
        own = own[own > 0]
        mask = np.isin(labels, own) if len(own) else np.zeros(labels.shape, bool)
        box = bounding_box(mask)
        if box is None:
            return inner.grown(size, BORDER_VOXELS), 0
        placed = box.moved(window.low)
        cut = any(
            (placed.low[x] == window.low[x] > 0) or (placed.high[x] == window.high[x] < size[x])
            for x in range(3)
        )
        if not cut:
            found = placed.joined(inner).grown(size, BORDER_VOXELS)
            return found, int(np.count_nonzero(mask))
        margin *= 2


def _measure(
    field: DoseField,
    values: FloatArray,
    grid: Grid,
    level_gy: float,
    kept: BoolArray,
    bridged: bool = False,
    all_above: BoolArray | None = None,
    weight: FloatArray | None = None,
) -> IsodoseVolume:
    """Volume of the kept part on this lattice and on one three times as coarse."""
    if min(values.shape) < 4 or not kept.any():
        return IsodoseVolume(np.zeros(values.shape), grid, 0.0, 0.0, bridged)
    reach = kept
    if all_above is not None:
        # the kept cells and their neighbours just below the level, but nobody else's cells
        reach = _with_neighbours(kept) & (kept | ~all_above)
    share = np.where(reach, share_above(values, level_gy), 0.0)
    if weight is not None:
        share *= weight
    cell = grid.voxel_volume_cm3
    volume = float(share.sum()) * cell
    doubt = field.doubt_on(grid, (0.6 * level_gy, 1.6 * level_gy))
    width = max(doubt, 1e-3 * level_gy)
    near = np.count_nonzero((np.abs(values - level_gy) < 3 * width) & reach)
    doubts = [near * cell / (6 * width) * doubt, LEAST_DOUBT * volume]
    if volume < UNRESOLVED_VOXELS * field.dose.grid.voxel_volume_cm3:
        doubts.append(_possible_gain(values, level_gy, doubt, kept) * cell)
    coarse = None if weight is not None else _coarse_volume(values, level_gy, reach)
    if coarse is not None:
        step = (volume - coarse * cell) / 8  # errors fall with the cell squared
        volume += step
        doubts.append(step)
    return IsodoseVolume(share, grid, volume, float(np.sqrt(np.sum(np.square(doubts)))), bridged)


def _with_neighbours(cells: BoolArray) -> BoolArray:
    """Set cells and the 26 around each; separable, so faster than a dilation."""
    return np.asarray(ndimage.maximum_filter(cells.view(np.uint8), 3, mode="nearest").view(bool))


def _possible_gain(values: FloatArray, level_gy: float, doubt_gy: float, kept: BoolArray) -> float:
    """Cells that the kept part would gain if the dose were higher by its doubt.

    A peak between voxels: the isodose around it cannot be told from the slope at its small border.
    """
    labels, _ = ndimage.label(values >= level_gy - doubt_gy)
    own = np.unique(labels[kept])
    return float(np.count_nonzero(np.isin(labels, own[own > 0]) & (values < level_gy)))


def _coarse_volume(values: FloatArray, level_gy: float, reach: BoolArray) -> float | None:
    """The same volume, in cells of the fine lattice, from the middle of every block of 27."""
    if min(values.shape) < 18:
        return None
    block = tuple(slice(1, 3 * (n // 3), 3) for n in values.shape)
    near = _with_neighbours(reach)[block]
    return 27 * float(share_above(values[block], level_gy)[near].sum())


def _labels_at(labels: npt.NDArray[np.int32], grid: Grid, points_mm: FloatArray) -> set[int]:
    index, inside = grid.nearest_voxels(points_mm)
    return {int(v) for v in np.unique(labels[tuple(index[inside].T)])} - {0}
