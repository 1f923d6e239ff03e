"""Isodose surfaces from the same refined field as the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from .field import DoseField
from .refined_dose import refine_dose

SURFACE_CELLS = 250_000


def compute_isodose_surface(field: DoseField, level_gy: float, cells: int = SURFACE_CELLS) -> Any:  # noqa: ANN401 - vtk ships no types
    """Surface where the dose is `level_gy`, as vtkPolyData in the dose's space (LPS mm).

    Parameters
    ----------
    field : DoseField
    level_gy : float
        Above 0.
    cells : int
        Of the refined lattice; it is cut close around the isodose, so small ones are fine.

    Returns
    -------
    vtkPolyData
        Empty when nothing reaches the level.
    """
    values, grid = refine_dose(field, level_gy, cells)
    image = vtk.vtkImageData()
    image.SetDimensions(*grid.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(values).ravel(), deep=True))
    contour = vtk.vtkFlyingEdges3D()
    contour.SetInputData(image)
    contour.SetValue(0, level_gy)
    contour.ComputeNormalsOff()
    contour.ComputeScalarsOff()
    contour.Update()
    surface = vtk.vtkPolyData()
    surface.DeepCopy(contour.GetOutput())
    if surface.GetNumberOfPoints():
        ijk = vtk_to_numpy(surface.GetPoints().GetData())
        lps = grid.index_to_lps(ijk[:, ::-1])
        points = vtk.vtkPoints()
        points.SetData(numpy_to_vtk(np.ascontiguousarray(lps), deep=True))
        surface.SetPoints(points)
    return surface
