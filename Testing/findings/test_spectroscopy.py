"""Spectroscopy as given: ZH16's peak areas, and the answers a reader expects."""

from dataclasses import replace
from datetime import date as Date

import pytest
from hand_made_cases import CENTER, T2, Ball, R, Visit, build_case, treated

from RNAssessLib.case import ClinicalEvent, EventKind, InputError, NotAssessableError, Spectrum
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings import spectroscopy
from RNAssessLib.findings.finding import Favours, Status
from RNAssessLib.study.spectrum_values import read_spectrum

VISITS = (treated(roles=(R.T1C,)), Visit("t2", T2, (Ball(CENTER, 9.0, 3.0),), roles=(R.T1C,)))
DAY = Date(2025, 8, 28)


@pytest.fixture(scope="module")
def prepared():
    return build_case(VISITS)


def answer(prepared, *spectra):
    case = replace(prepared.case, spectra=spectra)
    return spectroscopy.evaluate(replace(prepared, case=case), prepared.lesions[0], Thresholds())


def test_zh16_figure_2_is_necrosis(prepared):
    areas = {"date": DAY, "lipid_lactate": 108964, "cho": 33671, "cr": 29534, "naa": 31278}
    found = answer(prepared, read_spectrum(areas, "case.toml"))
    values = {q.name: q.value for q in found.measurements}
    assert values == pytest.approx({"cho_cr": 1.1401, "cho_naa": 1.0765, "lipid_lactate_cr": 3.6894},
                                   abs=1e-4)  # fmt: skip
    assert (found.status, found.favours) == (Status.PRESENT, Favours.RN)
    assert "Cho/Cr 1.14" in found.sentence
    assert any("LA25 §2.5" in c for c in found.caveats)


@pytest.mark.parametrize(
    ("figures", "status", "favours"),
    [
        ({"cho_cr": 2.4, "cho_naa": 3.1, "lipid_lactate_peak": False}, Status.ABSENT, Favours.TTP),
        ({"cho_naa": 2.0}, Status.ABSENT, Favours.TTP),
        ({"cho_cr": 2.4, "lipid_lactate_peak": True}, Status.INDETERMINATE, None),
        ({"cho_cr": 1.0, "lipid_lactate_peak": False}, Status.ABSENT, None),
        ({"cho_cr": 1.0}, Status.INDETERMINATE, None),
        ({"cho_cr": 1.6, "lipid_lactate_peak": True}, Status.INDETERMINATE, None),
        ({"cho_cr": 1.0, "cho_naa": 1.2, "lipid_lactate_cr": 1.0}, Status.ABSENT, None),
        ({"cho_cr": 1.0, "lipid_lactate_cr": 1.0, "lipid_lactate_peak": True},
         Status.PRESENT, Favours.RN),
    ],
)  # fmt: skip
def test_rules(prepared, figures, status, favours):
    found = answer(prepared, Spectrum(DAY, **figures))
    assert (found.status, found.favours) == (status, favours)


def test_what_a_reader_enters_counts_like_the_case_files(prepared):
    entry = ClinicalEvent(EventKind.SPECTROSCOPY, DAY, text="seen", cho_cr=1.0, target="L1")
    case = replace(prepared.case, events=(entry,))
    assert EventKind.SPECTROSCOPY in spectroscopy.SPEC.events  # else an edit would not be followed
    found = spectroscopy.evaluate(replace(prepared, case=case), prepared.lesions[0], Thresholds())
    same = answer(prepared, Spectrum(DAY, cho_cr=1.0, lipid_lactate_peak=True))
    assert (found.status, found.sentence) == (same.status, same.sentence)


def test_the_latest_after_treatment_counts(prepared):
    early = Spectrum(Date(2025, 3, 1), cho_cr=2.5)
    late = Spectrum(DAY, cho_cr=1.0, lipid_lactate_peak=True)
    assert answer(prepared, late, early).status is Status.PRESENT


@pytest.mark.parametrize(
    ("spectra", "why"),
    [
        ((), "give them as"),
        ((Spectrum(Date(2024, 1, 1), cho_cr=1.0),), "before the treatment"),
        ((Spectrum(DAY, lipid_lactate_peak=True),), "no choline ratio"),
        ((Spectrum(DAY, cho_cr=1.0, target="GTV9"),), "no spectroscopy is given"),
    ],
)
def test_says_why_it_cannot_answer(prepared, spectra, why):
    with pytest.raises(NotAssessableError, match=why):
        answer(prepared, *spectra)


def test_unnamed_spectrum_of_several_lesions_is_not_guessed(prepared):
    second = replace(prepared.lesions[0], id="L2", name="GTV2")
    two = replace(prepared, lesions=(prepared.lesions[0], second))
    with pytest.raises(NotAssessableError, match="names no target"):
        answer(two, Spectrum(DAY, cho_cr=1.0))
    assert answer(two, Spectrum(DAY, cho_cr=2.0, target="GTV1")).favours is Favours.TTP


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ({"date": DAY}, "gives no ratio"),
        ({"date": DAY, "cho": 3.0}, "gives no ratio"),
        ({"cho_cr": 1.0}, "date is missing"),
        ({"date": DAY, "cho_cr": -1}, "not a positive number"),
        ({"date": DAY, "choline": 1}, "unknown key 'choline'"),
        ({"date": DAY, "lipid_lactate_peak": "yes"}, "neither true nor false"),
    ],
)
def test_wrong_tables_are_refused(item, why):
    with pytest.raises(InputError, match=why):
        read_spectrum(item, "case.toml")
