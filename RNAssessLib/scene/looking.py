"""Where slice views look: their middle, plane and field, the same in both shells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import slicer

from RNAssessLib.case import Vector
from RNAssessLib.findings.finding import Plane

from .convert import point_to_ras
from .layout import Cell
from .nodes import SceneNodes
from .views import ORIENTATIONS


@contextmanager
def changed_once(node: slicer.vtkMRMLNode) -> Iterator[None]:
    """Several changes of a node that its observers see as one."""
    before = node.StartModify()
    try:
        yield
    finally:
        node.EndModify(before)


def slice_node(scene: slicer.vtkMRMLScene, cell: Cell) -> slicer.vtkMRMLSliceNode | None:
    """Return the slice node of a view, None for one that is not made yet."""
    return scene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")


def slice_nodes(nodes: SceneNodes) -> list[slicer.vtkMRMLSliceNode]:
    """Return the slice nodes of the layout that are there."""
    scene = nodes.document.GetScene()
    found = [slice_node(scene, cell) for cell in nodes.layout]
    return [node for node in found if node is not None]


def center_of(node: slicer.vtkMRMLSliceNode) -> Vector:
    """RAS of the middle of a slice view."""
    matrix = node.GetSliceToRAS()
    x, y, z = (float(matrix.GetElement(row, 3)) for row in range(3))
    return x, y, z


def middle_lps(nodes: SceneNodes) -> Vector:
    """Middle of the first view of the layout, reference LPS mm."""
    x, y, z = center_of(slice_nodes(nodes)[0])
    return -x, -y, z


def normal_lps(node: slicer.vtkMRMLSliceNode) -> Vector:
    """Direction across a slice view, LPS."""
    matrix = node.GetSliceToRAS()
    x, y, z = (float(matrix.GetElement(row, 2)) for row in range(3))
    return -x, -y, z


def field_of(node: slicer.vtkMRMLSliceNode) -> float:
    """How much the shorter side of a view shows, mm."""
    return float(min(node.GetFieldOfView()[:2]))


def set_field(node: slicer.vtkMRMLSliceNode, field_mm: float) -> None:
    """Show `field_mm` across the shorter side of a view."""
    width, height = node.GetDimensions()[:2]
    per_pixel = field_mm / max(min(width, height), 1)
    node.SetFieldOfView(width * per_pixel, height * per_pixel, node.GetFieldOfView()[2])


def plane_of(node: slicer.vtkMRMLSliceNode | None) -> Plane | None:
    """Plane that a view shows, None for an oblique one."""
    found = node.GetOrientation() if node is not None else ""
    return next((plane for plane, name in ORIENTATIONS.items() if name == found), None)


def look(node: slicer.vtkMRMLSliceNode, point_lps_mm: Vector, plane: Plane | None = None) -> None:
    """Centre a view on a reference-space point, in another plane when one is given."""
    _look(node, point_to_ras(point_lps_mm), plane)


def turn(node: slicer.vtkMRMLSliceNode, plane: Plane) -> None:
    """Turn a view to a plane; the point in its middle stays."""
    _look(node, center_of(node), plane)


def _look(node: slicer.vtkMRMLSliceNode, ras: Vector, plane: Plane | None) -> None:
    with changed_once(node):
        if plane is not None and node.GetOrientation() != ORIENTATIONS[plane]:
            node.SetOrientation(ORIENTATIONS[plane])
        node.JumpSliceByCentering(*ras)
