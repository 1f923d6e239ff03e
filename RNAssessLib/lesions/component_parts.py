"""Connected parts of a lesion, on their scan's own grid and on one that both scans share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Grid, Mask, RigidTransform
from RNAssessLib.spatial.resampling import resample_mask

from .parts import parts_of

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Part:
    """One connected part of a lesion.

    Attributes
    ----------
    native : Mask
        On its scan's own grid: volumes are measured there, so that every page tells the same one.
    placed : (K, J, I) bool array
        On the grid on which both scans are compared.
    to_grid : RigidTransform
        From the space of the one to that of the other.
    share_in_doubt : float
        ± of the whole lesion's volume on that scan, as a share of it.
    """

    native: Mask
    placed: BoolArray
    to_grid: RigidTransform
    share_in_doubt: float = 0.0

    def beyond(self, other: BoolArray, grid: Grid) -> BoolArray:
        """Native voxels that lie outside of what is placed on `grid`."""
        out = self.native.array.copy()
        cells = np.argwhere(out)
        points = self.to_grid.apply(self.native.grid.index_to_lps(cells))
        index, inside = grid.nearest_voxels(points)
        held = np.zeros(len(cells), bool)
        held[inside] = other[tuple(index[inside].T)]
        out[tuple(cells[held].T)] = False
        return out


def parts_of_lesion(
    mask: Mask,
    grid: Grid,
    to_grid: RigidTransform | None = None,
    smallest_cm3: float = 0.0,
    share_in_doubt: float = 0.0,
) -> tuple[Part, ...]:
    """Connected parts (26 neighbours) of a lesion on its own grid, placed on another.

    Parameters
    ----------
    mask : Mask
        Native.
    grid : Grid
        Where scans are compared.
    to_grid : RigidTransform, optional
    smallest_cm3 : float
        Smaller parts are specks of noise and left out, as is what lies outside of `grid`.
    share_in_doubt : float
        See `Part`.
    """
    found = []
    for native in parts_of(mask, smallest_cm3):
        placed = resample_mask(native, grid, to_grid).array
        if placed.any():
            found.append(Part(native, placed, to_grid or RigidTransform(), share_in_doubt))
    return tuple(found)
