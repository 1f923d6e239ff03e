"""Flat cuts through volumes: what a key image shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, RigidTransform
from RNAssessLib.findings.finding import Plane

# Screen right and screen down in LPS for each plane, patient's right on the reader's left.
AXES = {
    Plane.AXIAL: ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    Plane.CORONAL: ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    Plane.SAGITTAL: ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
}
LETTERS = {
    Plane.AXIAL: ("R", "L", "A", "P"),
    Plane.CORONAL: ("R", "L", "S", "I"),
    Plane.SAGITTAL: ("A", "P", "S", "I"),
}


@dataclass(frozen=True)
class CutPlane:
    """A square window in the reference space.

    Attributes
    ----------
    plane : Plane
    center_lps_mm : tuple of float
        Middle of the window.
    width_mm, pixel_mm : float
        Side and sample distance.

    Examples
    --------
    >>> cut = CutPlane(Plane.AXIAL, (0.0, 0.0, 5.0), 4.0, 2.0)
    >>> cut.points_lps()[0, 0].tolist()
    [-1.0, -1.0, 5.0]
    """

    plane: Plane
    center_lps_mm: tuple[float, float, float]
    width_mm: float
    pixel_mm: float

    @property
    def size(self) -> int:
        """Samples along one side."""
        return max(round(self.width_mm / self.pixel_mm), 1)

    @property
    def letters(self) -> tuple[str, str, str, str]:
        """Orientation letters: left, right, top, bottom of the picture."""
        return LETTERS[self.plane]

    def points_lps(self) -> npt.NDArray[np.float64]:
        """Return positions (rows, columns, 3) in LPS mm, row 0 on top."""
        offset = (np.arange(self.size) - (self.size - 1) / 2.0) * self.pixel_mm
        right, down = (np.asarray(axis) for axis in AXES[self.plane])
        plane = offset[None, :, None] * right + offset[:, None, None] * down
        return np.asarray(plane + np.asarray(self.center_lps_mm), dtype=np.float64)

    def pixel_of(self, point_lps_mm: tuple[float, float, float]) -> tuple[float, float]:
        """Return (column, row) of a point, projected onto the plane."""
        gap = np.asarray(point_lps_mm) - np.asarray(self.center_lps_mm)
        right, down = (np.asarray(axis) for axis in AXES[self.plane])
        middle = (self.size - 1) / 2.0
        return (
            float(gap @ right / self.pixel_mm + middle),
            float(gap @ down / self.pixel_mm + middle),
        )


def sample_plane(
    array: npt.NDArray[np.generic],
    grid: Grid,
    to_reference: RigidTransform,
    cut: CutPlane,
    *,
    order: int = 1,
) -> npt.NDArray[np.float64]:
    """Sample a native volume on a plane of the reference space, once.

    Parameters
    ----------
    array : (K, J, I) array on `grid`
    to_reference : RigidTransform
        Carries the volume's own space to the reference space.
    order : int
        Spline order; 0 for labels.

    Returns
    -------
    (rows, columns) array, NaN outside the volume
    """
    native = to_reference.inverse().apply(cut.points_lps())
    index = np.moveaxis(grid.lps_to_index(native), -1, 0)
    values = array.astype(np.float64, copy=False)
    sampled = ndimage.map_coordinates(values, index, order=order, mode="constant", cval=np.nan)
    return np.asarray(sampled, dtype=np.float64)
