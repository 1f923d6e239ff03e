"""RNAssess geometry to MRML: the only place where LPS becomes RAS."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from RNAssessLib.case import Grid, RigidTransform, Vector

FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])


def to_ras(point_lps_mm: Vector) -> Vector:
    """Return a point in RAS."""
    return -point_lps_mm[0], -point_lps_mm[1], point_lps_mm[2]


def to_matrix(array: npt.NDArray[np.floating]) -> vtk.vtkMatrix4x4:
    """Return a vtkMatrix4x4."""
    matrix = vtk.vtkMatrix4x4()
    for row in range(4):
        for column in range(4):
            matrix.SetElement(row, column, float(array[row, column]))
    return matrix


def ijk_to_ras(grid: Grid) -> vtk.vtkMatrix4x4:
    """Return the matrix from voxel indices to RAS mm."""
    return to_matrix(FLIP @ grid.ijk_to_lps)


def transform_to_ras(transform: RigidTransform) -> vtk.vtkMatrix4x4:
    """Return an LPS rigid transform as a RAS matrix."""
    return to_matrix(FLIP @ transform.moving_to_fixed @ FLIP)


def fill_volume(node: Any, array: npt.NDArray[Any], grid: Grid) -> None:  # noqa: ANN401
    """Put voxels and geometry into a vtkMRMLScalarVolumeNode."""
    image = vtk.vtkImageData()
    image.SetDimensions(*grid.shape[::-1])
    scalars = numpy_to_vtk(np.ascontiguousarray(array).ravel(), deep=True)
    image.GetPointData().SetScalars(scalars)
    node.SetIJKToRASMatrix(ijk_to_ras(grid))
    node.SetAndObserveImageData(image)


def read_volume_array(node: Any) -> npt.NDArray[Any]:  # noqa: ANN401
    """Return the voxels (K, J, I) of a volume node."""
    image = node.GetImageData()
    i, j, k = image.GetDimensions()
    return np.asarray(vtk_to_numpy(image.GetPointData().GetScalars()).reshape(k, j, i))


def oriented_image(mask: npt.NDArray[np.bool_], grid: Grid) -> Any:  # noqa: ANN401
    """Return a mask as vtkOrientedImageData for a segmentation, cut to its content."""
    oriented = slicer.vtkOrientedImageData()
    index = np.argwhere(mask)
    low, high = index.min(0), index.max(0) + 1
    box = mask[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
    extent = [low[2], high[2] - 1, low[1], high[1] - 1, low[0], high[0] - 1]
    oriented.SetExtent(*[int(v) for v in extent])
    scalars = numpy_to_vtk(np.ascontiguousarray(box).astype(np.uint8).ravel(), deep=True)
    oriented.GetPointData().SetScalars(scalars)
    oriented.SetGeometryFromImageToWorldMatrix(ijk_to_ras(grid))
    return oriented


def surface_to_ras(surface: Any) -> Any:  # noqa: ANN401
    """Return a polydata in LPS as one in RAS."""
    flip = vtk.vtkTransform()
    flip.Scale(-1, -1, 1)
    apply = vtk.vtkTransformPolyDataFilter()
    apply.SetTransform(flip)
    apply.SetInputData(surface)
    apply.Update()
    return apply.GetOutput()


def rgb(colour: str) -> tuple[float, float, float]:
    """Return ``#rrggbb`` as three numbers 0..1."""
    return tuple(int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))  # type: ignore[return-value]
