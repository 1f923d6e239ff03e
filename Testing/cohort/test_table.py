"""The table of many cases: computed answers and the readers' side by side, in full or not at all."""

import csv
from dataclasses import replace

import pytest
from scipy import ndimage

from RNAssessLib.case import InputError, Mask, MaskKind
from RNAssessLib.cli import main
from RNAssessLib.cohort import table
from RNAssessLib.cohort.run import assess_cohort
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.session.file import write_session
from RNAssessLib.panel.session.session import ReaderSession

from ..scene.assessments import make_assessment

E = MaskKind.ENHANCING


@pytest.fixture(scope="module")
def given():
    return make_assessment(visits=2)


@pytest.fixture
def cases(given, monkeypatch, tmp_path):
    """Two case files whose reading and computing are known; `thresholds` collects what was used."""
    used = []

    def read(path, progress):
        return replace(given.prepared.case, id=path.stem)

    def assess(case, thresholds, progress):
        used.append(thresholds)
        prepared = replace(given.prepared, case=case)
        return replace(given, prepared=prepared, changed_criteria=thresholds.changed_criteria())

    monkeypatch.setattr(table, "read_case", read)
    monkeypatch.setattr(table, "assess", assess)
    return tmp_path / "a.toml", tmp_path / "b.toml", used


def read_rows(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[-1] == DISCLAIMER
    return list(csv.DictReader(lines[:-1]))


def test_readers_answers_stand_beside_the_computed_ones(given, cases, tmp_path, capsys):
    a, b, _ = cases
    finding = given.lesions[0].finding("cross_boundary")
    assert finding.status is Status.PRESENT
    session = ReaderSession(case_id="a").decide("L1", finding, Status.ABSENT, "a vein")
    write_session(session, tmp_path / "a.session.json")
    assert main(["cohort", str(a), str(b), "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.strip().endswith("cohort.csv")
    first, second = read_rows(tmp_path / "out" / "cohort.csv")
    assert (first["case"], second["case"]) == ("a", "b")
    assert (first["cross_boundary"], first["reader_cross_boundary"]) == ("present", "absent")
    assert (second["cross_boundary"], second["reader_cross_boundary"]) == ("present", "")
    assert first["reader_shape_change"] == ""


def test_a_corrected_outline_changes_the_sizes_and_computed_only_leaves_it_out(
    given, cases, tmp_path
):
    a, b, _ = cases
    last = given.prepared.timepoints[-1]
    mask = last.lesions["L1"].enhancing
    grown = Mask(ndimage.binary_dilation(mask.array), mask.grid)
    session = ReaderSession(case_id="a").set_masks(last.id, "L1", {E: grown})
    write_session(session, tmp_path / "a.session.json")
    told = {}
    for computed_only in (False, True):
        path = assess_cohort([a, b], tmp_path, computed_only=computed_only).table
        told[computed_only] = [float(r["last_enhancing_cm3"]) for r in read_rows(path)]
    assert told[False][0] == pytest.approx(grown.volume_cm3, rel=0.02)
    assert told[False][1] == told[True][0] == told[True][1] < 0.8 * grown.volume_cm3


def test_the_readers_thresholds_are_used_and_the_command_lines_win(cases, tmp_path):
    a, b, used = cases
    session = ReaderSession(case_id="a").set_threshold("bed.alpha_beta_tumour", 12.0)
    write_session(session, tmp_path / "a.session.json")
    assess_cohort([a, b], tmp_path)
    assert [t.changed for t in used] == [{"bed.alpha_beta_tumour": 12.0}, {}]
    given = "bed.alpha_beta_tumour=8"
    assert main(["cohort", str(a), "--out", str(tmp_path), "--set", given]) == 0
    assert used[-1].changed == {"bed.alpha_beta_tumour": 8.0}


def test_a_session_of_another_case_leaves_the_table_as_it_was(cases, tmp_path):
    a, b, _ = cases
    assess_cohort([a, b], tmp_path)
    before = (tmp_path / "cohort.csv").read_bytes()
    write_session(ReaderSession(case_id="somebody"), tmp_path / "b.session.json")
    with pytest.raises(InputError, match="somebody"):
        assess_cohort([a, b], tmp_path, strict=True)
    assert (tmp_path / "cohort.csv").read_bytes() == before
