"""What lies under the cursor: the image's value, and the dose there."""

from __future__ import annotations

import numpy as np
import slicer
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import SequenceRole
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.evidence import Thresholds
from RNAssessLib.panel.readout import DoseAt, dose_readout, value_readout

UNITS = {SequenceRole.ADC: "µm²/ms"}


class Readout:
    """Answers for points of the views.

    Parameters
    ----------
    assessment : Assessment
    fields : dict of course id to DoseField
        Shared with the isodoses; filled when a course is first asked.
    """

    def __init__(self, assessment: Assessment, fields: dict[str, DoseField]) -> None:
        self.assessment = assessment
        self._fields = fields
        thresholds = Thresholds()
        self._ratios = (
            thresholds["bed.alpha_beta_tumour"],
            thresholds["bed.alpha_beta_brain"],
        )

    def at(
        self,
        node: slicer.vtkMRMLSliceNode,
        across: float,
        down: float,
        role: SequenceRole | None,
        volume: slicer.vtkMRMLScalarVolumeNode | None,
    ) -> str:
        """Words for a place given as shares 0..1 of the view's width and height."""
        width, height = node.GetDimensions()[:2]
        ras = node.GetXYToRAS().MultiplyPoint((across * width, (1 - down) * height, 0.0, 1.0))[:3]
        parts = [text for text in (_value(volume, role, ras), self._dose(ras)) if text]
        return " · ".join(parts)

    def _dose(self, ras: tuple[float, float, float]) -> str:
        point = np.array([-ras[0], -ras[1], ras[2]])
        found = []
        for placed in self.assessment.prepared.courses:
            course, to_reference = placed.course, placed.to_reference
            if course.dose is None or to_reference is None or not to_reference.is_usable:
                continue
            field = self._fields.setdefault(course.id, DoseField(course.dose))
            there = to_reference.transform.inverse().apply(point)
            grid = course.dose.grid
            index = grid.lps_to_index(there)
            inside = bool(np.all((index >= -0.5) & (index <= np.asarray(grid.shape) - 0.5)))
            prescriptions = [t.prescription_gy for t in course.targets if t.prescription_gy]
            found.append(
                DoseAt(
                    course.id,
                    float(field.at(there)) if inside else None,
                    max(prescriptions, default=None),
                    course.fractions,
                )
            )
        return dose_readout(found, self._ratios)


def _value(
    volume: slicer.vtkMRMLScalarVolumeNode | None,
    role: SequenceRole | None,
    ras: tuple[float, float, float],
) -> str:
    """Value of the nearest voxel of the image as it was acquired."""
    if volume is None or role is None:
        return ""
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
    return value_readout(role.value, value, UNITS.get(role, ""))
