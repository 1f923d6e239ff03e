"""``rnassess sort``, and the table that ``assess`` prints before it reads."""

import json
import tomllib

import pytest

from RNAssessLib.cli import main
from RNAssessLib.findings.registry import REGISTRY
from Testing.study.mr_makers import FLAIR, SWI, T1C, add, diffusion


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    add(folder / "t1c", T1C)
    add(folder / "flair", FLAIR)
    add(folder / "swi", SWI, study="1.2.3", SeriesDescription="mIP_Images")
    return folder


def test_json_alone_on_standard_output(study, capsys):
    assert main(["sort", str(study), "--json"]) == 0
    caught = capsys.readouterr()
    told = json.loads(caught.out)
    assert set(told) >= {"schema", "timepoints", "left_out", "courses"}
    (timepoint,) = told["timepoints"]
    assert (timepoint["id"], timepoint["date"]) == ("t0", "2025-01-08")
    entry = timepoint["sequences"]["FLAIR"]
    assert entry["series_description"] == "FLAIR"
    assert (entry["slices"], entry["files"]) == (6, 6)
    assert told["left_out"][0]["series_description"] == "mIP_Images"
    assert set(told["left_out"][0]) >= {"series_description", "series_uid", "files", "why"}
    assert "slices found" in caught.err


def test_missing_sequences_name_the_items_of_the_registry(study, capsys):
    main(["sort", str(study), "--json"])
    missing = {m["sequence"]: m for m in json.loads(capsys.readouterr().out)["missing"]}
    assert "FLAIR" not in missing
    needing = [i.SPEC.id for i in REGISTRY if "SWI" in {r.value for r in i.SPEC.needs}]
    assert missing["SWI"]["items"] == needing
    assert missing["SWI"]["timepoints"] == ["t0"]
    main(["sort", str(study)])
    table = capsys.readouterr().out
    assert "Susceptibility foci" in table
    assert "at every timepoint" in table


def test_write_gives_a_case_file_that_names_what_is_left_out(study, tmp_path, capsys):
    written = tmp_path / "case.toml"
    assert main(["sort", str(study), "--write", str(written)]) == 0
    told = tomllib.loads(written.read_text(encoding="utf-8"))
    assert told["timepoint"][0]["sequences"] == {"T1c": "study/t1c", "FLAIR": "study/flair"}
    assert "# left out: mIP_Images: projection" in written.read_text(encoding="utf-8")
    assert main(["sort", str(study), "--write", str(tmp_path / "no" / "case.toml")]) == 3
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["sort", "assess", "view"])
def test_table_and_reason_when_no_t1c_is_there(study, tmp_path, capsys, command):
    for path in (study / "t1c").iterdir():
        path.unlink()
    options = {"assess": ["--out", str(tmp_path / "out")], "view": ["--no-browser"]}
    assert main([command, str(study), *options.get(command, [])]) == 3
    caught = capsys.readouterr()
    table = caught.out if command == "sort" else caught.err
    assert "no T1c on 2025-01-08 (FLAIR" in table
    assert "no contrast-enhanced T1" in caught.err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_dates_are_for_folders(study, tmp_path, capsys):
    main(["sort", str(study), "--write", str(tmp_path / "case.toml")])
    (tmp_path / "d.csv").write_text("1.2.3,2025-02-01\n")
    dates = ["--dates", str(tmp_path / "d.csv")]
    out = ["--out", str(tmp_path / "out")]
    assert main(["assess", str(tmp_path / "case.toml"), *out, *dates]) == 3
    assert "holds its dates" in capsys.readouterr().err
    assert main(["sort", str(study), *dates, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["timepoints"][0]["date"] == "2025-02-01"


def test_empty_and_missing_folders(tmp_path, capsys):
    assert main(["sort", str(tmp_path)]) == 3
    assert "holds no DICOM file" in capsys.readouterr().err
    assert main(["sort", str(tmp_path / "none")]) == 3
    assert "no such folder" in capsys.readouterr().err


def test_threshold_of_the_delayed_scan_is_used(tmp_path, capsys):
    add(tmp_path / "a", T1C, AcquisitionTime="090000", number=1)
    add(tmp_path / "b", T1C, AcquisitionTime="092000", number=2)
    diffusion(tmp_path / "c", [(0, 1000), (1000, 400)])
    main(["sort", str(tmp_path), "--json", "--set", "sorting.delayed_minutes=15"])
    found = json.loads(capsys.readouterr().out)["timepoints"][0]["sequences"]
    assert list(found) == ["T1c", "DWI", "ADC", "T1C_DELAYED"]
    assert found["ADC"]["computed"]
