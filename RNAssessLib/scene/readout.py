"""What lies under the cursor: the image's value, and the dose there."""

from __future__ import annotations

import slicer
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from RNAssessLib.assessment import Assessment
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.panel.reading.readout import CursorDose, value_readout

from .made_pictures import Picture


class Readout:
    """Answers for points of the views.

    Parameters
    ----------
    assessment : Assessment
    fields : dict of course id to DoseField
        Shared with the isodoses; filled when a course is first asked.
    """

    def __init__(self, assessment: Assessment, fields: dict[str, DoseField]) -> None:
        self.dose = CursorDose(assessment, fields)

    def at(
        self,
        node: slicer.vtkMRMLSliceNode,
        across: float,
        down: float,
        picture: Picture | None,
    ) -> str:
        """Words for a place given as shares 0..1 of the view's width and height."""
        width, height = node.GetDimensions()[:2]
        ras = node.GetXYToRAS().MultiplyPoint((across * width, (1 - down) * height, 0.0, 1.0))[:3]
        dose = self.dose.text_at((-ras[0], -ras[1], ras[2]))
        parts = [text for text in (_value(picture, ras), dose) if text]
        return " · ".join(parts)


def _value(picture: Picture | None, ras: tuple[float, float, float]) -> str:
    """Value of the nearest voxel of the image as it was acquired."""
    if picture is None or picture.volume is None:
        return ""
    volume = picture.volume
    to_ijk = vtkMatrix4x4()
    volume.GetRASToIJKMatrix(to_ijk)
    transform = volume.GetParentTransformNode()
    point = (*ras, 1.0)
    if transform is not None:
        world = vtkMatrix4x4()
        transform.GetMatrixTransformFromWorld(world)
        point = world.MultiplyPoint(point)
    index = [round(v) for v in to_ijk.MultiplyPoint(point)[:3]]
    data = volume.GetImageData()
    if any(not 0 <= i < n for i, n in zip(index, data.GetDimensions(), strict=True)):
        return ""
    value = data.GetScalarComponentAsDouble(*index, 0)
    return value_readout(picture.name, value, picture.unit)
