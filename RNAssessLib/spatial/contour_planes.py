"""Contours sorted into parallel planes, and the share of every pixel that they cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Contour, ContourSet, Grid
from RNAssessLib.case.numbers import in_mm

from .polygon_area import compute_coverage
from .repeated_outlines import find_repeated

FloatArray = npt.NDArray[np.floating[Any]]
SAME_PLANE_MM = 0.1  # positions are rounded in files; no slices lie this close
CROSSING = 0.25  # an outline that leaves the other by this share of the rest is no hole in it
OUT_OF_PLANE_MM = 0.5
WIDER = 1.25  # of the usual distance: positions are rounded
MOST_SKIPPED = 3.6  # wider gaps, in usual distances, separate two parts
PARALLEL = 1 - 1e-6


@dataclass(frozen=True, eq=False)
class ContourPlanes:
    """Contours in their own axes: u, v in the plane, w along the normal.

    Attributes
    ----------
    axes : (3, 3) array
        Columns u, v, w in LPS.
    heights_mm : (P,) array
        Ascending positions of the planes along w.
    polygons : tuple of tuple of (N, 2) array
        Vertices (u, v) in mm, per plane.
    exclusive_or : tuple of bool
        Per plane: CLOSEDPLANAR_XOR contours.
    spacing_mm : float
        Usual distance of neighbouring planes.
    repeated : int
        Contours drawn twice on their plane, of which one was kept.
    """

    axes: FloatArray
    heights_mm: FloatArray
    polygons: tuple[tuple[FloatArray, ...], ...]
    exclusive_or: tuple[bool, ...]
    spacing_mm: float
    repeated: int = 0

    @property
    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest (u, v)."""
        points = np.concatenate([p for group in self.polygons for p in group])
        return points.min(0), points.max(0)

    def compute_coverage(
        self, origin: FloatArray, cell_mm: float, shape: tuple[int, int]
    ) -> FloatArray:
        """Covered share (P, rows, columns) of the pixels of every plane, exact."""
        stack = np.zeros((len(self.polygons), *shape))
        for plane, (group, toggles) in enumerate(
            zip(self.polygons, self.exclusive_or, strict=True)
        ):
            for polygon in sorted(group, key=lambda p: -_area(p)):
                add_polygon(stack[plane], (polygon - origin) / cell_mm, toggles)
        return stack

    def describe_slices(self, usual_mm: float | None = None) -> list[str]:
        """Say what a reader must know: outlines drawn twice, distances wider than usual.

        Parameters
        ----------
        usual_mm : float, optional
            Slice distance of the other structures of the set.
        """
        said = []
        if self.repeated:
            said.append(f"{self.repeated} contour(s) drawn twice on a slice, counted once")
        if len(self.heights_mm) > 1 and usual_mm and self.spacing_mm > WIDER * usual_mm:
            said.append(
                f"its contours lie {self.spacing_mm:.3g} mm apart, the others of the set "
                f"{usual_mm:.3g} mm: interpolated between them"
            )
        gaps = np.diff(self.heights_mm) / self.spacing_mm
        for chosen, what in (
            (gaps[(gaps > WIDER) & (gaps <= MOST_SKIPPED)], "interpolated over"),
            (gaps[gaps > MOST_SKIPPED], "taken as separate parts at"),
        ):
            if len(chosen):
                said.append(
                    f"{what} {len(chosen)} gap(s) of slices without contour (up to "
                    f"{chosen.max() * self.spacing_mm:.3g} mm, usually {self.spacing_mm:.3g} mm)"
                )
        return said

    def polygon_deficit_mm2(self) -> FloatArray:
        """Area (P,) by which chords fall short of a smooth outline through the same vertices.

        Chord length squared times turning angle over 12, for angles that a smooth outline can
        have; corners sharper than 45 degrees are taken as drawn.
        """
        return np.array([sum(_deficit(p) for p in group) for group in self.polygons])


def add_polygon(covered: FloatArray, polygon: FloatArray, exclusive_or: bool) -> None:
    """Combine one more polygon into a plane's coverage, in place.

    Nested polygons follow the even-odd rule (islands in holes come back); polygons that merely
    overlap are united unless they are CLOSEDPLANAR_XOR. One that covers nearly the same but runs
    in and out of the other is a second drawing of it, not a hole.
    """
    low = np.floor(polygon.min(0)).astype(int)
    high = np.ceil(polygon.max(0)).astype(int) + 1
    window = (slice(low[1], high[1]), slice(low[0], high[0]))
    known = covered[window]
    other = compute_coverage(polygon - low, (high[1] - low[1], high[0] - low[0]))
    if not known.any():
        known[:] = other
        return
    common = np.minimum(known, other).sum()
    beyond, left = np.maximum(other - known, 0).sum(), np.maximum(known - other, 0).sum()
    nested = common > 0.95 * other.sum() and beyond < CROSSING * left
    if exclusive_or or nested:
        # half-covered border pixels shared by both outlines (keyholes, touching holes) subtract
        known[:] = np.where(other > known, known + other - 2 * known * other, known - other)
        np.clip(known, 0.0, 1.0, out=known)
    else:
        known[:] = np.clip(known + other - known * other, 0.0, 1.0)


