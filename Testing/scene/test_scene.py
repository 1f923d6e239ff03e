"""The scene holds the native data where it belongs, and an archive of it reopens whole."""

import numpy as np
import pytest
import vtk

from RNAssessLib.case import InputError, SequenceRole
from RNAssessLib.scene import build_scene, new_scene, open_mrb, save_mrb
from RNAssessLib.scene.convert import read_volume_array, to_ras
from RNAssessLib.study.slicer_nodes import propose_assignments, read_scene_case

KINDS = ("vtkMRMLScalarVolumeNode", "vtkMRMLModelNode", "vtkMRMLSegmentationNode",
         "vtkMRMLMarkupsFiducialNode", "vtkMRMLLinearTransformNode")  # fmt: skip


@pytest.fixture(scope="module")
def built(necrosis):
    _, assessment = necrosis
    scene = new_scene()
    return scene, build_scene(scene, assessment), assessment


def test_volumes_are_native_and_placed(built):
    _, nodes, assessment = built
    timepoint = assessment.prepared.timepoint("t2")
    for role, image in timepoint.timepoint.sequences.items():
        node = nodes.volumes["t2", role]
        assert np.array_equal(read_volume_array(node), image.array)
    point = timepoint.timepoint.t1c.grid.index_to_lps([40, 70, 60])
    world = [0.0, 0.0, 0.0]
    node = nodes.volumes["t2", SequenceRole.T1C]
    matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    ras = matrix.MultiplyPoint((60, 70, 40, 1))[:3]
    node.TransformPointToWorld(ras, world)
    expected = to_ras(tuple(timepoint.to_reference.transform.apply(point)))
    assert np.allclose(world, expected, atol=1e-3)


def test_isodoses_lie_at_their_dose(built, necrosis):
    from vtk.util.numpy_support import vtk_to_numpy

    patient, _ = necrosis
    shot = patient.scenario.lesions[0].shot
    _, nodes, _ = built
    assert {20.0, 12.0, 10.0} <= nodes.isodoses.keys()
    for dose, node in nodes.isodoses.items():
        points = vtk_to_numpy(node.GetPolyData().GetPoints().GetData())
        radius = np.linalg.norm(points - np.asarray(to_ras(shot.center_mm)), axis=1)
        assert radius == pytest.approx(shot.radius_of_dose(dose), abs=0.15)
        assert node.GetDisplayNode().GetVisibility2D()


def test_archive_reopens_whole(built, tmp_path):
    scene, nodes, _ = built
    save_mrb(scene, tmp_path / "scene.mrb")
    again = new_scene()
    document = open_mrb(again, tmp_path / "scene.mrb")
    assert document["schema"] == "rnassess/scene/1"
    assert document["assessment"]["lesions"][0]["findings"]
    for kind in KINDS:
        assert again.GetNumberOfNodesByClass(kind) == scene.GetNumberOfNodesByClass(kind), kind
    node = nodes.volumes["t1", SequenceRole.FLAIR]
    other = again.GetFirstNodeByName(node.GetName())
    assert np.array_equal(read_volume_array(other), read_volume_array(node))
    assert other.GetParentTransformNode().GetName() == "t1 to reference"
    assert not list(tmp_path.glob("_tmp*"))


def test_what_is_no_archive(tmp_path):
    (tmp_path / "x.mrb").write_text("no")
    with pytest.raises(InputError, match="not a scene archive"):
        open_mrb(new_scene(), tmp_path / "x.mrb")


def test_a_case_from_nodes_of_a_scene(built, necrosis):
    from datetime import date

    from RNAssessLib.scene.convert import fill_volume

    patient, assessment = necrosis
    scene = new_scene()
    build_scene(scene, assessment)
    with pytest.raises(InputError, match="no dose volume"):
        read_scene_case(scene, propose_assignments(scene), treatment=date(2025, 1, 10),
                        fractions=1, prescription_gy=20.0)  # fmt: skip
    course = patient.case.courses[0]
    dose = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "RTDOSE")
    fill_volume(dose, course.dose.dose_gy, course.dose.grid)
    dose.SetAttribute("DicomRtImport.DoseVolume", "1")
    proposals = propose_assignments(scene)
    roles = {(p.day, p.role) for p in proposals}
    assert (date(2025, 4, 9), SequenceRole.FLAIR) in roles
    case = read_scene_case(scene, proposals, treatment=date(2025, 1, 10), fractions=1,
                           prescription_gy=20.0)  # fmt: skip
    assert [t.date for t in case.timepoints] == [t.date for t in patient.case.timepoints]
    assert case.courses[0].dose.grid.matches(course.dose.grid, tolerance_mm=1e-2)
    names = {s.name for s in case.courses[0].structures}
    assert "L1 enhancing" in names
