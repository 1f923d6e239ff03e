"""case.toml: what it names is read, what is wrong with it is said in one line."""

import re
import tomllib
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import SimpleITK as sitk

from RNAssessLib.case import ClinicalEvent, EventKind, InputError, SequenceRole
from RNAssessLib.study import read_case
from RNAssessLib.study.case_file_writer import case_file_of, write_case_file, write_events
from RNAssessLib.study.labels import read_label_map
from RNAssessLib.study.pet_values import read_amino_acid_pet


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


def test_bad_event_is_one_line(folder):
    bad = CASE.replace("dose_mg_per_kg = 5.0", 'end = "in May"')
    (folder / "case.toml").write_text(bad)
    with pytest.raises(InputError, match="event bevacizumab: end = 'in May' is not usable"):
        read_case(folder)


class TestEvents:
    """Edited events go into the case file; nothing else in it changes."""

    events = (
        ClinicalEvent(EventKind.STEROID, date(2025, 8, 1), date(2025, 8, 20), "dexamethasone",
                      dose_mg_per_day=8.0),
        ClinicalEvent(EventKind.PATHOLOGY, date(2025, 9, 3), text='necrosis, "no tumour" [frozen]'),
    )  # fmt: skip

    def edited(self, folder, text):
        path = folder / "case.toml"
        path.write_text(text)
        return path, replace(read_case(folder), events=self.events)

    def test_are_replaced_in_place(self, folder):
        noted = CASE.replace('role = "GTV"', 'role = "GTV"  # drawn by A')
        noted += '[anatomy]  # from FreeSurfer\nlabels = "gtv.nii.gz"\nspace = "t0"\n'
        path, case = self.edited(folder, noted)
        write_events(case, path)
        text = path.read_text()
        before, after = tomllib.loads(noted), tomllib.loads(text)
        assert {k: v for k, v in after.items() if k != "event"} == {
            k: v for k, v in before.items() if k != "event"
        }
        assert "# drawn by A" in text and "# from FreeSurfer" in text
        assert read_case(folder).events == self.events
        assert not list(folder.glob("*.part"))

    def test_are_written_where_they_were_read(self, folder):
        (folder / "study").mkdir()
        assert case_file_of(folder / "study") == folder / "study.case.toml"
        (folder / "case.toml").write_text(CASE)
        assert case_file_of(folder) == folder / "case.toml"  # read_case takes it, too
        assert case_file_of(folder / "mine.toml") == folder / "mine.toml"

    def test_all_may_be_taken_away(self, folder):
        path, case = self.edited(folder, CASE)
        write_events(replace(case, events=()), path)
        assert read_case(folder).events == ()

    def test_another_patient_s_file_is_left_alone(self, folder):
        path, case = self.edited(folder, CASE)
        with pytest.raises(InputError, match="is the case file of 'c', not of 'other'"):
            write_events(replace(case, id="other"), path)
        assert path.read_text() == CASE

    def test_inline_events_are_left_to_the_reader(self, folder):
        inline = CASE.split("[[event]]")[0].replace(
            'id = "c"', 'id = "c"\nevent = [{ kind = "surgery", date = 2025-02-01 }]', 1
        )
        path, case = self.edited(folder, inline)
        with pytest.raises(InputError, match="edit it by hand"):
            write_events(case, path)
        assert path.read_text() == inline

    def test_a_new_file_is_written_whole_where_that_can_be(self, folder):
        _, case = self.edited(folder, CASE)
        path = folder / "study.case.toml"
        with pytest.raises(InputError, match="by hand"):  # label maps are separate files
            write_events(case, path)
        assert not path.exists()
        plain = "\n".join(line for line in CASE.splitlines()
                          if "structures" not in line and "masks" not in line
                          and "enhancing" not in line and "dose =" not in line)  # fmt: skip
        (folder / "case.toml").write_text(plain)
        write_events(replace(read_case(folder / "case.toml"), events=self.events), path)
        again = read_case(path)
        assert (again.id, again.events) == ("c", self.events)

    def test_a_folder_that_cannot_be_written_is_one_line(self, folder):
        plain = 'id = "c"\n' + CASE[CASE.index("[[timepoint]]") :].split("[timepoint.masks]")[0]
        _, case = self.edited(folder, plain)
        with pytest.raises(InputError, match=r"nowhere/case\.toml: cannot be written"):
            write_events(case, folder / "nowhere" / "case.toml")


PET = """
[[amino_acid_pet]]
date = 2025-09-01
target = "GTV1"
tracer = "F-DOPA"
curve = "iii"
minutes = [1, 5, 10, 20, 40]
uptake = [1.0, 2.5, 3.0, 2.4, 1.9]
"""


def test_amino_acid_pet_is_read_and_written_back(folder):
    (folder / "case.toml").write_text(CASE + PET)
    case = read_case(folder)
    scan = case.amino_acid_pets[0]
    assert (scan.tracer, scan.curve, scan.target) == ("FDOPA", "III", "GTV1")
    assert (scan.minutes, scan.uptake) == ((1, 5, 10, 20, 40), (1.0, 2.5, 3.0, 2.4, 1.9))
    write_case_file(case, folder / "again.toml")
    again = tomllib.loads((folder / "again.toml").read_text())["amino_acid_pet"][0]
    assert read_amino_acid_pet(again, "again.toml") == scan


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('curve = "iii"', 'curve = "IV"', "curve = 'IV' is none of I, II, III"),
        ('"F-DOPA"', '"FDG"', "tracer = 'FDG' is none of FET"),
        ("[1, 5, 10, 20, 40]", "[1, 5, 10, 20]", "4 minutes but 5 values of uptake"),
        ("[1, 5, 10, 20, 40]", "[1, 5, 10, 10, 40]", "minutes do not ascend"),
        ("[1.0, 2.5, 3.0, 2.4, 1.9]", "[0, 0, 0, 0, 0]", "uptake is zero throughout"),
        ("[1.0, 2.5, 3.0, 2.4, 1.9]", '"high"', "uptake is no list of numbers"),
        ("date = 2025-09-01", "", "date is missing"),
        ("curve =", "pattern =", "unknown key 'pattern'"),
    ],
)
def test_bad_amino_acid_pet_is_one_line(folder, old, new, reason):
    assert old in PET
    (folder / "case.toml").write_text(CASE + PET.replace(old, new))
    with pytest.raises(InputError, match=re.escape(reason)) as caught:
        read_case(folder)
    assert "\n" not in str(caught.value)


def test_amino_acid_pet_without_anything_given(folder):
    (folder / "case.toml").write_text(CASE + "[[amino_acid_pet]]\ndate = 2025-09-01\n")
    with pytest.raises(InputError, match="gives no tracer, no curve and no dynamic data"):
        read_case(folder)
