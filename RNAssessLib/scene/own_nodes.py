"""Nodes that a case added to a scene which others use, too: collected, and removed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import slicer

OF_APPLICATION = (
    "vtkMRMLAbstractViewNode",
    "vtkMRMLSliceDisplayNode",
    "vtkMRMLSubjectHierarchyNode",
)


@contextmanager
def added_nodes(scene: slicer.vtkMRMLScene) -> Iterator[list[str]]:
    """Collect the ids of nodes added inside; when that fails they are removed again."""
    before = set(_node_ids(scene))
    added: list[str] = []
    try:
        yield added
    except BaseException:
        remove_nodes(scene, [i for i in _node_ids(scene) if i not in before])
        raise
    added.extend(i for i in _node_ids(scene) if i not in before)


def remove_nodes(scene: slicer.vtkMRMLScene, ids: list[str]) -> None:
    """Remove nodes; views, layout and other singletons of the application stay."""
    for node_id in ids:
        node = scene.GetNodeByID(node_id)
        if node is not None and not _belongs_to_application(node):
            scene.RemoveNode(node)


def _belongs_to_application(node: slicer.vtkMRMLNode) -> bool:
    """Whether a node is a view's or another singleton; a layout makes views while we build."""
    if node.GetSingletonTag() or node.IsA("vtkMRMLLayoutNode"):
        return True
    if any(node.IsA(kind) for kind in OF_APPLICATION):
        return True
    # the plane of a slice view in 3D (vtkMRMLSliceLogic::CreateSliceModel) and its transform
    if node.IsA("vtkMRMLModelDisplayNode"):
        return node.GetAttribute("SliceLogic.IsSliceModelDisplayNode") is not None
    is_of_a_plane = node.IsA("vtkMRMLModelNode") or node.IsA("vtkMRMLLinearTransformNode")
    return bool(is_of_a_plane and node.GetHideFromEditors())


def _node_ids(scene: slicer.vtkMRMLScene) -> list[str]:
    return [scene.GetNthNode(n).GetID() for n in range(scene.GetNumberOfNodes())]
