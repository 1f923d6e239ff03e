"""Isodoses and outlines where the views cut them: each surface cut once per slice for all views.

Slicer's displayable managers cut every surface again for every view, eight times the same line in
eight linked views. Here a cut is made once, kept for the way back, and shared. Nodes stay what they
are in the scene: colour, width, opacity, visibility and the views they belong to are read from them;
only their 2D drawing by Slicer is switched off.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import slicer
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPlane, vtkPolyData
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkFiltersCore import vtkPolyDataPlaneCutter
from vtkmodules.vtkRenderingCore import vtkActor2D, vtkPolyDataMapper2D, vtkRenderer

from RNAssessLib.scene.convert import from_vtk_matrix

from .views import LinkedView

KEPT_CUTS, KEPT_DRAWINGS = 4096, 32
SURFACE = slicer.vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()
Floats = npt.NDArray[np.float64]
Segments = tuple[Floats, npt.NDArray[np.int64]]
Style = tuple[float, float]
NOTHING: Segments = (np.zeros((0, 3)), np.zeros((0, 2), np.int64))


@dataclass(frozen=True, eq=False)
class Surface:
    """A surface whose cut is drawn.

    Attributes
    ----------
    mesh : vtkPolyData
        Closed or open, in the node's own space.
    to_world : array (4, 4)
        To RAS of the scene.
    colour : tuple of int
        0..255.
    style : tuple of float
        Width in pixels and opacity.
    display : vtkMRMLDisplayNode
        Says which views it belongs to.
    """

    mesh: vtkPolyData
    to_world: Floats
    colour: tuple[int, int, int]
    style: Style
    display: slicer.vtkMRMLDisplayNode

    @property
    def key(self) -> tuple[int, int, bytes]:
        """Changes when the mesh or its place changes."""
        return id(self.mesh), self.mesh.GetMTime(), self.to_world.tobytes()


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


class CutLines:
    """Lines of a case in all its views.

    Parameters
    ----------
    views : sequence of LinkedView
    models : callable
        Returns the vtkMRMLModelNode to draw now.
    segmentations : callable
        Returns the vtkMRMLSegmentationNode whose closed surfaces are drawn now.

    Attributes
    ----------
    cuts : int
        How many cuts were made, those found again not counted.
    """

    def __init__(
        self,
        views: Sequence[LinkedView],
        models: Callable[[], Iterable[slicer.vtkMRMLModelNode]],
        segmentations: Callable[[], Iterable[slicer.vtkMRMLSegmentationNode]],
    ) -> None:
        self.cuts = 0
        self._views = tuple(views)
        self._models, self._segmentations = models, segmentations
        self._surfaces: list[Surface] | None = None
        self._kept: OrderedDict[Any, Segments] = OrderedDict()
        self._drawings: OrderedDict[Any, dict[Style, vtkPolyData]] = OrderedDict()
        self._observed: list[tuple[Any, int]] = []
        self._actors = {v.cell.view: LineActors(v.view.first_renderer()) for v in self._views}
        for linked in self._views:
            linked.frames.before_render = lambda one=linked: self.update(one)

    def changed(self, *_: object) -> None:
        """Read the nodes anew before the next picture, which is asked for."""
        if self._surfaces is not None:
            self._surfaces = None
            for linked in self._views:
                linked.frames.schedule_render()

    def update(self, linked: LinkedView) -> None:
        """Bring the lines of one view up to where it cuts; does nothing when nothing changed."""
        surfaces = [s for s in self._read() if s.display.IsDisplayableInView(linked.node.GetID())]
        to_world = from_vtk_matrix(linked.node.GetXYToRAS())
        key = (to_world.tobytes(), tuple((s.key, s.colour, s.style) for s in surfaces))
        if key not in self._drawings:
            self._drawings[key] = self._draw(surfaces, linked.node, np.linalg.inv(to_world))
            _forget(self._drawings, KEPT_DRAWINGS)
        self._actors[linked.cell.view].show(self._drawings[key])

    def close(self) -> None:
        """Let the nodes go."""
        for node, tag in self._observed:
            node.RemoveObserver(tag)
        self._observed = []

    # --- cutting ----------------------------------------------------------------------------------

    def _draw(
        self, surfaces: Sequence[Surface], node: slicer.vtkMRMLSliceNode, to_view: Floats
    ) -> dict[Style, vtkPolyData]:
        matrix = from_vtk_matrix(node.GetSliceToRAS())
        normal = matrix[:3, 2]
        offset = round(float(normal @ matrix[:3, 3]), 6)
        parts: dict[Style, list[tuple[Segments, tuple[int, int, int]]]] = {}
        for surface in surfaces:
            points, segments = self._cut(surface, normal, offset)
            if len(segments):
                placed = points @ to_view[:3, :3].T + to_view[:3, 3]
                parts.setdefault(surface.style, []).append(((placed, segments), surface.colour))
        return {style: _merge(made) for style, made in parts.items()}

    def _cut(self, surface: Surface, normal: Floats, offset: float) -> Segments:
        key = (surface.key, normal.tobytes(), offset)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        self.cuts += 1
        made = cut_surface(surface.mesh, surface.to_world, normal, offset)
        self._kept[key] = made
        _forget(self._kept, KEPT_CUTS)
        return made

    # --- what the nodes say -----------------------------------------------------------------------

    def _read(self) -> list[Surface]:
        if self._surfaces is None:
            self.close()
            found: list[Surface] = []
            for model in self._models():
                found += self._read_model(model)
            for node in self._segmentations():
                found += self._read_segmentation(node)
            self._surfaces = found
        return self._surfaces

    def _read_model(self, node: slicer.vtkMRMLModelNode) -> list[Surface]:
        display = node.GetDisplayNode()
        display.SetVisibility2D(False)
        self._observe(node, display)
        mesh = node.GetPolyData()
        if not display.GetVisibility() or mesh is None:
            return []
        style = (float(display.GetSliceIntersectionThickness()),
                 float(display.GetSliceIntersectionOpacity()))  # fmt: skip
        return [Surface(mesh, _place(node), _bytes(display.GetColor()), style, display)]

    def _read_segmentation(self, node: slicer.vtkMRMLSegmentationNode) -> list[Surface]:
        display, segmentation = node.GetDisplayNode(), node.GetSegmentation()
        display.SetVisibility2DOutline(False)
        if segmentation.GetNumberOfSegments() and not segmentation.ContainsRepresentation(SURFACE):
            node.CreateClosedSurfaceRepresentation()
        self._observe(node, display, segmentation)
        if not display.GetVisibility():
            return []
        style = (float(display.GetSliceIntersectionThickness()), float(display.GetOpacity()))
        found = []
        for name in segmentation.GetSegmentIDs():
            segment = segmentation.GetSegment(name)
            mesh = segment.GetRepresentation(SURFACE)
            if mesh is not None and display.GetSegmentVisibility(name):
                colour = _bytes(segment.GetColor())
                found.append(Surface(mesh, _place(node), colour, style, display))
        return found

    def _observe(self, *objects: Any) -> None:  # noqa: ANN401 - MRML nodes and their parts
        self._observed += [(one, one.AddObserver("AnyEvent", self.changed)) for one in objects]


class LineActors:
    """Actors of one view, one per width and opacity."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._actors: dict[Style, vtkActor2D] = {}

    def show(self, drawings: dict[Style, vtkPolyData]) -> None:
        """Show these and nothing else."""
        for style in drawings.keys() - self._actors.keys():
            self._actors[style] = self._make(style)
        for style, actor in self._actors.items():
            drawing = drawings.get(style)
            actor.SetVisibility(drawing is not None)
            if drawing is not None and actor.GetMapper().GetInput() is not drawing:
                actor.GetMapper().SetInputData(drawing)

    def _make(self, style: Style) -> vtkActor2D:
        actor = vtkActor2D()
        actor.SetMapper(vtkPolyDataMapper2D())
        actor.GetProperty().SetLineWidth(style[0])
        actor.GetProperty().SetOpacity(style[1])
        self._renderer.AddActor2D(actor)
        return actor


def _merge(parts: Sequence[tuple[Segments, tuple[int, int, int]]]) -> vtkPolyData:
    """One set of lines with a colour per point, in pixels of the view."""
    counts = np.cumsum([0, *(len(points) for (points, _), _ in parts)])
    points = np.vstack([points for (points, _), _ in parts]).astype(np.float32)
    points[:, 2] = 0.0
    segments = np.vstack([s + n for ((_, s), _), n in zip(parts, counts, strict=False)])
    colours = np.vstack([np.tile(np.uint8(c), (len(points), 1)) for (points, _), c in parts])
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


def _forget(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def _bytes(colour: Sequence[float]) -> tuple[int, int, int]:
    red, green, blue = (round(255 * value) for value in colour)
    return red, green, blue


def _place(node: slicer.vtkMRMLTransformableNode) -> Floats:
    transform = node.GetParentTransformNode()
    if transform is None:
        return np.eye(4)
    matrix = vtkMatrix4x4()
    transform.GetMatrixTransformToWorld(matrix)
    return np.asarray(from_vtk_matrix(matrix), float)
