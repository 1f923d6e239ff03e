"""A case rebuilt from the scene that it was saved in, against the case it was made from."""

import assessments
import numpy as np
import pytest

from RNAssessLib.case import InputError, SequenceRole
from RNAssessLib.scene import build_scene, new_scene
from RNAssessLib.scene.archive import open_mrb, save_mrb
from RNAssessLib.scene.saved_case import own_nodes, read_saved_case
from RNAssessLib.spatial.occupancy import compute_occupancy

R = SequenceRole


@pytest.fixture(scope="module")
def assessment():
    return assessments.make_assessment(3, roles=(R.T1C, R.FLAIR, R.ADC))


@pytest.fixture(scope="module")
def reopened(assessment, tmp_path_factory):
    scene = new_scene()
    build_scene(scene, assessment)
    path = tmp_path_factory.mktemp("saved") / "case.mrb"
    save_mrb(scene, path)
    again = new_scene()
    open_mrb(path, again)
    return again


def test_images_keep_values_and_own_grids(assessment, reopened):
    case = read_saved_case(reopened)
    given = assessment.prepared.case
    assert case.id == given.id
    assert [(t.id, t.date) for t in case.timepoints] == [(t.id, t.date) for t in given.timepoints]
    for read, truth in zip(case.timepoints, given.timepoints, strict=True):
        assert set(read.sequences) == set(truth.sequences)
        for role, image in truth.sequences.items():
            assert np.array_equal(read.sequences[role].array, image.array), role
            assert np.allclose(
                read.sequences[role].grid.ijk_to_lps, image.grid.ijk_to_lps, atol=1e-4
            )


def test_dose_lies_where_it_was_placed(assessment, reopened):
    (read,), (placed,) = read_saved_case(reopened).courses, assessment.prepared.courses
    truth = placed.course
    assert (read.id, read.date, read.technique, read.fractions) == (
        truth.id, truth.date, truth.technique, truth.fractions)  # fmt: skip
    assert np.array_equal(read.dose.dose_gy, truth.dose.dose_gy)
    corner = read.dose.grid.ijk_to_lps @ (3.0, 2.0, 1.0, 1.0)
    moved = placed.to_reference.transform.apply((truth.dose.grid.ijk_to_lps @ (3, 2, 1, 1))[:3])
    assert corner[:3] == pytest.approx(tuple(moved), abs=1e-3)
    assert read.space == assessment.prepared.reference


def test_targets_hold_their_volume_within_two_percent(assessment, reopened):
    (read,), (placed,) = read_saved_case(reopened).courses, assessment.prepared.courses
    truth = placed.course
    assert [(t.name, t.role, t.prescription_gy) for t in read.targets] == [
        (t.name, t.role, t.prescription_gy) for t in truth.targets
    ]
    for target in truth.targets:
        was = compute_occupancy(truth.structure(target.name).shape).volume_cm3
        now = compute_occupancy(read.structure(target.name).shape).volume_cm3
        assert now == pytest.approx(was, rel=0.02), target.name


def test_own_nodes_are_known_after_reopening_and_singletons_are_not_among_them(reopened):
    nodes = [reopened.GetNodeByID(i) for i in own_nodes(reopened)]
    assert not any(node.GetSingletonTag() for node in nodes)
    kinds = {node.GetClassName() for node in nodes}
    assert {"vtkMRMLScalarVolumeNode", "vtkMRMLSegmentationNode", "vtkMRMLModelNode",
            "vtkMRMLTextNode", "vtkMRMLLinearTransformNode"} <= kinds  # fmt: skip


def test_a_scene_without_a_case_or_without_its_images_says_so(assessment):
    with pytest.raises(InputError, match="holds no RNAssess case"):
        read_saved_case(new_scene())
    scene = new_scene()
    nodes = build_scene(scene, assessment)
    for node in nodes.volumes.values():
        scene.RemoveNode(node)
    with pytest.raises(InputError, match="images of its RNAssess case are no longer there"):
        read_saved_case(scene)
