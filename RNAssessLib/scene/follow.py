"""The scene brought up to an assessment that the reader changed: places, outlines, evidence."""

from __future__ import annotations

import slicer

from RNAssessLib.assessment import Assessment

from .evidence import renew_evidence
from .nodes import SceneNodes
from .outlines import place_timepoint, redraw_lesions


def follow_assessment(
    scene: slicer.vtkMRMLScene, nodes: SceneNodes, before: Assessment, after: Assessment
) -> SceneNodes:
    """Bring transforms, outlines and evidence up to another assessment of the same case.

    Parameters
    ----------
    scene : vtkMRMLScene
    nodes : SceneNodes
    before, after : Assessment
        Timepoints that are the same object in both are left alone.

    Returns
    -------
    SceneNodes
        With the evidence of `after`; everything else is the same nodes.
    """
    lesions = {lesion.id: lesion for lesion in after.prepared.lesions}
    pairs = zip(before.prepared.timepoints, after.prepared.timepoints, strict=True)
    for old, new in pairs:
        if old is not new:
            place_timepoint(nodes, new)
            redraw_lesions(nodes.segmentations[new.id], new, lesions)
    return renew_evidence(scene, nodes, after)
