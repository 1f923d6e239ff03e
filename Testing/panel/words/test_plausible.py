"""Every field of both shells: what is taken, what is asked about, what is refused and why."""

import math
import re
from datetime import date, timedelta

import pytest

from RNAssessLib.evidence import all_criteria
from RNAssessLib.panel.dose.reirradiation_section import NEW, start_what_if
from RNAssessLib.panel.outlines.brush_tool import Tool
from RNAssessLib.panel.words.plausible import (
    bounds_of_event,
    bounds_of_level,
    bounds_of_prescription,
    bounds_of_tool,
    event_days,
    first_treatment,
    odd_entries,
)
from RNAssessLib.plausible import (
    Bounds,
    Verdict,
    fraction_count_bounds,
    isodose_line_bounds,
    judge,
    level_bounds,
    prescription_bounds,
    read_day,
    read_number,
    threshold_bounds,
)

T, A, R = Verdict.TAKEN, Verdict.ASKED, Verdict.REFUSED
MAX_GY = 40.0
ANY_GY = Bounds("dose", "Gy", 0, 100, 0, 100)
# field: bounds, then what becomes of what is typed
FIELDS = {
    "prescription": (
        prescription_bounds("prescription of GTV1", 1, MAX_GY),
        {"20": T, "20,5": T, "1800 cGy": T, "12": T, "25": T, "11.9": A, "26": A, "120": A,
         "2000": R, "202420": R, "0": R, "-20": R, "20 mm": R},
    ),
    "prescription without a dose grid": (
        prescription_bounds("prescription", 5, None),
        {"30": T, "5": T, "80": T, "4.9": A, "81": A, "150": A, "151": R, "3000": R},
    ),
    "isodose level in Gy": (
        level_bounds("Gy", MAX_GY, 20.0),
        {"12": T, "40": T, "12 Gy": T, "1": T, "0.5": A, "41": R, "1200": R, "0": R, "abc": R},
    ),
    "isodose level in %": (
        level_bounds("%", MAX_GY, 20.0),
        {"50": T, "200": T, "50 %": T, "1": A, "201": R, "0.5": A, "12 Gy": R},
    ),
    "isodose line": (isodose_line_bounds(), {"50": T, "100": T, "20": A, "0": R, "101": R}),
    "fractions": (
        fraction_count_bounds(), {"1": T, "35": T, "36": A, "60": A, "61": R, "0": R, "2.5": R},
    ),
    "KPS": (
        bounds_of_event("value"),
        {"70": T, "100": T, "0": A, "75": R, "7": R, "110": R, "-10": R, "70 %": R},
    ),
    "bevacizumab": (
        bounds_of_event("dose_mg_per_kg"),
        {"5": T, "7,5": T, "10 mg/kg": T, "15": T, "1": A, "20": A, "31": R, "400": R, "0": R},
    ),
    "dexamethasone": (
        bounds_of_event("dose_mg_per_day", "dexamethasone"),
        {"4": T, "16 mg": T, "0": T, "40": T, "41": A, "400": A, "401": R, "-1": R},
    ),
    "prednisolone": (
        bounds_of_event("dose_mg_per_day", "prednisolone"), {"50": T, "266": T, "300": A, "3000": R},
    ),
    "radius of the brush": (bounds_of_tool("radius"), {"4": T, "0,5": T, "30": T, "0.4": R, "99": R}),
    "lowest brightness": (bounds_of_tool("low"), {"": T, "1,2": T, "20": T, "21": R, "0": R}),
    "highest brightness": (bounds_of_tool("high"), {"": T, "1.5": T, "-1": R, "bright": R}),
    "step by hand": (bounds_of_tool("step"), {"1": T, "0,25": T, "50": T, "51": R, "0": R}),
}  # fmt: skip
NEVER = ("abc", "nan", "NaN", "inf", "-inf", "Infinity", "1e999", "1_0", "1 0", "٢٠", "20,5,1",
         "1,000.5", "--5", "5-", "0x10", "=20", "1e")  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_what_becomes_of_what_is_typed(field):
    bounds, wanted = FIELDS[field]
    assert {typed: read_number(typed, bounds).verdict for typed in wanted} == wanted


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_takes_what_is_no_number(field):
    bounds = FIELDS[field][0]
    for typed in (*NEVER, "1e9", "-3", *(() if bounds.optional else ("", "  "))):
        entry = read_number(typed, bounds)
        assert entry.verdict is R and entry.value is None, typed
        assert entry.told and "\n" not in entry.told
        assert entry.typed == typed.strip()


@pytest.mark.parametrize("field", FIELDS)
def test_bounds_are_in_order_and_name_their_source(field):
    check(FIELDS[field][0])


def check(bounds):
    assert bounds.least <= bounds.low <= bounds.high <= bounds.most, bounds
    assert re.search(r"engineering default|LI21 Methods|the dose reaches|limit of the tool|"
                     r"Karnofsky scale", bounds.source), bounds.source  # fmt: skip
    assert judge(bounds.high, bounds).is_taken
    assert judge(math.nan, bounds).verdict is R


@pytest.mark.parametrize("criterion", all_criteria(), ids=lambda c: c.key)
def test_every_threshold_takes_its_default_and_refuses_nonsense(criterion):
    bounds = threshold_bounds(criterion.key)
    assert bounds.least <= bounds.low <= bounds.high <= bounds.most
    assert judge(criterion.default, bounds).is_taken
    for typed in ("abc", "nan", "inf", "1e9", "-1e9"):
        assert read_number(typed, bounds).verdict is R
    assert read_number("", bounds).value is None  # back to the default


