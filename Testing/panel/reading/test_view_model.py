"""What the panels show, compared with the assessment it was made from."""

import re
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from made_assessment import ACROSS_LPS, CENTRE, make_assessment

from RNAssessLib.case import Quantity, SequenceRole
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.evidence import all_criteria
from RNAssessLib.findings.finding import Favours, Plane, Status
from RNAssessLib.findings.registry import REGISTRY
from RNAssessLib.panel.dose.dvh_plot import build_plot
from RNAssessLib.panel.reading.view_model import build_panel, threshold_rows
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words import wording
from RNAssessLib.panel.words.numbers import format_number, format_quantity
from RNAssessLib.panel.words.style import (
    FAVOURS_COLOURS,
    PERCENT_COLOURS,
    SERIES_COLOURS,
    build_isodoses,
    default_isodoses,
)


@pytest.fixture(scope="module")
def view(assessment):
    return build_panel(assessment)


@pytest.fixture(scope="module")
def lesion(view):
    return view.lesion("L1")


def texts(value):
    """Every string anywhere in a view."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


# --- the whole ------------------------------------------------------------------------------------


VERDICT = re.compile(r"diagnos|necrosis|progression|recurrence|probab|likely", re.IGNORECASE)


def test_nothing_that_sums_up_is_a_verdict(view):
    """Signs favour; what is written about the case as a whole counts and names, no more."""
    assert view.disclaimer == DISCLAIMER
    for lesion in view.lesions:
        for text in (lesion.title, lesion.summary, lesion.decided, *lesion.next_steps):
            assert not VERDICT.search(text), text
        for row in lesion.checklist:
            for text in (row.subline, row.favours, row.strength, row.decision):
                assert not VERDICT.search(text), text


def test_no_raw_floats(view):
    for text in texts(view):
        assert "nan" not in text.lower().split()
        assert "None" not in text


def test_two_builds_are_equal_and_the_assessment_is_untouched(assessment):
    assert build_panel(assessment) == build_panel(assessment)


# --- case -----------------------------------------------------------------------------------------


def test_case_names_everything_that_was_used(view):
    assert [t.text for t in view.case.timepoints] == [
        "t0 2025-01-08: T1c, FLAIR, SWI, DWI, ADC",
        "t1 2025-07-10: T1c, FLAIR; without DWI, ADC, SWI",
        "t2 2025-12-10: T1c, SWI; without DWI, ADC, FLAIR",
    ]
    assert [t.months for t in view.case.timepoints] == ["−0.1", "5.9", "11.0"]
    assert view.case.courses[0].technique == "Gamma Knife"
    assert view.case.courses[0].targets == (
        "GTV1 20 Gy in 1 fraction (plan); PTV1 20 Gy in 1 fraction (plan); "
        "GTV2 no prescription (case file)"
    )
    assert view.case.anatomy == "No anatomy: no atlas is installed"
    assert view.case.events[0].text == "Bevacizumab 5 mg/kg"
    assert view.mapping == (("t0 T1c", "T1c.nii.gz", "case file"), ("none", "scout", "ignored"))


def test_registrations_say_grade_error_and_reason(view):
    assert view.alignment == (
        "✓ t0 T1c: reference space",
        "~ t1 T1c to t0 T1c: acceptable, expected error 1.6 mm (blocks still shifted by 2.1 mm)",
        "✗ t2 T1c to t0 T1c: bad, expected error 5.2 mm (the heads do not overlap)",
        "✓ srs-1 dose to t0 T1c: good, expected error 0.3 mm",
    )
    assert [row.usable for row in view.case.registrations] == [True, True, False, True]
    assert len(view.case.sequence_registrations) == 6


def test_unplaced_dose_is_a_warning(assessment):
    placed = replace(assessment.prepared.courses[0], to_reference=None, why_unplaced="no image")
    prepared = replace(assessment.prepared, courses=(placed,))
    row = build_panel(replace(assessment, prepared=prepared)).case.courses[0]
    assert row.warning
    assert row.placement == "dose not placed: no image"


# --- dose -----------------------------------------------------------------------------------------


def test_index_tables(view):
    first, second, plan, organs = view.courses[0].tables
    assert first.title == "GTV1 · 20 Gy in 1 fraction (plan)"
    assert second.title == "GTV2 · no prescription"
    shown = {row.label: row.text for row in first.rows}
    assert shown == {
        "Target coverage TC": "99.1 %",
        "Conformity index (Paddick)": "0.751",
        "Gradient index GI": "– (the 10 Gy isodose is cut)",
        "D98 %": "22.01 ± 0.09 Gy",
        "BED": "60.00 Gy",
        "Volume": "2.14 ± 0.02 cm³",
        "V12 Gy, target included": "15.6 ± 0.4 cm³",
    }
    groups = [row.group for row in first.rows]
    assert groups == sorted(groups, key=groups.index), "each group stands together"
    assert plan.rows[0].text == "– (no structure named brain in the plan)"
    assert [row.verdict for row in organs.rows] == ["✓ met", "✗ exceeded"]
    assert "limit ≤ 54 Gy (PP23)" in organs.rows[0].tip


def test_tip_defines_and_says_why_undefined(view):
    row = next(r for r in view.courses[0].tables[0].rows if r.name == "gi")
    assert row.tip == "V50 / V100; undefined: the 10 Gy isodose is cut"


def test_dvh_keeps_both_ends_and_lies_on_the_original(view, assessment):
    (curve,) = view.courses[0].curves
    dvh = assessment.courses[0].structures[0].dvh
    assert len(build_plot(view.courses[0]).lines[0].dose_gy) <= 401  # what the page is sent
    assert (curve.dose_gy[0], curve.dose_gy[-1]) == (dvh.dose_gy[0], dvh.dose_gy[-1])
    percent = 100 * np.interp(curve.dose_gy, dvh.dose_gy, dvh.volume_cm3) / dvh.volume_cm3[0]
    np.testing.assert_allclose(curve.volume_percent, percent, atol=1e-9)
    assert curve.volume_cm3 == pytest.approx(2.1447)
    assert [(m.dose_gy, m.label) for m in view.courses[0].marks] == [
        (20, "Dp 20 Gy"),
        (12, "12 Gy"),
    ]


def test_risk_context_is_literature(view):
    assert "not this patient's probability" in view.risk_context.title
    assert view.risk_context.rows[0].text == "15.6 cm³"


# --- isodoses -------------------------------------------------------------------------------------


def test_default_isodoses(assessment):
    levels = default_isodoses(assessment)
    assert [level.label for level in levels] == [
        "20 Gy (100 %)", "16 Gy (80 %)", "12 Gy (60 %)", "10 Gy (50 %)", "5 Gy (25 %)",
    ]  # fmt: skip
    assert len({level.colour for level in levels}) == 5
    assert levels[0].width_px > levels[1].width_px


@pytest.mark.parametrize(
    ("fractions", "prescription", "labels"),
    [
        (1, 24.0, ["24 Gy (100 %)", "19.2 Gy (80 %)", "12 Gy (50 %)", "6 Gy (25 %)"]),
        (3, 27.0, ["27 Gy (100 %)", "21.6 Gy (80 %)", "20 Gy (74.07 %)", "13.5 Gy (50 %)",
                   "6.75 Gy (25 %)"]),
        (1, None, ["26 Gy (100 % of maximum)", "20.8 Gy (80 % of maximum)",
                   "13 Gy (50 % of maximum)", "6.5 Gy (25 % of maximum)"]),
    ],
)  # fmt: skip
def test_isodoses_follow_prescription_and_fractionation(
    assessment, fractions, prescription, labels
):
    placed = assessment.prepared.courses[0]
    dose = placed.course.dose
    scaled = replace(dose, dose_gy=dose.dose_gy * np.float32(26.0 / dose.dose_gy.max()))
    course = replace(
        placed.course,
        fractions=fractions,
        dose=scaled,
        targets=(replace(placed.course.targets[0], prescription_gy=prescription),),
    )
    prepared = replace(assessment.prepared, courses=(replace(placed, course=course),))
    levels = default_isodoses(replace(assessment, prepared=prepared))
    assert [level.label for level in levels] == labels


def test_several_prescriptions_name_what_percent_means(assessment):
    placed = assessment.prepared.courses[0]
    first = placed.course.targets[0]
    course = replace(placed.course, targets=(first, replace(first, prescription_gy=18.0)))
    prepared = replace(assessment.prepared, courses=(replace(placed, course=course),))
    levels = default_isodoses(replace(assessment, prepared=prepared))
    assert levels[0].label == "20 Gy (100 % of 20 Gy)"


def test_one_colour_per_meaning():
    for prescription in (15.0, 20.0, 24.0):
        level = build_isodoses([prescription / 2], prescription, brain_gy=99.0)[0]
        assert level.colour == PERCENT_COLOURS[50.0]
    many = build_isodoses([30, 20, 18, 16, 14, 12, 10, 8, 5, 0, -1], 20)
    assert len({level.colour for level in many}) == len(many) == 9


def simulate(colour, kind):
    """Machado et al. 2009, severity 1, in linear RGB."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    matrix = {
        "normal": np.eye(3),
        "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
        "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                   [-0.011820, 0.042940, 0.968881]],
        "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
    }[kind]  # fmt: skip
    return to_lab(np.clip(np.asarray(matrix) @ linear, 0, 1))


