"""Regression or lasting stability without treatment: the reference standard of LA22 and LA25."""

from datetime import date as Date

import pytest
from hand_made_cases import CENTER, HEAD, T2, T3, Ball, R, Visit, build_case, sphere_dose, treated

from RNAssessLib.case import (
    ClinicalEvent,
    Course,
    EventKind,
    NotAssessableError,
    PreparedCourse,
    StructureRole,
    Target,
    Technique,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings import spontaneous_regression
from RNAssessLib.findings.finding import Favours, Status, Strength

LIMITS = Thresholds()
T1C_ONLY = {"roles": (R.T1C,)}
T1, T4 = Date(2025, 4, 9), Date(2026, 6, 3)
HISTORY = ClinicalEvent(EventKind.KPS, Date(2025, 1, 2), value=90)


def answer(*radii, events=(HISTORY,), days=(T1, T2, T3, T4), **more):
    """Balls of these radii: the first before treatment, the others on `days`."""
    visits = [treated(radii[0], **T1C_ONLY)]
    visits += [
        Visit(f"t{n}", day, (Ball(CENTER, radius),), **T1C_ONLY)
        for n, (radius, day) in enumerate(zip(radii[1:], days, strict=False), start=1)
    ]
    prepared = build_case(visits, events=events, **more)
    return spontaneous_regression.evaluate(prepared, prepared.lesion("L1"), LIMITS)


def value(finding, name):
    return next(q for q in finding.measurements if q.name == name).value


def test_regression_without_treatment_favours_necrosis_strongly():
    found = answer(7.0, 11.0, 8.0, 5.5)  # the review's A5: 1.44, 5.70, 2.19, 0.70 cm³
    assert (found.status, found.favours) == (Status.PRESENT, Favours.RN)
    assert found.strength is Strength.STRONG
    assert value(found, "change_percent") == pytest.approx(100 * ((5.5 / 11) ** 3 - 1), abs=1.5)
    assert value(found, "interval_months") == pytest.approx((T3 - T1).days / (365.25 / 12))
    assert "no treatment that would explain it is recorded" in found.sentence


def test_stability_for_the_stated_interval_favours_it_moderately():
    found = answer(7.0, 7.0, 10.0, 10.2, 10.1)  # level from 2025-08-27 to 2026-06-03
    assert (found.status, found.favours) == (Status.PRESENT, Favours.RN)
    assert found.strength is Strength.MODERATE
    assert value(found, "interval_months") == pytest.approx((T4 - T2).days / (365.25 / 12))


def test_stability_for_a_shorter_time_is_indeterminate():
    found = answer(7.0, 7.0, 10.0, 10.2)  # 3.4 months
    assert found.status is Status.INDETERMINATE
    assert "stable for 3.4 months, 6 are asked for" in found.sentence


@pytest.mark.parametrize(
    ("event", "named"),
    [
        (ClinicalEvent(EventKind.SURGERY, Date(2025, 6, 1)), "surgery on 2025-06-01"),
        (ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 6, 1)), "bevacizumab on 2025-06-01"),
        # a week before the scan on which it is largest
        (ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 4, 2)), "bevacizumab on 2025-04-02"),
        (ClinicalEvent(EventKind.STEROID, Date(2025, 6, 1), drug="dexamethasone",
                       dose_mg_per_day=8.0), "corticosteroid raised on 2025-06-01"),
        (ClinicalEvent(EventKind.IMMUNOTHERAPY, Date(2025, 6, 1), drug="nivolumab"),
         "new immunotherapy (nivolumab) on 2025-06-01"),
        (ClinicalEvent(EventKind.TARGETED, Date(2025, 6, 1)), "new targeted therapy"),
        (ClinicalEvent(EventKind.CHEMOTHERAPY, Date(2025, 6, 1)), "new chemotherapy"),
        (ClinicalEvent(EventKind.WBRT, Date(2025, 6, 1)), "whole-brain radiotherapy"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_any_treatment_since_the_scan_before_voids_it_with_the_reason(event, named):
    found = answer(7.0, 11.0, 8.0, 5.5, events=[event])
    assert found.status is Status.INDETERMINATE
    assert found.favours is None
    assert named in found.sentence


@pytest.mark.parametrize(
    "event",
    [
        ClinicalEvent(EventKind.IMMUNOTHERAPY, Date(2024, 6, 1)),  # running before it enlarged
        ClinicalEvent(EventKind.SURGERY, Date(2026, 1, 15)),  # after the last scan
        ClinicalEvent(EventKind.BEVACIZUMAB, Date(2024, 8, 1), end=Date(2024, 9, 1)),
    ],
)
def test_what_was_given_long_before_or_afterwards_voids_nothing(event):
    assert answer(7.0, 11.0, 8.0, 5.5, events=[event]).status is Status.PRESENT


def test_a_tapered_steroid_voids_nothing():
    events = [
        ClinicalEvent(EventKind.STEROID, day, drug="dexamethasone", dose_mg_per_day=dose)
        for day, dose in ((Date(2024, 12, 1), 8.0), (Date(2025, 6, 1), 4.0))
    ]
    assert answer(7.0, 11.0, 8.0, 5.5, events=events).status is Status.PRESENT


@pytest.mark.parametrize(("away", "status"), [(0.0, Status.INDETERMINATE), (-70.0, Status.PRESENT)])
def test_further_radiotherapy_voids_it_only_where_it_reaches_the_lesion(away, status):
    target = Target("GTV9", StructureRole.GTV, 24.0)
    where = HEAD + CENTER + (away, 0.0, 0.0)
    course = Course("srs-2", Date(2025, 6, 1), Technique.LINAC, 3, (target,),
                    dose=sphere_dose(where, 24.0, 8.0))  # fmt: skip
    placed = build_case([treated(**T1C_ONLY)]).courses[0].to_reference
    found = answer(7.0, 11.0, 8.0, 5.5, extra_courses=(PreparedCourse(course, placed),))
    assert found.status is status


def test_growth_of_the_whole_on_two_follow_ups_raises_weak_concern_for_tumour():
    found = answer(7.0, 6.0, 8.0, 10.0)
    assert (found.status, found.favours) == (Status.ABSENT, Favours.TTP)
    assert found.strength is Strength.WEAK
    assert value(found, "growing_scans") == 2
    assert any("many months" in c for c in found.caveats)


def test_growth_after_bevacizumab_is_no_concern_by_itself():
    drug = ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 6, 1))
    assert answer(7.0, 6.0, 8.0, 10.0, events=[drug]).status is Status.INDETERMINATE


