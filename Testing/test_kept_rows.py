"""A benchmark's rows are kept from machine to machine, and only those of the same code are used."""

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
import code_digest as digests  # noqa: E402
from kept_rows import KeptRows  # noqa: E402


def fail():
    raise AssertionError("made again")


def test_a_row_is_made_once_and_a_case_without_place_stays_one(tmp_path):
    file = tmp_path / "ROWS.jsonl"
    assert KeptRows(file, "a").get("hard-1", lambda: {"seed": 1}) == {"seed": 1}
    assert KeptRows(file, "a").get("hard-2", lambda: None) is None
    again = KeptRows(file, "a")
    assert (again.get("hard-1", fail), again.get("hard-2", fail)) == ({"seed": 1}, None)


def test_rows_of_other_code_are_not_used_and_go_at_the_end(tmp_path):
    file = tmp_path / "ROWS.jsonl"
    KeptRows(file, "a").get("hard-1", lambda: 1)
    new = KeptRows(file, "b")
    assert new.get("hard-1", lambda: 2) == 2
    assert KeptRows(file, "a").read() == {"hard-1": 1}
    new.tidy()
    assert KeptRows(file, "a").read() == {}
    assert new.get("hard-1", fail) == 2


def test_a_line_that_was_cut_is_no_row_and_spoils_none(tmp_path):
    file = tmp_path / "ROWS.jsonl"
    rows = KeptRows(file, "a")
    rows.get("hard-1", lambda: 1)
    file.write_text(file.read_text() + '["hard-2", "a", {"see', encoding="utf-8")
    assert rows.get("hard-2", lambda: 2) == 2
    assert rows.read() == {"hard-1": 1, "hard-2": 2}


@pytest.mark.parametrize("script", ["findings/measure_case.py", "headline/measure_patient.py"])
def test_scripts_and_truth_count_and_tables_do_not(script):
    names = {f.name for f in digests._own_files([BENCHMARKS / script])}
    assert {"measure_case.py", "scripts.py", "truth.py", "treatments.py", "sites.py"} <= names
    assert not names & {"report.py", "run.py", "hard.py"}
