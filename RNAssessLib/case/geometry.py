"""Where voxels are: lattices and rigid motions in the DICOM patient system (LPS, mm)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
Vector = tuple[float, float, float]
# Plausible lattices (engineering defaults): finer or farther is damage or another unit.
FINEST_MM, FARTHEST_MM = 0.005, 10_000.0


@dataclass(frozen=True)
class Grid:
    """Regular lattice of voxel centres.

    Attributes
    ----------
    shape : tuple of int
        (K, J, I): slices, rows, columns; the shape of an array on this grid.
    origin_mm : tuple of float
        LPS position of the centre of voxel [0, 0, 0].
    spacing_mm : tuple of float
        Distance between centres along (i, j, k), all > 0.
    direction : tuple of float
        Nine numbers, row by row, of the 3 × 3 matrix whose columns are the unit vectors of the
        i, j and k axes in LPS (SimpleITK's convention). Orthonormal; a mirrored order of slices
        (determinant −1) is allowed.

    Examples
    --------
    >>> g = Grid((2, 3, 4), (-10.0, 5.0, 0.0), (1.0, 1.0, 5.0))
    >>> g.index_to_lps([1, 0, 2]).tolist()
    [-8.0, 5.0, 5.0]
    >>> g.lps_to_index([-8.0, 5.0, 5.0]).tolist()
    [1.0, 0.0, 2.0]
    """

    shape: tuple[int, int, int]
    origin_mm: Vector
    spacing_mm: Vector
    direction: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

    def __post_init__(self) -> None:
        if min(self.shape) < 1:
            raise ValueError(f"grid of shape {self.shape} has no voxels")
        if not (np.all(np.isfinite(self.spacing_mm)) and min(self.spacing_mm) > 0):
            raise ValueError(f"spacing {self.spacing_mm} mm is not positive")
        extent = np.asarray(self.shape[::-1]) * np.asarray(self.spacing_mm, float)
        if min(self.spacing_mm) < FINEST_MM or max(extent) > FARTHEST_MM:
            raise ValueError(f"voxels of {self.spacing_mm} mm over {tuple(extent)} mm are no image "
                             "of a patient")  # fmt: skip
        if not np.all(np.abs(self.origin_mm) <= FARTHEST_MM):  # NaN as well
            raise ValueError(f"its first voxel lies at {self.origin_mm} mm, no place in a scanner")
        matrix = np.reshape(self.direction, (3, 3))
        if not np.allclose(matrix.T @ matrix, np.eye(3), atol=1e-3):
            raise ValueError("axes are not orthonormal (sheared or tilted acquisition)")

    @cached_property
    def ijk_to_lps(self) -> FloatArray:
        """4 × 4 matrix from (i, j, k, 1) to (x, y, z, 1) in LPS mm."""
        matrix = np.eye(4)
        matrix[:3, :3] = np.reshape(self.direction, (3, 3)) * np.asarray(self.spacing_mm)
        matrix[:3, 3] = self.origin_mm
        return matrix

    @cached_property
    def lps_to_ijk(self) -> FloatArray:
        """Inverse of `ijk_to_lps`."""
        return np.linalg.inv(self.ijk_to_lps)

    @property
    def voxel_volume_cm3(self) -> float:
        """Volume of one voxel in cm³."""
        return float(np.prod(self.spacing_mm)) / 1000.0

    @property
    def center_lps(self) -> FloatArray:
        """LPS position (3,) of the middle of the lattice."""
        return self.index_to_lps((np.asarray(self.shape) - 1) / 2.0)

    def index_to_lps(self, index_kji: npt.ArrayLike) -> FloatArray:
        """Positions (..., 3) in LPS mm of fractional array indices (k, j, i)."""
        ijk = np.asarray(index_kji, dtype=float)[..., ::-1]
        return ijk @ self.ijk_to_lps[:3, :3].T + self.ijk_to_lps[:3, 3]

    def lps_to_index(self, points_mm: npt.ArrayLike) -> FloatArray:
        """Fractional array indices (..., 3) = (k, j, i) of LPS positions (..., 3)."""
        points = np.asarray(points_mm, dtype=float)
        return (points @ self.lps_to_ijk[:3, :3].T + self.lps_to_ijk[:3, 3])[..., ::-1]

    def nearest_voxels(
        self, points_mm: npt.ArrayLike
    ) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.bool_]]:
        """Voxels (..., 3) that hold LPS positions (..., 3), and which of them exist (...)."""
        index = np.rint(self.lps_to_index(points_mm)).astype(int)
        return index, np.all((index >= 0) & (index < self.shape), axis=-1)

    def matches(self, other: Grid, tolerance_mm: float = 1e-3) -> bool:
        """Whether both lattices have the same voxels, corner by corner, within `tolerance_mm`."""
        if self.shape != other.shape:
            return False
        corners = np.array(np.meshgrid(*[(0, n - 1) for n in self.shape])).reshape(3, -1).T
        gap = self.index_to_lps(corners) - other.index_to_lps(corners)
        return bool(np.abs(gap).max() <= tolerance_mm)

    def crop(self, slices: tuple[slice, slice, slice]) -> Grid:
        """Lattice of ``array[slices]``; slices have step 1."""
        start = [s.indices(n)[0] for s, n in zip(slices, self.shape, strict=True)]
        stop = [s.indices(n)[1] for s, n in zip(slices, self.shape, strict=True)]
        x, y, z = (float(v) for v in self.index_to_lps(start))
        k, j, i = (b - a for a, b in zip(start, stop, strict=True))
        return Grid((k, j, i), (x, y, z), self.spacing_mm, self.direction)

    def resized(self, spacing_mm: Vector) -> Grid:
        """Lattice with the same axes and field of view but another spacing along (i, j, k)."""
        extent = np.asarray(self.shape[::-1]) * np.asarray(self.spacing_mm)
        size = np.maximum(np.ceil(extent / np.asarray(spacing_mm) - 1e-6).astype(int), 1)
        slack = (size * np.asarray(spacing_mm) - extent) / 2.0
        # voxel edges, not centres, bound the field of view
        first = (np.asarray(spacing_mm) - np.asarray(self.spacing_mm)) / 2.0 - slack
        x, y, z = np.asarray(self.origin_mm) + np.reshape(self.direction, (3, 3)) @ first
        i, j, k = (int(n) for n in size)
        return Grid((k, j, i), (float(x), float(y), float(z)), spacing_mm, self.direction)


def identity_matrix() -> FloatArray:
    """4 × 4 identity."""
    return np.eye(4)


@dataclass(frozen=True, eq=False)
class RigidTransform:
    """Rotation and translation that carries points of the moving space to the fixed space.

    Attributes
    ----------
    moving_to_fixed : (4, 4) array
        ``fixed_point = moving_to_fixed @ moving_point`` in LPS mm.

    Examples
    --------
    >>> t = RigidTransform.from_parts(np.eye(3), (0.0, 0.0, 2.0))
    >>> t.apply([[1.0, 1.0, 1.0]]).tolist()
    [[1.0, 1.0, 3.0]]
    >>> t.inverse().apply([1.0, 1.0, 3.0]).tolist()
    [1.0, 1.0, 1.0]
    """

    moving_to_fixed: FloatArray = field(default_factory=identity_matrix)

    def __post_init__(self) -> None:
        rotation = self.moving_to_fixed[:3, :3]
        if self.moving_to_fixed.shape != (4, 4) or not np.allclose(
            rotation.T @ rotation, np.eye(3), atol=1e-4
        ):
            raise ValueError("not a rigid 4 x 4 matrix")
        if np.linalg.det(rotation) < 0:
            raise ValueError("a rigid transform does not mirror")

    @classmethod
    def from_parts(cls, rotation: npt.ArrayLike, translation_mm: npt.ArrayLike) -> RigidTransform:
        """Build from a 3 × 3 rotation and a translation (3,) in mm."""
        matrix = np.eye(4)
        matrix[:3, :3] = rotation
        matrix[:3, 3] = translation_mm
        return cls(matrix)

    def apply(self, points_mm: npt.ArrayLike) -> FloatArray:
        """Carry points (..., 3) from moving to fixed space."""
        points = np.asarray(points_mm, dtype=float)
        return points @ self.moving_to_fixed[:3, :3].T + self.moving_to_fixed[:3, 3]

    def inverse(self) -> RigidTransform:
        """Transform from fixed to moving space."""
        return RigidTransform(np.linalg.inv(self.moving_to_fixed))

    def then(self, after: RigidTransform) -> RigidTransform:
        """Apply this transform, then `after`."""
        return RigidTransform(after.moving_to_fixed @ self.moving_to_fixed)

    @property
    def angle_degrees(self) -> float:
        """Rotation angle."""
        cosine = (np.trace(self.moving_to_fixed[:3, :3]) - 1.0) / 2.0
        return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
