"""Files named like DICOM that are none: counted aloud, never only missing."""

import pytest

from RNAssessLib.case import InputError
from RNAssessLib.panel.opening.case_opening import read_and_tell
from RNAssessLib.panel.opening.role_chooser import RoleChooser
from RNAssessLib.report.text.catalogue import Say
from RNAssessLib.report.text.free_text import translate_free
from RNAssessLib.study import propose_mapping

from .mr_makers import T1C, add

TOLD = "12 files in swi that are no DICOM, though named so: the first one is IM001.dcm"


def junk(folder, count, suffix=".dcm", content=b"{}"):
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        (folder / f"IM{number:03}{suffix}").write_bytes(content)


@pytest.fixture
def study(tmp_path):
    add(tmp_path / "t1c", T1C)
    junk(tmp_path / "swi", 12)
    return tmp_path


def test_they_stand_in_the_table_the_case_and_what_is_told(study):
    mapping = propose_mapping(study)
    (item,) = [i for i in mapping.sorted.left_out if "no DICOM" in i.why]
    assert (item.description, item.files) == ("swi", 12)
    assert item.why.endswith("the first one is IM001.dcm")
    assert [e for e in mapping.entries if e.ignored and "no DICOM" in e.why]
    case = mapping.to_case()
    assert TOLD in case.warnings
    assert RoleChooser(mapping).notes == (TOLD,)
    lines = []
    read_and_tell(study, lines.append)
    assert any("swi" in line and "12 files" in line and "no DICOM" in line for line in lines)
    assert f"  note: {TOLD}" in lines


def test_each_folder_by_itself_and_empty_files_too(tmp_path):
    add(tmp_path / "t1c", T1C)
    junk(tmp_path / "a", 1, ".DCM", b"")
    junk(tmp_path / "b" / "c", 2, ".ima", b"x" * 500)
    junk(tmp_path, 3, ".dicom")
    found = [w for w in propose_mapping(tmp_path).to_case().warnings if "no DICOM" in w]
    assert found == [
        "3 files that are no DICOM, though named so: the first one is IM001.dicom",
        "1 file in a that is no DICOM, though named so: the first one is IM001.DCM",
        "2 files in b/c that are no DICOM, though named so: the first one is IM001.ima",
    ]


def test_other_files_are_none_of_our_business(tmp_path):
    add(tmp_path / "t1c", T1C)
    for name in ("readme.txt", "session.json", "IM001"):
        (tmp_path / name).write_bytes(b"text")
    assert not [w for w in propose_mapping(tmp_path).to_case().warnings if "DICOM" in w]


def test_a_folder_of_nothing_else_says_so(tmp_path):
    junk(tmp_path, 12)
    with pytest.raises(InputError, match="holds no DICOM file: 12 files that are no DICOM"):
        propose_mapping(tmp_path)


def test_german():
    told = translate_free(Say("de"), TOLD)
    assert told == (
        "12 Dateien in swi, die trotz ihres Namens kein DICOM sind: die erste ist IM001.dcm"
    )
