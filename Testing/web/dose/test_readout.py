"""The dose under the cursor is the formula's dose there."""

import numpy as np
import pytest
import slicer
from assessments import LESION

from RNAssessLib.case import SequenceRole
from RNAssessLib.scene import build_scene, new_scene
from RNAssessLib.scene.made_pictures import Picture
from RNAssessLib.scene.readout import Readout


@pytest.fixture(scope="module")
def place(assessment):
    scene = new_scene()
    nodes = build_scene(scene, assessment)
    node = slicer.vtkMRMLSliceNode()
    node.SetName("probe")
    node.SetLayoutName("probe")
    scene.AddNode(node)
    node.SetOrientationToAxial()
    node.SetDimensions(200, 100, 1)
    node.SetFieldOfView(100.0, 50.0, 1.0)  # half a millimetre per pixel
    node.JumpSliceByCentering(-LESION[0], -LESION[1], LESION[2])
    return scene, nodes, node


@pytest.mark.parametrize(("across", "down"), [(0.5, 0.5), (0.62, 0.5), (0.5, 0.3), (0.41, 0.71)])
def test_dose_percent_and_bed_at_the_cursor(assessment, place, across, down):
    _, _, node = place
    text = Readout(assessment, {}).at(node, across, down, None)
    # axial views show the patient's left on the right and anterior at the top
    offset = np.hypot((across - 0.5) * 100.0, (down - 0.5) * 50.0)
    dose = 28.0 / (1.0 + (offset / 12.0) ** 5)
    parts = text.split(" · ")
    assert float(parts[0].split()[0]) == pytest.approx(dose, abs=0.35)  # 2 mm dose grid
    shown = float(parts[0].split()[0])
    course = assessment.prepared.courses[0].course
    prescription = max(t.prescription_gy for t in course.targets)
    assert float(parts[1].split()[0]) == pytest.approx(100 * shown / prescription, abs=0.6)
    for part, ratio in ((parts[2], 10.0), (parts[3], 2.0)):
        expected = shown * (1 + shown / course.fractions / ratio)
        assert float(part.split()[1]) == pytest.approx(expected, rel=0.02)


def test_value_is_that_of_the_voxel_as_acquired(assessment, place):
    _, nodes, node = place
    timepoint = assessment.prepared.timepoints[0]
    volume = nodes.volumes[timepoint.id, SequenceRole.T1C]
    text = Readout(assessment, {}).at(node, 0.5, 0.5, Picture("T1c", volume, "T1c"))
    image = timepoint.timepoint.t1c
    native = timepoint.to_reference.transform.inverse().apply(np.asarray(LESION))
    k, j, i = np.rint(image.grid.lps_to_index(native)).astype(int)
    name, value = text.split(" · ")[0].split()
    assert name == "T1c"
    assert float(value) == pytest.approx(float(image.array[k, j, i]), rel=0.01)


def test_beyond_the_dose_grid_is_said(assessment, place):
    _, _, node = place
    node.JumpSliceByCentering(-LESION[0] + 300.0, -LESION[1], LESION[2])
    assert Readout(assessment, {}).at(node, 0.5, 0.5, None) == "beyond the dose grid"
    node.JumpSliceByCentering(-LESION[0], -LESION[1], LESION[2])
