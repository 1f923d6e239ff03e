"""Clinical course, Li 2021's indices, response and nomogram as JSON-ready data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import Quantity
from RNAssessLib.course.clinical_course import ClinicalCourse
from RNAssessLib.course.components import ComponentStep
from RNAssessLib.course.li21 import Li21Indices
from RNAssessLib.dosimetry.repeat_courses import RepeatTreatment
from RNAssessLib.prognosis.bergen import BergenScore
from RNAssessLib.prognosis.nomogram import Nomogram


def describe_quantity(quantity: Quantity) -> dict[str, Any]:
    """Describe one measurement; optional parts appear only when they say something."""
    entry: dict[str, Any] = {
        "name": quantity.name,
        "value": quantity.value,
        "unit": quantity.unit,
    }
    for key in ("method", "uncertainty", "undefined"):
        value = getattr(quantity, key)
        if value not in (None, ""):
            entry[key] = value
    return entry


def describe_nomogram(nomogram: Nomogram) -> dict[str, Any]:
    """Describe the model's answer so that a reader can recompute it by hand."""
    interval = nomogram.relative_odds_interval
    inputs = nomogram.inputs
    return {
        "inputs": None
        if inputs is None
        else {
            "gtv_cm3": inputs.gtv_cm3,
            "bed_gy": inputs.bed_gy,
            "tc_percent": inputs.tc_percent,
            "tc_target": inputs.tc_target,
            "targeted_therapy": inputs.targeted_therapy,
            "dropping_zone_bed_gy": inputs.dropping_zone_bed_gy,
            "undefined": dict(inputs.why_missing),
            "notes": list(inputs.notes),
            "outside_cohort": list(inputs.outside),
        },
        "factors": [
            {
                "name": f.name,
                "category": f.category,
                "reference": f.reference,
                "odds_ratio": f.odds_ratio,
                "interval_95": [f.low, f.high],
                "points": f.points,
                "in_model": f.in_model,
            }
            for f in nomogram.factors
        ],
        "relative_odds": describe_quantity(nomogram.relative_odds),
        "relative_odds_interval_95": list(interval) if interval else None,
        "total_points": describe_quantity(nomogram.total_points),
        "calibrated_estimate": describe_quantity(nomogram.calibrated_percent),
        "calibrated_interval_95": None
        if nomogram.calibrated_interval is None
        else list(nomogram.calibrated_interval),
        "alternatives": [describe_quantity(q) for q in nomogram.alternatives],
        "discrimination": nomogram.discrimination,
        "remarks": list(nomogram.remarks),
        "source": "PP23",
    }


def describe_clinical(course: ClinicalCourse) -> dict[str, Any]:
    """Describe drugs and sizes scan by scan."""
    return {
        "volume_before_bevacizumab": course.volume_before,
        "quantities": [describe_quantity(q) for q in course.quantities],
        "timepoints": [
            {
                "timepoint": entry.timepoint,
                "date": entry.date.isoformat(),
                "li21_month": entry.li21_month,
                "quantities": [describe_quantity(q) for q in entry.quantities],
                "notes": list(entry.notes),
            }
            for entry in course.entries
        ],
    }


def describe_li21(indices: Li21Indices) -> dict[str, Any]:
    """Describe Li 2021's indices beside its cohort's ranges."""
    return {
        "timepoint": indices.timepoint,
        "indices": [
            {
                **describe_quantity(item.quantity),
                "cohort": {
                    "low": item.low,
                    "middle": item.middle,
                    "high": item.high,
                    "middle_is": item.middle_is,
                },
                "source": item.source,
            }
            for item in indices.indices
        ],
        "remarks": list(indices.remarks),
    }


def describe_components(steps: Sequence[ComponentStep]) -> list[dict[str, Any]]:
    """Describe what became of each part, step by step."""
    rows = []
    for step in steps:
        row: dict[str, Any] = {"from": step.before, "to": step.after}
        row["events"] = [
            {
                "event": e.fate.value,
                "parts_before": e.parts_before,
                "parts_after": e.parts_after,
                "volume_before_cm3": e.volume_before_cm3,
                "volume_after_cm3": e.volume_after_cm3,
                "uncertainty_cm3": e.uncertainty_cm3,
                "location_lps_mm": list(e.point_lps_mm),
            }
            for e in step.events
        ]
        if step.undefined:
            row["undefined"] = step.undefined
        rows.append(row)
    return rows


def describe_bergen(found: BergenScore) -> dict[str, Any]:
    """Describe the Bergen criteria; null is a characteristic the case does not tell."""
    return {
        "characteristics": [
            {"name": c.name, "present": c.present, "why": c.why} for c in found.characteristics
        ],
        "points": [found.least, found.most],
        "published": found.published,
    }


def describe_repeat(repeat: RepeatTreatment) -> dict[str, Any]:
    """Describe a lesion's courses together."""
    return {
        "courses": list(repeat.course_ids),
        "in_force": repeat.in_force,
        "quantities": [describe_quantity(q) for q in repeat.quantities],
        "warnings": list(repeat.warnings),
    }


def describe_course(assessed: LesionAssessment) -> dict[str, Any]:
    """Keys that one lesion gets beside sizes and checklist."""
    nomogram, repeat = assessed.nomogram, assessed.repeat
    return {
        "clinical_course": None
        if assessed.clinical is None
        else describe_clinical(assessed.clinical),
        "li21": None if assessed.li21 is None else describe_li21(assessed.li21),
        "nomogram": None if nomogram is None else describe_nomogram(nomogram),
        "why_no_nomogram": assessed.why_no_nomogram,
        "risk_context": [describe_quantity(q) for q in assessed.risk_context],
        "components": describe_components(assessed.components),
        "bergen": None if assessed.bergen is None else describe_bergen(assessed.bergen),
        "repeat_treatment": None if repeat is None else describe_repeat(repeat),
    }


def describe_response(assessment: Assessment) -> list[dict[str, Any]]:
    """Describe the RANO-BM category at each follow-up."""
    rows = []
    for item in assessment.response:
        result = item.result
        row: dict[str, Any] = {
            "timepoint": item.timepoint,
            "category": None
            if result is None or result.response is None
            else result.response.value,
        }
        if result is None:
            row["undefined"] = item.undefined
        else:
            if result.response is None:
                row["undefined"] = result.notes[0]
            row |= {
                "sum_mm": result.sum_mm,
                "baseline_mm": result.baseline_mm,
                "nadir_mm": result.nadir_mm,
                "change_from_baseline_percent": result.change_from_baseline_percent,
                "change_from_nadir_percent": result.change_from_nadir_percent,
                "notes": list(result.notes),
            }
        rows.append(row)
    return rows
