"""An image that the reader moves by hand: its transform, its handles, what lies under it."""

from __future__ import annotations

from collections.abc import Iterable

import slicer

from RNAssessLib.case import InputError, RigidTransform, SequenceRole, Vector

from .convert import LPS_TO_RAS, from_vtk_matrix, point_to_ras, to_vtk_matrix, transform_to_ras
from .nodes import SceneNodes
from .volumes import add_transform


def transform_of(
    nodes: SceneNodes, timepoint_id: str, role: SequenceRole | None
) -> slicer.vtkMRMLLinearTransformNode:
    """Transform that carries an image to what it was registered to.

    Parameters
    ----------
    nodes : SceneNodes
    timepoint_id : str
    role : SequenceRole or None
        A sequence onto its T1c, given a transform of its own when it has none yet; None for the
        study onto the reference.
    """
    to_reference = nodes.transforms[timepoint_id]
    if role is None:
        return to_reference
    volume = nodes.volumes[timepoint_id, role]
    parent = volume.GetParentTransformNode()
    if parent is not None and parent.GetID() != to_reference.GetID():
        return parent
    own = add_transform(volume.GetScene(), f"{volume.GetName()} to T1c", RigidTransform())
    own.SetAndObserveTransformNodeID(to_reference.GetID())
    volume.SetAndObserveTransformNodeID(own.GetID())
    return own


def read_place(node: slicer.vtkMRMLLinearTransformNode) -> RigidTransform:
    """Return where a transform node puts its image; raises InputError when it is not rigid."""
    matrix = to_vtk_matrix(LPS_TO_RAS)  # any 4 x 4
    node.GetMatrixTransformToParent(matrix)
    try:
        return RigidTransform(LPS_TO_RAS @ from_vtk_matrix(matrix) @ LPS_TO_RAS)
    except ValueError:
        raise InputError(
            node.GetName(), "stretches or mirrors the image: only shift and turn it"
        ) from None


def write_place(node: slicer.vtkMRMLLinearTransformNode, transform: RigidTransform) -> None:
    """Put the image of a transform node somewhere."""
    node.SetMatrixTransformToParent(transform_to_ras(transform))


def show_handles(
    node: slicer.vtkMRMLLinearTransformNode, on: bool, center_lps_mm: Vector = (0.0, 0.0, 0.0)
) -> None:
    """Show handles that shift and turn the image in the slice views, about a point of its world."""
    node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    if on:
        world = slicer.vtkMRMLTransformNode.GetMatrixTransformBetweenNodes
        matrix = to_vtk_matrix(LPS_TO_RAS)
        world(None, node, matrix)
        x, y, z, _one = matrix.MultiplyPoint((*point_to_ras(center_lps_mm), 1.0))
        node.SetCenterOfTransformation(x, y, z)
        display.SetEditorTranslationEnabled(True)
        display.SetEditorRotationEnabled(True)
        display.SetEditorScalingEnabled(False)
        display.SetEditorTranslationSliceEnabled(True)
        display.SetEditorRotationSliceEnabled(True)
        display.SetEditorScalingSliceEnabled(False)
        display.SetEditorVisibility3D(False)
        display.SetEditorSliceIntersectionVisibility(True)
    display.SetEditorVisibility(on)


def lay_over(
    nodes: SceneNodes, timepoint_id: str, pair: tuple[str, str], share: float
) -> tuple[str, ...]:
    """Show two volumes over each other in every view of a study.

    Parameters
    ----------
    nodes : SceneNodes
    timepoint_id : str
    pair : tuple of str
        Ids of the volume below and the one above.
    share : float
        Opacity 0..1 of the one above.

    Returns
    -------
    tuple of str
        Views that show them.
    """
    views = nodes.layout.views_of(timepoint_id)
    for composite in _composites(nodes, views):
        composite.SetBackgroundVolumeID(pair[0])
        composite.SetForegroundVolumeID(pair[1])
        composite.SetForegroundOpacity(share)
    return views


def lay_apart(nodes: SceneNodes, timepoint_id: str) -> None:
    """Show a study's own images again, nothing over them; rows that follow the item stay empty."""
    for cell in nodes.layout:
        if cell.timepoint != timepoint_id:
            continue
        volume = nodes.volumes.get((cell.timepoint, cell.role)) if cell.role else None
        for composite in _composites(nodes, (cell.view,)):
            composite.SetForegroundVolumeID(None)
            composite.SetForegroundOpacity(0.0)
            composite.SetBackgroundVolumeID(volume.GetID() if volume else None)


def _composites(
    nodes: SceneNodes, views: Iterable[str]
) -> Iterable[slicer.vtkMRMLSliceCompositeNode]:
    scene = nodes.document.GetScene()
    return (scene.GetSingletonNode(view, "vtkMRMLSliceCompositeNode") for view in views)
