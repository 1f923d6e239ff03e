"""Steroid equivalents and bevacizumab rules against the tables they come from."""

from datetime import date

import pytest

from RNAssessLib.case import ClinicalEvent, EventKind
from RNAssessLib.course.treatment import (
    bevacizumab_warnings,
    compute_reduction,
    convert_to_dexamethasone,
    nearest_li21_month,
    steroid_dose_on,
    time_to_half_steroid,
)
from RNAssessLib.evidence import Thresholds


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


# LI21 Table 3: mean (lowest to highest) reduction in percent
@pytest.mark.parametrize(
    ("row", "month", "printed"),
    [
        ("t1c", 1, (-18, 48.4, 92)), ("t1c", 3, (8, 74, 95)), ("t1c", 6, (-213, 75, 98.7)),
        ("flair", 1, (-14, 47.6, 92.2)), ("flair", 3, (-40, 76.2, 96)),
        ("flair", 6, (-39, 66.3, 92)),
    ],
)  # fmt: skip
def test_ranges_of_table_3_are_those_of_the_paper(row, month, printed):
    limits = Thresholds()
    found = [limits[f"li21.{row}_reduction_{month}_{part}"] for part in ("low", "mid", "high")]
    assert found == list(printed)


def test_equivalents_follow_the_reader_s_table():
    assert convert_to_dexamethasone("prednisone", 40.0) == pytest.approx(6.0)
    changed = Thresholds({"steroid.prednisone_mg": 6.0})
    assert convert_to_dexamethasone("prednisone", 40.0, changed) == pytest.approx(5.0)


def test_growth_after_bevacizumab_may_be_tumour_as_well():
    cycles = [bevacizumab(date(2025, 1, 1)), bevacizumab(date(2025, 1, 15))]
    (after,) = bevacizumab_warnings(cycles, date(2025, 8, 1))
    assert "necrosis" in after and "tumour" in after
    under = " ".join(bevacizumab_warnings(cycles, date(2025, 2, 1)))
    assert "96.4 %" in under and "43.8 %" in under


def test_a_burst_inside_an_open_ended_course_does_not_end_it():
    events = [steroid(date(2025, 1, 1), 4.0),
              steroid(date(2025, 2, 1), 16.0, end=date(2025, 2, 7))]  # fmt: skip
    days = [date(2025, 1, 20), date(2025, 2, 3), date(2025, 2, 8)]
    assert [steroid_dose_on(events, day) for day in days] == [4.0, 16.0, 4.0]
