"""PP23's odds for patients computed by hand, and the paper's own arithmetic."""

import math
from datetime import date as Date

import pytest

from RNAssessLib.case import (
    ClinicalEvent,
    EventKind,
    Lesion,
    Quantity,
    StructureRole,
    Target,
)
from RNAssessLib.dosimetry.bed import compute_bed
from RNAssessLib.dosimetry.results import CourseDosimetry, TargetDosimetry
from RNAssessLib.evidence import Thresholds
from RNAssessLib.prognosis.cohort import (
    Setting,
    WholeBrain,
    find_targeted_therapy,
    leaves_cohort,
)
from RNAssessLib.prognosis.inputs import NomogramInputs, read_inputs
from RNAssessLib.prognosis.nomogram import compute_nomogram, standard_error

# GTV cm³, BED Gy, TC %, targeted, odds by hand
BY_HAND = [
    (3.0, 39.0, 90.0, False, 1.0),
    (5.999, 59.999, 95.999, False, 1.0),
    (6.0, 60.0, 96.0, True, 1.65 * 0.13 * 0.32 * 0.30),
    (27.999, 72.999, 96.0, False, 1.65 * 0.13 * 0.32),
    (28.0, 73.0, 95.0, False, 0.12 * 0.04),
    (10.0, compute_bed(36, 3, 10), 97.0, True, 0.00633600),
    (2.0, compute_bed(20, 1, 10), 99.0, False, 0.0416),
    (8.4, compute_bed(52.5, 15, 10), 95.7, False, 0.2145),
    (40.0, compute_bed(30, 10, 10), 92.0, True, 0.036),
    (30.0, compute_bed(60, 20, 10), 98.0, True, 0.0004608),
]


@pytest.mark.parametrize(("gtv", "bed", "tc", "targeted", "odds"), BY_HAND)
def test_relative_odds_of_hand_computed_patients(gtv, bed, tc, targeted, odds):
    found = compute_nomogram(NomogramInputs(gtv, bed, tc, targeted))
    assert found.relative_odds.value == pytest.approx(odds, rel=1e-6)


def test_reference_patient_has_interval_of_no_width():
    found = compute_nomogram(NomogramInputs(3.0, 39.0, 90.0, False))
    assert found.relative_odds_interval == (1.0, 1.0)
    assert all(f.odds_ratio == 1.0 for f in found.factors)


def test_interval_of_one_factor_is_the_published_one():
    found = compute_nomogram(NomogramInputs(3.0, 39.0, 97.0, False))
    low, high = found.relative_odds_interval
    assert high == pytest.approx(0.77, abs=1e-6)
    assert low == pytest.approx(0.13, abs=0.005)


def test_interval_of_two_factors_adds_variances():
    found = compute_nomogram(NomogramInputs(3.0, 39.0, 97.0, True))
    error = math.hypot(math.log(0.77 / 0.32), math.log(0.72 / 0.30))
    assert found.relative_odds_interval[1] == pytest.approx(0.096 * math.exp(error), rel=1e-6)


# the printed P values decide which of the printed figures are meant
@pytest.mark.parametrize(
    ("odds_ratio", "high", "z"),
    [(0.04, 0.59, 2.345), (0.12, 1.26, 1.768), (0.32, 0.77, 2.543), (0.30, 0.72, 2.697)],
)
def test_odds_ratio_and_interval_agree_with_the_printed_p(odds_ratio, high, z):
    assert standard_error(odds_ratio, high) == pytest.approx(
        abs(math.log(odds_ratio)) / z, rel=0.03
    )


def test_the_figures_left_out_do_not_fit_their_p():
    assert abs(math.log(0.39)) / 2.345 != pytest.approx(standard_error(0.39, 0.59), rel=0.5)
    # the interval 0.11-1.26 would be centred on 0.37, not on 0.12
    assert math.sqrt(0.11 * 1.26) == pytest.approx(0.372, abs=0.001)
    remarks = " ".join(compute_nomogram(NomogramInputs(3.0, 39.0, 90.0, False)).remarks)
    assert "0.39" in remarks and "0.11-1.26" in remarks


