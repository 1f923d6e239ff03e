"""What `build_scene` made: the handles a shell works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import slicer

from RNAssessLib.case import SequenceRole
from RNAssessLib.findings.finding import Evidence
from RNAssessLib.panel.words.style import IsodoseLevel

from .layout import SerialLayout


@dataclass(frozen=True, eq=False)
class IsodoseNode:
    """One isodose surface of one course.

    Attributes
    ----------
    course_id : str
    level : IsodoseLevel
    model : vtkMRMLModelNode
    """

    course_id: str
    level: IsodoseLevel
    model: slicer.vtkMRMLModelNode


@dataclass(frozen=True, eq=False)
class EvidenceNode:
    """Evidence of one finding: a labelled point, and its voxels where there are any.

    Attributes
    ----------
    lesion_id, finding_id : str
    evidence : Evidence
    point : vtkMRMLMarkupsFiducialNode
        One control point, in reference space.
    mask : vtkMRMLSegmentationNode or None
    """

    lesion_id: str
    finding_id: str
    evidence: Evidence
    point: slicer.vtkMRMLMarkupsFiducialNode
    mask: slicer.vtkMRMLSegmentationNode | None


@dataclass(frozen=True, eq=False)
class SceneNodes:
    """Nodes of one case in one scene.

    Attributes
    ----------
    transforms : mapping of timepoint id to vtkMRMLLinearTransformNode
        T1c space of the timepoint to reference space.
    volumes : mapping of (timepoint id, role) to vtkMRMLScalarVolumeNode
        On the native grid of the sequence.
    segmentations : mapping of timepoint id to vtkMRMLSegmentationNode
    targets : mapping of course id to vtkMRMLSegmentationNode
    isodoses : tuple of IsodoseNode
        Highest dose first.
    evidence : tuple of EvidenceNode
    layout : SerialLayout
    document : vtkMRMLTextNode
    """

    transforms: Mapping[str, slicer.vtkMRMLLinearTransformNode]
    volumes: Mapping[tuple[str, SequenceRole], slicer.vtkMRMLScalarVolumeNode]
    segmentations: Mapping[str, slicer.vtkMRMLSegmentationNode]
    targets: Mapping[str, slicer.vtkMRMLSegmentationNode]
    isodoses: tuple[IsodoseNode, ...]
    evidence: tuple[EvidenceNode, ...]
    layout: SerialLayout
    document: slicer.vtkMRMLTextNode
    doses: Mapping[str, slicer.vtkMRMLScalarVolumeNode] = field(default_factory=dict)

    def evidence_of(self, lesion_id: str, finding_id: str) -> tuple[EvidenceNode, ...]:
        """Evidence nodes of one finding, the decisive one first."""
        return tuple(
            e for e in self.evidence if (e.lesion_id, e.finding_id) == (lesion_id, finding_id)
        )
