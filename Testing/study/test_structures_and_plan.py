"""Structure sets keep what was drawn; files that do not belong together are refused."""

import numpy as np
import pytest

from RNAssessLib.case import InputError, StructureRole
from RNAssessLib.spatial.occupancy import EndCap, compute_occupancy
from RNAssessLib.study.plan_files import read_course_files
from RNAssessLib.study.rt_structure_set import read_structures

from .dicom_makers import make_dose, make_structures, save


def square(half, z, center=(0.0, 0.0)):
    x, y = center
    return [(x - half, y - half, z), (x + half, y - half, z), (x + half, y + half, z),
            (x - half, y + half, z)]  # fmt: skip


def keyhole(z):
    """Outer square joined to a hole by an edge there and back."""
    return [*square(10, z), (-10, -10, z), (-4, -4, z), (-4, 4, z), (4, 4, z), (4, -4, z),
            (-4, -4, z)]  # fmt: skip


PLANES = (0.0, 2.0, 4.0)


@pytest.mark.parametrize(
    ("drawn", "area_mm2"),
    [
        (lambda z: [("CLOSED_PLANAR", square(10, z))], 400),
        (lambda z: [("CLOSED_PLANAR", square(10, z)), ("CLOSED_PLANAR", square(4, z))], 336),
        (lambda z: [("CLOSEDPLANAR_XOR", square(10, z)), ("CLOSEDPLANAR_XOR", square(4, z))], 336),
        (lambda z: [("CLOSED_PLANAR", keyhole(z))], 336),
        (
            lambda z: [("CLOSED_PLANAR", square(4, z)), ("CLOSED_PLANAR", square(3, z, (20, 0)))],
            100,
        ),
    ],
    ids=["square", "nested hole", "xor hole", "keyhole", "two on a slice"],
)
def test_volume_of_what_was_drawn(tmp_path, drawn, area_mm2):
    rois = {"GTV": [c for z in PLANES for c in drawn(z)]}
    found = read_structures(save(make_structures(rois), tmp_path / "s.dcm"))
    occupancy = compute_occupancy(found.structures[0].shape, cap=EndCap.NONE)
    assert occupancy.volume_cm3 == pytest.approx(area_mm2 * 4.0 / 1000, rel=0.01)


def test_empty_points_and_roles(tmp_path):
    contours = [("CLOSED_PLANAR", square(5, z)) for z in PLANES]
    rois = {"PTV_1": contours, "empty": [], "Marker": [("POINT", [(0, 0, 0)])]}
    found = read_structures(save(make_structures(rois), tmp_path / "s.dcm"))
    assert [(s.name, s.role) for s in found.structures] == [("PTV_1", StructureRole.PTV)]
    assert found.empty == ("empty", "Marker")
    assert any("POINT" in w for w in found.warnings)
    with pytest.raises(InputError, match="no ROI has a closed contour"):
        read_structures(save(make_structures({"empty": []}), tmp_path / "e.dcm"))


def test_other_frame_of_reference(tmp_path):
    dose = save(make_dose(np.ones((4, 5, 6), np.uint32)), tmp_path / "dose.dcm")
    rois = {"GTV": [("CLOSED_PLANAR", square(5, z)) for z in PLANES]}
    other = save(make_structures(rois, frame="9.9.9"), tmp_path / "other.dcm")
    with pytest.raises(InputError, match=r"dose\.dcm: .*different frames of reference"):
        read_course_files(dose, other)


def test_dose_of_another_plan(tmp_path):
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    from .dicom_makers import start

    dataset = make_dose(np.ones((4, 5, 6), np.uint32))
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = "1.2", "1.2.999"
    dataset.ReferencedRTPlanSequence = Sequence([item])
    dose = save(dataset, tmp_path / "dose.dcm")
    rois = {"GTV": [("CLOSED_PLANAR", square(5, z)) for z in PLANES]}
    structures = save(make_structures(rois), tmp_path / "s.dcm")
    plan = save(start("RTPLAN"), tmp_path / "plan.dcm")
    with pytest.raises(InputError, match="another plan"):
        read_course_files(dose, structures, plan)
    with pytest.raises(InputError, match="no structure 'X'"):
        read_course_files(dose, structures, target_names=("X",))
