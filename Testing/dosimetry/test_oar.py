"""Organ limits by fractionation (A1): which one is compared, in which dose, with what answer."""

import pytest

from RNAssessLib.case import Quantity, StructureRole
from RNAssessLib.dosimetry.bed import compute_eqd2
from RNAssessLib.dosimetry.oar import check_limits
from RNAssessLib.dosimetry.results import StructureDosimetry
from RNAssessLib.evidence import Thresholds


def checks(name, dose_gy, fractions, mean_gy=1.0):
    figures = (Quantity("dmax_gy", dose_gy, "Gy"), Quantity("dmean_gy", mean_gy, "Gy"))
    structure = StructureDosimetry(name, StructureRole.OAR, figures, None)
    return check_limits((structure,), Thresholds(), fractions)


def answers(*arguments):
    return {(c.limit_gy, c.source.split(" (")[0].split(" ")[0]): c.met for c in checks(*arguments)}


@pytest.mark.parametrize(
    ("name", "dose", "fractions", "expected"),
    [
        # the review's chiasm: 31.01 Gy in one fraction read "limit 54 Gy met"
        (
            "OpticChiasm",
            31.01,
            1,
            {(10.0, "AAPM"): False, (12.0, "QUANTEC"): False, (10.0, "HyTEC"): False},
        ),
        (
            "OpticNrv_L",
            11.0,
            1,
            {(10.0, "AAPM"): False, (12.0, "QUANTEC"): True, (10.0, "HyTEC"): False},
        ),
        ("Chiasm", 18.0, 3, {(17.4, "AAPM"): False, (20.0, "HyTEC"): True}),
        ("Chiasm", 25.0, 5, {(25.0, "AAPM"): True, (25.0, "HyTEC"): True}),
        ("SpinalCord", 13.5, 1, {(14.0, "AAPM"): True, (13.0, "QUANTEC"): False}),
        ("SpinalCord", 21.0, 3, {(21.9, "AAPM"): True, (20.0, "QUANTEC"): False}),
        ("Chiasm", 40.0, 10, {(54.0, "PP23"): True}),
        ("SpinalCord", 45.0, 25, {(45.0, "PP23"): True}),
        ("Lens_L", 9.0, 15, {(9.0, "PP23"): False}),  # PP23: < 9 Gy
        ("Lens_L", 8.9, 15, {(9.0, "PP23"): True}),
        ("Hippocampus_R", 16.0, 10, {(16.0, "PP23"): False}),  # PP23: < 16 Gy
        ("Lens_L", 3.0, 1, {(9.0, "PP23"): None}),
        ("Hippocampus_R", 3.0, 5, {(16.0, "PP23"): None}),
    ],
)
def test_the_limit_of_the_course_s_own_fractionation_is_compared(name, dose, fractions, expected):
    assert answers(name, dose, fractions) == expected


def test_hytec_s_optic_limits_are_one_dose_in_the_paper_s_own_model():
    """Table 3: 1 % at EQD2 46.0 Gy (α/β 1.6) in 3 and 5 fractions, at 32.2 Gy in series of one."""
    gy = {n: Thresholds()[f"oar.optic_{n}f_hytec_gy"] for n in (1, 3, 5)}
    found = {n: compute_eqd2(dose, n, 1.6) for n, dose in gy.items()}
    assert found == pytest.approx({1: 32.2, 3: 46.0, 5: 46.0}, abs=0.2)


def test_brainstem_mean_of_a_single_fraction_has_no_limit():
    found = {(c.quantity.name, c.limit_gy): c for c in checks("Brainstem", 14.0, 1)}
    assert found["dmax_gy", 15.0].met
    assert found["dmax_gy", 12.5].met is False
    mean = found["dmean_gy", 35.0]
    assert (mean.met, mean.verdict) == (None, "does not apply")
    assert mean.basis == "given for 10 to 25 fractions, does not apply to 1 fraction"


def test_other_fractionations_are_compared_as_eqd2_and_say_so():
    (found,) = checks("Chiasm", 20.0, 2)
    # 20 Gy in 2: 20 (1 + 10 / 2) / 2 = 60 Gy, above 54
    assert found.quantity.value == pytest.approx(60.0)
    assert found.quantity.name == "dmax_eqd2_gy"
    assert (found.met, found.limit_gy) == (False, 54.0)
    assert found.basis.startswith("EQD2, α/β 2 Gy, the limit taken as given in 2 Gy fractions")
    # 28 Gy in 7: 28 (1 + 4 / 2) / 2 = 42 Gy
    (other,) = checks("Chiasm", 28.0, 7)
    assert (other.quantity.value, other.met) == (pytest.approx(42.0), True)
    assert "uncertain" not in other.basis


def test_eqd2_of_large_fractions_carries_the_model_s_caution():
    (found,) = checks("Chiasm", 24.0, 2)
    assert "uncertain above about 10 Gy per fraction" in found.basis


def test_every_limit_names_its_paper():
    limits = [c for n in (1, 3, 5, 12) for name in ("Brainstem", "Cord", "Chiasm", "Lens")
              for c in checks(name, 5.0, n)]  # fmt: skip
    for check in limits:
        assert check.source.startswith(("PP23 Methods", "AAPM TG-101", "QUANTEC", "HyTEC"))


def test_terminal_and_report_say_in_which_dose():
    from RNAssessLib.dosimetry.results import CourseDosimetry
    from RNAssessLib.panel.dose.dose_section import _limit_row
    from RNAssessLib.report.tables.text_tables import format_dose_tables

    course = CourseDosimetry("c", (), (), oar_limits=checks("OpticChiasm", 31.01, 1))
    text = format_dose_tables(course)
    assert "31.01 Gy, limit ≤ 10 Gy NOT MET (physical dose, 1 fraction)" in text
    assert "54 Gy" not in text
    row = _limit_row(checks("Lens_L", 3.0, 1)[0])
    assert row.verdict == "– does not apply"
    assert "does not apply to 1 fraction" in row.tip