def to_lab(linear):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    t = xyz @ linear / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("kind", ["normal", "protan", "deutan", "tritan"])
def test_colours_are_told_apart_with_every_colour_deficiency(assessment, kind):
    isodoses = [level.colour for level in default_isodoses(assessment)]
    pairs = [isodoses, list(SERIES_COLOURS[:4]),
             [FAVOURS_COLOURS[Favours.RN], FAVOURS_COLOURS[Favours.TTP]]]  # fmt: skip
    for colours in pairs:
        seen = [simulate(colour, kind) for colour in colours]
        gaps = [np.linalg.norm(a - b) for n, a in enumerate(seen) for b in seen[:n]]
        assert min(gaps) > 12, f"{kind}: {colours}"  # 2.3 is just noticeable (CIE76)


# --- lesion ---------------------------------------------------------------------------------------


def test_serial_table(lesion):
    assert lesion.heads == (
        "T1c, no core cm³", "Core cm³", "T1c with core cm³", "FLAIR cm³", "FLAIR / T1c with core",
        "Longest mm", "Across mm",
    )  # fmt: skip
    assert [row.months for row in lesion.serial] == ["−0.1", "6.0", "11.0"]
    assert lesion.serial[2].cells == ("3.44", "0.270", "–", "–", "–", "16.0", "–")
    label = "Enhancing (T1c), without core"
    assert lesion.serial[2].tips[0].startswith(f"{label}: 3.44 ± 0.21 cm³; without core")
    assert lesion.serial[2].tips[3] == "FLAIR hyperintensity: no FLAIR at this timepoint"
    assert lesion.serial[2].tips[6] == "Perpendicular diameter: not measured"