def test_points_put_the_widest_factor_on_a_hundred():
    worst = compute_nomogram(NomogramInputs(10.0, 39.0, 90.0, False))
    by_name = {f.name: f.points for f in worst.factors}
    # BED spans ln 25 = 3.219, GTV ln(1.65 / 0.12) = 2.621, TC ln(1 / 0.32), targeted ln(1 / 0.3)
    assert by_name["BED"] == pytest.approx(100.0)
    assert by_name["GTV"] == pytest.approx(100 * 2.62104 / 3.21888, abs=0.01)
    assert by_name["TC"] == pytest.approx(100 * 1.13943 / 3.21888, abs=0.01)
    assert worst.total_points.value == pytest.approx(100 + 81.43 + 35.40 + 37.40, abs=0.02)
    best = compute_nomogram(NomogramInputs(30.0, 80.0, 97.0, True))
    assert best.total_points.value == pytest.approx(0.0, abs=1e-9)


def test_calibrated_estimate_gives_the_cohort_its_rate_and_says_what_it_assumes():
    with_drug = compute_nomogram(NomogramInputs(8.4, 72.8, 95.7, True))
    without = compute_nomogram(NomogramInputs(8.4, 72.8, 95.7, False))
    logits = [
        math.log(n.calibrated_percent.value / (100 - n.calibrated_percent.value))
        for n in (with_drug, without)
    ]
    share = 0.496  # PP23 Table 1, as printed
    assert share * logits[0] + (1 - share) * logits[1] == pytest.approx(math.log(0.382 / 0.618))
    assert "estimate, not published" in with_drug.calibrated_percent.method
    assert "0.730" in with_drug.discrimination and "n = 23" in with_drug.discrimination


# odds of PP23's typical patient: 1.65 x 0.13 x 0.30^0.496 = 0.118063, at 0.382 / 0.618
@pytest.mark.parametrize(
    ("patient", "percent"),
    [
        ((3.0, 39.0, 90.0, False), 83.96),  # 1 / 0.118063 x 0.618123 = 5.2355
        ((10.0, 79.2, 97.0, True), 3.21),  # 0.006336: 0.033173
        ((8.4, 70.9, 95.7, False), 52.90),  # 0.2145: 1.12302
        ((40.0, 39.0, 92.0, True), 15.86),  # 0.036: 0.188480
    ],
)
def test_calibrated_estimate_by_hand(patient, percent):
    found = compute_nomogram(NomogramInputs(*patient)).calibrated_percent.value
    assert found == pytest.approx(percent, abs=0.01)


# product of odds ratios; variances from the upper limits: ln(0.59/0.04) = 2.6912,
# ln(1.72/0.13) = 2.5825, ln(0.77/0.32) = 0.8781, ln(0.72/0.30) = 0.8755, ln(1.26/0.12) = 2.3514
@pytest.mark.parametrize(
    ("patient", "half_width"),
    [
        ((3.0, 79.2, 90.0, False), 2.6912),
        ((3.0, 70.9, 97.0, False), 2.7277),  # root of 6.6693 + 0.7711
        ((3.0, 79.2, 97.0, True), 2.9631),  # root of 7.2426 + 0.7711 + 0.7665
        ((40.0, 39.0, 90.0, True), 2.5091),  # root of 5.5291 + 0.7665
    ],
)
def test_interval_by_hand(patient, half_width):
    found = compute_nomogram(NomogramInputs(*patient))
    low, high = found.relative_odds_interval
    assert math.log(high / low) / 2 == pytest.approx(half_width, abs=2e-4)


def test_screened_factor_is_shown_but_not_multiplied():
    found = compute_nomogram(NomogramInputs(3.0, 39.0, 90.0, False, dropping_zone_bed_gy=80.0))
    zone = found.factors[-1]
    assert (zone.odds_ratio, zone.in_model) == (2.34, False)
    assert found.relative_odds.value == 1.0


