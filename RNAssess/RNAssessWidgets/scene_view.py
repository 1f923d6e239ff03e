"""Slicer's own views: serial layout, linked, taken to a point."""

from __future__ import annotations

import slicer

from RNAssessLib.case import SequenceRole
from RNAssessLib.scene import serial_layout_xml, view_name
from RNAssessLib.scene.convert import to_ras

LAYOUT_ID = 5300  # custom layouts of extensions use numbers above Slicer's own
ROLES = (SequenceRole.T1C, SequenceRole.FLAIR)


def showSerialLayout(assessment, nodes) -> None:  # noqa: ANN001
    """Show a column per timepoint and a row per sequence."""
    timepoints = [t.id for t in assessment.prepared.timepoints]
    manager = slicer.app.layoutManager()
    layoutNode = manager.layoutLogic().GetLayoutNode()
    xml = serial_layout_xml(timepoints, ROLES)
    if layoutNode.IsLayoutDescription(LAYOUT_ID):
        layoutNode.SetLayoutDescription(LAYOUT_ID, xml)
    else:
        layoutNode.AddLayoutDescription(LAYOUT_ID, xml)
    layoutNode.SetViewArrangement(LAYOUT_ID)
    for timepoint in timepoints:
        for role in ROLES:
            widget = manager.sliceWidget(view_name(timepoint, role.value))
            volume = nodes.volumes.get((timepoint, role))
            if widget is None:
                continue
            composite = widget.sliceLogic().GetSliceCompositeNode()
            composite.SetBackgroundVolumeID(volume.GetID() if volume is not None else None)
            composite.SetLinkedControl(True)
            composite.SetHotLinkedControl(True)
            sliceNode = widget.mrmlSliceNode()
            nodes.segmentations[timepoint].GetDisplayNode().AddViewNodeID(sliceNode.GetID())


def jump(target) -> None:  # noqa: ANN001
    """Centre all slice views on a point of the reference space."""
    x, y, z = to_ras(target.point_reference_lps_mm)
    orientation = target.plane.value.capitalize()
    for node in slicer.util.getNodesByClass("vtkMRMLSliceNode"):
        node.SetOrientation(orientation)
        node.JumpSliceByCentering(x, y, z)
