"""Lines where a plane cuts a surface, and how a view draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPlane, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkPolyDataPlaneCutter
from vtkmodules.vtkRenderingCore import vtkActor2D, vtkPolyDataMapper2D, vtkRenderer

Floats = npt.NDArray[np.floating[Any]]
Colour = tuple[int, int, int]
Segments = tuple[Floats, npt.NDArray[np.int64]]
Style = tuple[float, float]  # width in pixels, opacity
NOTHING: Segments = (np.zeros((0, 3)), np.zeros((0, 2), np.int64))


def cut_surface(mesh: vtkPolyData, to_world: Floats, normal: Floats, offset: float) -> Segments:
    """Cut a mesh with the world plane ``normal · x = offset``.

    Returns
    -------
    points : array (N, 3), world mm
    segments : array (M, 2), indices of points
    """
    turn, shift = to_world[:3, :3], to_world[:3, 3]
    local_normal = normal @ turn
    local_offset = offset - float(normal @ shift)
    if not _reaches(mesh, local_normal, local_offset):
        return NOTHING
    plane = vtkPlane()
    length = float(np.linalg.norm(local_normal))
    plane.SetNormal(*(local_normal / length))
    plane.SetOrigin(*(local_normal * local_offset / length**2))
    cutter = vtkPolyDataPlaneCutter()
    cutter.ComputeNormalsOff()
    cutter.InterpolateAttributesOff()
    cutter.SetInputData(mesh)
    cutter.SetPlane(plane)
    cutter.Update()
    lines = cutter.GetOutput()
    if lines.GetNumberOfPoints() == 0 or lines.GetNumberOfLines() == 0:
        return NOTHING
    points = vtk_to_numpy(lines.GetPoints().GetData()).astype(float) @ turn.T + shift
    ends = vtk_to_numpy(lines.GetLines().GetConnectivityArray()).astype(np.int64)
    return points, ends.reshape(-1, 2)


def _reaches(mesh: vtkPolyData, normal: Floats, offset: float) -> bool:
    """Whether the plane meets the mesh's box."""
    bounds = np.array(mesh.GetBounds()).reshape(3, 2)
    middle, half = bounds.mean(axis=1), 0.5 * (bounds[:, 1] - bounds[:, 0])
    return bool(abs(float(normal @ middle) - offset) <= float(np.abs(normal) @ half))


def merge_lines(parts: Sequence[tuple[Segments, Colour]]) -> vtkPolyData:
    """One set of lines with a colour per point, in pixels of the view."""
    counts = np.cumsum([0, *(len(points) for (points, _), _ in parts)])
    points = np.vstack([points for (points, _), _ in parts]).astype(np.float32)
    points[:, 2] = 0.0
    segments = np.vstack([s + n for ((_, s), _), n in zip(parts, counts, strict=False)])
    colours = np.vstack(
        [np.tile(np.array(c, np.uint8), (len(points), 1)) for (points, _), c in parts]
    )
    result, held, cells = vtkPolyData(), vtkPoints(), vtkCellArray()
    held.SetData(numpy_to_vtk(points, deep=True))
    starts = np.arange(0, segments.size + 1, 2, dtype=np.int64)
    cells.SetData(
        numpy_to_vtkIdTypeArray(starts, deep=True),
        numpy_to_vtkIdTypeArray(np.ascontiguousarray(segments).ravel(), deep=True),
    )
    result.SetPoints(held)
    result.SetLines(cells)
    result.GetPointData().SetScalars(numpy_to_vtk(colours, deep=True))
    return result


class LineActors:
    """Actors of one view, one per width and opacity."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._actors: dict[Style, vtkActor2D] = {}

    def show(self, drawings: dict[Style, vtkPolyData | None], thicker: float = 1.0) -> None:
        """Show these and nothing else, lines `thicker` times as wide."""
        for style in drawings.keys() - self._actors.keys():
            self._actors[style] = self._make(style)
        for style, actor in self._actors.items():
            drawing = drawings.get(style)
            actor.SetVisibility(drawing is not None)
            actor.GetProperty().SetLineWidth(thicker * style[0])
            if drawing is not None and actor.GetMapper().GetInput() is not drawing:
                actor.GetMapper().SetInputData(drawing)

    def _make(self, style: Style) -> vtkActor2D:
        actor = vtkActor2D()
        actor.SetMapper(vtkPolyDataMapper2D())
        actor.GetProperty().SetOpacity(style[1])
        self._renderer.AddViewProp(actor)
        return actor
