"""Structures as sub-voxel occupancy: how much of every small cell lies inside.

Contours are turned into signed distances on each slice (exact polygon coverage at the border),
interpolated between slices, and ended by a named rule. Label maps are refined cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import ContourSet, Grid, Mask

from .polygon_area import compute_coverage

FloatArray = npt.NDArray[np.floating[Any]]
DEFAULT_CELLS = 300_000
FINEST_MM = 0.06
MARGIN_CELLS = 3
EXACT_DISTANCE_WORK = 4_000_000
CLOSING_SLICES = 1.15
GAP_FACTOR = 1.5  # a gap wider than this many slice spacings separates two parts


class EndCap(Enum):
    """What lies beyond the first and last contour."""

    NONE = "none"
    HALF_SLICE = "half slice"
    ROUNDED = "rounded where it closes"


@dataclass(frozen=True, eq=False)
class Occupancy:
    """Inside share of the cells of a fine lattice.

    Attributes
    ----------
    share : (K, J, I) float32 array
        0..1; the lattice is cut close around the structure.
    grid : Grid
        May be oblique (its k axis is the contours' normal).
    """

    share: npt.NDArray[np.float32]
    grid: Grid

    @property
    def volume_cm3(self) -> float:
        """Volume in cm³."""
        return float(self.share.sum(dtype=np.float64)) * self.grid.voxel_volume_cm3

    def samples(self) -> tuple[FloatArray, FloatArray]:
        """Cell centres (N, 3) in LPS mm that are not empty, and their volumes (N,) in cm³."""
        index = np.argwhere(self.share > 0)
        weight = self.share[tuple(index.T)].astype(np.float64) * self.grid.voxel_volume_cm3
        return self.grid.index_to_lps(index), weight


def compute_occupancy(
    shape: ContourSet | Mask,
    *,
    cap: EndCap = EndCap.ROUNDED,
    cells: int = DEFAULT_CELLS,
    single_plane_mm: float | None = None,
) -> Occupancy:
    """Occupancy of a structure in its own space.

    Parameters
    ----------
    shape : ContourSet or Mask
    cap : EndCap
        Beyond the end contours: nothing; half a slice spacing of the same outline; or (default)
        the taper of the last outlines continued where it closes within one slice spacing, and
        nothing where the structure was cut off. Eclipse's volumes of the test plans lie nearest
        to the default, and small spheres are closest to their true volume with it.
    cells : int
        About how many cells the lattice may have; smaller structures get finer ones.
    single_plane_mm : float, optional
        Thickness of a structure drawn on one slice only.

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
    return _ContourStack.from_contours(shape, single_plane_mm).occupancy(cap, cells)


def compute_mask(shape: ContourSet | Mask, grid: Grid, *, cap: EndCap = EndCap.ROUNDED) -> Mask:
    """Voxels of `grid` (in the structure's space) of which at least half lies inside."""
    if isinstance(shape, Mask):
        from .resampling import resample_mask

        return resample_mask(shape, grid)
    occupancy = compute_occupancy(shape, cap=cap, cells=DEFAULT_CELLS // 2, single_plane_mm=1.0)
    points, weight = occupancy.samples()
    index = np.rint(grid.lps_to_index(points)).astype(int)
    inside = np.all((index >= 0) & (index < grid.shape), axis=1)
    volume = np.zeros(grid.shape)
    np.add.at(volume, tuple(index[inside].T), weight[inside])
    return Mask(volume >= 0.5 * grid.voxel_volume_cm3, grid)


def _refine_mask(mask: Mask, cells: int) -> Occupancy:
    if mask.is_empty:
        raise ValueError("the label map is empty")
    box = ndimage.find_objects(mask.array.astype(np.uint8))[0]
    array, grid = mask.array[box], mask.grid.crop(box)
    # several cells per voxel: the dose varies inside a voxel even where the label does not
    factor = int(np.clip(round((cells / array.size) ** (1 / 3)), 1, 6))
    fine = array
    for axis in range(3):
        fine = np.repeat(fine, factor, axis=axis)
    i, j, k = (s / factor for s in grid.spacing_mm)
    return Occupancy(fine.astype(np.float32), grid.resized((i, j, k)))


@dataclass(frozen=True, eq=False)
class _ContourStack:
    """Contours in their own axes: u, v in the plane, w along the normal (columns of `axes`)."""

    axes: FloatArray
    planes_mm: FloatArray
    polygons: tuple[tuple[FloatArray, ...], ...]
    spacing_mm: float

    @classmethod
    def from_contours(cls, shape: ContourSet, single_plane_mm: float | None) -> _ContourStack:
        axes = _plane_axes(max((c.points_mm for c in shape.contours), key=len))
        levels: dict[float, list[FloatArray]] = {}
        for contour in shape.contours:
            local = contour.points_mm @ axes
            spread = float(np.ptp(local[:, 2]))
            if spread > 0.5:
                raise ValueError(f"a contour leaves its plane by {spread:.1f} mm")
            level = float(local[:, 2].mean())
            near = next((z for z in levels if abs(z - level) < 0.01), level)
            levels.setdefault(near, []).append(local[:, :2])
        planes = np.array(sorted(levels))
        if len(planes) > 1:
            spacing = float(np.median(np.diff(planes)))
        elif single_plane_mm is not None:
            spacing = single_plane_mm
        else:
            raise ValueError("drawn on one slice only, its thickness is unknown")
        return cls(axes, planes, tuple(tuple(levels[z]) for z in planes), spacing)

    def occupancy(self, cap: EndCap, cells: int) -> Occupancy:
        points = np.concatenate([p for group in self.polygons for p in group])
        low, high = points.min(0), points.max(0)
        reach = {EndCap.NONE: 0.0, EndCap.HALF_SLICE: 0.5, EndCap.ROUNDED: 1.0}[cap]
        reach_mm = reach * self.spacing_mm
        bottom, top = self.planes_mm[0] - reach_mm, self.planes_mm[-1] + reach_mm
        depth = max(top - bottom, 1e-3)
        volume = float(np.prod(np.maximum(high - low, 0.5))) * depth
        cell = max((volume / cells) ** (1 / 3), FINEST_MM)
        origin = low - MARGIN_CELLS * cell
        rows = int(np.ceil((high[1] - origin[1]) / cell)) + MARGIN_CELLS
        columns = int(np.ceil((high[0] - origin[0]) / cell)) + MARGIN_CELLS
        distance = np.stack(
            [_signed_distance(g, origin, cell, (rows, columns)) for g in self.polygons]
        )
        # cells end exactly at the contour planes, where a cap may begin or the structure stop
        per_slice = 2 * max(int(np.ceil(self.spacing_mm / cell / 2)), 1)
        step = self.spacing_mm / per_slice
        count = max(round(depth / step), 1)
        centers = bottom + (np.arange(count) + 0.5) * step
        share = np.stack(
            [np.clip(0.5 - self._distance_at(w, distance, cap) / cell, 0, 1) for w in centers]
        )
        first = self.axes @ np.array(
            [origin[0] + cell / 2, origin[1] + cell / 2, bottom + step / 2]
        )
        grid = Grid(
            (count, rows, columns),
            (float(first[0]), float(first[1]), float(first[2])),
            (cell, cell, step),
            tuple(self.axes.ravel()),
        )
        return Occupancy(share.astype(np.float32), grid)

    def _distance_at(self, w: float, distance: FloatArray, cap: EndCap) -> FloatArray:
        """Signed distance of the slice at height `w`, interpolated between the planes."""
        run = self._run_near(w)
        z = self.planes_mm[run]
        stack = distance[run]
        if w <= z[0] or w >= z[-1]:
            end = 0 if w <= z[0] else len(z) - 1
            beyond = abs(w - z[end])
            half = cap is EndCap.HALF_SLICE or len(z) < 3
            limit = self.spacing_mm * (0.5 if half else 1.0)
            if (cap is EndCap.NONE and beyond > 1e-6) or beyond > limit + 1e-6:
                return np.full(distance.shape[1:], 1e3)
            if half:
                return np.asarray(stack[end])
            return _taper(w, z, stack, end)
        upper = int(np.searchsorted(z, w))
        return _between(w, z, stack, upper)

    def _run_near(self, w: float) -> slice:
        """Planes of the part nearest to `w`; wide gaps separate parts."""
        breaks = np.flatnonzero(np.diff(self.planes_mm) > GAP_FACTOR * self.spacing_mm) + 1
        edges = [0, *breaks.tolist(), len(self.planes_mm)]
        runs = [slice(a, b) for a, b in pairwise(edges)]
        return min(
            runs,
            key=lambda r: max(self.planes_mm[r.start] - w, w - self.planes_mm[r.stop - 1], 0.0),
        )


def _between(w: float, z: FloatArray, stack: FloatArray, upper: int) -> FloatArray:
    """Cubic through four planes (three at the ends), kept near the straight line.

    A sphere's outline bends between slices; straight interpolation of its distance loses up to
    several percent of a small volume. The limit keeps unrelated outlines from overshooting.
    """
    lower = upper - 1
    t = (w - z[lower]) / (z[upper] - z[lower])
    straight = (1 - t) * stack[lower] + t * stack[upper]
    chosen = [i for i in range(lower - 1, upper + 2) if 0 <= i < len(z)]
    if len(chosen) < 3:
        return np.asarray(straight)
    curved = np.zeros_like(straight)
    for i in chosen:
        factor = np.prod([(w - z[j]) / (z[i] - z[j]) for j in chosen if j != i])
        curved += factor * stack[i]
    room = 0.25 * (z[upper] - z[lower])
    return np.asarray(straight + np.clip(curved - straight, -room, room))


def _taper(w: float, z: FloatArray, stack: FloatArray, end: int) -> FloatArray:
    """Outline beyond the last plane, eroded so that the areas go on as the last three do.

    The area of every ellipsoid's slices is a quadratic of the height, so a quadratic through the
    last three areas closes it exactly. A structure whose areas do not reach zero within one slice
    spacing was cut off, not tapering: it ends at its last contour.
    """
    inward = 1 if end == 0 else -1
    near = [end, end + inward, end + 2 * inward]
    # half a cell more or less at the border cancels: shares, not counts
    cell_areas = [float(np.count_nonzero(stack[i] <= 0)) for i in near]

    def area(at: float) -> float:
        return sum(
            value * float(np.prod([(at - z[j]) / (z[i] - z[j]) for j in near if j != i]))
            for i, value in zip(near, cell_areas, strict=True)
        )

    # a little more than one slice: a pole can lie exactly one slice away
    one_slice_on = z[end] - inward * CLOSING_SLICES * abs(z[near[1]] - z[end])
    left = area(w)
    if area(one_slice_on) > 0 or left <= 0:
        return np.full(stack.shape[1:], 1e3)
    order = np.sort(stack[end], axis=None)
    border = order[min(int(left), order.size - 1)]
    return np.asarray(stack[end] - min(border, 0.0))


def _plane_axes(points: FloatArray) -> FloatArray:
    """Columns u, v, w: w the plane's normal, u as close to the patient's x (or y) as possible."""
    centred = points - points.mean(0)
    normal = np.linalg.svd(centred, full_matrices=False)[2][2]
    normal = normal * np.sign(normal[np.argmax(np.abs(normal))])
    if np.abs(normal).max() > 1 - 1e-9:
        normal = np.rint(normal)
    toward = np.eye(3)[1 if abs(normal[0]) > 0.8 else 0]
    u = toward - (toward @ normal) * normal
    u /= np.linalg.norm(u)
    return np.column_stack([u, np.cross(normal, u), normal])


def _signed_distance(
    polygons: tuple[FloatArray, ...], origin: FloatArray, cell: float, shape: tuple[int, int]
) -> FloatArray:
    """Distance to the outline in mm at cell centres, negative inside (even-odd rule)."""
    coverage = np.zeros(shape)
    local = [(p - origin) / cell for p in polygons]
    for polygon in local:
        other = compute_coverage(polygon, shape)
        coverage = coverage + other - 2 * coverage * other
    inside = coverage >= 0.5
    work = coverage.size * sum(len(p) for p in local)
    if work <= EXACT_DISTANCE_WORK:
        return np.asarray(np.where(inside, -1.0, 1.0) * _distance_to_edges(local, shape) * cell)
    far = np.where(
        inside,
        0.5 - ndimage.distance_transform_edt(inside),
        ndimage.distance_transform_edt(~inside) - 0.5,
    )
    border = (coverage > 0) & (coverage < 1)
    return np.asarray(np.where(border, 0.5 - coverage, far) * cell)


def _distance_to_edges(polygons: list[FloatArray], shape: tuple[int, int]) -> FloatArray:
    rows, columns = np.indices(shape)
    centers = np.stack([columns.ravel() + 0.5, rows.ravel() + 0.5], axis=1)
    best = np.full(len(centers), np.inf)
    for polygon in polygons:
        for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
            edge = b - a
            length = float(edge @ edge)
            along = np.clip((centers - a) @ edge / length, 0, 1) if length else np.zeros(1)
            gap = centers - (a + np.atleast_1d(along)[:, None] * edge)
            best = np.minimum(best, np.einsum("ij,ij->i", gap, gap))
    return np.asarray(np.sqrt(best).reshape(shape))
