"""A corrected outline brought to the scene: the draft that is being drawn, and what it became."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import slicer

from RNAssessLib.case import Lesion, Mask, MaskKind, PreparedTimepoint, SequenceRole
from RNAssessLib.panel.outlines.takeover import parts_of

from .convert import hex_to_rgb, transform_to_ras
from .nodes import SceneNodes
from .segmentations import add_mask, add_parts, add_segmentation, mask_colour, show_outside
from .views import show_only_in
from .volumes import add_transform

DRAFT = "outline being drawn"
EDITABLE = "outlines being corrected"
DRAFT_FILL = 0.3
DRAFT_PX = 2


class DraftNode:
    """The outline that is being drawn, filled lightly, in the views of its timepoint.

    While it is there, so is enhancement that belongs to no lesion: some of it may.

    Parameters
    ----------
    nodes : SceneNodes
    timepoint_id : str
    """

    def __init__(self, nodes: SceneNodes, timepoint_id: str) -> None:
        transform = nodes.transforms[timepoint_id]
        scene = transform.GetScene()
        self.node = add_segmentation(scene, f"{timepoint_id} {DRAFT}")
        self.node.SetSourceRepresentationToBinaryLabelmap()
        self.node.SetAndObserveTransformNodeID(transform.GetID())
        self.node.SetSaveWithScene(False)
        display = self.node.GetDisplayNode()
        display.SetVisibility2DFill(True)
        display.SetOpacity2DFill(DRAFT_FILL)
        display.SetSliceIntersectionThickness(DRAFT_PX)
        show_only_in(self.node, scene, nodes.layout.views_of(timepoint_id))
        self._given = nodes.segmentations.get(timepoint_id)
        self._show_outside(True)

    def _show_outside(self, on: bool) -> None:
        if self._given is not None and self._given.GetScene() is not None:
            show_outside(self._given, on=on)

    def show(self, kind: MaskKind, mask: Mask) -> None:
        """Draw one part as it is now."""
        segmentation = self.node.GetSegmentation()
        if segmentation.GetSegment(kind.value) is not None:
            segmentation.RemoveSegment(kind.value)
        add_mask(self.node, kind.value, kind.value, mask, mask_colour(kind))

    def remove(self) -> None:
        """Take it out of the scene."""
        self._show_outside(False)
        scene = self.node.GetScene()
        if scene is not None:
            scene.RemoveNode(self.node)


def place_timepoint(nodes: SceneNodes, timepoint: PreparedTimepoint) -> None:
    """Put a timepoint and its sequences where their registrations of now place them."""
    to_reference = nodes.transforms[timepoint.id]
    to_reference.SetMatrixTransformToParent(transform_to_ras(timepoint.to_reference.transform))
    for role, held in timepoint.to_t1c.items():
        volume = nodes.volumes.get((timepoint.id, role))
        if volume is None:
            continue
        parent = volume.GetParentTransformNode()
        if parent is not None and parent.GetID() != to_reference.GetID():
            parent.SetMatrixTransformToParent(transform_to_ras(held.transform))
        elif not np.allclose(held.transform.moving_to_fixed, np.eye(4), atol=1e-9):
            name = f"{volume.GetName()} to T1c"
            own = add_transform(volume.GetScene(), name, held.transform)
            own.SetAndObserveTransformNodeID(to_reference.GetID())
            volume.SetAndObserveTransformNodeID(own.GetID())


def redraw_lesions(
    node: slicer.vtkMRMLSegmentationNode,
    timepoint: PreparedTimepoint,
    lesions: Mapping[str, Lesion],
) -> None:
    """Put the outlines of now into a timepoint's segmentation; how it is drawn stays."""
    segmentation = node.GetSegmentation()
    surface = slicer.vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()
    smooth = segmentation.ContainsRepresentation(surface)
    before = node.StartModify()
    try:
        segmentation.RemoveAllSegments()
        add_parts(node, timepoint, lesions)
        if smooth:
            node.CreateClosedSurfaceRepresentation()
    finally:
        node.EndModify(before)


def add_editable(
    nodes: SceneNodes, timepoint: PreparedTimepoint, names: Mapping[str, str]
) -> slicer.vtkMRMLSegmentationNode:
    """Add a copy of a timepoint's outlines for an editor: one segment per part, empty ones, too.

    The segments are named by `RNAssessLib.panel.outlines.takeover.Part.key`, lie on the T1c's grid
    under the timepoint's transform, and are drawn in its views only.
    """
    transform = nodes.transforms[timepoint.id]
    scene = transform.GetScene()
    node = add_segmentation(scene, f"{timepoint.id} {EDITABLE}")
    node.SetSourceRepresentationToBinaryLabelmap()
    node.SetReferenceImageGeometryParameterFromVolumeNode(
        nodes.volumes[timepoint.id, SequenceRole.T1C]
    )
    segmentation = node.GetSegmentation()
    for part in parts_of(timepoint, names):
        mask = timepoint.lesions[part.lesion].masks[part.kind]
        colour = mask_colour(part.kind)
        if not add_mask(node, part.key, part.name, mask, colour):
            segmentation.AddEmptySegment(part.key, part.name, hex_to_rgb(colour))
    node.SetAndObserveTransformNodeID(transform.GetID())
    node.SetAttribute("RNAssess.editing", timepoint.id)
    node.SetSaveWithScene(False)
    node.GetDisplayNode().SetSliceIntersectionThickness(DRAFT_PX)
    show_only_in(node, scene, nodes.layout.views_of(timepoint.id))
    return node
