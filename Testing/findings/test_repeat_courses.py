"""Repeat radiosurgery of one lesion: what follows the last course, and the sum beside it (A6)."""

from dataclasses import replace
from datetime import date as Date
from types import SimpleNamespace

import jsonschema
import numpy as np
import pytest
from hand_made_cases import (
    CENTER,
    HEAD,
    Ball,
    R,
    Visit,
    build_case,
    points_of,
    quality,
    sphere_dose,
    with_contours,
)

from RNAssessLib.assessment import assess_prepared
from RNAssessLib.case import (
    Course,
    Grid,
    Mask,
    PreparedCourse,
    Registration,
    RegistrationGrade,
    RigidTransform,
    Structure,
    StructureRole,
    Target,
    Technique,
    Treatment,
    months_between,
)
from RNAssessLib.dosimetry.repeat_courses import sum_doses_at
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings import dose_match, latency
from RNAssessLib.lesions.targets import build_lesions, put_in_force
from RNAssessLib.report.document.json_report import build_document, load_schema

FIRST, SECOND = Date(2025, 1, 10), Date(2025, 6, 20)
LIMITS = Thresholds()
AGAIN = "GTV1 rec"
EXACT = Registration("", "", RigidTransform(), quality(RegistrationGrade.GOOD, 0.0))


def visit(name, day, radius):
    return Visit(name, day, (Ball(CENTER, radius),), roles=(R.T1C,))


VISITS = (
    visit("t0", Date(2025, 1, 9), 8.0),
    visit("t1", Date(2025, 4, 11), 6.0),
    visit("t2", Date(2025, 6, 18), 8.0),
    visit("t3", Date(2025, 8, 27), 11.0),
    visit("t4", Date(2025, 12, 10), 12.0),
)


def second_course(prescription=12.0, fractions=2):
    """The same sphere treated again, its dose as steep as the first one's."""
    center = HEAD + np.asarray(CENTER)
    grid = Grid((24, 24, 24), tuple(float(v) for v in center - 11.5), (1.0, 1.0, 1.0))
    gtv = Structure(
        AGAIN, StructureRole.GTV, Mask(np.linalg.norm(points_of(grid) - center, axis=-1) < 8, grid)
    )
    target = Target(AGAIN, StructureRole.GTV, prescription)
    dose = sphere_dose(center, prescription, 9.0)
    course = Course("srs-2", SECOND, Technique.LINAC, fractions, (target,), dose, (gtv,))
    return PreparedCourse(course, EXACT)


@pytest.fixture(scope="module")
def prepared():
    again = second_course()
    case = with_contours(build_case(VISITS))
    first = case.courses[0].course
    lesion = put_in_force(
        case.lesions[0],
        (Treatment("srs-2", again.course.targets), Treatment("srs-1", first.targets)),
        {"srs-1": first.date, "srs-2": SECOND},
        VISITS[-1].date,
    )
    return replace(
        case,
        lesions=(lesion,),
        courses=(*case.courses, again),
        case=replace(case.case, courses=(first, again.course)),
    )


def test_each_scan_follows_the_last_course_before_it(prepared):
    lesion = prepared.lesion("L1")
    ids = [prepared.course_in_force(lesion, v.date).course.id for v in VISITS]
    assert ids == ["srs-1", "srs-1", "srs-1", "srs-2", "srs-2"]
    # the scan of the day of treatment was made for it
    assert prepared.course_in_force(lesion, SECOND).course.id == "srs-1"
    assert prepared.course_of(lesion).course.id == "srs-2"
    assert prepared.baseline(lesion).id == "t2"
    assert [t.id for t in prepared.follow_ups(lesion)] == ["t3", "t4"]


def test_a_course_after_the_latest_scan_is_not_in_force(prepared):
    lesion = prepared.lesion("L1")
    dates = {"srs-1": FIRST, "srs-2": SECOND}
    early = put_in_force(lesion, lesion.treatments, dates, Date(2025, 6, 18))
    assert (early.course_id, early.targets[0].prescription_gy) == ("srs-1", 20.0)
    assert [t.course_id for t in early.treatments] == ["srs-1", "srs-2"]


def test_lesions_of_two_placed_courses_know_both(prepared):
    (lesion,) = build_lesions(prepared.courses, VISITS[-1].date)
    assert lesion.course_id == "srs-2"
    assert [t.prescription_gy for t in lesion.targets] == [12.0]
    assert [t.prescription_gy for t in lesion.targets_in("srs-1")] == [20.0]


def test_latency_counts_from_the_second_course(prepared):
    finding = latency.evaluate(prepared, prepared.lesion("L1"), LIMITS)
    months = next(q.value for q in finding.measurements if q.name == "latency_months")
    # 2025-06-20 to 2025-08-27; from the first course it would be 7.5
    assert months == pytest.approx(68 / 30.4375, abs=0.02)
    assert "2.2 months after treatment 2 (2025-06-20)" in finding.sentence


