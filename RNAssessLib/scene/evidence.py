"""Where to look: a labelled point per piece of evidence, and its voxels as a mask to light up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import slicer

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.findings.finding import Evidence, Finding, Status
from RNAssessLib.panel.words.palette import EVIDENCE
from RNAssessLib.panel.words.style import FAVOURS_COLOURS

from .convert import file_name, hex_to_rgb, point_to_ras
from .nodes import EvidenceNode, SceneNodes
from .segmentations import add_mask, add_segmentation
from .views import show_only_in

GLYPH_PERCENT, TEXT_PERCENT = 2.0, 2.6
LIT_COLOUR = EVIDENCE.colour
FILL_OPACITY = 0.45
Item = tuple[str, str]  # lesion and finding


def add_evidence(
    scene: slicer.vtkMRMLScene,
    assessment: Assessment,
    transforms: Mapping[str, slicer.vtkMRMLLinearTransformNode],
) -> tuple[EvidenceNode, ...]:
    """Add the evidence of every finding of every lesion; only what is present is shown at first."""
    nodes = []
    for assessed in assessment.lesions:
        for finding in assessed.findings:
            for evidence in finding.evidence:
                nodes.append(_add_one(scene, assessed, finding, evidence, transforms))
    return tuple(nodes)


def renew_evidence(
    scene: slicer.vtkMRMLScene, nodes: SceneNodes, assessment: Assessment
) -> SceneNodes:
    """Bring the evidence in the scene up to the assessment; what still holds stays as it is."""
    held = {id(item.evidence): item for item in nodes.evidence}
    now = []
    for assessed in assessment.lesions:
        for finding in assessed.findings:
            for evidence in finding.evidence:
                item = held.pop(id(evidence), None)
                now.append(item or _add_later(scene, nodes, assessed, finding, evidence))
    for item in held.values():
        for node in (item.point, item.mask):
            if node is not None:
                scene.RemoveNode(node)
    return replace(nodes, evidence=tuple(now))


def missing_evidence(nodes: SceneNodes, assessment: Assessment) -> tuple[Item, ...]:
    """Items whose evidence is not all in the scene, in the order of the checklist."""
    held = {id(item.evidence) for item in nodes.evidence}
    return tuple(
        (assessed.lesion.id, finding.spec.id)
        for assessed in assessment.lesions
        for finding in assessed.findings
        if any(id(evidence) not in held for evidence in finding.evidence)
    )


def add_evidence_of(
    scene: slicer.vtkMRMLScene, nodes: SceneNodes, assessment: Assessment, item: Item
) -> SceneNodes:
    """Add what is missing of one item's evidence; unknown items have none."""
    held = {id(item.evidence) for item in nodes.evidence}
    made = [
        _add_later(scene, nodes, assessed, finding, evidence)
        for assessed in assessment.lesions
        for finding in assessed.findings
        if (assessed.lesion.id, finding.spec.id) == item
        for evidence in finding.evidence
        if id(evidence) not in held
    ]
    return replace(nodes, evidence=(*nodes.evidence, *made)) if made else nodes


def _add_later(
    scene: slicer.vtkMRMLScene,
    nodes: SceneNodes,
    assessed: LesionAssessment,
    finding: Finding,
    evidence: Evidence,
) -> EvidenceNode:
    """Add evidence to a scene that has its views."""
    made = _add_one(scene, assessed, finding, evidence, nodes.transforms)
    if made.mask is not None:
        show_only_in(made.mask, scene, nodes.layout.views_of(evidence.timepoint))
    return made


def _add_one(
    scene: slicer.vtkMRMLScene,
    assessed: LesionAssessment,
    finding: Finding,
    evidence: Evidence,
    transforms: Mapping[str, slicer.vtkMRMLLinearTransformNode],
) -> EvidenceNode:
    title = file_name(f"{assessed.lesion.name} {finding.spec.title}")  # its files are named so
    point = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", title)
    point.CreateDefaultDisplayNodes()
    colour = hex_to_rgb(FAVOURS_COLOURS[finding.favours])
    display = point.GetDisplayNode()
    display.SetColor(*colour)
    display.SetSelectedColor(*colour)
    display.SetGlyphScale(GLYPH_PERCENT)
    display.SetTextScale(TEXT_PERCENT)
    display.SetVisibility(finding.status is Status.PRESENT)
    point.AddControlPoint(point_to_ras(evidence.point_reference_lps_mm))
    point.SetNthControlPointLabel(0, evidence.label or finding.spec.title)
    point.SetNthControlPointDescription(0, finding.sentence)
    point.SetLocked(True)
    point.AddDefaultStorageNode()
    for node_attribute, value in (
        ("RNAssess.lesion", assessed.lesion.id),
        ("RNAssess.finding", finding.spec.id),
        ("RNAssess.timepoint", evidence.timepoint),
    ):
        point.SetAttribute(node_attribute, value)
    mask = _add_evidence_mask(scene, title, evidence, transforms)
    return EvidenceNode(assessed.lesion.id, finding.spec.id, evidence, point, mask)


def _add_evidence_mask(
    scene: slicer.vtkMRMLScene,
    title: str,
    evidence: Evidence,
    transforms: Mapping[str, slicer.vtkMRMLLinearTransformNode],
) -> slicer.vtkMRMLSegmentationNode | None:
    if evidence.mask is None or evidence.mask.is_empty:
        return None
    node = add_segmentation(scene, f"{title} voxels")
    node.SetSourceRepresentationToBinaryLabelmap()
    add_mask(node, "evidence", evidence.label or title, evidence.mask, LIT_COLOUR)
    display = node.GetDisplayNode()
    display.SetVisibility2DFill(True)
    display.SetOpacity2DFill(FILL_OPACITY)
    display.SetVisibility(False)
    if not evidence.on_common_grid:
        node.SetAndObserveTransformNodeID(transforms[evidence.timepoint].GetID())
    return node
