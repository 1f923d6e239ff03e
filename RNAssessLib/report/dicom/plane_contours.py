"""Closed polygons on the slices of an image: isodoses and outlines of masks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Grid, Mask, PreparedCourse, RigidTransform
from RNAssessLib.dosimetry.field import DoseField

STEP_MM = 0.5
MOST_SAMPLES = 3_000_000
SAMPLES_PER_VOXEL = 4  # across a voxel of a mask, so that corners are hardly cut
FEWEST_POINTS = 3
COLLINEAR_MM = 1e-3
FloatArray = npt.NDArray[np.floating[Any]]
Field = Callable[[FloatArray], FloatArray]
Box = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, eq=False)
class SliceContour:
    """One closed polygon.

    Attributes
    ----------
    slice_index : int
        Slice of the grid, from 0.
    points_mm : (N, 3) array
        LPS, N >= 3, not repeated at the end; holes are joined by keyholes.
    """

    slice_index: int
    points_mm: FloatArray


def contour_isodose(
    field: DoseField, placed: PreparedCourse, level_gy: float, grid: Grid
) -> tuple[SliceContour, ...]:
    """Isodose of a course on the slices of an image in reference space.

    Parameters
    ----------
    field : DoseField
        Of `placed`; the same refined field as the numbers.
    placed : PreparedCourse
        With `to_reference`.
    level_gy : float
    grid : Grid
        In reference space.
    """
    assert placed.to_reference is not None
    to_dose = placed.to_reference.transform.inverse()
    hot = np.argwhere(field.dose.dose_gy >= level_gy)
    if hot.size == 0:
        return ()
    corners = _corners(hot.min(axis=0) - 1, hot.max(axis=0) + 1)
    points = placed.to_reference.transform.apply(field.dose.grid.index_to_lps(corners))
    box = _box_around(grid.lps_to_index(points), grid)
    return _contour(grid, box, lambda p: field.at(to_dose.apply(p)), level_gy, STEP_MM)


def contour_mask(mask: Mask, to_reference: RigidTransform, grid: Grid) -> tuple[SliceContour, ...]:
    """Outline of a mask's voxels, cut by the slices of an image in reference space."""
    inside = np.argwhere(mask.array)
    if inside.size == 0:
        return ()
    corners = _corners(inside.min(axis=0) - 1, inside.max(axis=0) + 1)
    box = _box_around(grid.lps_to_index(to_reference.apply(mask.grid.index_to_lps(corners))), grid)
    to_native = to_reference.inverse()

    def is_inside(points: FloatArray) -> FloatArray:
        index, known = mask.grid.nearest_voxels(to_native.apply(points))
        index = np.clip(index, 0, np.asarray(mask.grid.shape) - 1)
        return np.asarray(mask.array[tuple(np.moveaxis(index, -1, 0))] & known, dtype=float)

    step = min(mask.grid.spacing_mm) / SAMPLES_PER_VOXEL
    return _contour(grid, box, is_inside, 0.5, step)