def test_home_is_the_centre_at_the_last_timepoint(lesion):
    assert lesion.home.timepoint == "t2"
    assert lesion.home.point_reference_lps_mm == pytest.approx(tuple(CENTRE))


# --- checklist ------------------------------------------------------------------------------------


def test_rows_stand_in_clinical_order(lesion):
    assert [row.finding for row in lesion.checklist] == [item.SPEC.id for item in REGISTRY]


def test_present_row(lesion):
    row = lesion.row("cross_boundary")
    assert (row.icon, row.status, row.token) == ("●", "present", "favours RN · strong")
    assert row.headline == "● Enhancement across an anatomical boundary"
    assert row.subline == "present · favours RN · strong"
    assert row.measurements[0].line == "Distance: 9.5 ± 1.3 mm (gap to the lesion)"
    assert row.caveats == ("the falx enhances nearby",)
    assert not row.muted
    first, second = row.jumps
    assert (first.timepoint, first.role, first.plane) == ("t2", SequenceRole.T1C, Plane.AXIAL)
    assert first.point_reference_lps_mm == ACROSS_LPS
    assert (second.role, second.plane) == (SequenceRole.FLAIR, Plane.CORONAL)


def test_unanswered_row_says_why_and_recedes(lesion):
    row = lesion.row("perfusion")
    assert row.muted
    assert row.sentence == "Not assessable: no RCBV at t2"
    assert row.limitation == "no RCBV at t2"
    assert row.headline.endswith(": not assessable")
    assert any(line.startswith("published: rCBV") for line in row.details)


def test_every_status_has_its_own_icon_and_word(lesion):
    assert len(set(wording.STATUS_ICONS.values())) == len(Status)
    assert len(set(wording.STATUS_WORDS.values())) == len(Status)
    assert {row.status for row in lesion.checklist} == set(wording.STATUS_WORDS.values())


def test_summary_counts_and_names_what_is_missing(lesion):
    assert [(c.word, c.count) for c in lesion.counts] == [
        ("present", 1), ("absent", 2), ("indeterminate", 1), ("not assessable", 19), ("context", 0),
    ]  # fmt: skip
    assert sum(c.count for c in lesion.counts) == len(lesion.checklist)
    assert lesion.missing == ("RCBV (relative blood volume (DSC))",)
    assert any("6-12 weeks" in step for step in lesion.next_steps)


def test_step_goes_round(lesion):
    assert lesion.step("", 1) == "cross_boundary"
    assert lesion.step("cross_boundary", 1) == "shape_change"
    assert lesion.step("cross_boundary", -1) == lesion.checklist[-1].finding


# --- the reader -----------------------------------------------------------------------------------


