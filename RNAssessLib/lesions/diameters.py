"""Longest axial diameter and its perpendicular, as RANO-BM measures them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError

from RNAssessLib.case import Mask


@dataclass(frozen=True)
class Diameters:
    """In-plane diameters of the slice where the lesion is longest.

    Attributes
    ----------
    longest_mm, perpendicular_mm : float
    slice_index : int
        Index along the stack axis nearest to the patient's long axis.
    slices : int
        Slices on which the lesion shows.
    """

    longest_mm: float
    perpendicular_mm: float
    slice_index: int
    slices: int


def compute_diameters(mask: Mask) -> Diameters:
    """Measure on the native slices closest to axial, from voxel edge to voxel edge.

    Of a lesion in separate parts the largest part is measured: a diameter never spans the brain
    between a lesion and its satellite.

    Raises
    ------
    ValueError
        Empty mask.
    """
    if mask.is_empty:
        raise ValueError("the lesion is not seen")
    whole = _largest_part(mask.array)
    axes = np.reshape(mask.grid.direction, (3, 3))
    stack = 2 - int(np.argmax(np.abs(axes[2])))  # array axis most along the patient's z
    plane = [a for a in (0, 1, 2) if a != stack]
    spacing = np.asarray(mask.grid.spacing_mm[::-1])[plane]
    best: Diameters | None = None
    shown = np.flatnonzero(whole.any(axis=tuple(plane)))
    for index in shown:
        cells = np.argwhere(np.take(whole, index, axis=stack))
        longest, perpendicular = _measure(cells, spacing)
        if best is None or longest > best.longest_mm:
            best = Diameters(longest, perpendicular, int(index), len(shown))
    assert best is not None
    return best


def _largest_part(array: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    labels, count = ndimage.label(array, structure=np.ones((3, 3, 3)))
    if count < 2:
        return array
    return np.asarray(labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:])))


def _measure(cells: np.ndarray, spacing_mm: np.ndarray) -> tuple[float, float]:
    corners = np.array([[-0.5, -0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, 0.5]])
    points = ((cells[:, None, :] + corners) * spacing_mm).reshape(-1, 2)
    try:
        points = points[ConvexHull(points).vertices]
    except QhullError:
        points = np.unique(points, axis=0)
    gaps = np.linalg.norm(points[:, None] - points[None], axis=-1)
    a, b = np.unravel_index(int(gaps.argmax()), gaps.shape)
    # corner to corner overstates by up to a voxel diagonal; half a voxel at either end is shared
    overshoot = float(np.abs((points[b] - points[a]) / gaps[a, b]) @ spacing_mm) * 0.5
    along = (points[b] - points[a]) / gaps[a, b]
    across = points @ np.array([-along[1], along[0]])
    width = float(np.ptp(across))
    side = float(np.abs([-along[1], along[0]]) @ spacing_mm) * 0.5
    return float(gaps.max()) - overshoot, max(width - side, float(spacing_mm.min()))