def test_a_threshold_far_from_its_default_is_asked_about():
    entry = read_number("50", threshold_bounds("bed.alpha_beta_tumour"))
    assert entry.verdict is A and entry.value == 50.0
    assert "a third to three times the default of 10; engineering default" in entry.told
    assert read_number("130", threshold_bounds("dose_match.share_percent")).verdict is R
    assert read_number("1.4", threshold_bounds("quality.slice_share_good")).verdict is R


@pytest.mark.parametrize(
    ("typed", "value"),
    [("20,5", 20.5), ("0,125", 0.125), (",5", 0.5), ("1,25", 1.25), ("2e1", 20.0), ("+20", 20.0),
     ("20.", 20.0), (20, 20.0), (20.5, 20.5), (" 20 ", 20.0)],
)  # fmt: skip
def test_a_decimal_comma_is_read_where_it_can_mean_nothing_else(typed, value):
    assert judge(value, ANY_GY).is_taken
    assert read_number(typed, ANY_GY).value == pytest.approx(value)


def test_a_comma_that_may_part_thousands_is_not_guessed_at():
    told = read_number("1,250", prescription_bounds("dose", 1)).told
    assert told == "'1,250' may be 1.25 or 1250: write it with a decimal point"


@pytest.mark.parametrize(("typed", "instead"), [("2000", 20.0), ("1800", 18.0), ("90", None)])
def test_the_habit_of_cgy_is_recognised(typed, instead):
    entry = read_number(typed, prescription_bounds("prescription", 1, MAX_GY))
    assert entry.instead == instead
    if instead:
        assert entry.told.endswith(f"{typed} looks like cGy: {instead:g} Gy?")


# --- from the open case ---------------------------------------------------------------------------


def test_bounds_follow_the_plan_of_the_case(assessment):
    course = assessment.prepared.courses[0].course
    highest = float(course.dose.dose_gy.max())
    target = course.targets[0].name
    found = bounds_of_prescription(assessment, course.id, target)
    assert found.low == pytest.approx(0.3 * highest)
    assert found.high == pytest.approx(min(1.2 * highest, 25.0 * course.fractions))
    assert target in found.name
    level = bounds_of_level(assessment, "Gy")
    assert level.most == pytest.approx(highest)
    percent = bounds_of_level(assessment, "%")
    prescription = max(t.prescription_gy for t in course.targets if t.prescription_gy)
    assert percent.most == pytest.approx(100 * highest / prescription)


@pytest.mark.parametrize(
    ("name", "text", "verdict"),
    [("total_gy", "20", T), ("total_gy", "30", A), ("total_gy", "3000", R), ("fractions", "5", T),
     ("fractions", "50", A), ("fractions", "1.5", R), ("alpha_beta_tumour_gy", "10", T),
     ("alpha_beta_tumour_gy", "50", A), ("alpha_beta_brain_gy", "2", T),
     ("alpha_beta_brain_gy", "10", A), ("alpha_beta_brain_gy", "1e9", R)],
)  # fmt: skip
def test_the_what_if_asks_by_fractionation(assessment, name, text, verdict):
    what_if = start_what_if(assessment, assessment.prepared.lesions[0].id)
    assert what_if.read(NEW, name, text).verdict is verdict
    check(what_if.courses[-1].bounds(name))
    what_if.change(NEW, "fractions", "5")
    assert what_if.read(NEW, "total_gy", "30").verdict is T  # 6 Gy a fraction


# --- events ---------------------------------------------------------------------------------------

TODAY = date(2026, 11, 26)


def test_days_of_events(assessment):
    treated = first_treatment(assessment)
    bounds = event_days(treated, TODAY, "day")
    assert read_day(treated.isoformat(), bounds).verdict is T
    assert read_day((treated - timedelta(days=365 * 12)).isoformat(), bounds).verdict is A
    for typed in ("2052-01-01", "1899-12-31", "", "soon", "2025-02-30", "8 January"):
        assert read_day(typed, bounds).verdict is R, typed
    last = event_days(treated, TODAY, "last day", last=True)
    assert read_day("", last).value is None
    assert read_day("2027-03-01", last).verdict is T
    assert read_day("2029-03-01", last).verdict is R


def test_what_is_odd_in_a_form_is_told_in_a_sentence_each():
    treated = date(2025, 1, 10)
    entries = {"date": "2001-03-01", "drug": "dexamethasone", "dose_mg_per_day": "200"}
    told = odd_entries(entries, treated, TODAY)
    assert len(told) == 2
    assert "2001-03-01 is unusual as the day of the event" in told[0]
    assert "200 mg/day is unusual as the daily dose of dexamethasone" in told[1]
    assert odd_entries({"date": "2025-03-01", "value": "70"}, treated, TODAY) == ()


def test_the_brush_refuses_what_would_paint_nothing():
    tool = Tool().set("low", "1.5")
    with pytest.raises(ValueError, match=r"nothing is painted from 1\.5 to 1\.2"):
        tool.set("high", "1.2")
    with pytest.raises(ValueError, match="99 mm cannot be the radius of the brush"):
        tool.set("radius", "99")
