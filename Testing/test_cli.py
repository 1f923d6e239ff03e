"""The command line keeps its contract: exit codes, one-line errors, JSON alone on stdout."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from RNAssessLib.cli import main
from RNAssessLib.outputs import write_outputs

from .study.dicom_makers import make_dose, make_structures, save
from .study.test_structures_and_plan import PLANES, square


def plan_files(folder: Path):
    dose = make_dose(np.full((8, 30, 30), 2500, np.uint32), position=(-30, -40, -10),
                     spacing=(3.0, 3.0))  # fmt: skip
    rois = {"GTV": [("CLOSED_PLANAR", square(6, z)) for z in PLANES]}
    return str(save(dose, folder / "d.dcm")), str(save(make_structures(rois), folder / "s.dcm"))


def test_dose_json_is_alone_on_stdout(tmp_path, capsys):
    dose, structures = plan_files(tmp_path)
    code = main(["dose", "--dose", dose, "--structures", structures, "--prescription", "20",
                 "--json"])  # fmt: skip
    out = capsys.readouterr().out
    assert code == 0
    document = json.loads(out)
    assert document["targets"][0]["prescription_source"] == "user"
    assert document["structures"][0]["dmean_gy"] == pytest.approx(25.0, abs=1e-3)
    assert document["targets"][0]["tc_percent"] == pytest.approx(100.0)
    assert main(["dose", "--dose", dose, "--structures", structures]) == 0
    assert "Research use only" in capsys.readouterr().out


def test_bad_input_is_one_line_and_code_3(tmp_path, capsys):
    dose, structures = plan_files(tmp_path)
    for args, reason in (
        (["dose", "--dose", structures, "--structures", structures], "is RTSTRUCT, not RTDOSE"),
        (["dose", "--dose", dose, "--structures", structures, "--target", "X"], "no structure"),
        (["dose", "--dose", dose, "--structures", structures, "--prescription", "-1"], "positive"),
        (["assess", str(tmp_path / "none"), "--out", str(tmp_path / "o")], "no such folder"),
        (["assess", str(tmp_path), "--out", str(tmp_path / "o")], "no contrast-enhanced T1"),
        (["dose", "--dose", dose, "--structures", structures, "--set", "no.key=1"], "no threshold"),
    ):
        assert main(args) == 3, args
        error = [line for line in capsys.readouterr().err.splitlines() if "rnassess:" in line]
        assert len(error) == 1
        assert reason in error[0]
    assert not (tmp_path / "o").exists()


def test_bad_usage_is_code_2(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["assess"])
    assert caught.value.code == 2
    assert main(["phantom", "nobody", "--out", "x"]) == 2


def test_phantom_list(capsys):
    assert main(["phantom", "list"]) == 0
    assert "rn_across_falx" in capsys.readouterr().out.split()


def test_outputs_are_whole_or_not_at_all(necrosis, tmp_path):
    _, assessment = necrosis
    written = {p.name for p in write_outputs(assessment, tmp_path)}
    assert {"report.html", "assessment.json", "scene.mrb", "dose.csv", "serial.csv",
            "checklist.csv"} <= written  # fmt: skip
    before = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}

    def cancel(fraction, what):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_outputs(assessment, tmp_path, cancel)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()} == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(necrosis, tmp_path):
    from RNAssessLib.case import InputError

    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        write_outputs(necrosis[1], tmp_path / "o")
