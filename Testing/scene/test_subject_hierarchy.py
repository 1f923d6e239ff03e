"""Every node of a case is found in the subject hierarchy under its patient and study."""

import assessments
import slicer

from RNAssessLib.case import SequenceRole
from RNAssessLib.scene import build_scene, new_scene
from RNAssessLib.scene.subject_hierarchy import file_nodes


def path_of(tree, node):
    item, names = tree.GetItemByDataNode(node), []
    while item and item != tree.GetSceneItemID():
        names.insert(0, tree.GetItemName(item))
        item = tree.GetItemParent(item)
    return names


def test_nodes_stand_under_patient_and_study_and_once_when_opened_twice():
    R = SequenceRole  # noqa: N806
    assessment = assessments.make_assessment(2, roles=(R.T1C, R.FLAIR))
    scene = new_scene()
    tree = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    case = assessment.prepared.case
    for _ in range(2):
        nodes = build_scene(scene, assessment)
        file_nodes(scene, nodes, assessment)
    day = assessment.prepared.timepoints[1].date.isoformat()
    assert path_of(tree, nodes.volumes["t1", R.T1C])[:2] == [case.id, f"t1 {day}"]
    assert path_of(tree, nodes.segmentations["t1"])[:2] == [case.id, f"t1 {day}"]
    course = case.courses[0]
    under = [case.id, f"{course.id} {course.date.isoformat()}"]
    assert path_of(tree, nodes.doses[course.id])[:2] == under
    assert path_of(tree, nodes.isodoses[0].model)[:3] == [*under, "isodoses"]
    item = nodes.evidence[0] if nodes.evidence else None
    if item is not None:
        assert path_of(tree, item.point)[2] == "evidence"
    patients = []
    tree.GetItemChildren(tree.GetSceneItemID(), patients)
    assert [tree.GetItemName(p) for p in patients].count(case.id) == 1