def test_dose_and_prescription_are_those_of_the_second_course(prepared):
    finding = dose_match.evaluate(prepared, prepared.lesion("L1"), LIMITS)
    highest = next(q.value for q in finding.measurements if q.name == "dose_max_gy")
    assert highest <= 12.0 * 1.3 + 1e-3
    assert "(6.0 Gy)" in finding.sentence  # half of 12 Gy, not of 20


def test_sum_of_courses_at_a_point_is_the_closed_form(prepared):
    center = np.asarray([HEAD + np.asarray(CENTER)])
    later = sum_doses_at(prepared.courses, center, VISITS[-1].date)
    # 26 Gy in one fraction and 15.6 Gy in two: BED10 93.6 + 27.768, EQD2(2) 182 + 38.22
    assert later.course_ids == ("srs-1", "srs-2")
    assert later.physical_gy[0] == pytest.approx(41.6, rel=0.02)
    assert later.bed_gy[0] == pytest.approx(26 * 3.6 + 15.6 * 1.78, rel=0.03)
    assert later.eqd2_brain_gy[0] == pytest.approx(26 * 14 / 2 + 15.6 * 4.9 / 2, rel=0.03)
    before = sum_doses_at(prepared.courses, center, Date(2025, 6, 18))
    assert before.course_ids == ("srs-1",)


@pytest.fixture(scope="module")
def assessment(prepared):
    return assess_prepared(prepared)


def test_figures_follow_the_course_in_force_and_the_sum_stands_beside_them(assessment):
    found = assessment.lesions[0]
    months = {e.timepoint: e.months_after_treatment for e in found.serial}
    assert months["t4"] == pytest.approx(months_between(SECOND, Date(2025, 12, 10)))
    assert months["t2"] == pytest.approx(months_between(FIRST, Date(2025, 6, 18)))
    # 12 Gy in 2: BED 12 x 1.6 = 19.2; the first course's was 60
    assert found.nomogram.inputs.bed_gy == pytest.approx(19.2)
    repeat = found.repeat
    assert (repeat.course_ids, repeat.in_force) == (("srs-1", "srs-2"), "srs-2")
    assert repeat.quantity("sum_prescription_gy").value == 32.0
    assert repeat.quantity("sum_bed_gy").value == pytest.approx(60 + 19.2)
    assert repeat.quantity("sum_eqd2_brain_gy").value == pytest.approx(110 + 12 * 4 / 2)
    at = next(q.value for q in found.finding("dose_match").measurements
              if q.name == "dose_median_gy")  # fmt: skip
    # both plans have one shape: 20 + 12 Gy for each 12
    assert repeat.quantity("new_enhancement_sum_gy").value == pytest.approx(at * 32 / 12, rel=0.02)
    assert any("physical doses of courses added" in w for w in repeat.warnings)


def test_document_and_panel_name_the_course_in_force(assessment):
    from RNAssessLib.panel.checklist.context_section import context_tables

    document = build_document(assessment)
    jsonschema.validate(document, load_schema())
    lesion = document["lesions"][0]
    assert lesion["course"] == "srs-2"
    assert lesion["repeat_treatment"]["courses"] == ["srs-1", "srs-2"]
    table = next(
        t
        for t in context_tables(assessment, assessment.lesions[0])
        if t.title.startswith("Treated more than once")
    )
    assert "srs-1 (2025-01-10), srs-2 (2025-06-20)" in table.title
    assert table.rows[0].text == "srs-2 (2025-06-20)"


def test_the_text_says_from_which_treatment_its_months_count(assessment):
    from RNAssessLib.report.document.dictation import write_dictation

    (size,) = (b for b in write_dictation(assessment, wrap=False).split("\n\n")
               if "longest axial diameter" in b and b.startswith("On "))  # fmt: skip
    assert "2025-12-10, 5.7 months after treatment 2 (2025-06-20)" in size


def test_cohort_row_holds_the_plan_in_force(assessment):
    from RNAssessLib.cohort.table import build_rows
    from RNAssessLib.panel.session.session import ReaderSession

    (row,) = build_rows(assessment, ReaderSession())
    assert (row["target"], row["bed_gy"]) == ("GTV1", pytest.approx(19.2))


def test_the_region_of_a_lesion_is_that_of_all_its_courses(prepared):
    """What the first course treated is looked at also where the second one gave nothing."""
    from RNAssessLib.preparation.segment import _treated_region

    lesion, grid = prepared.lesion("L1"), prepared.common_grid
    aside = replace(prepared.courses[1], course=replace(prepared.courses[1].course, dose=None))
    item = SimpleNamespace(to_reference=EXACT)
    far = np.linalg.norm(points_of(grid) - (HEAD + np.asarray(CENTER)), axis=-1) - 8.0
    first, both = (
        _treated_region(lesion, courses, item, grid, np.maximum(far, 0.0), LIMITS)
        for courses in (prepared.courses[:1], (prepared.courses[0], aside))
    )
    assert first.sum() > 0
    assert np.array_equal(first, both)


def test_one_course_has_no_sum():
    case = with_contours(build_case(VISITS[:3]))
    assert assess_prepared(case).lesions[0].repeat is None
