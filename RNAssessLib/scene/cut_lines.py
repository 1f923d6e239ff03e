"""Isodoses and outlines where the views cut them: each surface cut once per slice for all views.

Slicer's displayable managers cut every surface again for every view, eight times the same line in
eight linked views. Here a cut is made once, kept for the way back, and shared. Nodes stay what
they are in the scene: colour, width, opacity, visibility and the views they belong to are read from
them; only their 2D drawing by Slicer is switched off.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np
import slicer
from vtkmodules.vtkCommonCore import reference
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import vtkRenderer

from .convert import from_vtk_matrix
from .dashes import Dash, dash_lines, in_order
from .line_geometry import (
    Colour,
    Floats,
    LineActors,
    Segments,
    Style,
    cut_surface,
    merge_lines,
)
from .segmentations import DASH_TAG

KEPT_CUTS, KEPT_DRAWINGS = 4096, 128
SURFACE = slicer.vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()
Groups = dict[Style, tuple["Surface", ...]]


class DrawnView(Protocol):
    """A slice view that lines are drawn in."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def node(self) -> slicer.vtkMRMLSliceNode: ...  # noqa: D102

    @property
    def renderer(self) -> vtkRenderer: ...  # noqa: D102

    def schedule_render(self) -> None: ...  # noqa: D102

    def before_render(self, do: Callable[[], None]) -> None: ...  # noqa: D102


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
    dash : tuple of int
        Pixels on and off; empty is a whole line.
    """

    mesh: vtkPolyData
    to_world: Floats
    colour: Colour
    style: Style
    display: slicer.vtkMRMLDisplayNode
    dash: Dash = ()

    @cached_property
    def key(self) -> tuple[int, int, bytes]:
        """Another one when the mesh or its place changed before the nodes were read anew."""
        return id(self.mesh), self.mesh.GetMTime(), self.to_world.tobytes()


class CutLines:
    """Lines of a case in all its views.

    Parameters
    ----------
    views : sequence of DrawnView
    models : callable
        Returns the vtkMRMLModelNode to draw now.
    segmentations : callable
        Returns the vtkMRMLSegmentationNode whose closed surfaces are drawn now.
    thicker : callable
        Returns how many times as wide as their nodes say lines are drawn now.

    Attributes
    ----------
    cuts : int
        How many cuts were made, those found again not counted.
    """

    def __init__(
        self,
        views: Sequence[DrawnView],
        models: Callable[[], Iterable[slicer.vtkMRMLModelNode]],
        segmentations: Callable[[], Iterable[slicer.vtkMRMLSegmentationNode]],
        thicker: Callable[[], float],
    ) -> None:
        self.cuts = 0
        self._views = tuple(views)
        self._models, self._segmentations, self._thicker = models, segmentations, thicker
        self._surfaces: tuple[Surface, ...] | None = None
        self._of_view: dict[str, Groups] = {}
        self._kept: OrderedDict[Any, Segments] = OrderedDict()
        self._drawings: OrderedDict[Any, vtkPolyData | None] = OrderedDict()
        self._observed: list[tuple[Any, int]] = []
        self._actors = {v.name: LineActors(v.renderer) for v in self._views}
        for linked in self._views:
            linked.before_render(partial(self.update, linked))

    def changed(self, *_: object) -> None:
        """Read the nodes anew before the next picture, which is asked for."""
        if self._surfaces is not None:
            self._surfaces = None
            for linked in self._views:
                linked.schedule_render()

    def update(self, linked: DrawnView) -> None:
        """Bring the lines of one view up to where it cuts; does nothing when nothing changed."""
        groups = self._groups(linked)
        to_world = from_vtk_matrix(linked.node.GetXYToRAS())
        # how thick a view's own slices are does not matter: linked views share their drawings
        to_world[:3, 2] /= np.linalg.norm(to_world[:3, 2])
        place = to_world.tobytes()
        drawings = {}
        for style, surfaces in groups.items():
            key = (place, surfaces)  # surfaces are compared by identity
            if key not in self._drawings:
                self._drawings[key] = self._draw(surfaces, linked.node, np.linalg.inv(to_world))
                _forget(self._drawings, KEPT_DRAWINGS)
            drawings[style] = self._drawings[key]
        self._actors[linked.name].show(drawings, self._thicker())

    def close(self) -> None:
        """Let the nodes go."""
        for node, tag in self._observed:
            node.RemoveObserver(tag)
        self._observed = []

    # --- cutting ----------------------------------------------------------------------------------

    def _draw(
        self, surfaces: Sequence[Surface], node: slicer.vtkMRMLSliceNode, to_view: Floats
    ) -> vtkPolyData | None:
        matrix = from_vtk_matrix(node.GetSliceToRAS())
        normal = matrix[:3, 2]
        offset = round(float(normal @ matrix[:3, 3]), 6)
        parts: list[tuple[Segments, Colour]] = []
        for surface in surfaces:
            points, segments = self._cut(surface, normal, offset)
            if len(segments):
                placed = points @ to_view[:3, :3].T + to_view[:3, 3]
                drawn = dash_lines((placed, segments), surface.dash)
                if len(drawn[1]):
                    parts.append((drawn, surface.colour))
        return merge_lines(parts) if parts else None

    def _cut(self, surface: Surface, normal: Floats, offset: float) -> Segments:
        key = (surface.key, normal.tobytes(), offset)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        self.cuts += 1
        made = cut_surface(surface.mesh, surface.to_world, normal, offset)
        if surface.dash:
            made = in_order(made)
        self._kept[key] = made
        _forget(self._kept, KEPT_CUTS)
        return made

    # --- what the nodes say -----------------------------------------------------------------------

    def _groups(self, linked: DrawnView) -> Groups:
        """Surfaces of a view by how they are drawn, in drawing order."""
        surfaces, name = self._read(), linked.name
        if name not in self._of_view:
            groups: dict[Style, list[Surface]] = {}
            for surface in surfaces:
                if surface.display.IsDisplayableInView(linked.node.GetID()):
                    groups.setdefault(surface.style, []).append(surface)
            self._of_view[name] = {style: tuple(group) for style, group in groups.items()}
        return self._of_view[name]

    def _read(self) -> tuple[Surface, ...]:
        if self._surfaces is None:
            self.close()
            self._of_view.clear()
            self._drawings.clear()
            found: list[Surface] = []
            for model in self._models():
                found += self._read_model(model)
            for node in self._segmentations():
                found += self._read_segmentation(node)
            self._surfaces = tuple(found)
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
        dash = _dash(node.GetAttribute(DASH_TAG))
        return [Surface(mesh, _place(node), _bytes(display.GetColor()), style, display, dash)]

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
                dash = _dash(_tag(segment))
                found.append(Surface(mesh, _place(node), colour, style, display, dash))
        return found

    def _observe(self, *objects: Any) -> None:  # noqa: ANN401 - MRML nodes and their parts
        self._observed += [(one, one.AddObserver("AnyEvent", self.changed)) for one in objects]


def _forget(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def _dash(text: str | None) -> Dash:
    return tuple(int(n) for n in text.split()) if text else ()


def _tag(segment: slicer.vtkSegment) -> str:
    held = reference("")
    return str(held) if segment.GetTag(DASH_TAG, held) else ""


def _bytes(colour: Sequence[float]) -> Colour:
    red, green, blue = (round(255 * value) for value in colour)
    return red, green, blue


def _place(node: slicer.vtkMRMLTransformableNode) -> Floats:
    transform = node.GetParentTransformNode()
    if transform is None:
        return np.eye(4)
    matrix = vtkMatrix4x4()
    transform.GetMatrixTransformToWorld(matrix)
    return np.asarray(from_vtk_matrix(matrix), float)
