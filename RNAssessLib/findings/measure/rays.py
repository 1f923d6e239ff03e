"""Looking outward from the middle of a ring: where it is open, and to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.spatial import cKDTree

from RNAssessLib.anatomy.boundaries import VENTRICLES
from RNAssessLib.case import Grid, Lesion, PreparedCase, PreparedTimepoint, Tissue
from RNAssessLib.lesions.parts import largest_part
from RNAssessLib.lesions.thick_slices import has_thick_slices

from .memory import remembered
from .workspace import whole_mask

FloatArray = npt.NDArray[np.floating[Any]]
RAYS = 1000
STEP_MM = 0.4
NEIGHBOUR_DEGREES = 8.0


@dataclass(frozen=True, eq=False)
class Ring:
    """Enhancement as seen from its hollow middle.

    Attributes
    ----------
    center_mm : (3,) array
        T1c space.
    is_hollow : bool
        Whether the middle does not enhance.
    open_share : float
        Share of the sphere taken by the largest coherent opening.
    opening : (N, 3) array
        Unit vectors into that opening, T1c space.
    radius_mm : float
        Median distance at which rays meet the rim.
    shown_share : float
        Share of the sphere taken by that part of the opening which slices can show: not the first
        or last of thick slices, where a rim thinner than they are fades.
    """

    center_mm: FloatArray
    is_hollow: bool
    open_share: float
    opening: FloatArray
    radius_mm: float
    shown_share: float


@dataclass(frozen=True)
class Opening:
    """What lies just beyond the opening of a ring.

    Attributes
    ----------
    boundary_share : float
        Share of the opening that meets cortex, CSF or ventricle.
    ventricle_share : float
        Share that meets a ventricle.
    """

    boundary_share: float
    ventricle_share: float

    @property
    def name(self) -> str:
        """What it opens toward, for people."""
        if self.boundary_share < 0.5:
            return "white matter"
        return "the ventricle" if self.ventricle_share >= 0.5 else "the cortex"


def opening_toward(
    prepared: PreparedCase, timepoint: PreparedTimepoint, ring: Ring
) -> Opening | None:
    """Look at the tissue just beyond the opening; None without anatomy."""
    anatomy = prepared.anatomy
    if anatomy is None or not len(ring.opening):
        return None
    steps = ring.radius_mm + np.arange(-1.0, anatomy.boundary_error_mm + 4.0, 0.5)
    points = ring.center_mm + ring.opening[:, None, :] * steps[None, :, None]
    index = np.rint(
        anatomy.grid.lps_to_index(timepoint.to_reference.transform.apply(points))
    ).astype(int)
    index = np.clip(index, 0, np.asarray(anatomy.grid.shape) - 1)
    at = tuple(np.moveaxis(index, -1, 0))
    ventricle = np.isin(anatomy.compartments[at], VENTRICLES).any(axis=1)
    cortex = np.isin(anatomy.tissue[at], (Tissue.GREY_MATTER, Tissue.CSF)).any(axis=1)
    return Opening(float((ventricle | cortex).mean()), float(ventricle.mean()))


def sphere_directions(count: int = RAYS) -> FloatArray:
    """Evenly spread unit vectors (count, 3) on a Fibonacci lattice."""
    n = np.arange(count) + 0.5
    polar = np.arccos(1 - 2 * n / count)
    around = np.pi * (1 + 5**0.5) * n
    return np.stack(
        [np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)], axis=1
    )


def look_outward(timepoint: PreparedTimepoint, lesion: Lesion) -> Ring | None:
    """Cast rays from the middle of the largest part; None when nothing enhances."""
    return remembered(timepoint, ("ring", lesion.id), lambda: _look(timepoint, lesion))


def _look(timepoint: PreparedTimepoint, lesion: Lesion) -> Ring | None:
    whole = whole_mask(timepoint, lesion)
    if whole.is_empty:
        return None
    main, _ = largest_part(whole.array)
    enhancing = timepoint.lesions[lesion.id].enhancing.array & main
    grid = whole.grid
    center = _middle(enhancing, timepoint.lesions[lesion.id].necrotic_core.array & main, grid)
    cells = grid.index_to_lps(np.argwhere(enhancing))
    reach = float(np.linalg.norm(cells - center, axis=1).max()) + 1.0
    directions = sphere_directions()
    steps = np.arange(0.0, reach, STEP_MM)
    points = center + directions[:, None, :] * steps[None, :, None]
    index = np.moveaxis(grid.lps_to_index(points), -1, 0)
    hit = ndimage.map_coordinates(enhancing.astype(np.float32), index, order=1) >= 0.4
    meets = hit.any(axis=1)
    hollow = not bool(hit[:, : max(int(1.5 / STEP_MM), 1)].any())
    radius = float(np.median(steps[hit[meets].argmax(axis=1)])) if meets.any() else 0.0
    opening = _largest_patch(directions[~meets])
    shown = np.count_nonzero(~_in_end_slices(opening, radius, grid)) / len(directions)
    return Ring(center, hollow, len(opening) / len(directions), opening, radius, shown)


def _in_end_slices(directions: FloatArray, radius_mm: float, grid: Grid) -> npt.NDArray[np.bool_]:
    """Which directions meet a ball's first or last slice; none unless slices are thick."""
    if not has_thick_slices(grid.spacing_mm) or radius_mm <= 0.0:
        return np.zeros(len(directions), bool)
    axis = int(np.argmax(grid.spacing_mm))
    normal = np.reshape(grid.direction, (3, 3))[:, axis]
    steep = np.abs(directions @ normal)
    return np.asarray(steep > 1.0 - grid.spacing_mm[axis] / radius_mm)


def _middle(
    enhancing: npt.NDArray[np.bool_], core: npt.NDArray[np.bool_], grid: Grid
) -> FloatArray:
    """Middle of the core; without one (a wide opening leaves none) of the enhancement."""
    shown = core if core.any() else enhancing
    center = grid.index_to_lps(np.argwhere(shown).mean(axis=0))
    return np.asarray(center, dtype=float)


def _largest_patch(directions: FloatArray) -> FloatArray:
    if len(directions) == 0:
        return directions
    reach = 2.0 * np.sin(np.radians(NEIGHBOUR_DEGREES) / 2.0)
    pairs = cKDTree(directions).query_pairs(reach, output_type="ndarray")
    owner = np.arange(len(directions))
    changed = True
    while changed and len(pairs):
        before = owner.copy()
        low = np.minimum(owner[pairs[:, 0]], owner[pairs[:, 1]])
        np.minimum.at(owner, pairs[:, 0], low)
        np.minimum.at(owner, pairs[:, 1], low)
        changed = bool((owner != before).any())
    return np.asarray(directions[owner == np.bincount(owner).argmax()])
