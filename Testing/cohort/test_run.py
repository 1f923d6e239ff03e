"""A cohort run: bad cases named and left out, finished ones kept, processes and clusters alike."""

import csv
import sys
from dataclasses import replace

import pytest

from RNAssessLib.case import InputError
from RNAssessLib.cli import main
from RNAssessLib.cohort import extras, table, workers
from RNAssessLib.cohort import kept as kept_module
from RNAssessLib.cohort.kept import KeptCases
from RNAssessLib.cohort.run import assess_cohort, find_cohort
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.evidence import Thresholds
from RNAssessLib.kept import store
from RNAssessLib.panel.session.file import write_session
from RNAssessLib.panel.session.session import ReaderSession

from ..scene.assessments import make_assessment
from .dying import die_always, die_once


@pytest.fixture(scope="module")
def given():
    return make_assessment(visits=2)


@pytest.fixture
def cases(given, monkeypatch, tmp_path):
    """Three case files, the second unreadable; `done` collects what was assessed."""
    done = []

    def read(path, progress):
        if path.stem == "b":
            raise InputError(path, "line 3: no such file")
        return replace(given.prepared.case, id=path.stem)

    def assess(case, thresholds, progress):
        done.append(case.id)
        if case.id == "d":
            raise ZeroDivisionError("of a defect")
        return replace(given, prepared=replace(given.prepared, case=case))

    monkeypatch.setattr(table, "read_case", read)
    monkeypatch.setattr(table, "assess", assess)
    for name in "abcd":
        (tmp_path / f"{name}.toml").write_text(f'id = "{name}"\n')
    return [tmp_path / f"{name}.toml" for name in "abc"], done


