"""``rnassess dose --ends``: a rule for all structures, or for one by name."""

import json

import pytest

from RNAssessLib.cli import main
from Testing.study.test_uneven_frames import write_plan


def volumes(files, capsys, *ends):
    dose, structures = files
    given = [part for rule in ends for part in ("--ends", rule)]
    code = main(["dose", "--dose", str(dose), "--structures", str(structures), "--json", *given])
    answer = capsys.readouterr()
    if code:
        return code, answer.err
    found = {s["name"]: s["volume_cm3"] for s in json.loads(answer.out)["structures"]}
    return found["GTV"], found["Skin"]


@pytest.fixture
def files(tmp_path):
    return write_plan(tmp_path, (-4, -2, 0, 2, 4))


def test_rules_for_all_and_for_one(files, capsys):
    none, half = volumes(files, capsys, "none"), volumes(files, capsys, "half")
    assert none == pytest.approx((0.8, 18.0), rel=1e-3)
    assert half == pytest.approx((1.0, 19.8), rel=1e-3)
    assert volumes(files, capsys, "none", "GTV=half") == (half[0], none[1])
    assert volumes(files, capsys, "GTV=none")[0] == none[0]
    assert none < volumes(files, capsys) < half


@pytest.mark.parametrize(
    ("ends", "reason"),
    [("thirds", "'thirds' is none of none, half, rounded"), ("CTV=none", "no structure 'CTV'")],
)
def test_what_is_no_rule(files, capsys, ends, reason):
    code, error = volumes(files, capsys, ends)
    assert code == 3
    assert reason in error
    assert error.strip().count("\n") == 0
