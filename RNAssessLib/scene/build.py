"""Assessment to MRML nodes. Nothing is resampled: transforms place every native volume."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from RNAssessLib.assessment import DISCLAIMER, Assessment
from RNAssessLib.case import (
    MaskKind,
    PreparedCase,
    PreparedTimepoint,
    Progress,
    SequenceRole,
    silent,
)
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.dosimetry.isodose import compute_isodose_surface
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.style import MASK_COLOURS, MASK_NAMES, IsodoseLevel, default_isodoses
from RNAssessLib.report.json_report import build_document
from RNAssessLib.report.key_images import window_of

from .convert import fill_volume, oriented_image, rgb, surface_to_ras, to_ras, transform_to_ras
from .layout import serial_layout_xml

DOCUMENT_NODE = "RNAssess"
OEDEMA_COLOUR = "#4FA3FF"


@dataclass
class SceneNodes:
    """Nodes of one assessment, by what they show.

    Attributes
    ----------
    transforms : timepoint id to vtkMRMLLinearTransformNode
    volumes : (timepoint id, role) to vtkMRMLScalarVolumeNode
    segmentations : timepoint id to vtkMRMLSegmentationNode
    isodoses : level in Gy to vtkMRMLModelNode
    markups : (lesion, finding) to vtkMRMLMarkupsFiducialNode
    document : vtkMRMLTextNode
    """

    transforms: dict[str, Any] = field(default_factory=dict)
    volumes: dict[tuple[str, SequenceRole], Any] = field(default_factory=dict)
    segmentations: dict[str, Any] = field(default_factory=dict)
    isodoses: dict[float, Any] = field(default_factory=dict)
    markups: dict[tuple[str, str], Any] = field(default_factory=dict)
    document: Any = None


def build_scene(
    scene: Any,  # noqa: ANN401
    assessment: Assessment,
    progress: Progress = silent,
    session_json: str = "",
) -> SceneNodes:
    """Fill a scene: volumes, masks, isodoses, evidence, and the whole result as one document.

    Parameters
    ----------
    scene : vtkMRMLScene
        With segmentation and markup nodes registered (`new_scene`, or Slicer's own scene).
    assessment : Assessment
    progress : Progress
    session_json : str
        Reader's decisions, stored beside the result.

    Returns
    -------
    SceneNodes
    """
    nodes = SceneNodes()
    prepared = assessment.prepared
    for index, timepoint in enumerate(prepared.timepoints):
        progress(0.7 * index / len(prepared.timepoints), f"volumes of {timepoint.id}")
        _add_timepoint(scene, nodes, timepoint)
    progress(0.7, "isodoses")
    add_isodoses(scene, nodes, prepared, default_isodoses(assessment))
    _add_evidence(scene, nodes, assessment)
    _add_document(scene, nodes, assessment, session_json)
    progress(1.0, "scene built")
    return nodes


def _add_timepoint(scene: Any, nodes: SceneNodes, timepoint: PreparedTimepoint) -> None:  # noqa: ANN401
    transform = scene.AddNewNodeByClass(
        "vtkMRMLLinearTransformNode", f"{timepoint.id} to reference"
    )
    transform.SetMatrixTransformToParent(transform_to_ras(timepoint.to_reference.transform))
    nodes.transforms[timepoint.id] = transform
    for role, image in timepoint.timepoint.sequences.items():
        name = f"{timepoint.id} {role.value} {timepoint.date.isoformat()}"
        node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
        fill_volume(node, image.array, image.grid)
        node.CreateDefaultDisplayNodes()
        low, high = window_of(image.array.astype(float), timepoint, role)
        display = node.GetDisplayNode()
        display.AutoWindowLevelOff()
        display.SetWindowLevelMinMax(low, high)
        display.SetInterpolate(1)
        _place(node, transform)
        nodes.volumes[timepoint.id, role] = node
    nodes.segmentations[timepoint.id] = _add_masks(scene, timepoint, transform)


def _place(node: Any, transform: Any) -> None:  # noqa: ANN401
    node.SetAndObserveTransformNodeID(transform.GetID())


def _add_masks(scene: Any, timepoint: PreparedTimepoint, transform: Any) -> Any:  # noqa: ANN401
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", f"{timepoint.id} lesions")
    node.CreateDefaultDisplayNodes()
    colours = {**MASK_COLOURS, MaskKind.OEDEMA: OEDEMA_COLOUR}
    display = node.GetDisplayNode()
    for lesion_id, masks in timepoint.lesions.items():
        for kind, mask in masks.masks.items():
            if mask.is_empty:
                continue
            name = f"{lesion_id} {MASK_NAMES.get(kind, kind.value)}"
            segment = node.AddSegmentFromBinaryLabelmapRepresentation(
                oriented_image(mask.array, mask.grid), name, rgb(colours[kind])
            )
            if kind is MaskKind.OEDEMA:
                display.SetSegmentVisibility(segment, False)
    display.SetVisibility2DFill(False)
    display.SetSliceIntersectionThickness(1)
    display.SetVisibility3D(False)
    _place(node, transform)
    return node


def add_isodoses(
    scene: Any,  # noqa: ANN401
    nodes: SceneNodes,
    prepared: PreparedCase,
    levels: Sequence[IsodoseLevel],
) -> None:
    """Add (or replace) isodose models of every placed course."""
    for node in nodes.isodoses.values():
        scene.RemoveNode(node)
    nodes.isodoses.clear()
    for placed in prepared.courses:
        if placed.course.dose is None or placed.to_reference is None:
            continue
        dose = DoseField(placed.course.dose)
        transform = scene.AddNewNodeByClass(
            "vtkMRMLLinearTransformNode", f"dose of {placed.course.id} to reference"
        )
        transform.SetMatrixTransformToParent(transform_to_ras(placed.to_reference.transform))
        for level in levels:
            surface = compute_isodose_surface(dose, level.dose_gy)
            if surface.GetNumberOfPoints() == 0:
                continue
            node = scene.AddNewNodeByClass("vtkMRMLModelNode", f"isodose {level.label}")
            node.SetAndObservePolyData(surface_to_ras(surface))
            node.SetAttribute("RNAssess.DoseGy", f"{level.dose_gy:g}")
            node.CreateDefaultDisplayNodes()
            display = node.GetDisplayNode()
            display.SetColor(*rgb(level.colour))
            display.SetVisibility2D(True)
            display.SetSliceIntersectionThickness(1)
            display.SetSliceDisplayModeToIntersection()
            _place(node, transform)
            nodes.isodoses[level.dose_gy] = node


def _add_evidence(scene: Any, nodes: SceneNodes, assessment: Assessment) -> None:  # noqa: ANN401
    for assessed in assessment.lesions:
        for finding in assessed.findings:
            if finding.status is not Status.PRESENT or not finding.evidence:
                continue
            name = f"{assessed.lesion.id} {finding.spec.id}"
            node = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", name)
            node.CreateDefaultDisplayNodes()
            for evidence in finding.evidence:
                label = evidence.label or finding.spec.title
                node.AddControlPoint(*to_ras(evidence.point_reference_lps_mm), label)
            display = node.GetDisplayNode()
            display.SetGlyphTypeFromString("CrossDot2D")
            display.SetGlyphScale(3.0)
            display.SetTextScale(0.0)  # the panel says what it is; text would hide the lesion
            display.SetSelectedColor(1.0, 1.0, 1.0)
            display.SetVisibility(False)  # the panel lights one item at a time
            node.SetLocked(True)
            nodes.markups[assessed.lesion.id, finding.spec.id] = node


def _add_document(
    scene: Any,  # noqa: ANN401
    nodes: SceneNodes,
    assessment: Assessment,
    session_json: str,
) -> None:
    """One versioned document in the scene: no scattered attributes to fall out of step."""
    prepared = assessment.prepared
    roles = (SequenceRole.T1C, SequenceRole.FLAIR)
    document = {
        "schema": "rnassess/scene/1",
        "disclaimer": DISCLAIMER,
        "assessment": build_document(assessment),
        "session": json.loads(session_json) if session_json else None,
        "layout": serial_layout_xml([t.id for t in prepared.timepoints], roles),
    }
    node = scene.AddNewNodeByClass("vtkMRMLTextNode", DOCUMENT_NODE)
    node.SetText(json.dumps(document))
    nodes.document = node
