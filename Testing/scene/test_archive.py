"""A saved scene reopens whole."""

import json
import zipfile
from collections import Counter

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy

from RNAssessLib.case import InputError, SequenceRole
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.report.document.json_report import build_document
from RNAssessLib.scene import (
    build_scene,
    new_scene,
    open_mrb,
    read_document,
    read_layout,
    read_session,
    save_mrb,
    update_session,
)
from RNAssessLib.scene.convert import from_vtk_matrix

SESSION = ReaderSession().override("L1", "shape_change", Status.PRESENT, "the rim regressed")


@pytest.fixture(scope="module")
def reopened(assessment, tmp_path_factory):
    scene = new_scene()
    nodes = build_scene(scene, assessment)
    update_session(nodes.document, SESSION)
    path = tmp_path_factory.mktemp("mrb") / "case one.mrb"
    save_mrb(scene, path)
    again = new_scene()
    open_mrb(path, again)
    return scene, nodes, again, path


def classes(scene):
    names = (scene.GetNthNode(i).GetClassName() for i in range(scene.GetNumberOfNodes()))
    return Counter(n for n in names if n != "vtkMRMLSubjectHierarchyNode")


def by_name(scene, node):
    found = scene.GetFirstNodeByName(node.GetName())
    assert found is not None and found.GetClassName() == node.GetClassName()
    return found


def array_of(node):
    return vtk_to_numpy(node.GetImageData().GetPointData().GetScalars())


def test_every_node_comes_back(reopened):
    scene, _, again, _ = reopened
    assert classes(again) == classes(scene)


def test_voxels_are_equal_bit_for_bit(reopened):
    _, nodes, again, _ = reopened
    for node in (*nodes.volumes.values(), *nodes.doses.values()):
        found = by_name(again, node)
        assert found.GetImageData().GetDimensions() == node.GetImageData().GetDimensions()
        assert np.array_equal(array_of(found), array_of(node))
        from vtkmodules.vtkCommonMath import vtkMatrix4x4

        first, second = vtkMatrix4x4(), vtkMatrix4x4()
        node.GetIJKToRASMatrix(first)
        found.GetIJKToRASMatrix(second)
        assert from_vtk_matrix(second) == pytest.approx(from_vtk_matrix(first), abs=1e-5)


def test_transforms_come_back_and_still_carry_their_volumes(reopened):
    _, nodes, again, _ = reopened
    for timepoint, node in nodes.transforms.items():
        found = by_name(again, node)
        assert from_vtk_matrix(found.GetMatrixTransformToParent()) == pytest.approx(
            from_vtk_matrix(node.GetMatrixTransformToParent()), abs=1e-9
        )
        volume = by_name(again, nodes.volumes[timepoint, SequenceRole.FLAIR])
        assert volume.GetParentTransformNode() is found


def test_isodoses_come_back_with_their_lines(reopened):
    _, nodes, again, _ = reopened
    for isodose in nodes.isodoses:
        found = by_name(again, isodose.model)
        mesh, original = found.GetPolyData(), isodose.model.GetPolyData()
        assert mesh.GetNumberOfCells() == original.GetNumberOfCells()
        assert mesh.GetBounds() == pytest.approx(original.GetBounds(), abs=1e-3)
        assert found.GetDisplayNode().GetVisibility2D()
        assert found.GetDisplayNode().GetColor() == pytest.approx(
            isodose.model.GetDisplayNode().GetColor(), abs=1e-3
        )


def test_segments_come_back(reopened):
    _, nodes, again, _ = reopened
    for node in (*nodes.segmentations.values(), *nodes.targets.values()):
        first, second = node.GetSegmentation(), by_name(again, node).GetSegmentation()
        names = [first.GetNthSegment(i).GetName() for i in range(first.GetNumberOfSegments())]
        found = [second.GetNthSegment(i).GetName() for i in range(second.GetNumberOfSegments())]
        assert sorted(found) == sorted(names)


def test_views_come_back(reopened):
    scene, nodes, again, _ = reopened
    assert read_layout(again) == nodes.layout
    for cell in nodes.layout:
        before = scene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
        after = again.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
        assert after.GetSliceOffset() == pytest.approx(before.GetSliceOffset(), abs=1e-4)
        assert after.GetFieldOfView() == pytest.approx(before.GetFieldOfView(), abs=1e-3)
        composite = again.GetSingletonNode(cell.view, "vtkMRMLSliceCompositeNode")
        volume = again.GetNodeByID(composite.GetBackgroundVolumeID())
        assert volume.GetName() == nodes.volumes[cell.timepoint, cell.role].GetName()


def test_desktop_arrangement_comes_back(reopened):
    _, nodes, again, _ = reopened
    node = again.GetFirstNodeByClass("vtkMRMLLayoutNode")
    assert node.GetViewArrangement() == nodes.layout.arrangement


def test_document_comes_back_whole(assessment, reopened):
    _, _, again, _ = reopened
    document = read_document(again)
    assert document["assessment"] == json.loads(json.dumps(build_document(assessment, SESSION)))
    assert read_session(again) == SESSION


def test_archive_holds_what_slicer_expects(reopened):
    _, _, _, path = reopened
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    assert sum(name.endswith(".mrml") for name in names) == 1
    assert all(name.startswith("case one/") for name in names)


def test_nothing_is_left_beside_the_archive(reopened):
    _, _, _, path = reopened
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_not_an_archive(tmp_path):
    path = tmp_path / "x.mrb"
    path.write_bytes(b"no")
    with pytest.raises(InputError, match="not a scene archive"):
        open_mrb(path, new_scene())


def test_archive_without_a_scene(tmp_path):
    path = tmp_path / "x.mrb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no")
    with pytest.raises(InputError, match=r"no \.mrml"):
        open_mrb(path, new_scene())


def test_missing_folder(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        save_mrb(new_scene(), tmp_path / "none" / "x.mrb")


def test_scene_without_a_case():
    with pytest.raises(InputError, match="no RNAssess case"):
        read_document(new_scene())
