"""Nomogram, risk context, clinical course and response as they stand in assessment.json."""

from dataclasses import replace
from datetime import date

import jsonschema
import pytest

from RNAssessLib.assessment import assess_prepared
from RNAssessLib.case import ClinicalEvent, EventKind
from RNAssessLib.report.document.json_report import build_document, load_schema


@pytest.fixture(scope="module")
def document(necrosis):
    _, assessment = necrosis
    prepared = assessment.prepared
    events = (
        ClinicalEvent(EventKind.TARGETED, date(2024, 12, 1), drug="osimertinib"),
        ClinicalEvent(EventKind.STEROID, date(2025, 8, 1), dose_mg_per_day=8.0),
        ClinicalEvent(EventKind.BEVACIZUMAB, date(2025, 9, 10), dose_mg_per_kg=5.0),
        ClinicalEvent(EventKind.STEROID, date(2025, 9, 17), dose_mg_per_day=4.0),
    )
    case = replace(prepared.case, events=events)
    found = build_document(assess_prepared(replace(prepared, case=case)))
    jsonschema.validate(found, load_schema())
    return found


def test_nomogram_can_be_checked_by_hand(document):
    nomogram = document["lesions"][0]["nomogram"]
    given = nomogram["inputs"]
    # 20 Gy in one fraction: BED 60 Gy; GTV of 9.5-10.5 mm radius, below 6 cm³; PTV covered
    assert given["bed_gy"] == pytest.approx(60.0)
    assert given["gtv_cm3"] < 6.0
    assert given["tc_target"] == "PTV1"
    assert given["targeted_therapy"] is True
    product = 1.0
    for factor in nomogram["factors"]:
        if factor["in_model"]:
            product *= factor["odds_ratio"]
    coverage = 0.32 if given["tc_percent"] >= 96 else 1.0
    assert nomogram["relative_odds"]["value"] == pytest.approx(0.13 * 0.30 * coverage)
    assert product == pytest.approx(nomogram["relative_odds"]["value"])
    low, high = nomogram["relative_odds_interval_95"]
    assert low < product < high
    lowest, highest = nomogram["calibrated_interval_95"]
    assert lowest < nomogram["calibrated_estimate"]["value"] < highest
    assert "estimate, not published" in nomogram["calibrated_estimate"]["method"]


def test_without_events_the_odds_say_what_is_missing(necrosis):
    _, assessment = necrosis
    found = build_document(assess_prepared(assessment.prepared))["lesions"][0]["nomogram"]
    assert found["relative_odds"]["value"] is None
    assert "targeted therapy not known" in found["relative_odds"]["undefined"]
    assert found["relative_odds_interval_95"] is None


def test_without_dose_there_is_no_nomogram_but_a_reason(necrosis):
    _, assessment = necrosis
    prepared = assessment.prepared
    bare = tuple(replace(p, course=replace(p.course, dose=None)) for p in prepared.courses)
    document = build_document(assess_prepared(replace(prepared, courses=bare)))
    jsonschema.validate(document, load_schema())
    lesion = document["lesions"][0]
    assert lesion["nomogram"] is None
    assert lesion["why_no_nomogram"]
    assert lesion["risk_context"] == []
    assert lesion["li21"]["indices"][0]["undefined"] == "no plan for this lesion"


def test_risk_context_names_value_and_literature(document):
    rows = {r["name"]: r for r in document["lesions"][0]["risk_context"]}
    row = rows["PTV1: V12 Gy, target included"]
    target = next(t for t in document["courses"][0]["targets"] if t["name"] == "PTV1")
    assert row["value"] == pytest.approx(target["v12_gy_cm3"])
    assert "10, 15 and 20 % symptomatic" in row["method"]


def test_clinical_course_and_response(document):
    lesion = document["lesions"][0]
    course = lesion["clinical_course"]
    totals = {q["name"]: q["value"] for q in course["quantities"]}
    assert totals["half_steroid_days"] == 7.0
    assert course["volume_before_bevacizumab"] == "t2"
    assert [row["li21_month"] for row in course["timepoints"]] == [None, None, None, 3]
    serial = lesion["serial"]
    reduction = {q["name"]: q for q in course["timepoints"][3]["quantities"]}[
        "enhancing_reduction_percent"
    ]
    before, after = serial[2]["enhancing_cm3"], serial[3]["enhancing_cm3"]
    assert reduction["value"] == pytest.approx(100 * (before - after) / before)
    assert [row["timepoint"] for row in document["response"]] == ["t1", "t2", "t3"]
    assert document["response"][0]["sum_mm"] == pytest.approx(serial[1]["longest_diameter_mm"])
