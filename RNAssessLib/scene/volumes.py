"""Timepoints as transforms and volumes. Nothing is resampled: each volume keeps its own grid."""

from __future__ import annotations

import numpy as np
import slicer

from RNAssessLib.case import Image, PreparedTimepoint, RigidTransform, SequenceRole
from RNAssessLib.panel.hanging.window import window_of

from .convert import ijk_to_ras, to_image_data, transform_to_ras


def add_transform(
    scene: slicer.vtkMRMLScene, name: str, transform: RigidTransform
) -> slicer.vtkMRMLLinearTransformNode:
    """Add a transform node that carries one space's points to another's."""
    node = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", name)
    node.SetMatrixTransformToParent(transform_to_ras(transform))
    return node


def add_volume(
    scene: slicer.vtkMRMLScene,
    name: str,
    image: Image,
    window: tuple[float, float],
    *,
    shared: bool = False,
) -> slicer.vtkMRMLScalarVolumeNode:
    """Add a scalar volume on its native grid, shown in grey between `window`.

    Its values are a copy, or the image's own where they are `shared`.
    """
    node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
    # Slicer's own default would look for a window in every voxel before it is given ours
    display = scene.AddNewNodeByClass("vtkMRMLScalarVolumeDisplayNode")
    display.AutoWindowLevelOff()
    node.SetAndObserveDisplayNodeID(display.GetID())
    node.SetAndObserveImageData(to_image_data(image.array, shared=shared))
    node.SetIJKToRASMatrix(ijk_to_ras(image.grid))
    if scene.GetNodeByID("vtkMRMLColorTableNodeGrey") is not None:
        display.SetAndObserveColorNodeID("vtkMRMLColorTableNodeGrey")
    low, high = window
    display.SetWindowLevelMinMax(low, high)
    node.AddDefaultStorageNode()
    return node


def add_timepoint(
    scene: slicer.vtkMRMLScene, prepared: PreparedTimepoint, *, shared: bool = False
) -> tuple[slicer.vtkMRMLLinearTransformNode, dict[SequenceRole, slicer.vtkMRMLScalarVolumeNode]]:
    """Add one timepoint: its transform to reference space and every sequence under it.

    A sequence that was registered to the T1c of its timepoint gets a transform of its own below
    the timepoint's, so that both remain visible and correctable.
    """
    label = prepared.id  # short: Slicer's own annotations cut longer names in the middle
    to_reference = add_transform(scene, f"{label} to reference", prepared.to_reference.transform)
    volumes = {}
    for role, image in prepared.timepoint.sequences.items():
        window = window_of(prepared, role, image.array)
        node = add_volume(scene, f"{label} {role.value}", image, window, shared=shared)
        node.SetAttribute("RNAssess.timepoint", prepared.id)
        node.SetAttribute("RNAssess.role", role.value)
        node.SetAttribute("RNAssess.date", prepared.date.isoformat())
        parent = to_reference
        registration = prepared.to_t1c.get(role)
        if registration is not None and not _is_identity(registration.transform):
            parent = add_transform(scene, f"{label} {role.value} to T1c", registration.transform)
            parent.SetAndObserveTransformNodeID(to_reference.GetID())
        node.SetAndObserveTransformNodeID(parent.GetID())
        volumes[role] = node
    return to_reference, volumes


def _is_identity(transform: RigidTransform) -> bool:
    return bool(np.allclose(transform.moving_to_fixed, np.eye(4), atol=1e-9))
