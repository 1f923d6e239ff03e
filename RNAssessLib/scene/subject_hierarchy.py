"""Results in Slicer's subject hierarchy: the case as patient, its studies and courses below."""

from __future__ import annotations

from collections.abc import Iterable

import slicer

from RNAssessLib.assessment import Assessment

from .nodes import SceneNodes

EVIDENCE, ISODOSES = "evidence", "isodoses"


def file_nodes(scene: slicer.vtkMRMLScene, nodes: SceneNodes, assessment: Assessment) -> None:
    """Put every node of a case under its patient and study.

    Items that are there by name are used again, so that a case opened twice is one patient.

    Parameters
    ----------
    scene : vtkMRMLScene
    nodes : SceneNodes
    assessment : Assessment
    """
    prepared = assessment.prepared
    tree = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    patient = _child(tree, tree.GetSceneItemID(), prepared.case.id, tree.CreateSubjectItem)
    for timepoint in prepared.timepoints:
        name = f"{timepoint.id} {timepoint.date.isoformat()}"
        study = _child(tree, patient, name, tree.CreateStudyItem)
        volumes = (node for (t, _role), node in nodes.volumes.items() if t == timepoint.id)
        _put(tree, study, (*volumes, nodes.segmentations[timepoint.id]))
        marks = [item for item in nodes.evidence if item.evidence.timepoint == timepoint.id]
        if marks:
            folder = _child(tree, study, EVIDENCE, tree.CreateFolderItem)
            _put(tree, folder, (node for item in marks for node in (item.point, item.mask)))
    for placed in prepared.courses:
        course = placed.course
        name = f"{course.id} {course.date.isoformat()}"
        study = _child(tree, patient, name, tree.CreateStudyItem)
        _put(tree, study, (nodes.doses.get(course.id), nodes.targets.get(course.id)))
        drawn = [item.model for item in nodes.isodoses if item.course_id == course.id]
        if drawn:
            _put(tree, _child(tree, study, ISODOSES, tree.CreateFolderItem), drawn)
    _put(tree, patient, (nodes.document,))


def _child(tree: slicer.vtkMRMLSubjectHierarchyNode, parent: int, name: str, create: object) -> int:
    found = int(tree.GetItemChildWithName(parent, name))
    return found or int(create(parent, name))  # type: ignore[operator]


def _put(
    tree: slicer.vtkMRMLSubjectHierarchyNode,
    parent: int,
    nodes: Iterable[slicer.vtkMRMLNode | None],
) -> None:
    """Move nodes below an item; outside Slicer no plugin has made items for them yet."""
    for node in nodes:
        if node is None:
            continue
        item = tree.GetItemByDataNode(node)
        if item:
            tree.SetItemParent(item, parent)
        else:
            tree.CreateItem(parent, node)