def test_override_stands_beside_the_computed_answer(assessment):
    finding = assessment.lesion("L1").finding("swi_foci")
    session = ReaderSession().decide("L1", finding, Status.PRESENT, "a focus on minIP")
    view = build_panel(assessment, session)
    row = view.lesion("L1").row("swi_foci")
    assert (row.status, row.reader_status, row.overridden) == ("absent", "present", True)
    assert row.decision == "reader: present, overridden (a focus on minIP)"
    assert row.subline == "absent · favours TTP · moderate · reader ● present"
    assert view.lesion("L1").decided == (
        "1 of 23 items decided by the reader, 1 otherwise than computed: counted so"
    )
    assert view.lesion("L2").decided == "0 of 23 items decided by the reader"
    assert (view.can_undo, view.can_redo) == (True, False)
    assert [c.count for c in view.lesion("L1").counts] == [2, 1, 1, 19, 0], "they follow the reader"


def test_item_set_by_hand_no_longer_recedes(assessment):
    finding = assessment.lesion("L1").finding("spectroscopy")
    session = ReaderSession().decide("L1", finding, Status.PRESENT, "lipid peak, outside report")
    row = build_panel(assessment, session).lesion("L1").row("spectroscopy")
    assert not row.muted
    assert row.decision == "reader: present, set by hand (lipid peak, outside report)"


def test_choices_start_with_the_computed_answer(lesion):
    assert [word for _status, word in lesion.row("swi_foci").choices] == [
        "absent (computed)", "present", "indeterminate", "not assessable",
    ]  # fmt: skip


def test_decision_on_an_answer_that_changed_since_is_marked(assessment):
    session = ReaderSession().accept("L1", "swi_foci", Status.PRESENT)
    row = build_panel(assessment, session).lesion("L1").row("swi_foci")
    assert row.stale == "decided when the computed answer was present; now it is absent"


def test_changed_threshold_shows_used_and_default():
    key = "cross_boundary.smallest_cm3"
    default = next(c.default for c in all_criteria() if c.key == key)
    view = build_panel(make_assessment({key: 0.5}))
    (row,) = view.case.changed_thresholds
    assert row.text.startswith(f"{key} = 0.5 cm³, changed from the default {default:g} cm³ (")
    assert view.lesion("L1").row("cross_boundary").criteria[0].changed
    assert len(view.pending_thresholds) == 1, "the session does not hold what was used"
    session = ReaderSession().set_threshold(key, 0.5)
    assert build_panel(make_assessment({key: 0.5}), session).pending_thresholds == ()


def test_changed_threshold_is_pending_until_assessed_again(assessment):
    session = ReaderSession().set_threshold("swi_foci.multiple_count", 5.0)
    (text,) = build_panel(assessment, session).pending_thresholds
    assert text.startswith("swi_foci.multiple_count = 5")
    rows = {row.key: row for row in threshold_rows(session)}
    assert rows["swi_foci.multiple_count"].changed
    assert set(rows) == {c.key for c in all_criteria()}


# --- words and numbers ----------------------------------------------------------------------------


def test_every_enum_member_has_its_words():
    from RNAssessLib.case import MaskKind, RegistrationGrade, Technique
    from RNAssessLib.findings.finding import Strength

    assert set(wording.STATUS_WORDS) == set(wording.STATUS_ICONS) == set(Status)
    assert set(wording.GRADE_WORDS) == set(wording.GRADE_ICONS) == set(RegistrationGrade)
    assert set(wording.FAVOURS_WORDS) == set(Favours)
    assert set(wording.STRENGTH_WORDS) == set(Strength)
    assert set(wording.ROLE_NAMES) == set(SequenceRole)
    assert set(wording.TECHNIQUE_NAMES) == set(Technique)
    assert set(wording.MASK_NAMES) == set(MaskKind)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0523, "cm3", "0.052"), (123.456, "cm3", "123"), (99.951, "percent", "100"), (79.46, "percent", "79"),
        (-3.26, "mm", "−3.3"), (9.0, "count", "9"), (0.77573, "um2/ms", "0.776"),
        (254.086, "Gy cm3", "254"), (1e-9, "cm3", "< 0.001"),
    ],
)  # fmt: skip
def test_numbers(value, unit, text):
    assert format_number(value, unit) == text


@pytest.mark.parametrize("spread", [0.0004, 0.031, 0.25, 1.2, 17.0])
def test_printed_uncertainty_is_never_smaller_than_the_computed_one(spread):
    quantity = Quantity("volume_cm3", 15.6449, "cm3", uncertainty=spread)
    value, _, printed = format_quantity(quantity).partition(" ± ")
    assert float(printed) >= spread
    digit = 10.0 ** -len(value.partition(".")[2])
    assert abs(float(value) - 15.6449) <= digit / 2 + 1e-12