def sort_into_planes(
    shape: ContourSet, single_plane_mm: float | None = None, align: Grid | None = None
) -> ContourPlanes:
    """Sort contours into planes.

    Parameters
    ----------
    shape : ContourSet
    single_plane_mm : float, optional
        Thickness of a structure drawn on one slice only.
    align : Grid, optional
        Lattice whose axes are used when its planes are parallel to the contours': dose is then
        evaluated axis by axis, which is many times faster.

    Raises
    ------
    ValueError
        Contours that leave their plane or are not parallel; one plane and no thickness.
    """
    axes = _plane_axes(max(shape.contours, key=lambda c: len(c.points_mm)), align)
    levels: dict[float, list[tuple[FloatArray, bool]]] = {}
    for contour in shape.contours:
        local = contour.points_mm @ axes
        spread = float(np.ptp(local[:, 2]))
        if spread > OUT_OF_PLANE_MM:
            raise ValueError(f"a contour leaves its plane by {in_mm(spread)} mm")
        level = float(local[:, 2].mean())
        near = next((z for z in levels if abs(z - level) < SAME_PLANE_MM), level)
        levels.setdefault(near, []).append((local[:, :2], contour.exclusive_or))
    repeated = 0
    for drawn in levels.values():
        again = set(find_repeated([p for p, _ in drawn]))
        repeated += len(again)
        drawn[:] = [one for index, one in enumerate(drawn) if index not in again]
    heights = np.array(sorted(levels))
    if len(heights) > 1:
        spacing = _usual_gap(np.diff(heights))
    elif single_plane_mm is not None:
        spacing = single_plane_mm
    else:
        raise ValueError("drawn on one slice only, its thickness is unknown")
    return ContourPlanes(
        axes,
        heights,
        tuple(tuple(p for p, _ in levels[z]) for z in heights),
        tuple(any(toggles for _, toggles in levels[z]) for z in heights),
        spacing,
        repeated,
    )


def usual_slice_mm(shapes: Iterable[ContourSet]) -> float | None:
    """Slice distance that most structures of a set were drawn with, None when none tells.

    Structures of three planes or more are asked; where a structure was drawn once only, this says
    how thick its slice is.
    """
    found = []
    for shape in shapes:
        axes = _plane_axes(max(shape.contours, key=lambda c: len(c.points_mm)), None)
        heights = np.sort([float((c.points_mm[0] @ axes)[2]) for c in shape.contours])
        gaps = np.diff(heights)
        gaps = gaps[gaps > SAME_PLANE_MM]
        if len(gaps) > 1:
            found.append(_usual_gap(gaps))
    return float(np.median(found)) if found else None


def _usual_gap(gaps: FloatArray) -> float:
    """Return the lower median: skipped slices widen gaps, nothing narrows them."""
    return float(np.sort(gaps)[(len(gaps) - 1) // 2])


def _plane_axes(contour: Contour, align: Grid | None) -> FloatArray:
    centred = contour.points_mm - contour.points_mm.mean(0)
    normal = np.linalg.svd(centred, full_matrices=False)[2][2]
    normal = normal * np.sign(normal[np.argmax(np.abs(normal))])
    if np.abs(normal).max() > PARALLEL:
        normal = np.rint(normal)
    if align is not None:
        columns = np.reshape(align.direction, (3, 3))
        along = columns.T @ normal
        axis = int(np.argmax(np.abs(along)))
        if abs(along[axis]) > PARALLEL:
            first = columns[:, (axis + 1) % 3] if axis != 1 else columns[:, 0]
            return np.column_stack([first, np.cross(normal, first), normal])
    toward = np.eye(3)[1 if abs(normal[0]) > 0.8 else 0]
    u = toward - (toward @ normal) * normal
    u /= np.linalg.norm(u)
    return np.column_stack([u, np.cross(normal, u), normal])


def _area(polygon: FloatArray) -> float:
    x, y = polygon[:, 0], polygon[:, 1]
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _deficit(polygon: FloatArray) -> float:
    edge = np.roll(polygon, -1, axis=0) - polygon
    length = np.hypot(edge[:, 0], edge[:, 1])
    edge, length = edge[length > 1e-9], length[length > 1e-9]
    if len(length) < 3:
        return 0.0
    direction = np.arctan2(edge[:, 1], edge[:, 0])
    turn = np.angle(np.exp(1j * (np.roll(direction, -1) - direction)))
    turn = np.where(np.abs(turn) < np.pi / 4, turn, 0.0)
    mean_turn = (turn + np.roll(turn, 1)) / 2
    return float(abs((length**2 * mean_turn).sum()) / 12)
