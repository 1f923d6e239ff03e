"""Slice nodes of the serial layout: what each view shows and where it looks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import slicer

from RNAssessLib.case import SequenceRole
from RNAssessLib.findings.finding import Plane

from .convert import point_to_ras
from .host import quiet_output
from .layout import Cell, SerialLayout

ORIENTATIONS = {Plane.AXIAL: "Axial", Plane.CORONAL: "Coronal", Plane.SAGITTAL: "Sagittal"}
FIELD_MM = 230.0
VIEW_GROUP = 0
NEAR_RADII, NEAREST_MM, FARTHEST_NEAR_MM = 7.0, 80.0, 140.0  # a lesion with its half-dose region


def near_field_mm(radius_mm: float) -> float:
    """How much a view shows across (mm) so that a lesion is seen in its dose.

    Examples
    --------
    >>> near_field_mm(5.0), near_field_mm(15.0), near_field_mm(40.0)
    (80.0, 105.0, 140.0)
    """
    return min(max(NEAR_RADII * radius_mm, NEAREST_MM), FARTHEST_NEAR_MM)


def add_views(
    scene: slicer.vtkMRMLScene,
    layout: SerialLayout,
    volumes: Mapping[tuple[str, SequenceRole], slicer.vtkMRMLScalarVolumeNode],
    center_lps_mm: tuple[float, float, float],
) -> None:
    """Add (or take over) the slice and composite nodes of the layout's views, linked."""
    for cell in layout:
        node = ensure_slice_node(scene, cell)
        composite = ensure_composite_node(scene, cell)
        volume = volumes.get((cell.timepoint, cell.role)) if cell.role else None
        composite.SetBackgroundVolumeID(volume.GetID() if volume else None)
        composite.SetLinkedControl(True)
        composite.SetHotLinkedControl(True)
        node.SetOrientation("Axial")
        width, height, depth = node.GetFieldOfView()
        node.SetFieldOfView(FIELD_MM, FIELD_MM * height / max(width, 1e-6), depth)
        node.JumpSliceByCentering(*point_to_ras(center_lps_mm))
    arrange(scene, layout)


def ensure_slice_node(scene: slicer.vtkMRMLScene, cell: Cell) -> slicer.vtkMRMLSliceNode:
    """Slice node of a view; made when there is none."""
    node = scene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
    if node is None:
        # made by the scene, so that it knows the scene's orientation presets
        node = scene.CreateNodeByClass("vtkMRMLSliceNode")
        node.UnRegister(None)
        node.SetSingletonTag(cell.view)
        node.SetLayoutName(cell.view)
        node.SetName(cell.view)
        node = scene.AddNode(node)
    role = cell.role.value if cell.role else "item"
    node.SetLayoutLabel(f"{cell.timepoint} {role}")
    node.SetViewGroup(VIEW_GROUP)
    node.SetAttribute("RNAssess.timepoint", cell.timepoint)
    return node


def ensure_composite_node(
    scene: slicer.vtkMRMLScene, cell: Cell
) -> slicer.vtkMRMLSliceCompositeNode:
    """Composite node (which volume) of a view; made when there is none."""
    node = scene.GetSingletonNode(cell.view, "vtkMRMLSliceCompositeNode")
    if node is None:
        node = slicer.vtkMRMLSliceCompositeNode()
        node.SetSingletonTag(cell.view)
        node.SetLayoutName(cell.view)
        node.SetName(f"{cell.view} Composite")
        node = scene.AddNode(node)
    return node


def arrange(scene: slicer.vtkMRMLScene, layout: SerialLayout) -> None:
    """Ask desktop Slicer for the arrangement that shows the layout's views."""
    node = scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    if node is None:
        node = scene.AddNode(slicer.vtkMRMLLayoutNode())
    with quiet_output():  # outside an application the node does not know the descriptions
        node.SetViewArrangement(layout.arrangement)


def show_only_in(
    node: slicer.vtkMRMLDisplayableNode, scene: slicer.vtkMRMLScene, views: tuple[str, ...]
) -> None:
    """Restrict a node to the named slice views."""
    ids = [scene.GetSingletonNode(view, "vtkMRMLSliceNode").GetID() for view in views]
    for index in range(node.GetNumberOfDisplayNodes()):
        display = node.GetNthDisplayNode(index)
        if display is not None:
            display.SetViewNodeIDs(ids)


def slice_offset_of(
    node: slicer.vtkMRMLSliceNode, point_lps_mm: tuple[float, float, float]
) -> float:
    """Offset along the slice's normal at which it passes through a reference-space point."""
    matrix = node.GetSliceToRAS()
    normal = np.array([matrix.GetElement(row, 2) for row in range(3)])
    return float(normal @ np.array(point_to_ras(point_lps_mm)))