def test_growth_with_a_part_that_regresses_is_not_growth_of_the_whole():
    balls = [(18.0, 6.0, 10.0), (18.0, -8.0, 10.0)]
    visits = [treated(7.0, **T1C_ONLY),
              Visit("t2", T2, (Ball(balls[0], 9.0),), **T1C_ONLY),
              Visit("t3", T3, (Ball(balls[1], 11.0),), **T1C_ONLY)]  # fmt: skip
    prepared = build_case(visits, events=[HISTORY])
    found = spontaneous_regression.evaluate(prepared, prepared.lesion("L1"), LIMITS)
    assert found.status is Status.INDETERMINATE
    assert "regressed meanwhile (item 2)" in found.sentence


def test_enlarged_again_after_regression_is_indeterminate():
    found = answer(7.0, 11.0, 6.0, 9.0)
    assert found.status is Status.INDETERMINATE
    assert "has enlarged again" in found.sentence


def test_without_enlargement_or_a_scan_after_it_there_is_nothing_to_judge():
    with pytest.raises(NotAssessableError, match="has not enlarged"):
        answer(8.0, 6.0, 4.0)
    with pytest.raises(NotAssessableError, match="first seen at t2, the latest scan"):
        answer(8.0, 6.0, 9.0)


def test_without_a_record_of_events_it_says_so():
    found = answer(7.0, 11.0, 8.0, 5.5, events=())
    assert found.status is Status.PRESENT
    assert any("none is denied either" in c for c in found.caveats)


def test_a_short_stability_names_what_was_given_meanwhile():
    drug = ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 9, 20))
    found = answer(7.0, 7.0, 10.0, 10.2, events=[drug])
    assert found.status is Status.INDETERMINATE
    assert any("bevacizumab on 2025-09-20" in c for c in found.caveats)


def beside(new_radius, body_mm=10.65):
    """Level for over six months but for a focus 22 mm away at the latest scan."""
    x, y, z = CENTER
    focus = Ball((x, y - 22.0, z), new_radius)
    visits = [treated(7.0, **T1C_ONLY)]
    balls = ((Ball(CENTER, 10.0),), (Ball(CENTER, 10.0),), (Ball(CENTER, body_mm), focus))
    visits += [
        Visit(f"t{n}", day, lesion, **T1C_ONLY)
        for n, (day, lesion) in enumerate(zip((T1, T2, T4), balls, strict=True), start=1)
    ]
    prepared = build_case(visits, events=(HISTORY,))
    return spontaneous_regression.evaluate(prepared, prepared.lesion("L1"), LIMITS)


def test_a_small_new_focus_beside_it_is_no_growth_of_the_lesion():
    found = beside(4.5)  # 20.8 % of growth alone, 29.9 % with the focus of 0.38 cm³
    assert (found.status, found.favours) == (Status.PRESENT, Favours.RN)
    assert value(found, "change_percent") == pytest.approx(100 * (1.065**3 - 1), abs=1.5)
    [told] = [c for c in found.caveats if "not counted here" in c]
    volume = float(told.split(" cm³")[0].split()[-1])
    assert volume == pytest.approx(4 / 3 * 3.14159 * 0.45**3, rel=0.05)
    assert "new separate parts at t3" in told


def test_a_large_new_focus_counts():
    found = beside(7.0)  # 34 % of the lesion
    assert found.status is not Status.PRESENT
    assert not any("not counted here" in c for c in found.caveats)
    balls_cm3 = 4 / 3 * 3.14159 * (1.065**3 + 0.7**3)
    assert value(found, "latest_cm3") == pytest.approx(balls_cm3, rel=0.03)
