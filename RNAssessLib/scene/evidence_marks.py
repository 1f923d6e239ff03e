"""Evidence in the views: a small mark in its own study and plane, its words under the mouse."""

from __future__ import annotations

import slicer
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from RNAssessLib.case import Vector
from RNAssessLib.panel.hanging.plan import HangingPlan

from .convert import point_to_ras
from .looking import plane_of, slice_node
from .nodes import EvidenceNode, SceneNodes

NEAR_PX = 12.0


def light(
    scene: slicer.vtkMRMLScene, nodes: SceneNodes, plan: HangingPlan, lesion: str, finding: str
) -> None:
    """Show marks and voxels of one item, hide those of every other.

    A mark is seen where it belongs: in the views of its study, while they show its plane.
    """
    for item in nodes.evidence:
        lit = (item.lesion_id, item.finding_id) == (lesion, finding)
        display = item.point.GetDisplayNode()
        display.SetPointLabelsVisibility(False)
        views = _views_of(scene, nodes, plan, item) if lit else []
        if views:
            display.SetViewNodeIDs(views)
        display.SetVisibility(bool(views))
        if item.mask is not None:
            item.mask.GetDisplayNode().SetVisibility(lit)


def _views_of(
    scene: slicer.vtkMRMLScene, nodes: SceneNodes, plan: HangingPlan, item: EvidenceNode
) -> list[str]:
    ids = []
    for cell in nodes.layout:
        node = slice_node(scene, cell)
        is_own = node is not None and plan.timepoint_of(cell) == item.evidence.timepoint
        if node is not None and is_own and plane_of(node) is item.evidence.plane:
            ids.append(node.GetID())
    return ids


def hover(
    scene: slicer.vtkMRMLScene,
    nodes: SceneNodes,
    ras: Vector | None,
    node: slicer.vtkMRMLSliceNode | None,
) -> None:
    """Show the words of the marks under the mouse, and of no other.

    Parameters
    ----------
    scene : vtkMRMLScene
    nodes : SceneNodes
    ras : tuple of float or None
        Where the mouse is; None when it is over no view.
    node : vtkMRMLSliceNode or None
        View that it is over.
    """
    for item in nodes.evidence:
        display = item.point.GetDisplayNode()
        if not display.GetVisibility():
            continue
        near = (
            ras is not None
            and node is not None
            and display.IsDisplayableInView(node.GetID())
            and _distance_px(node, item, ras) <= NEAR_PX
        )
        if bool(display.GetPointLabelsVisibility()) != near:
            display.SetPointLabelsVisibility(near)


def _distance_px(node: slicer.vtkMRMLSliceNode, item: EvidenceNode, ras: Vector) -> float:
    """Distance on screen; the mark may lie in another slice, then it is far."""
    to_screen = vtkMatrix4x4()
    vtkMatrix4x4.Invert(node.GetXYToRAS(), to_screen)
    mark = to_screen.MultiplyPoint((*point_to_ras(item.evidence.point_reference_lps_mm), 1.0))
    mouse = to_screen.MultiplyPoint((*ras, 1.0))
    if abs(mark[2] - mouse[2]) > 1.0:
        return float("inf")
    return float(((mark[0] - mouse[0]) ** 2 + (mark[1] - mouse[1]) ** 2) ** 0.5)
