"""Round brushes in millimetres, smoothing and the largest part: what a hand does to an outline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, Vector

from .morphology import box_around, find_components, spacing_kji

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]
Box = tuple[slice, slice, slice]
SMOOTH_MM = 1.0
HALF = 0.5


@dataclass(frozen=True)
class Brush:
    """A round brush.

    Attributes
    ----------
    radius_mm : float
    normal : tuple of float or None
        Unit normal (LPS, the mask's own space) of the slice that is painted on; None for a ball.
    """

    radius_mm: float
    normal: Vector | None = None


def brush_voxels(grid: Grid, center_lps_mm: npt.ArrayLike, brush: Brush) -> tuple[Box, Bools]:
    """Voxels whose centres the brush covers, in their box of the grid.

    A disc is as thick as the grid's voxels are across its slice, so that exactly the voxels that
    the slice shows are painted.

    Parameters
    ----------
    grid : Grid
    center_lps_mm : (3,) array
    brush : Brush

    Returns
    -------
    box : tuple of slice
        Empty (start equal to stop) outside the grid.
    covered : bool array of the box
    """
    center = np.asarray(center_lps_mm, dtype=float)
    reach = np.ceil((brush.radius_mm + max(grid.spacing_mm)) / np.asarray(grid.spacing_mm[::-1]))
    middle = np.rint(grid.lps_to_index(center))
    start = np.clip(middle - reach, 0, grid.shape).astype(int)
    stop = np.clip(middle + reach + 1, start, grid.shape).astype(int)
    k, j, i = (slice(int(a), int(b)) for a, b in zip(start, stop, strict=True))
    index = np.stack(np.meshgrid(*(np.arange(s.start, s.stop) for s in (k, j, i)),
                                 indexing="ij"), axis=-1)  # fmt: skip
    offset = grid.index_to_lps(index) - center
    if brush.normal is None:
        return (k, j, i), np.asarray(np.linalg.norm(offset, axis=-1) <= brush.radius_mm)
    normal = np.asarray(brush.normal, dtype=float)
    along = offset @ normal
    across = np.linalg.norm(offset - along[..., None] * normal, axis=-1)
    thick = float(np.abs(normal @ np.reshape(grid.direction, (3, 3))) @ grid.spacing_mm)
    # one voxel of every column across the slice: the half-open interval leaves no ties
    layer = np.round(along / thick, 6)
    inside = (layer > -HALF) & (layer <= HALF)
    return (k, j, i), np.asarray((across <= brush.radius_mm) & inside)


def smooth(array: Bools, grid: Grid, width_mm: float = SMOOTH_MM) -> Bools:
    """Mask with its border smoothed over `width_mm`; a large body keeps its volume."""
    spacing = spacing_kji(grid.spacing_mm)
    box = box_around(array, spacing, 4.0 * width_mm)
    out = np.zeros(array.shape, bool)
    if box is not None:
        sigma = [width_mm / s for s in spacing]
        share = ndimage.gaussian_filter(array[box].astype(np.float32), sigma, truncate=4.0)
        out[box] = share >= HALF
    return out


def keep_largest(array: Bools) -> Bools:
    """Largest connected part (26 neighbours) of a mask."""
    out = np.zeros(array.shape, bool)
    parts = find_components(array)
    if parts:
        max(parts, key=lambda p: p.size).paint(out)
    return out
