"""Assessment → MRML: everything a shell shows, in one scene."""

from __future__ import annotations

from dataclasses import replace

import slicer

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Progress, SequenceRole, silent
from RNAssessLib.dosimetry.accumulation import AccumulatedDose
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.style import accumulated_isodoses, default_isodoses, leading_isodoses

from .document import add_document
from .evidence import add_evidence
from .host import ensure_node_classes
from .isodoses import add_dose, add_isodoses
from .layout import build_layout
from .nodes import IsodoseNode, SceneNodes
from .segmentations import add_lesions, add_targets
from .views import add_views, show_only_in
from .volumes import add_timepoint, add_transform

OWN = "RNAssess.own"  # attribute of every node that a case put into a scene


def build_scene(
    scene: slicer.vtkMRMLScene,
    assessment: Assessment,
    progress: Progress = silent,
    *,
    session: ReaderSession | None = None,
    extra_row: int = 0,
    lean: bool = False,
) -> SceneNodes:
    """Put an assessment into `scene`.

    Parameters
    ----------
    scene : vtkMRMLScene
        Of an application, or from `new_scene`; RNAssess nodes of an earlier case are not removed.
    assessment : Assessment
    progress : Progress
        Cancel by raising CancelledError inside it.
    session : ReaderSession, optional
        Decisions to keep in the scene's document.
    extra_row : int
        How many rows of the layout follow the checklist item.
    lean : bool
        For a shell that shows the scene and neither edits nor saves it: images share their values
        with the assessment, and evidence is left out until it is asked for (`add_evidence_of`).

    Returns
    -------
    SceneNodes
        World coordinates of the scene are the reference space (RAS).
    """
    ensure_node_classes(scene)
    before = {node.GetID() for node in _all_nodes(scene)}
    scene.StartState(slicer.vtkMRMLScene.BatchProcessState)
    try:
        nodes = _build(scene, assessment, progress, session, extra_row, lean)
        for node in _all_nodes(scene):
            if node.GetID() not in before and not node.GetSingletonTag():
                node.SetAttribute(OWN, assessment.prepared.case.id)
        return nodes
    finally:
        scene.EndState(slicer.vtkMRMLScene.BatchProcessState)


def _all_nodes(scene: slicer.vtkMRMLScene) -> list[slicer.vtkMRMLNode]:
    return [scene.GetNthNode(n) for n in range(scene.GetNumberOfNodes())]


def _build(
    scene: slicer.vtkMRMLScene,
    assessment: Assessment,
    progress: Progress,
    session: ReaderSession | None,
    extra_row: int,
    lean: bool,
) -> SceneNodes:
    prepared = assessment.prepared
    layout = build_layout(prepared, extra_row=extra_row)
    lesions = {lesion.id: lesion for lesion in prepared.lesions}
    transforms, segmentations = {}, {}
    volumes: dict[tuple[str, SequenceRole], slicer.vtkMRMLScalarVolumeNode] = {}
    for index, timepoint in enumerate(prepared.timepoints):
        progress(0.5 * index / len(prepared.timepoints), f"images of {timepoint.id}")
        transforms[timepoint.id], images = add_timepoint(scene, timepoint, shared=lean)
        volumes.update({(timepoint.id, role): node for role, node in images.items()})
        segmentations[timepoint.id] = add_lesions(
            scene, timepoint, lesions, transforms[timepoint.id]
        )
    levels, leading = default_isodoses(assessment), leading_isodoses(assessment)
    targets, doses = {}, {}
    isodoses: list[IsodoseNode] = []
    for index, placed in enumerate(prepared.courses):
        progress(0.5 + 0.4 * index / len(prepared.courses), f"isodoses of {placed.course.id}")
        if placed.to_reference is None:
            continue  # its dose cannot be placed; the assessment says why
        space = add_transform(
            scene, f"{placed.course.id} dose to reference", placed.to_reference.transform
        )
        dose = add_dose(scene, placed, levels, space)
        if dose is not None:
            doses[placed.course.id] = dose
        made = add_isodoses(scene, placed, levels, space)
        for node in made:  # two lines at first: more would hide the lesion
            node.model.GetDisplayNode().SetVisibility(node.level in leading)
        isodoses += made
        drawn = add_targets(scene, placed, space)
        if drawn is not None:
            targets[placed.course.id] = drawn
    for total in assessment.accumulated:
        isodoses += _add_accumulated(scene, total)
    progress(0.9, "evidence and views")
    evidence = () if lean else add_evidence(scene, assessment, transforms)
    add_views(scene, layout, volumes, first_point(assessment))
    for timepoint_id, node in segmentations.items():
        show_only_in(node, scene, layout.views_of(timepoint_id))
    for item in evidence:
        if item.mask is not None:
            show_only_in(item.mask, scene, layout.views_of(item.evidence.timepoint))
    document = add_document(scene, assessment, layout, session)
    progress(1.0, "scene ready")
    return SceneNodes(
        transforms, volumes, segmentations, targets, tuple(isodoses), evidence, layout, document,
        doses,
    )  # fmt: skip


def _add_accumulated(scene: slicer.vtkMRMLScene, total: AccumulatedDose) -> tuple[IsodoseNode, ...]:
    """Isodoses of several courses together, hidden at first: the plan's own come first."""
    assert total.placed.to_reference is not None
    space = add_transform(scene, f"{total.title} to reference", total.placed.to_reference.transform)
    placed = replace(total.placed, course=replace(total.placed.course, id=total.title))
    nodes = add_isodoses(scene, placed, accumulated_isodoses(total), space)
    for node in nodes:
        node.model.GetDisplayNode().SetVisibility(False)
    return nodes


def first_point(assessment: Assessment) -> tuple[float, float, float]:
    """Where the reader starts: the first lesion, else the middle of the brain (reference LPS)."""
    prepared = assessment.prepared
    if prepared.lesions:
        return prepared.lesions[0].center_lps_mm
    x, y, z = (float(v) for v in prepared.common_grid.center_lps)
    return x, y, z