def _corners(low: npt.NDArray[np.int_], high: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
    return np.array(np.meshgrid(*zip(low, high, strict=True))).reshape(3, -1).T


def _box_around(index: FloatArray, grid: Grid) -> Box:
    """Index ranges (first, last) of the grid that hold the given fractional indices."""
    low = np.clip(np.floor(index.min(axis=0)).astype(int), 0, np.asarray(grid.shape) - 1)
    high = np.clip(np.ceil(index.max(axis=0)).astype(int), 0, np.asarray(grid.shape) - 1)
    k, j, i = zip(low.tolist(), high.tolist(), strict=True)
    return (k, j, i)


def _contour(
    grid: Grid, box: Box, field: Field, level: float, step_mm: float
) -> tuple[SliceContour, ...]:
    import contourpy

    (first, last), (row_low, row_high), (column_low, column_high) = box
    height = (row_high - row_low) * grid.spacing_mm[1]
    width = (column_high - column_low) * grid.spacing_mm[0]
    cells = height * width * (last - first + 1)
    step = max(step_mm, float(np.sqrt(cells / MOST_SAMPLES)))
    rows = _samples(row_low, row_high, step / grid.spacing_mm[1])
    columns = _samples(column_low, column_high, step / grid.spacing_mm[0])
    found = []
    for k in range(first, last + 1):
        index = np.stack(np.broadcast_arrays(float(k), rows[:, None], columns[None, :]), axis=-1)
        values = field(grid.index_to_lps(index))
        if values.max() < level:
            continue
        # a border below the level closes what would run out of the image
        values = np.pad(values, 1, constant_values=min(0.0, level - 1.0))
        drawn = contourpy.contour_generator(
            _extend(columns), _extend(rows), values, line_type="Separate"
        ).lines(level)
        for polygon in join_holes([line[:-1] for line in drawn]):
            kji = np.column_stack([np.full(len(polygon), float(k)), polygon[:, 1], polygon[:, 0]])
            points = drop_collinear(grid.index_to_lps(kji))
            if len(points) >= FEWEST_POINTS:
                found.append(SliceContour(k, points))
    return tuple(found)


def _samples(low: int, high: int, step: float) -> FloatArray:
    return np.linspace(low, high, max(int(np.ceil((high - low) / step)), 1) + 1)


def _extend(samples: FloatArray) -> FloatArray:
    """Add a sample at either end, hardly apart: the closing border takes no room."""
    gap = 1e-3 * (samples[1] - samples[0]) if len(samples) > 1 else 1e-3
    return np.concatenate([[samples[0] - gap], samples, [samples[-1] + gap]])


def signed_area(polygon: FloatArray) -> float:
    """Area of a polygon (N, 2); the sign is its sense of rotation."""
    x, y = polygon[:, 0], polygon[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2.0)


def is_within(point: FloatArray, polygon: FloatArray) -> bool:
    """Whether a point (2,) lies inside a polygon (N, 2), by the even-odd rule."""
    x, y = polygon[:, 0], polygon[:, 1]
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > point[1]) != (next_y > point[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x + (point[1] - y) * (next_x - x) / (next_y - y)
    return bool(np.count_nonzero(crosses & (point[0] < at)) % 2)


def join_holes(polygons: Sequence[FloatArray]) -> Iterator[FloatArray]:
    """Join each hole to the polygon around it by a keyhole, as every planning system reads it.

    Parameters
    ----------
    polygons : sequence of (N, 2) arrays
        Not crossing one another; what lies inside an odd number of others is a hole.
    """
    usable = sorted(
        (p for p in polygons if len(p) >= FEWEST_POINTS),
        key=lambda p: -abs(signed_area(p)),
    )
    depth = [sum(is_within(p[0], q) for q in usable[:n]) for n, p in enumerate(usable)]
    for n, outer in enumerate(usable):
        if depth[n] % 2:
            continue
        joined = outer
        for m in range(n + 1, len(usable)):
            if depth[m] == depth[n] + 1 and is_within(usable[m][0], outer):
                joined = _keyhole(joined, usable[m], signed_area(outer))
        yield joined


def _keyhole(outer: FloatArray, hole: FloatArray, sense: float) -> FloatArray:
    if signed_area(hole) * sense > 0:
        hole = hole[::-1]
    gaps = np.linalg.norm(outer[:, None] - hole[None], axis=-1)
    a, b = np.unravel_index(int(gaps.argmin()), gaps.shape)
    around = np.roll(hole, -int(b), axis=0)
    return np.concatenate([outer[: a + 1], around, around[:1], outer[a:]])


def drop_collinear(points: FloatArray) -> FloatArray:
    """Leave out points that lie on the line between their neighbours."""
    before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
    way = after - before
    length = np.linalg.norm(way, axis=1)
    off = np.linalg.norm(np.cross(way, points - before), axis=1)
    ahead = np.einsum("ij,ij->i", points - before, after - points)
    kept: FloatArray = points[(off > COLLINEAR_MM * np.maximum(length, 1e-9)) | (ahead <= 0)]
    return kept
