"""Arrays and LPS geometry to VTK objects in RAS: the only place where the axes change sign."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import slicer
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkCommonTransforms import vtkTransform
from vtkmodules.vtkFiltersCore import vtkTriangleFilter
from vtkmodules.vtkFiltersGeneral import vtkTransformPolyDataFilter

from RNAssessLib.case import Grid, RigidTransform

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
Matrix = npt.NDArray[np.floating[Any]]

UNSAFE = re.compile(r"""[<>:;"/\\|?*&'=]""")


def point_to_ras(point_lps_mm: Iterable[float]) -> tuple[float, float, float]:
    """RAS of an LPS point.

    Examples
    --------
    >>> point_to_ras((1.0, 2.0, 3.0))
    (-1.0, -2.0, 3.0)
    """
    x, y, z = point_lps_mm
    return -float(x), -float(y), float(z)


def matrix_to_ras(matrix_lps: Matrix) -> Matrix:
    """Return the 4 × 4 LPS → LPS transform as it acts on RAS points."""
    return LPS_TO_RAS @ matrix_lps @ LPS_TO_RAS


def to_vtk_matrix(matrix: Matrix) -> vtkMatrix4x4:
    """4 × 4 array as vtkMatrix4x4."""
    result = vtkMatrix4x4()
    result.DeepCopy(np.asarray(matrix, dtype=float).ravel().tolist())
    return result


def from_vtk_matrix(matrix: vtkMatrix4x4) -> Matrix:
    """vtkMatrix4x4 as 4 × 4 array."""
    return np.array([[matrix.GetElement(r, c) for c in range(4)] for r in range(4)])


def ijk_to_ras(grid: Grid) -> vtkMatrix4x4:
    """Voxel indices of `grid` to RAS of its own space."""
    return to_vtk_matrix(LPS_TO_RAS @ grid.ijk_to_lps)


def transform_to_ras(transform: RigidTransform) -> vtkMatrix4x4:
    """Rigid transform between two LPS spaces as a matrix between their RAS spaces."""
    return to_vtk_matrix(matrix_to_ras(transform.moving_to_fixed))


def to_image_data(array: npt.NDArray[Any], *, shared: bool = False) -> vtkImageData:
    """(K, J, I) array as vtkImageData with unit spacing.

    The values are copied, unless they are to be `shared`: for what is only looked at, by VTK and by
    whoever has the array.
    """
    values = array.astype(np.uint8) if array.dtype == np.bool_ else array
    image = vtkImageData()
    image.SetDimensions(*(int(n) for n in array.shape[::-1]))
    flat = np.ascontiguousarray(values).ravel()
    image.GetPointData().SetScalars(numpy_to_vtk(flat, deep=not shared))
    return image


def to_oriented_image(array: npt.NDArray[Any], grid: Grid) -> slicer.vtkOrientedImageData:
    """(K, J, I) array on `grid` as Slicer's oriented image in RAS."""
    image = slicer.vtkOrientedImageData()
    image.ShallowCopy(to_image_data(array))
    image.SetGeometryFromImageToWorldMatrix(ijk_to_ras(grid))
    return image


def surface_to_ras(surface: vtkPolyData, matrix: Matrix = LPS_TO_RAS) -> vtkPolyData:
    """Surface in RAS; `matrix` (4 × 4) carries its points there, by default from LPS.

    Triangles keep facing outward: a mirroring matrix reverses them.
    """
    transform = vtkTransform()
    transform.SetMatrix(to_vtk_matrix(matrix))
    moved = vtkTransformPolyDataFilter()
    moved.SetTransform(transform)
    moved.SetInputData(surface)
    triangles = vtkTriangleFilter()
    triangles.SetInputConnection(moved.GetOutputPort())
    triangles.Update()
    return triangles.GetOutput()


def hex_to_rgb(colour: str) -> tuple[float, float, float]:
    """``#rrggbb`` as three numbers 0..1.

    Examples
    --------
    >>> hex_to_rgb("#ff0080")
    (1.0, 0.0, 0.5019607843137255)
    """
    red, green, blue = (int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
    return red, green, blue


def file_name(name: str) -> str:
    """Return a name that can be part of a file's name on any system, and of a scene's ids.

    Examples
    --------
    >>> file_name("GTV 1 <b>/x"), file_name("PTV_1 (50 %)")
    ('GTV 1 _b__x', 'PTV_1 (50 %)')
    """
    return UNSAFE.sub("_", name)
