"""The nearest voxel of a set, asked for few places: no distance map of the whole head."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.spatial import cKDTree

BoolArray = npt.NDArray[np.bool_]


class NearestVoxel:
    """Exact distances to a set of voxels, those of a Euclidean distance transform.

    Parameters
    ----------
    voxels : (K, J, I) bool array
        The set; only its surface is kept, since the nearest voxel always lies on it.
    spacing_kji : sequence of float
        mm along the array's axes.

    Examples
    --------
    >>> cube = np.zeros((1, 1, 5), bool); cube[0, 0, :2] = True
    >>> NearestVoxel(cube, (1.0, 1.0, 2.0)).distances(~cube).tolist()
    [2.0, 4.0, 6.0]
    """

    def __init__(self, voxels: BoolArray, spacing_kji: npt.ArrayLike) -> None:
        self._spacing = np.asarray(spacing_kji, float)
        surface = voxels & ~ndimage.binary_erosion(voxels, border_value=1)
        self._voxels = voxels
        self._surface = np.argwhere(surface) if surface.any() else np.argwhere(voxels)
        self._tree = cKDTree(self._surface * self._spacing)

    def distances(self, where: BoolArray) -> npt.NDArray[np.float64]:
        """Distance in mm of each voxel of `where`, in its order; infinite from an empty set."""
        index = np.argwhere(where)
        gap = np.zeros(len(index))
        outside = ~self._voxels[where]
        gap[outside] = self._tree.query(index[outside] * self._spacing)[0]
        return gap

    def nearest(self, index: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.intp]:
        """Nearest voxel (N, 3) of the set, not empty, to voxels (N, 3) outside it."""
        return np.asarray(self._surface[self._tree.query(index * self._spacing)[1]])