def test_missing_input_leaves_it_undefined_with_the_reason():
    inputs = NomogramInputs(3.0, None, 90.0, False, why_missing=(("bed_gy", "no prescription"),))
    found = compute_nomogram(inputs)
    assert found.relative_odds.value is None
    assert found.relative_odds.undefined == "BED not known (no prescription)"
    assert found.calibrated_percent.value is None
    assert [f.name for f in found.factors] == ["GTV", "TC", "Targeted therapy"]


def test_a_changed_threshold_moves_the_class():
    patient = NomogramInputs(3.0, 58.0, 90.0, False)
    changed = Thresholds({"nomogram.bed_low_gy": 57.0})
    assert compute_nomogram(patient, changed).relative_odds.value == pytest.approx(0.13)


def target(name, role, **figures):
    quantities = tuple(Quantity(k, v, "1") for k, v in figures.items())
    return TargetDosimetry(name, role, quantities, None, (), 36.0, "plan", 3, "L1")


class TestInputs:
    course = CourseDosimetry(
        "srs", (),
        (target("GTV1", StructureRole.GTV, gtv_cm3=7.0, bed_gy=79.2, tc_percent=100.0),
         target("PTV1", StructureRole.PTV, gtv_cm3=7.0, bed_gy=79.2, tc_percent=95.0,
                dropping_zone_dmean_bed_gy=81.0),
         target("GTV2", StructureRole.GTV, gtv_cm3=1.0, bed_gy=79.2, tc_percent=50.0)),
    )  # fmt: skip

    def lesion(self, *names):
        roles = {"G": StructureRole.GTV, "P": StructureRole.PTV}
        targets = tuple(Target(n, roles[n[0]], 36.0) for n in names)
        return Lesion("L1", names[0], "srs", targets, (0.0, 0.0, 0.0), 10.0)

    def test_coverage_is_the_ptv_s_where_there_is_one(self):
        drug = ClinicalEvent(EventKind.TARGETED, Date(2024, 1, 1), drug="erlotinib")
        found = read_inputs(self.course, self.lesion("GTV1", "PTV1"), [drug])
        assert (found.tc_percent, found.tc_target) == (95.0, "PTV1")
        assert found.gtv_cm3 == 7.0
        assert found.targeted_therapy is True
        assert found.dropping_zone_bed_gy == 81.0

    def test_else_the_gtv_s(self):
        found = read_inputs(self.course, self.lesion("GTV2"), ())
        assert (found.tc_percent, found.tc_target) == (50.0, "GTV2")

    def test_nothing_recorded_leaves_targeted_therapy_unknown(self):
        found = read_inputs(self.course, self.lesion("GTV1"), ())
        assert found.targeted_therapy is None
        # one KPS entry says nothing about drugs
        kps = ClinicalEvent(EventKind.KPS, Date(2024, 1, 1), value=80.0)
        assert read_inputs(self.course, self.lesion("GTV1"), [kps]).targeted_therapy is None
        denied = ClinicalEvent(EventKind.TARGETED, Date(2024, 1, 1), drug="none")
        assert read_inputs(self.course, self.lesion("GTV1"), [denied]).targeted_therapy is False


TREATED, ENLARGED, LATEST = Date(2025, 1, 10), Date(2025, 8, 27), Date(2025, 12, 10)


def setting(**more):
    known = {"enlarged": ENLARGED, "follow_ups": 4, "fraction_gy": 12.0}
    return Setting(TREATED, LATEST, **(known | more))


def drug(day, end=None, name="osimertinib"):
    return ClinicalEvent(EventKind.TARGETED, day, end, drug=name)


