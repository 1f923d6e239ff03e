"""Simulated cohorts: drawn as stated, the same twice, and found back by the analyses."""

import json

import numpy as np
import pytest
from scipy.stats import binom

from RNAssessLib.cli import main
from RNAssessLib.cohort.simulated_truth import ITEMS, TERMS, cohort_truth, design
from RNAssessLib.cohort.simulation import simulate_cohort
from RNAssessLib.evidence import Thresholds

pytest.importorskip("statsmodels")
pytest.importorskip("lifelines")


def test_coefficients_are_pp23s_and_the_shares_its_own():
    truth, limits = cohort_truth(), Thresholds()
    assert [np.exp(truth.log_odds[t]) for t in TERMS] == pytest.approx(
        [limits[f"nomogram.or_{t}"] for t in TERMS])  # fmt: skip
    big = simulate_cohort(20000, 5)
    recurs = np.array(big["reference"]) == "progression"
    assert recurs.mean() == pytest.approx(0.382, abs=0.01)
    x = np.log(np.array(big["bed_per_gtv"]))[~recurs]
    for name, column, sign in (
        ("latency", "latency_months", -1),
        ("half_steroid", "half_steroid_days", 1),
    ):
        y = np.log(np.array(big[column], dtype=float)[~recurs])
        r = np.corrcoef(x, y)[0, 1]
        assert np.sign(r) == sign and r**2 == pytest.approx(truth.r2[name], abs=0.012)
    for item, shares in ITEMS.items():
        answers = np.array(big[item])
        for group, share in zip((~recurs, recurs), shares, strict=True):
            definite = group & np.isin(answers, ("present", "absent"))
            assert (answers[definite] == "present").mean() == pytest.approx(share, abs=0.02), item


def test_lesions_of_a_patient_are_alike():
    big = simulate_cohort(20000, 6)
    owner, recurs = np.array(big["patient"]), np.array(big["reference"]) == "progression"
    same = owner[1:] == owner[:-1]
    first, second = recurs[:-1][same], recurs[1:][same]
    assert (first & second).mean() > 1.08 * first.mean() * second.mean()


def test_classes_change_at_the_papers_cut_offs():
    found = design([5.99, 6, 28], [59.9, 60, 73], [95.9, 96, 96], [False, True, False])
    assert found.tolist() == [[0] * 6, [1, 0, 1, 0, 1, 1], [0, 1, 0, 1, 1, 0]]


def test_the_same_seed_gives_the_same_bytes(tmp_path, capsys):
    for folder in ("a", "b"):
        command = ["phantom", "cohort", "--n", "30", "--seed", "4", "--out", str(tmp_path / folder)]
        assert main(command) == 0
    tables = [(tmp_path / f / "cohort.csv").read_bytes() for f in ("a", "b")]
    assert tables[0] == tables[1]
    assert tables[0].endswith(b"Research use only. Not a medical device.\n")
    truth = json.loads((tmp_path / "a" / "truth.json").read_text())
    assert truth["seed"] == 4 and truth["log_odds"]["targeted"] == pytest.approx(np.log(0.30))


@pytest.mark.parametrize("more", [["--n", "0"], ["--n", "3", "--images", "4"]])
def test_impossible_numbers_are_bad_usage(tmp_path, more):
    try:
        code = main(["phantom", "cohort", "--out", str(tmp_path), *more])
    except SystemExit as stopped:  # by the parser, before anything is read
        code = stopped.code
    assert code == 2


def test_intervals_hold_the_truth_at_the_right_rate():
    """A small sample of Testing/benchmarks/cohort: no rate that true 95 % would give 1 in 1,000."""
    from .coverage import count_covered, measure

    cohorts = 25
    counts = count_covered([measure(s, 400, several=s % 2 == 1) for s in range(cohorts)])
    assert len(counts) == 17
    for name, (held, total) in counts.items():
        assert total == (13 if "Wilson" in name else cohorts), name
        assert held >= binom.ppf(0.0005, total, 0.95), name
    held = sum(h for h, _ in counts.values()) / sum(t for _, t in counts.values())
    assert 0.92 < held < 0.98  # names of one cohort are correlated: wider than the benchmark's


def test_patients_as_images_turn_out_as_the_table_says(tmp_path, monkeypatch):
    from RNAssessLib.cohort import simulated_files

    built = {}
    monkeypatch.setattr(simulated_files, "build_phantom", lambda name, seed: (name, seed))
    monkeypatch.setattr(
        simulated_files,
        "write_study",
        lambda patient, out, progress: built.update({out.name: patient}),
    )
    simulated_files.write_cohort(tmp_path, 12, seed=3, images=12)
    cohort = simulate_cohort(12, 3)
    first = dict(reversed(list(zip(cohort["case"], cohort["reference"], strict=True))))
    assert set(built) == set(first) and len({seed for _, seed in built.values()}) == 12
    for case, (name, _) in built.items():
        assert name == {"necrosis": "rn_across_falx", "progression": "ttp_nodule"}[first[case]]
