"""What a folder holds, without reading images."""

import pydicom
import pytest
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from RNAssessLib.case import InputError
from RNAssessLib.study.find_cases import find_cases

CASE = '[[timepoint]]\nid = "t0"\ndate = 2025-01-08\n'


def put_dicom(path, patient):
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset = pydicom.Dataset()
    dataset.PatientID, dataset.SOPClassUID = patient, pydicom.uid.MRImageStorage
    dataset.SOPInstanceUID = generate_uid()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.save_as(path, enforce_file_format=True)


def names(folder):
    return [(c.name, c.what) for c in find_cases(folder)]


def test_a_folder_of_patients_lists_each(tmp_path):
    for patient in ("b", "a"):
        for study in ("2025", "2026"):
            put_dicom(tmp_path / patient / study / "T1c" / "1", patient)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "text.txt").write_text("nothing")
    assert names(tmp_path) == [("a", "DICOM folder"), ("b", "DICOM folder")]


def test_studies_of_one_patient_are_one_case(tmp_path):
    for study in ("2025", "2026"):
        put_dicom(tmp_path / "case" / study / "1.dcm", "a")
    assert names(tmp_path / "case") == [("case", "DICOM folder")]


def test_files_lying_in_the_folder_make_it_one_case(tmp_path):
    put_dicom(tmp_path / "x" / "1.dcm", "a")
    put_dicom(tmp_path / "x" / "more" / "2.dcm", "b")
    assert names(tmp_path / "x") == [("x", "DICOM folder")]


def test_case_files_count_and_stand_for_their_folder(tmp_path):
    put_dicom(tmp_path / "one" / "1.dcm", "a")
    put_dicom(tmp_path / "two" / "1.dcm", "b")
    (tmp_path / "one.case.toml").write_text(CASE)
    (tmp_path / "settings.toml").write_text("a = 1\n")
    (tmp_path / "broken.toml").write_text("= =")
    (tmp_path / "three").mkdir()
    (tmp_path / "three" / "case.toml").write_text(CASE)
    assert names(tmp_path) == [
        ("one.case", "case file"), ("three", "case file"), ("two", "DICOM folder"),
    ]  # fmt: skip


def test_a_folder_with_a_case_file_is_that_case(tmp_path):
    (tmp_path / "case.toml").write_text(CASE)
    put_dicom(tmp_path / "a" / "1.dcm", "a")
    put_dicom(tmp_path / "b" / "1.dcm", "b")
    assert [c.path for c in find_cases(tmp_path)] == [tmp_path]


def test_an_empty_folder_holds_none_and_a_missing_one_is_an_error(tmp_path):
    assert find_cases(tmp_path) == ()
    with pytest.raises(InputError, match="is not a folder"):
        find_cases(tmp_path / "nowhere")


def test_files_without_the_dicom_prefix_are_found(tmp_path):
    for name in ("1", "2"):
        put_dicom(tmp_path / "case" / name, "a")
        whole = (tmp_path / "case" / name).read_bytes()
        (tmp_path / "case" / name).write_bytes(whole[132:])
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "table.bin").write_bytes(b"\x08\x00 is how this text begins" * 20)
    assert names(tmp_path) == [("case", "DICOM folder")]
