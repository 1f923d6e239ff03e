"""Structures as sub-voxel occupancy: how much of every small cell lies inside.

The area of each contour plane is exact (`contour_planes`), its course between and beyond the
planes follows `between_planes`, and the outline between planes comes from interpolated signed
distances, moved until it encloses that area. Label maps are refined cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import ContourSet, Grid, Mask

from .between_outlines import OutlineStack, fill_layers
from .between_planes import AreaCourse, EndCap, follow_areas
from .contour_planes import MOST_SKIPPED, ContourPlanes, sort_into_planes

FloatArray = npt.NDArray[np.floating[Any]]
DEFAULT_CELLS = 64_000
MOST_CELLS = 1_000_000
FINEST_MM = 0.02
MARGIN_CELLS = 3
BLEND_SLICES = 0.75  # planes closer than this many cells need no shape interpolation
ONE_SLICE_SLACK = 0.25  # of the slice distance
LABEL_BORDER_DOUBT = 0.3  # per voxel of the border, in voxels; their errors are independent

__all__ = ["DEFAULT_CELLS", "EndCap", "Occupancy", "compute_mask", "compute_occupancy"]


@dataclass(frozen=True, eq=False)
class Occupancy:
    """Inside share of the cells of a fine lattice.

    Attributes
    ----------
    share : (K, J, I) float32 array
        0..1; the lattice is cut close around the structure.
    grid : Grid
        May be oblique (its k axis is the contours' normal).
    uncertainty_cm3 : float
        95 % half-width of the volume: what the slices leave open.
    notes : tuple of str
        What had to be assumed (skipped slices, ends cut off).
    slack_mm : float
        How far the whole structure may lie to either side along the third axis: above 0 where it
        was drawn on one slice only.
    """

    share: npt.NDArray[np.float32]
    grid: Grid
    uncertainty_cm3: float = 0.0
    notes: tuple[str, ...] = ()
    slack_mm: float = 0.0

    @property
    def volume_cm3(self) -> float:
        """Volume in cm³."""
        return float(self.share.sum(dtype=np.float64)) * self.grid.voxel_volume_cm3

    def samples(self) -> tuple[FloatArray, FloatArray]:
        """Cell centres (N, 3) in LPS mm that are not empty, and their volumes (N,) in cm³."""
        index = np.argwhere(self.share > 0)
        weight = self.share[tuple(index.T)].astype(np.float64) * self.grid.voxel_volume_cm3
        return self.grid.index_to_lps(index), weight

    def share_at(self, points_mm: FloatArray) -> FloatArray:
        """Share (N,) of the cells in which points (N, 3) lie, interpolated; 0 outside."""
        index = self.grid.lps_to_index(points_mm)
        return np.asarray(ndimage.map_coordinates(self.share, index.T, order=1, output=np.float64))


def compute_occupancy(
    shape: ContourSet | Mask,
    *,
    cap: EndCap = EndCap.ROUNDED,
    cells: int = DEFAULT_CELLS,
    single_plane_mm: float | None = None,
    align: Grid | None = None,
    usual_mm: float | None = None,
) -> Occupancy:
    """Occupancy of a structure in its own space.

    Parameters
    ----------
    shape : ContourSet or Mask
    cap : EndCap
        Beyond the end contours: nothing; half a slice spacing of the same outline; or (default)
        the course of the last areas continued to where it closes within one slice spacing; ends
        that do not close go on for half a slice, rounded off where the outlines were shrinking.
    cells : int
        About how many cells the lattice has; smaller structures get finer ones.
    single_plane_mm : float, optional
        Thickness of a structure drawn on one slice only.
    align : Grid, optional
        Lattice (the dose grid) whose axes to use where its planes are parallel to the contours'.
    usual_mm : float, optional
        Slice distance of the other structures of the set; one drawn more sparsely is said to be.

    Returns
    -------
    Occupancy

    Raises
    ------
    ValueError
        One contour plane and no thickness; contours that are not planar and parallel; empty mask.
    """
    if isinstance(shape, Mask):
        return _refine_mask(shape, cells)
    planes = sort_into_planes(shape, single_plane_mm, align)
    return _Builder(planes, cap, cells, usual_mm).build()


def compute_mask(shape: ContourSet | Mask, grid: Grid, *, cap: EndCap = EndCap.ROUNDED) -> Mask:
    """Voxels of `grid` (in the structure's space) of which at least half lies inside."""
    if isinstance(shape, Mask):
        from .resampling import resample_mask

        return resample_mask(shape, grid)
    planes = sort_into_planes(shape, 1.0, grid)
    low, high = planes.bounds
    height = float(np.ptp(planes.heights_mm))
    size = float(np.prod(np.maximum(high - low, 1.0))) * max(height, 1.0)
    cells = int(np.clip(27 * size / grid.voxel_volume_cm3 / 1000, 20_000, 8 * MOST_CELLS))
    points, weight = _Builder(planes, cap, cells).build().samples()
    index, inside = grid.nearest_voxels(points)
    k, j, i = index[inside].T
    place = np.ravel_multi_index((k, j, i), grid.shape)
    volume = np.bincount(place, weight[inside], int(np.prod(grid.shape))).reshape(grid.shape)
    return Mask(volume >= 0.5 * grid.voxel_volume_cm3, grid)


def _refine_mask(mask: Mask, cells: int) -> Occupancy:
    if mask.is_empty:
        raise ValueError("the label map is empty")
    box = ndimage.find_objects(mask.array.astype(np.uint8))[0]
    array, grid = mask.array[box], mask.grid.crop(box)
    padded = np.pad(array, 1)
    border = np.count_nonzero(padded & ~ndimage.binary_erosion(padded))
    # several cells per voxel: the dose varies inside a voxel even where the label does not
    cell = (array.size * float(np.prod(grid.spacing_mm)) / cells) ** (1 / 3)
    factors = [int(np.clip(round(s / cell), 1, 8)) for s in grid.spacing_mm[::-1]]
    fine = array
    for axis, factor in enumerate(factors):
        fine = np.repeat(fine, factor, axis=axis)
    i, j, k = (s / f for s, f in zip(grid.spacing_mm, factors[::-1], strict=True))
    doubt = 2 * LABEL_BORDER_DOUBT * np.sqrt(border) * grid.voxel_volume_cm3
    return Occupancy(fine.astype(np.float32), grid.resized((i, j, k)), float(doubt))


class _Builder:
    """Lattice, planes on it, and the parts they form."""

    def __init__(
        self, planes: ContourPlanes, cap: EndCap, cells: int, usual_mm: float | None = None
    ) -> None:
        self.planes, self.cap, self.usual_mm = planes, cap, usual_mm
        low, high = planes.bounds
        depth = float(np.ptp(planes.heights_mm)) + 1.5 * planes.spacing_mm
        volume = float(np.prod(np.maximum(high - low, 0.5))) * depth
        self.cell = max((volume / cells) ** (1 / 3), FINEST_MM)
        self.origin = low - MARGIN_CELLS * self.cell
        size = np.ceil((high - self.origin) / self.cell).astype(int) + MARGIN_CELLS
        self.shape = (int(size[1]), int(size[0]))
        self.notes: list[str] = []

    def build(self) -> Occupancy:
        planes = self.planes
        coverage = planes.compute_coverage(self.origin, self.cell, self.shape)
        courses = [self._course(run, cover) for run, cover in self._parts(coverage)]
        bottom = min(course.low_mm for _, course, _ in courses)
        top = max(course.high_mm for _, course, _ in courses)
        # layers end at the contour planes, where a cap may begin or the structure stop
        per_slice = 2 * max(int(np.ceil(planes.spacing_mm / self.cell / 2)), 1)
        step = planes.spacing_mm / per_slice
        first = planes.heights_mm[0]
        below = int(np.ceil((first - bottom) / step - 1e-9))
        above = max(int(np.ceil((top - first) / step - 1e-9)), 1 - below)
        edges = first + step * np.arange(-below, above + 1)
        share = np.zeros((below + above, *self.shape), np.float32)
        for heights, course, cover in courses:
            inner = self._fill(heights, course, cover, edges)
            np.maximum(share, inner, out=share)
        doubt = sum(course.uncertainty_mm3 for _, course, _ in courses)
        doubt += float(planes.polygon_deficit_mm2().sum()) * planes.spacing_mm
        self.notes += planes.describe_slices(self.usual_mm)
        slack = 0.0
        if len(planes.heights_mm) == 1:
            slack = ONE_SLICE_SLACK * planes.spacing_mm
            self.notes.append("drawn on one slice only")
        grid = self._grid(edges, step)
        return Occupancy(share, grid, doubt / 1000.0, tuple(self.notes), slack)

    def _grid(self, edges: FloatArray, step: float) -> Grid:
        corner = [self.origin[0] + self.cell / 2, self.origin[1] + self.cell / 2]
        first = self.planes.axes @ np.array([*corner, edges[0] + step / 2])
        x, y, z = (float(v) for v in first)
        shape = (len(edges) - 1, *self.shape)
        direction = tuple(float(v) for v in self.planes.axes.ravel())
        return Grid(shape, (x, y, z), (self.cell, self.cell, step), direction)

    def _parts(self, coverage: FloatArray) -> list[tuple[slice, FloatArray]]:
        """Separate solids, each with its run of planes and its coverage on them."""
        parts = []
        for run in self._runs():
            stack = coverage[run]
            touched = stack > 0
            labels, count = ndimage.label(touched)
            if count <= 1:
                parts.append((run, stack))
                continue
            for number, box in enumerate(ndimage.find_objects(labels), start=1):
                planes = box[0]
                kept = slice(run.start + planes.start, run.start + planes.stop)
                parts.append((kept, np.where(labels[planes] == number, stack[planes], 0.0)))
        return parts

    def _runs(self) -> list[slice]:
        """Planes between wide gaps; narrower gaps are slices that were not drawn."""
        heights, spacing = self.planes.heights_mm, self.planes.spacing_mm
        gaps = np.diff(heights) / spacing
        edges = [0, *(np.flatnonzero(gaps > MOST_SKIPPED) + 1).tolist(), len(heights)]
        return [slice(a, b) for a, b in pairwise(edges)]

    def _course(
        self, run: slice, coverage: FloatArray
    ) -> tuple[FloatArray, AreaCourse, FloatArray]:
        heights = self.planes.heights_mm[run]
        areas = coverage.sum(axis=(1, 2)) * self.cell**2
        course = follow_areas(heights, areas, self.planes.spacing_mm, self.cap)
        return heights, course, coverage

    def _fill(
        self, heights: FloatArray, course: AreaCourse, coverage: FloatArray, edges: FloatArray
    ) -> npt.NDArray[np.float32]:
        """Share of every cell of every layer."""
        middle = (edges[1:] + edges[:-1]) / 2
        area = course.mean_over(edges) / self.cell**2
        share = np.zeros((len(middle), *self.shape), np.float32)
        layers = np.flatnonzero(area > 0)
        if len(heights) > 1 and self.planes.spacing_mm <= BLEND_SLICES * self.cell:
            place = np.interp(middle[layers], heights, np.arange(len(heights)))
            lower = np.minimum(place.astype(int), len(heights) - 2)
            t = (place - lower)[:, None, None].astype(np.float32)
            cover = coverage.astype(np.float32)
            blend = (1 - t) * cover[lower] + t * cover[lower + 1]
            full = blend.sum(axis=(1, 2))
            beyond = np.minimum(area[layers] / np.maximum(full, 1e-9), 1.0)
            share[layers] = blend * beyond[:, None, None].astype(np.float32)
            return share
        return fill_layers(OutlineStack.from_coverage(heights, coverage, self.cell), course, edges)
