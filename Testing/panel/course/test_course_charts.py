"""Timeline, three axes and nomogram as they are drawn: every position follows from the figures."""

import math
import re
from dataclasses import replace
from datetime import date

import pytest

from RNAssessLib.case import ClinicalEvent, EventKind, Quantity
from RNAssessLib.course.li21 import Li21Index, Li21Indices
from RNAssessLib.panel.course.nomogram_chart import build_nomogram_chart
from RNAssessLib.panel.course.three_axes import DIRECTIONS, build_three_axes
from RNAssessLib.panel.course.timeline_chart import build_timeline
from RNAssessLib.panel.reading.view_model import build_panel
from RNAssessLib.prognosis.nomogram import NomogramInputs, compute_nomogram

K = EventKind
TREATED = date(2025, 1, 10)
MONTH = 365.25 / 12
EVENTS = (
    ClinicalEvent(K.TARGETED, date(2024, 12, 1), drug="osimertinib"),
    ClinicalEvent(K.IMMUNOTHERAPY, date(2025, 2, 1), date(2025, 4, 1), "pembrolizumab"),
    ClinicalEvent(K.STEROID, date(2025, 8, 1), date(2025, 8, 20), "prednisolone",
                  dose_mg_per_day=50.0),
    ClinicalEvent(K.STEROID, date(2025, 9, 1), drug="dexamethasone", dose_mg_per_day=4.0),
    ClinicalEvent(K.BEVACIZUMAB, date(2025, 9, 2), dose_mg_per_kg=5.0),
    ClinicalEvent(K.BEVACIZUMAB, date(2025, 9, 16), dose_mg_per_kg=5.0),
    ClinicalEvent(K.KPS, date(2025, 9, 16), value=70.0),
    ClinicalEvent(K.PATHOLOGY, date(2025, 12, 1), text="necrosis"),
)  # fmt: skip


def month(day):
    return (day - TREATED).days / MONTH


def timeline(assessment, events=EVENTS):
    case = replace(assessment.prepared.case, events=events)
    told = replace(assessment, prepared=replace(assessment.prepared, case=case))
    return build_timeline(told, told.lesions[0])


class TestTimeline:
    def test_volumes_stand_at_their_months_with_their_uncertainty(self, assessment):
        found = timeline(assessment)
        t1c, flair, core = found.curves
        days = (date(2025, 1, 8), date(2025, 7, 10), date(2025, 12, 10))
        assert t1c.months == pytest.approx([month(d) for d in days])
        assert t1c.values == (1.87, 1.21, 3.444)
        assert t1c.spread == (0.21, 0.21, 0.21)
        assert flair.labels == ("t0", "t1")  # no FLAIR at t2: no point, not a zero
        assert core.spread == (0.0, 0.0, 0.0)
        assert (t1c.part, core.part, flair.part) == (0, 0, 1)

    def test_curves_are_told_apart_without_colour(self, assessment):
        looks = [(c.dash, c.marker) for c in timeline(assessment).curves]
        assert len({dash for dash, _ in looks}) == len({m for _, m in looks}) == 3

    def test_lanes_hold_what_was_done(self, assessment):
        lanes = {lane.name: lane for lane in timeline(assessment).lanes}
        assert list(lanes) == ["Radiotherapy", "Bevacizumab", "Targeted therapy", "Immunotherapy",
                               "Pathology result"]  # fmt: skip
        (course,) = lanes["Radiotherapy"].bars
        assert (course.start, course.stop) == (0.0, 0.0)
        assert lanes["Radiotherapy"].words == "Gamma Knife, 20 Gy in 1 fraction"
        assert lanes["Bevacizumab"].words == "2 × 5 mg/kg"
        assert [b.start for b in lanes["Bevacizumab"].bars] == pytest.approx(
            [month(date(2025, 9, 2)), month(date(2025, 9, 16))]
        )
        (ended,) = lanes["Immunotherapy"].bars
        assert (ended.stop, ended.is_open) == (pytest.approx(month(date(2025, 4, 1))), False)
        (going_on,) = lanes["Targeted therapy"].bars
        assert going_on.is_open
        assert going_on.stop == pytest.approx(month(date(2025, 12, 10)))  # the latest thing known
        assert going_on.start == pytest.approx(month(date(2024, 12, 1)))

    def test_steroid_is_a_step_curve_of_dexamethasone(self, assessment):
        found = timeline(assessment)
        days = (date(2025, 8, 1), date(2025, 8, 21), date(2025, 9, 1), date(2025, 12, 10))
        assert [m for m, _ in found.steroid] == pytest.approx([month(d) for d in days])
        assert [dose for _, dose in found.steroid] == pytest.approx([7.5, 0.0, 4.0, 4.0])
        assert found.kps == ((pytest.approx(month(date(2025, 9, 16))), 70.0),)

    def test_an_unknown_steroid_is_said_and_not_drawn(self, assessment):
        odd = ClinicalEvent(K.STEROID, date(2025, 8, 1), drug="budesonide", dose_mg_per_day=9.0)
        found = timeline(assessment, (odd,))
        assert found.steroid == ()
        assert "budesonide" in found.note

    def test_it_spans_everything(self, assessment):
        found = timeline(assessment)
        assert (found.first, found.last) == pytest.approx(
            (month(date(2024, 12, 1)), month(date(2025, 12, 10)))
        )
        assert found.axis == "Months after treatment"
        assert build_panel(assessment).lesions[0].timeline.curves == found.curves


