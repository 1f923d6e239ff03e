"""case.toml: what it names is read, what is wrong with it is said in one line."""

import tomllib

import numpy as np
import pytest
import SimpleITK as sitk

from RNAssessLib.case import InputError, SequenceRole
from RNAssessLib.study import read_case
from RNAssessLib.study.case_file_writer import write_case_file
from RNAssessLib.study.labels import read_label_map


def write(path, array, spacing=(1.0, 1.0, 2.0)):
    image = sitk.GetImageFromArray(array)
    image.SetSpacing(spacing)
    image.SetOrigin((-5.0, 3.0, 9.0))
    sitk.WriteImage(image, str(path))


@pytest.fixture
def folder(tmp_path):
    volume = np.random.default_rng(0).normal(100, 5, (6, 8, 8)).astype(np.float32)
    write(tmp_path / "t1c.nii.gz", volume)
    write(tmp_path / "dose.nrrd", np.full((6, 8, 8), 12.0, np.float32))
    gtv = np.zeros((6, 8, 8), np.uint8)
    gtv[2:4, 3:5, 3:5] = 1
    write(tmp_path / "gtv.nii.gz", gtv)
    return tmp_path


CASE = """
id = "c"
[[course]]
id = "srs"
date = 2025-01-10
technique = "gamma_knife"
fractions = 1
dose = "dose.nrrd"
structures = { GTV1 = "gtv.nii.gz" }
space = "t0"
[[course.target]]
name = "GTV1"
role = "GTV"
prescription_gy = 20
[[timepoint]]
id = "t0"
date = 2025-01-08
[timepoint.sequences]
T1c = "t1c.nii.gz"
[timepoint.masks]
enhancing = "gtv.nii.gz"
[[event]]
kind = "bevacizumab"
date = 2025-09-02
dose_mg_per_kg = 5.0
"""


def test_everything_it_names(folder):
    (folder / "case.toml").write_text(CASE)
    case = read_case(folder)
    course = case.courses[0]
    assert course.targets[0].prescription_gy == 20.0
    assert course.targets[0].prescription_source == "case file"
    assert course.structures[0].shape.volume_cm3 == pytest.approx(8 * 2 / 1000)
    assert case.timepoints[0].sequences.keys() == {SequenceRole.T1C}
    # NIfTI stores RAS; the LPS origin written must come back
    assert case.timepoints[0].t1c.grid.origin_mm == pytest.approx((-5.0, 3.0, 9.0))
    assert case.events[0].dose_mg_per_kg == 5.0
    assert {m.role for m in case.mapping} >= {"T1c", "dose", "structure"}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('id = "c"', 'id = "c', "not valid TOML"),
        ('id = "c"', 'id = "c"\ntypo = 1', "unknown key 'typo'"),
        ('"t1c.nii.gz"', '"none.nii.gz"', "no such file"),
        ("date = 2025-01-08", 'date = "soon"', "is not a date"),
        ('T1c = "t1c.nii.gz"', 'FLAIR = "t1c.nii.gz"', "has no T1c"),
        ('T1c = "t1c.nii.gz"', 'T9 = "t1c.nii.gz"', "is none of"),
        ('space = "t0"\n', "", "carries no frame of reference"),
        ('space = "t0"', 'space = "t7"', "is no timepoint"),
        ("prescription_gy = 20", "prescription_gy = -3", "not positive"),
        ('name = "GTV1"\n', 'name = "GTV9"\n', "is no structure of the plan"),
        ("fractions = 1", "fractions = 0", "not positive"),
        ('enhancing = "gtv.nii.gz"', 'enhancing = "small.nii.gz"', "not on the grid"),
        ('dose = "dose.nrrd"', 'dose = "t1c_bad.nrrd"', "not dose in Gy"),
    ],
)
def test_what_is_wrong(folder, old, new, reason):
    write(folder / "small.nii.gz", np.ones((3, 4, 4), np.uint8))
    write(folder / "t1c_bad.nrrd", np.full((6, 8, 8), 5000.0, np.float32))
    assert old in CASE
    (folder / "case.toml").write_text(CASE.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        read_case(folder)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_label_maps(folder):
    with pytest.raises(InputError, match="not a label map"):
        read_label_map(folder / "t1c.nii.gz")
    write(folder / "empty.nii.gz", np.zeros((3, 3, 3), np.uint8))
    with pytest.raises(InputError, match="empty"):
        read_label_map(folder / "empty.nii.gz")


SPECTRUM = """
[[spectroscopy]]
date = 2025-09-01
target = "GTV1"
cho = 33671
cr = 29534
lipid_lactate_peak = true
"""


def test_spectroscopy_is_read_and_written_back(folder):
    (folder / "case.toml").write_text(CASE + SPECTRUM)
    case = read_case(folder)
    assert case.spectra[0].cho_cr == pytest.approx(33671 / 29534)
    assert (case.spectra[0].target, case.spectra[0].lipid_lactate_peak) == ("GTV1", True)
    write_case_file(case, folder / "again.toml")
    text = (folder / "again.toml").read_text()
    again = tomllib.loads(text)["spectroscopy"][0]
    assert again["cho_cr"] == pytest.approx(33671 / 29534)
    assert again["lipid_lactate_peak"] is True
