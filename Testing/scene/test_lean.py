"""A lean scene shows the same and becomes the same, item by item."""

import gc

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy

from RNAssessLib.panel.reading.changes import Changes
from RNAssessLib.scene import build_scene, new_scene
from RNAssessLib.scene.evidence import renew_evidence
from RNAssessLib.scene.follow import SceneFollower


@pytest.fixture
def lean(assessment):
    scene = new_scene()
    return scene, build_scene(scene, assessment, lean=True)


def voxels(node):
    return vtk_to_numpy(node.GetImageData().GetPointData().GetScalars())


def told(nodes):
    """What identifies evidence in the scene, in any order."""
    return sorted(
        (item.lesion_id, item.finding_id, id(item.evidence), item.mask is None,
         item.point.GetName(), item.point.GetNthControlPointLabel(0),
         tuple(np.round(item.point.GetNthControlPointPositionWorld(0), 6)))
        for item in nodes.evidence
    )  # fmt: skip


def follower(nodes, assessment):
    made = SceneFollower(Changes())
    made.take(nodes, assessment)
    return made


def test_images_are_the_assessments_own(assessment, lean, built):
    _, nodes = lean
    for timepoint in assessment.prepared.timepoints:
        for role, image in timepoint.timepoint.sequences.items():
            held = voxels(nodes.volumes[timepoint.id, role])
            assert np.shares_memory(held, image.array)
            assert not np.shares_memory(voxels(built[1].volumes[timepoint.id, role]), image.array)


def test_a_volume_outlives_whoever_had_its_array(assessment):
    from RNAssessLib.scene.convert import to_image_data

    image = to_image_data(np.arange(60_000, dtype=np.float32).reshape(30, 40, 50), shared=True)
    gc.collect()
    held = vtk_to_numpy(image.GetPointData().GetScalars())
    assert np.array_equal(held, np.arange(60_000))


def test_evidence_comes_item_by_item_and_is_the_same_in_the_end(assessment, lean, built):
    _, nodes = lean
    assert nodes.evidence == ()
    assert len(built[1].evidence) > 1
    following = follower(nodes, assessment)
    every = following.missing()
    assert set(every) == {(e.lesion_id, e.finding_id) for e in built[1].evidence}
    following.add_evidence(every[-1])
    following.add_evidence(every[-1])
    following.add_evidence(("no lesion", "no item"))
    assert {(e.lesion_id, e.finding_id) for e in following.nodes.evidence} == {every[-1]}
    assert following.missing() == every[:-1]
    for item in following.missing():
        following.add_evidence(item)
    assert following.missing() == ()
    assert told(following.nodes) == told(built[1])
    for item in every:  # the decisive one first
        held = [e.evidence for e in following.nodes.evidence_of(*item)]
        assert held == [e.evidence for e in built[1].evidence_of(*item)]


def test_an_edit_brings_all_that_is_missing(assessment, lean, built):
    scene, nodes = lean
    following = follower(nodes, assessment)
    following.add_evidence(following.missing()[0])
    assert told(renew_evidence(scene, following.nodes, assessment)) == told(built[1])