def indices(dose_volume=360.0, oedema=71.0, days=7.0):
    def quantity(name, value, unit):
        return Quantity(name, value, unit, undefined=None if value is not None else "not given")

    return Li21Indices(
        (
            Li21Index(quantity("bed_times_gtv", dose_volume, "Gy cm3")),
            Li21Index(quantity("flair_cm3", oedema, "cm3"), 9.1, 71.0, 220.0, "LI21 Table 2"),
            Li21Index(quantity("half_steroid_days", days, "days"), 2.0, 7.0, 22.0, "LI21 Table 3"),
        ),
        "t2",
    )


class TestThreeAxes:
    def test_the_patient_stands_where_its_three_values_put_it(self):
        chart = build_three_axes(indices())
        tops = [axis.top for axis in chart.axes]
        assert tops == [500.0, 300.0, 30.0]  # round, above 1.15 of the highest
        shares = (360 / 500, 71 / 300, 7 / 30)
        wanted = [sum(s * d[n] for s, d in zip(shares, DIRECTIONS, strict=True)) for n in (0, 1)]
        assert chart.patient == pytest.approx(wanted)

    def test_reported_ranges_are_the_bars_on_their_axes(self):
        chart = build_three_axes(indices())
        bars = [s for s in chart.segments if s.style == "range"]
        assert len(bars) == 2  # the paper prints none of BED x GTV
        days = bars[1]
        assert (days.start[1] / DIRECTIONS[2][1], days.stop[1] / DIRECTIONS[2][1]) == pytest.approx(
            (2 / 30, 22 / 30)
        )
        assert {w.text for w in chart.words} >= {"9.1", "71", "220", "2", "7", "22", "500"}
        assert "LI21 prints no range" in chart.note
        assert "LI21: 9.1 to 220 cm³" in chart.note

    def test_a_missing_value_leaves_a_line(self):
        chart = build_three_axes(indices(days=None))
        assert chart.patient is None
        (line,) = [s for s in chart.segments if s.style == "unknown"]
        assert line.stop[1] - line.start[1] == pytest.approx(DIRECTIONS[2][1])
        assert line.start[0] == line.stop[0]
        assert "not known (not given)" in chart.note

    def test_too_little_is_said(self):
        chart = build_three_axes(indices(days=None, oedema=None))
        assert not [s for s in chart.segments if s.style in ("unknown", "drop")]
        assert "too little is known" in chart.note.lower()

    def test_a_patient_beyond_the_cohort_stays_on_the_page(self):
        chart = build_three_axes(indices(dose_volume=4000.0, oedema=500.0, days=60.0))
        assert [axis.top for axis in chart.axes] == [5000.0, 600.0, 80.0]


PATIENTS = [
    ((3.0, 39.0, 90.0, False), (0.0, 0.0, 0.0, 0.0)),
    ((10.0, 79.2, 97.0, True), (0.50, -3.22, -1.14, -1.20)),
    ((30.0, 60.0, 95.0, False), (-2.12, -2.04, 0.0, 0.0)),
]


class TestNomogram:
    @pytest.mark.parametrize(("inputs", "logs"), PATIENTS)
    def test_the_rows_add_up_to_the_sum(self, inputs, logs):
        chart = build_nomogram_chart(compute_nomogram(NomogramInputs(*inputs)))
        rows, total = chart.rows[:-1], chart.rows[-1]
        assert [row.log_odds for row in rows] == pytest.approx(logs, abs=0.005)
        assert total.log_odds == pytest.approx(sum(row.log_odds for row in rows))
        assert total.is_sum and not any(row.is_sum for row in rows)
        # a reader adds what is printed
        printed = re.findall(r"[−\d.]+", chart.formula.split("=")[0])
        added = sum(float(text.replace("−", "-")) for text in printed)
        assert added == pytest.approx(total.log_odds, abs=0.021)
        points = [int(re.search(r"(\d+) points?$", row.text)[1]) for row in chart.rows]
        assert sum(points[:-1]) == pytest.approx(points[-1], abs=2)

    def test_published_intervals_are_drawn(self):
        chart = build_nomogram_chart(compute_nomogram(NomogramInputs(10.0, 79.2, 97.0, True)))
        coverage = chart.rows[2]
        assert coverage.label == "TC: ≥ 96 %"
        assert (math.exp(coverage.low), math.exp(coverage.high)) == pytest.approx(
            (0.133, 0.77), abs=0.001
        )
        assert coverage.cut == (False, False)
        chart = build_nomogram_chart(compute_nomogram(NomogramInputs(30.0, 79.2, 97.0, True)))
        dose = chart.rows[1]
        assert math.exp(dose.high) == pytest.approx(0.59)
        assert math.exp(dose.low) == pytest.approx(0.04**2 / 0.59)
        assert "OR 0.04 (0.00–0.59)" in dose.text
        assert [other.text for other in dose.others] == ["< 60 Gy", "60-73 Gy"]
        assert dose.others[1].log_odds == pytest.approx(math.log(0.13))

    def test_an_interval_beyond_the_picture_is_marked(self):
        chart = build_nomogram_chart(compute_nomogram(NomogramInputs(3.0, 39.0, 90.0, False)))
        assert all(row.cut == (False, False) for row in chart.rows)
        wide = build_nomogram_chart(compute_nomogram(NomogramInputs(3.0, 60.0, 95.0, False)))
        assert wide.rows[1].cut[0]
        assert wide.rows[1].low == wide.ends[0]

    def test_the_estimate_is_labelled_and_nothing_is_drawn_without_all_inputs(self):
        chart = build_nomogram_chart(compute_nomogram(NomogramInputs(10.0, 79.2, 97.0, True)))
        assert chart.estimate.startswith("Calibrated estimate, not from the paper: ")
        assert "0.730" in chart.note and "0.39" in chart.note
        assert build_nomogram_chart(compute_nomogram(NomogramInputs(3, None, 90, False))) is None
        assert build_nomogram_chart(None) is None