class TestDates:
    course, lesion = TestInputs.course, TestInputs().lesion("GTV1")

    @pytest.mark.parametrize(
        ("events", "given"),
        [
            ([drug(Date(2025, 3, 1))], True),
            ([drug(Date(2024, 6, 1))], True),  # still running
            ([drug(Date(2024, 6, 1), Date(2025, 2, 1))], True),
            ([drug(Date(2025, 8, 27))], False),  # begun on the day of that MRI, not before
            ([drug(Date(2030, 1, 1))], False),
            ([drug(Date(2009, 1, 1), Date(2011, 1, 1))], False),
            ([drug(Date(2025, 1, 1), name="none")], False),
            ([], None),
        ],
    )
    def test_targeted_therapy_is_dated_against_the_first_enlarging_mri(self, events, given):
        assert find_targeted_therapy(events, setting())[0] is given

    def test_whole_brain_of_the_year_before_is_in_bed(self):
        # 36 Gy in 3 is 79.2, 30 Gy in 10 is 39.0
        for day, expected in ((Date(2024, 6, 1), 118.2), (Date(2023, 6, 1), 79.2)):
            found = read_inputs(
                self.course, self.lesion, (), setting(whole_brain=(WholeBrain(day, 30.0, 10),))
            )
            assert found.bed_gy == pytest.approx(expected)
        assert "left out" in found.notes[0]
        unknown = setting(whole_brain=(WholeBrain(Date(2024, 6, 1)),))
        found = read_inputs(self.course, self.lesion, (), unknown)
        assert found.bed_gy is None
        assert "its dose is not recorded" in dict(found.why_missing)["bed_gy"]

    @pytest.mark.parametrize(
        ("more", "events", "word"),
        [
            ({"enlarged": None}, (), "has not enlarged"),
            ({"earlier": (Date(2024, 1, 1),)}, (), "irradiated before (2024-01-01)"),
            ({}, (ClinicalEvent(EventKind.SURGERY, Date(2024, 12, 1)),), "surgery on 2024-12-01"),
            ({"fraction_gy": 2.0}, (), "2 Gy per fraction; PP23's had 2.5"),
            ({"follow_ups": 2}, (), "2 scans after treatment"),
        ],
    )
    def test_what_leaves_the_cohort_is_said(self, more, events, word):
        (told,) = leaves_cohort(setting(**more), events, Thresholds())
        assert word in told

    def test_nothing_is_said_inside_it(self):
        later = ClinicalEvent(EventKind.SURGERY, Date(2025, 10, 1))
        assert leaves_cohort(setting(), [later], Thresholds()) == ()


def test_the_interval_of_the_calibrated_estimate_is_the_odds_interval_carried_through():
    found = compute_nomogram(NomogramInputs(10.0, 70.0, 97.0, False))
    # typical odds 0.118051: 0.003937 / 0.118051 x 0.618123 = 0.020614; 1.1967: 6.266
    low, high = found.calibrated_interval
    assert (low, high) == (pytest.approx(2.02, abs=0.01), pytest.approx(86.24, abs=0.02))


def test_with_only_targeted_therapy_unknown_both_answers_are_given():
    found = compute_nomogram(NomogramInputs(10.0, 70.0, 97.0, None))
    without, given = (q.value for q in found.alternatives)
    assert without == pytest.approx(1.65 * 0.13 * 0.32)
    assert given == pytest.approx(1.65 * 0.13 * 0.32 * 0.30)
    assert found.relative_odds.value is None


def test_a_course_told_twice_counts_once():
    from RNAssessLib.prognosis.cohort import _is_course, _read_event

    told = ClinicalEvent(EventKind.WBRT, Date(2024, 6, 14), text="30 Gy in 10 fractions")
    assert _read_event(told) == WholeBrain(Date(2024, 6, 14), 30.0, 10)
    assert _is_course(told, [WholeBrain(Date(2024, 6, 1), 30.0, 10)])
    assert not _is_course(told, [WholeBrain(Date(2023, 6, 1), 30.0, 10)])


def test_a_denied_drug_is_no_event_for_the_checklist():
    from types import SimpleNamespace

    from RNAssessLib.findings.measure.timepoints import events_of

    events = (drug(Date(2025, 1, 1), name="none"), drug(Date(2025, 2, 1)))
    case = SimpleNamespace(case=SimpleNamespace(events=events))
    assert [e.drug for e in events_of(case, EventKind.TARGETED)] == ["osimertinib"]
