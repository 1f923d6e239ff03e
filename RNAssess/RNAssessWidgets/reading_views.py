"""The views of the reading flow: hanging protocol, third row, planes, one view alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import slicer

    from RNAssessLib.case import SequenceRole
    from RNAssessLib.findings.finding import Plane
    from RNAssessLib.scene import Cell, SceneNodes

# Slicer's own layouts have numbers below 1000 (vtkMRMLLayoutNode.h); two of our own, since a
# description that is registered can only be replaced while its number stays.
WITH_THIRD_ROW, WITHOUT_THIRD_ROW = 7401, 7402


def arrange(scene: slicer.vtkMRMLScene, nodes: SceneNodes, *, third_row: bool) -> None:
    """Lay out exactly the views of the case, with or without the row that follows the item."""
    from RNAssessLib.scene.layout import describe_views

    node = layout_node(scene)
    if node is None:
        return
    number = WITH_THIRD_ROW if third_row else WITHOUT_THIRD_ROW
    description = describe_views(nodes.layout, extra_row=third_row)
    if not node.AddLayoutDescription(number, description):
        node.SetLayoutDescription(number, description)
    node.SetViewArrangement(number)


def use_slicers_own(scene: slicer.vtkMRMLScene, nodes: SceneNodes) -> bool:
    """Name the layout that every Slicer knows, for a scene file; False when it was not ours."""
    node = layout_node(scene)
    if node is None or node.GetViewArrangement() not in (WITH_THIRD_ROW, WITHOUT_THIRD_ROW):
        return False
    node.SetViewArrangement(nodes.layout.arrangement)
    return True


def layout_node(scene: slicer.vtkMRMLScene) -> slicer.vtkMRMLLayoutNode | None:
    """Return the node that the layout manager follows."""
    return scene.GetFirstNodeByClass("vtkMRMLLayoutNode")


def show_role(scene: slicer.vtkMRMLScene, nodes: SceneNodes, role: SequenceRole | None) -> None:
    """Put a sequence into the third row, at each timepoint that has it."""
    for cell in nodes.layout:
        node = scene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
        if cell.role is not None or node is None:
            continue
        volume = nodes.volumes.get((cell.timepoint, role)) if role else None
        composite = scene.GetSingletonNode(cell.view, "vtkMRMLSliceCompositeNode")
        composite.SetBackgroundVolumeID(volume.GetID() if volume else None)
        name = role.value if role else ""
        label = f"{cell.timepoint} {name}" if volume else f"{cell.timepoint} no {name}"
        node.SetLayoutLabel(label.rstrip())


def turn(scene: slicer.vtkMRMLScene, nodes: SceneNodes, plane: Plane) -> None:
    """Turn every view to a plane; the point in the middle stays."""
    from RNAssessLib.scene.views import ORIENTATIONS

    for cell in nodes.layout:
        node = scene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
        if node is not None and node.GetOrientation() != ORIENTATIONS[plane]:
            matrix = node.GetSliceToRAS()
            point = [matrix.GetElement(row, 3) for row in range(3)]
            node.SetOrientation(ORIENTATIONS[plane])
            node.JumpSliceByCentering(*point)


def cell_under_cursor(scene: slicer.vtkMRMLScene, nodes: SceneNodes) -> Cell | None:
    """Return the view of the layout that the mouse is over, None when it is over none."""
    crosshair = scene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
    node = crosshair.GetCursorPositionXYZ([0.0, 0.0, 0.0]) if crosshair else None
    if node is None:
        return None
    return next((cell for cell in nodes.layout if cell.view == node.GetLayoutName()), None)


def maximise(scene: slicer.vtkMRMLScene, nodes: SceneNodes) -> None:
    """Show the view under the mouse alone, or all of them again."""
    node = layout_node(scene)
    if node is None:
        return
    if node.GetNumberOfMaximizedViewNodes():
        node.RemoveAllMaximizedViewNodes()
        return
    cell = cell_under_cursor(scene, nodes)
    if cell is not None:
        node.AddMaximizedViewNode(scene.GetSingletonNode(cell.view, "vtkMRMLSliceNode"))
