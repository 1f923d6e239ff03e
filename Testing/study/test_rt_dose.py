"""Dose grids land where the tags say, and bad ones are refused in one line."""

import numpy as np
import pytest

from RNAssessLib.case import InputError
from RNAssessLib.study.rt_dose import read_beam_doses, read_dose

from .dicom_makers import make_dose, save

STORED = np.arange(4 * 5 * 6, dtype=np.uint32).reshape(4, 5, 6)
# orientation, hand-computed LPS of stored voxel [frame 2, row 1, column 3] for
# position (-10, 20, 30), row spacing 2 mm, column spacing 3 mm, frames 4 mm apart
TABLE = {
    "axial": ((1, 0, 0, 0, 1, 0), (-10 + 3 * 3, 20 + 1 * 2, 30 + 2 * 4)),
    "prone": ((-1, 0, 0, 0, -1, 0), (-10 - 9, 20 - 2, 30 + 8)),
    "coronal": ((1, 0, 0, 0, 0, -1), (-10 + 9, 20 + 8, 30 - 2)),
    "sagittal": ((0, 1, 0, 0, 0, -1), (-10 - 8, 20 + 9, 30 - 2)),
    "oblique": ((0.6, 0.8, 0, -0.8, 0.6, 0), (-10 + 0.6 * 9 - 0.8 * 2, 20 + 0.8 * 9 + 0.6 * 2, 38)),
}


@pytest.mark.parametrize("name", TABLE)
def test_orientation(tmp_path, name):
    orientation, place = TABLE[name]
    dose = read_dose(save(make_dose(STORED, orientation=orientation), tmp_path / "d.dcm"))
    assert np.allclose(dose.grid.index_to_lps([2, 1, 3]), place, atol=1e-4)
    assert dose.dose_gy[2, 1, 3] == pytest.approx(STORED[2, 1, 3] * 0.01)


@pytest.mark.parametrize(
    ("offsets", "first"),
    [((0, 4, 8, 12), 0), ((30, 34, 38, 42), 0), ((0, -4, -8, -12), 3), ((30, 26, 22, 18), 3)],
)
def test_frame_offsets_relative_absolute_and_reversed(tmp_path, offsets, first):
    dose = read_dose(save(make_dose(STORED, offsets=offsets), tmp_path / "d.dcm"))
    step = offsets[1] - offsets[0]
    # stored frame 2, row 1, column 3 lies at z = 30 + 2 * step whatever the order
    k = abs(first - 2)
    assert np.allclose(dose.grid.index_to_lps([k, 1, 3]), (-1, 22, 30 + 2 * step))
    assert dose.dose_gy[k, 1, 3] == pytest.approx(STORED[2, 1, 3] * 0.01)


def change(**tags):
    def apply(dataset):
        for name, value in tags.items():
            if value is None:
                delattr(dataset, name)
            else:
                setattr(dataset, name, value)

    return apply


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (change(DoseUnits="RELATIVE"), "DoseUnits is RELATIVE"),
        (change(DoseType="EFFECTIVE"), "DoseType is EFFECTIVE"),
        (change(DoseSummationType="BEAM"), "dose of a BEAM alone"),
        (change(DoseSummationType="FRACTION"), "dose of a FRACTION alone"),
        (change(FrameOfReferenceUID=None), "FrameOfReferenceUID is missing"),
        (change(DoseGridScaling=None), "DoseGridScaling is missing"),
        (change(GridFrameOffsetVector=None), "GridFrameOffsetVector is missing"),
        (change(GridFrameOffsetVector=[0, 4, 8]), "4 frames but 3 entries"),
        (change(GridFrameOffsetVector=[0, 4, 4, 12]), "two frames lie at one place"),
        (change(GridFrameOffsetVector=[7, 11, 15, 19]), "neither 0 nor the first position"),
        (change(ImageOrientationPatient=[1, 0, 0, 1, 0, 0]), "perpendicular"),
        (change(ImagePositionPatient=None), "ImagePositionPatient is missing"),
        (change(PixelData=b"\0" * 40), "truncated"),
        (change(Modality="CT"), "is CT, not RTDOSE"),
    ],
)
def test_bad_dose_is_refused(tmp_path, damage, reason):
    dataset = make_dose(STORED)
    damage(dataset)
    path = save(dataset, tmp_path / "bad.dcm")
    with pytest.raises(InputError, match=r"bad\.dcm") as caught:
        read_dose(path)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_truncated_and_foreign_files(tmp_path):
    path = save(make_dose(STORED), tmp_path / "whole.dcm")
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="truncated"):
        read_dose(cut)
    (tmp_path / "text.dcm").write_text("no dicom")
    with pytest.raises(InputError, match="not a DICOM file"):
        read_dose(tmp_path / "text.dcm")
    with pytest.raises(InputError, match="no such file"):
        read_dose(tmp_path / "none.dcm")


def test_beams_given_together_are_summed(tmp_path):
    paths = []
    for n in range(2):
        dataset = make_dose(STORED * (n + 1))
        dataset.DoseSummationType = "BEAM"
        paths.append(save(dataset, tmp_path / f"b{n}.dcm"))
    assert np.allclose(read_beam_doses(paths).dose_gy, STORED * 0.03)