def rows_of(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[-1] == DISCLAIMER
    return list(csv.DictReader(lines[:-1]))


class TestLeftOut:
    def test_a_bad_case_is_named_and_the_others_are_in_the_table(self, cases, tmp_path, capsys):
        paths, _ = cases
        out = tmp_path / "out"
        assert main(["cohort", *map(str, paths), "--out", str(out)]) == 0
        assert [row["case"] for row in rows_of(out / "cohort.csv")] == ["a", "c"]
        [left] = rows_of(out / "left_out.csv")
        assert left["case"].endswith("b.toml") and "line 3: no such file" in left["reason"]
        told = capsys.readouterr().err
        assert "left out" in told and "b.toml" in told and "2 cases in the table" in told

    def test_a_defect_in_one_case_does_not_cost_the_others(self, cases, tmp_path):
        paths, _ = cases
        run = assess_cohort([*paths, tmp_path / "d.toml"], tmp_path / "out")
        assert run.cases == 2
        assert "defect (ZeroDivisionError: of a defect)" in run.left_out[1][1]

    def test_strict_stops_and_leaves_the_table_as_it_was(self, cases, tmp_path, capsys):
        (a, b, _), _ = cases
        out = tmp_path / "out"
        before = assess_cohort([a], out).table.read_bytes()
        assert main(["cohort", str(a), str(b), "--out", str(out), "--strict"]) == 3
        assert "b.toml: line 3: no such file" in capsys.readouterr().err
        assert (out / "cohort.csv").read_bytes() == before

    def test_no_usable_case_is_an_error(self, cases, tmp_path, capsys):
        (_, b, _), _ = cases
        assert main(["cohort", str(b), "--out", str(tmp_path / "out")]) == 3
        assert "none of 1 case can be used" in capsys.readouterr().err
        assert not (tmp_path / "out" / "cohort.csv").exists()

    def test_no_jobs_is_bad_usage(self, tmp_path):
        with pytest.raises(SystemExit) as error:
            main(["cohort", "a", "--out", str(tmp_path), "--jobs", "0"])
        assert error.value.code == 2


class TestKept:
    def test_a_finished_case_is_not_done_again(self, cases, tmp_path):
        (a, b, c), done = cases
        first = assess_cohort([a], tmp_path / "out")
        second = assess_cohort([a, b, c], tmp_path / "out")
        assert done == ["a", "c"]
        assert (first.kept, second.kept) == (0, 1)
        done.clear()
        third = assess_cohort([a, b, c], tmp_path / "out")
        assert done == [] and third.kept == 2
        fresh = assess_cohort([a, b, c], tmp_path / "other")
        assert fresh.table.read_bytes() == third.table.read_bytes()

    def test_input_threshold_or_session_changes_ask_for_it_again(self, cases, tmp_path):
        (a, *_), done = cases
        out = tmp_path / "out"
        assess_cohort([a], out)
        a.write_text('id = "a"  # edited\n')
        assess_cohort([a], out)
        assess_cohort([a], out, Thresholds({"bed.alpha_beta_tumour": 8.0}))
        write_session(ReaderSession(case_id="a"), tmp_path / "a.session.json")
        assess_cohort([a], out)
        assert done == ["a"] * 4

    def test_files_that_a_case_file_names_count(self, tmp_path):
        (tmp_path / "t1c.nii").write_bytes(b"one")
        case = tmp_path / "case.toml"
        case.write_text('id = "a"\n[[timepoint]]\nT1c = "t1c.nii"\n')
        kept = KeptCases(tmp_path / "out")
        kept.save(kept.begin(case), [{"case": "a"}])
        assert kept.load(case) == [{"case": "a"}]
        (tmp_path / "t1c.nii").write_bytes(b"two")
        assert kept.load(case) is None

    def test_a_folder_with_a_case_file_counts_with_what_lies_outside_it(self, tmp_path):
        (tmp_path / "t1c.nii").write_bytes(b"one")
        (tmp_path / "p1").mkdir()
        (tmp_path / "p1" / "case.toml").write_text('T1c = "../t1c.nii"\n')
        kept = KeptCases(tmp_path / "out")
        kept.save(kept.begin(tmp_path / "p1"), [])
        assert kept.load(tmp_path / "p1") == []
        (tmp_path / "t1c.nii").write_bytes(b"two")
        assert kept.load(tmp_path / "p1") is None

    def test_a_file_that_changed_while_the_case_was_read_counts_as_changed(self, tmp_path):
        (tmp_path / "a.toml").write_text('id = "a"\n')
        kept = KeptCases(tmp_path / "out")
        begun = kept.begin(tmp_path / "a.toml")
        (tmp_path / "a.toml").write_text('id = "b"\n')
        kept.save(begun, [])
        assert kept.load(tmp_path / "a.toml") is None

    def test_a_case_that_cannot_be_read_is_left_out_by_name(self, cases, tmp_path, monkeypatch):
        (a, *_), _ = cases

        def refuse(files):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(kept_module, "describe", refuse)
        run = assess_cohort([a], tmp_path / "out")  # the reader is a stand-in that can read it
        assert run.cases == 1 and not (tmp_path / "out" / "cases").exists()

    def test_other_code_of_the_cohort_asks_for_it_again(self, cases, tmp_path, monkeypatch):
        (a, *_), done = cases
        assess_cohort([a], tmp_path / "out")
        monkeypatch.setattr(kept_module, "code_digest", lambda layers: "other")
        assess_cohort([a], tmp_path / "out")
        assert done == ["a", "a"]

    def test_a_damaged_kept_file_is_done_again(self, cases, tmp_path):
        (a, *_), done = cases
        assess_cohort([a], tmp_path / "out")
        [kept] = (tmp_path / "out" / "cases").iterdir()
        kept.write_text("{")
        assess_cohort([a], tmp_path / "out")
        assert done == ["a", "a"]

    def test_a_missing_case_is_not_kept(self, tmp_path):
        kept = KeptCases(tmp_path)
        assert kept.begin(tmp_path / "none") is None and kept.load(tmp_path / "none") is None


class TestPrepared:
    """An assessed case that is kept beside its input is opened, not prepared again."""

    @pytest.fixture
    def counted(self, given, monkeypatch, tmp_path):
        read, prepared = [], []

        def read_case(path, progress):
            read.append(path.stem)
            return given.prepared.case

        def prepare(case, progress, thresholds):
            prepared.append(case.id)
            return given.prepared

        monkeypatch.setattr(table, "read_case", read_case)
        monkeypatch.setattr(store, "prepare", prepare)
        (tmp_path / "a.toml").write_text(f'id = "{given.prepared.case.id}"\n')
        return tmp_path / "a.toml", read, prepared

    def test_only_thresholds_changed(self, counted, tmp_path):
        case, read, prepared = counted
        first = assess_cohort([case], tmp_path / "o1", keep=True)
        assert (tmp_path / "a.prepared").is_file() and (read, prepared) == (["a"], ["fixture-1"])
        again = assess_cohort([case], tmp_path / "o2")  # kept: no flag is needed to use it
        assert again.table.read_bytes() == first.table.read_bytes()
        changed = Thresholds({"bed.alpha_beta_tumour": 8.0})
        other = assess_cohort([case], tmp_path / "o3", changed)
        assert (read, prepared) == (["a"], ["fixture-1"])
        (tmp_path / "a.prepared").unlink()
        anew = assess_cohort([case], tmp_path / "o4", changed, keep=True)
        assert prepared == ["fixture-1"] * 2
        assert other.table.read_bytes() == anew.table.read_bytes()
        [row], [same] = rows_of(first.table), rows_of(other.table)
        assert row["bed_gy"] != same["bed_gy"]

    def test_nothing_is_kept_unless_asked_for(self, counted, tmp_path, monkeypatch, given):
        case, read, _ = counted
        monkeypatch.setattr(table, "assess", lambda case, thresholds, progress: given)
        assess_cohort([case], tmp_path / "out")
        assert not (tmp_path / "a.prepared").exists() and read == ["a"]


def test_a_folder_of_cases_stands_for_those_in_it(tmp_path):
    for name in ("p1", "p2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "case.toml").write_text('id = "x"\n')
    assert [p.name for p in find_cohort([tmp_path, tmp_path / "gone"])] == ["p1", "p2", "gone"]


def test_further_readers_answers_get_columns_of_their_own(cases, given, tmp_path):
    (a, *_), _ = cases
    finding = given.lesions[0].finding("cross_boundary")
    for name, status in (("a.session.json", "absent"), ("a.miller.session.json", "present")):
        answer = type(finding.status)(status)
        session = ReaderSession(case_id="a").decide("L1", finding, answer, "seen")
        write_session(session, tmp_path / name)
    [row] = rows_of(assess_cohort([a], tmp_path / "out").table)
    assert (row["reader_cross_boundary"], row["reader2_cross_boundary"]) == ("absent", "present")


def test_a_missing_extra_is_named_in_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    (tmp_path / "a.toml").write_text('id = "a"\n')
    command = ["cohort", str(tmp_path / "a.toml"), "--out", str(tmp_path / "o"),
               "--scheduler", "tcp://127.0.0.1:1"]  # fmt: skip
    assert main(command) == 3
    told = capsys.readouterr().err
    assert "pip install 'rnassess[cluster]'" in told and extras.CLUSTER in told


def tasks_in(tmp_path, count):
    return [workers.CaseTask(n, tmp_path / f"mark{n}", {}) for n in range(count)]


class TestProcesses:
    def test_a_case_whose_process_died_is_done_again(self, tmp_path, monkeypatch):
        monkeypatch.setattr(workers, "run_task", die_once)
        tasks = tasks_in(tmp_path, 1)
        assert [r.rows for r in workers.run_processes(tasks, 2)] == [[{"case": "0"}]]

    def test_a_case_that_always_kills_its_process_is_left_out(self, tmp_path, monkeypatch):
        monkeypatch.setattr(workers, "run_task", die_always)
        found = {r.number: r for r in workers.run_processes(tasks_in(tmp_path, 3), 2)}
        assert "died" in found[0].reason
        assert found[1].rows and found[2].rows
