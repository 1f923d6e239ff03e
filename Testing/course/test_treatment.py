"""Steroid equivalents and bevacizumab rules against the tables they come from."""

from datetime import date

import pytest

from RNAssessLib.case import ClinicalEvent, EventKind
from RNAssessLib.course.treatment import (
    LI21_REDUCTION_PERCENT,
    bevacizumab_warnings,
    compute_reduction,
    convert_to_dexamethasone,
    nearest_li21_month,
    steroid_dose_on,
    time_to_half_steroid,
)


def steroid(day, mg, drug="dexamethasone", end=None):
    return ClinicalEvent(EventKind.STEROID, day, end=end, drug=drug, dose_mg_per_day=mg)


def bevacizumab(day):
    return ClinicalEvent(EventKind.BEVACIZUMAB, day, dose_mg_per_kg=5.0)


@pytest.mark.parametrize(
    ("drug", "mg", "dexamethasone"),
    [("Dexamethasone", 8, 8), ("prednisone", 20, 3), ("methylprednisolone", 32, 6),
     ("hydrocortisone", 20, 0.75), ("", 4, 4)],
)  # fmt: skip
def test_equivalents(drug, mg, dexamethasone):
    assert convert_to_dexamethasone(drug, mg) == pytest.approx(dexamethasone)


def test_unknown_steroid_is_refused():
    with pytest.raises(ValueError, match="budesonide"):
        convert_to_dexamethasone("budesonide", 9)


def test_dose_holds_until_the_next_entry_or_its_end():
    events = [steroid(date(2025, 1, 1), 16), steroid(date(2025, 1, 11), 8, end=date(2025, 1, 20))]
    assert steroid_dose_on(events, date(2024, 12, 31)) == 0
    assert steroid_dose_on(events, date(2025, 1, 10)) == 16
    assert steroid_dose_on(events, date(2025, 1, 11)) == 8
    assert steroid_dose_on(events, date(2025, 1, 21)) == 0
    assert steroid_dose_on([], date(2025, 1, 1)) is None


def test_half_dose_time():
    start = date(2025, 3, 1)
    events = [steroid(date(2025, 2, 1), 16), bevacizumab(start), steroid(date(2025, 3, 5), 12),
              steroid(date(2025, 3, 8), 8)]  # fmt: skip
    assert time_to_half_steroid(events).value == 7.0  # LI21's median
    switched = [*events[:2], steroid(date(2025, 3, 11), 50, "prednisolone")]
    assert time_to_half_steroid(switched).value == 10.0  # 50 mg prednisolone = 7.5 mg
    stopped = [steroid(date(2025, 2, 1), 16, end=date(2025, 3, 4)), bevacizumab(start)]
    assert time_to_half_steroid(stopped).value == 4.0


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([], "no bevacizumab"),
        ([bevacizumab(date(2025, 3, 1))], "no corticosteroid"),
        ([steroid(date(2025, 2, 1), 8), bevacizumab(date(2025, 3, 1))], "never halved"),
    ],
)
def test_half_dose_time_says_why_it_is_undefined(events, why):
    quantity = time_to_half_steroid(events)
    assert quantity.value is None
    assert why in quantity.undefined


def test_reduction_is_positive_when_smaller_and_against_v0():
    assert compute_reduction("flair_cm3", 71.0, 35.5).value == pytest.approx(50.0)
    assert compute_reduction("enhancing_cm3", 10.0, 31.3).value == pytest.approx(-213.0)
    assert compute_reduction("enhancing_cm3", 0.0, 1.0).undefined
    assert compute_reduction("enhancing_cm3", None, 1.0).undefined
    assert LI21_REDUCTION_PERCENT["flair_cm3"] == {1: 47.6, 3: 76.2, 6: 66.3}


def test_scan_dates_are_matched_to_li21():
    start = date(2025, 1, 1)
    assert nearest_li21_month(start, date(2025, 2, 1)) == 1
    assert nearest_li21_month(start, date(2025, 4, 5)) == 3
    assert nearest_li21_month(start, date(2025, 5, 20)) is None


def test_warnings_follow_the_calendar():
    cycles = [bevacizumab(date(2025, 1, 1)), bevacizumab(date(2025, 1, 15))]
    assert bevacizumab_warnings(cycles, date(2024, 12, 1)) == ()
    under = bevacizumab_warnings(cycles, date(2025, 2, 1))
    assert any("no evidence of necrosis" in w for w in under)
    after = bevacizumab_warnings(cycles, date(2025, 8, 1))
    assert any("stopped" in w for w in after)
    many = [bevacizumab(date(2025, 1, d)) for d in range(1, 11)]
    assert any("resistance" in w for w in bevacizumab_warnings(many, date(2025, 2, 1)))
