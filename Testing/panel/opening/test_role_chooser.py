"""Correcting roles before anything is computed: the table without a shell."""

import tomllib

import pytest

from RNAssessLib.panel.opening.role_chooser import NOT_USED, OPTIONS, RoleChooser
from RNAssessLib.study import propose_mapping, read_case
from Testing.study.mr_makers import FLAIR, GRE, T1, T1C, add, slices, write


@pytest.fixture
def chooser(tmp_path):
    folder = tmp_path / "study"
    add(folder / "a", T1C, SeriesDescription="T1 native", number=1)  # the tag says otherwise
    add(folder / "b", T1C, number=2, value=700)
    add(folder / "c", FLAIR, number=3)
    add(folder / "d", T1, number=4, SeriesDescription="odd", RepetitionTime=None)
    made = slices(GRE, uid="1.2.60", value=100, EchoTime=5.0, number=5)
    made += slices(GRE, uid="1.2.60", value=300, EchoTime=20.0, start=11, number=5)
    write(folder / "e", made)
    return RoleChooser(propose_mapping(folder))


def used(chooser):
    return {row.name: row.role for row in chooser.rows}


def number(chooser, name):
    return next(row.number for row in chooser.rows if row.name == name)


def test_rows_say_role_reason_and_doubt(chooser):
    assert used(chooser) == {
        "T1 native": "T1", "T1 MPRAGE +C": "T1c", "FLAIR": "FLAIR", "odd": NOT_USED,
        "t2* gre [TE 5 ms]": NOT_USED, "t2* gre [TE 20 ms]": "SWI",
    }  # fmt: skip
    rows = {row.name: row for row in chooser.rows}
    assert [row.name for row in chooser.rows if row.doubtful] == ["T1 native"]
    assert chooser.doubts == 1
    assert "short TE" in rows["t2* gre [TE 5 ms]"].why
    assert rows["FLAIR"].timepoint == "t0"
    assert all(row.role in OPTIONS for row in chooser.rows)


def test_a_choice_goes_before_everything_and_can_be_taken_back(chooser):
    changed = chooser.choose(number(chooser, "T1 native"), "T1c")
    assert used(changed)["T1 native"] == "T1c"
    assert used(changed)["T1 MPRAGE +C"] == NOT_USED
    back = changed.choose(number(chooser, "T1 native"), NOT_USED)
    assert used(back)["T1 MPRAGE +C"] == "T1c"
    assert used(chooser)["T1 native"] == "T1"  # the first table is what it was


def test_another_echo_is_chosen_and_read(chooser, tmp_path):
    changed = chooser.choose(number(chooser, "t2* gre [TE 5 ms]"), "SWI")
    changed.save(tmp_path / "case.toml")
    told = tomllib.loads((tmp_path / "case.toml").read_text())["timepoint"][0]["sequences"]
    assert told["SWI"]["stack"] == "TE 5 ms"
    sequences = read_case(tmp_path / "case.toml").timepoints[0].sequences
    assert {r.value: i.array.max() for r, i in sequences.items()}["SWI"] == 100


def test_without_t1c_there_is_a_problem_and_what_is_missing_is_told(chooser):
    without = chooser.choose(number(chooser, "T1 MPRAGE +C"), NOT_USED)
    assert "no contrast-enhanced T1" in without.problems[0]
    assert not chooser.problems
    assert any(line.startswith("DWI") for line in chooser.missing())
    with pytest.raises(KeyError):
        chooser.choose(99, "T1")
    with pytest.raises(KeyError):
        chooser.choose(0, "CT")
