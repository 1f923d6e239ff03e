"""Assessment to ``assessment.json`` (schema ``rnassess/assessment/1``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import PreparedTimepoint, Quantity, Registration
from RNAssessLib.course.serial import SerialEntry
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.dosimetry.document import build_accumulated_document, build_dose_document
from RNAssessLib.evidence import Criterion
from RNAssessLib.findings.finding import Evidence, Finding
from RNAssessLib.findings.naming import name_finding
from RNAssessLib.kept.image_quality import every_quality
from RNAssessLib.lesions.quality import LesionQuality
from RNAssessLib.panel.course.events import describe_event
from RNAssessLib.panel.session.reader_work import (
    describe_answer,
    describe_outlines,
    describe_reader,
)
from RNAssessLib.panel.session.session import ReaderSession

from .json_course import describe_course, describe_quantity, describe_response

SCHEMA_ID = "rnassess/assessment/1"


@cache
def load_schema() -> dict[str, Any]:
    """Return the published JSON Schema of ``assessment.json``."""
    folder = resources.files("RNAssessLib.report").joinpath("schema")
    text = folder.joinpath("assessment-1.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def flatten(quantities: Iterable[Quantity]) -> dict[str, Any]:
    """Flatten quantities to ``{name: value, "undefined": {...}, "uncertainty": {...}}``.

    Examples
    --------
    >>> flatten([Quantity("a_mm", 2.0, "mm", uncertainty=0.1),
    ...          Quantity("b_mm", None, "mm", undefined="no FLAIR")])
    {'a_mm': 2.0, 'b_mm': None, 'undefined': {'b_mm': 'no FLAIR'}, 'uncertainty': {'a_mm': 0.1}}
    """
    quantities = list(quantities)
    flat: dict[str, Any] = {q.name: q.value for q in quantities}
    undefined = {q.name: q.undefined for q in quantities if q.undefined is not None}
    uncertainty = {q.name: q.uncertainty for q in quantities if q.uncertainty is not None}
    if undefined:
        flat["undefined"] = undefined
    if uncertainty:
        flat["uncertainty"] = uncertainty
    return flat


def describe_criterion(criterion: Criterion) -> dict[str, Any]:
    """Describe a threshold as used, beside its default."""
    return {
        "key": criterion.key,
        "value": criterion.value,
        "default": criterion.default,
        "unit": criterion.unit,
        "source": criterion.source,
    }


def describe_registration(registration: Registration) -> dict[str, Any]:
    """Describe a registration with its quality and its matrix (LPS mm, row by row)."""
    quality = registration.quality
    return {
        "moving": registration.moving,
        "fixed": registration.fixed,
        "grade": quality.grade.value,
        "expected_error_mm": quality.expected_error_mm,
        "similarity_before": quality.similarity_before,
        "similarity_after": quality.similarity_after,
        "overlap_dice": quality.overlap_dice,
        "inverse_consistency_mm": quality.inverse_consistency_mm,
        "method": quality.method,
        "reasons": list(quality.reasons),
        "moved_by_reader": registration.by_reader,
        "moving_to_fixed": registration.transform.moving_to_fixed.tolist(),
    }


def describe_timepoint(prepared: PreparedTimepoint) -> dict[str, Any]:
    """Describe one timepoint: sequences, where they came from, and how well they line up."""
    sequences = prepared.timepoint.sequences
    return {
        "id": prepared.id,
        "date": prepared.date.isoformat(),
        "sequences": [role.value for role in sequences],
        "series_uids": {role.value: image.source.series_uid for role, image in sequences.items()},
        "to_reference": describe_registration(prepared.to_reference),
        "to_t1c": {role.value: describe_registration(r) for role, r in prepared.to_t1c.items()},
    }


def describe_evidence(evidence: Evidence) -> dict[str, Any]:
    """Describe where to look."""
    return {
        "timepoint": evidence.timepoint,
        "sequence": evidence.role.value,
        "point_lps_mm": list(evidence.point_lps_mm),
        "point_reference_lps_mm": list(evidence.point_reference_lps_mm),
        "plane": evidence.plane.value,
        "label": evidence.label,
        "volume_cm3": None if evidence.mask is None else evidence.mask.volume_cm3,
    }


def describe_finding(finding: Finding) -> dict[str, Any]:
    """Describe one checklist answer; ``location_lps_mm`` is in the reference space."""
    where = finding.evidence[0].point_reference_lps_mm if finding.evidence else None
    return {
        "id": finding.spec.id,
        "number": finding.spec.number,
        "title": finding.spec.title,
        "question": finding.spec.question,
        "status": finding.status.value,
        "context": finding.spec.is_context,
        "name": name_finding(finding),
        "favours": finding.favours.value if finding.favours else None,
        "strength": finding.strength.value if finding.strength else None,
        "measurements": [describe_quantity(q) for q in finding.measurements],
        "criteria": [describe_criterion(c) for c in finding.criteria],
        "sentence": finding.sentence,
        "location_lps_mm": list(where) if where else None,
        "evidence": [describe_evidence(e) for e in finding.evidence],
        "caveats": list(finding.caveats),
        "limitation": finding.limitation,
        "sources": list(finding.spec.references),
    }


def describe_serial(entry: SerialEntry) -> dict[str, Any]:
    """Describe the size of a lesion at one timepoint."""
    return {
        "timepoint": entry.timepoint,
        "months_after_treatment": entry.months_after_treatment,
        **flatten(entry.quantities),
    }


def describe_quality(quality: LesionQuality) -> dict[str, Any]:
    """Describe how good the images of a lesion at one timepoint are."""
    return {
        "timepoint": quality.timepoint,
        "grade": quality.grade.value if quality.grade else None,
        "contrast_to_noise": quality.contrast_to_noise,
        "slice_mm": quality.slice_mm,
        "interpolated": quality.interpolated,
        "diameter_mm": quality.diameter_mm,
        "alignment_mm": quality.alignment_mm,
        "pre_contrast_t1": quality.pre_contrast,
        "volume_spread": quality.volume_spread,
        "reasons": list(quality.reasons),
    }


def describe_lesion(
    assessed: LesionAssessment, quality: Sequence[LesionQuality] = ()
) -> dict[str, Any]:
    """Describe one lesion: its place, its sizes over time and its checklist."""
    lesion = assessed.lesion
    return {
        "id": lesion.id,
        "target": lesion.name,
        "course": lesion.course_id,
        "center_lps_mm": list(lesion.center_lps_mm),
        "radius_mm": lesion.radius_mm,
        "serial": [describe_serial(entry) for entry in assessed.serial],
        "quality": [describe_quality(q) for q in quality],
        "findings": [describe_finding(finding) for finding in assessed.findings],
        **describe_course(assessed),
    }


def build_document(assessment: Assessment, session: ReaderSession | None = None) -> dict[str, Any]:
    """Return the whole assessment as JSON-ready data (contract ``rnassess/assessment/1``).

    Positions are LPS mm in the reference space, that of the timepoint named under ``reference``,
    unless a key says otherwise. Contains no name, birth date or other identifying tag; clinical
    events and the reader's reasons stand there as they were typed.

    Parameters
    ----------
    assessment : Assessment
    session : ReaderSession, optional
        The reader's work, see `put_reader`; without one nothing was decided.
    """
    prepared = assessment.prepared
    dates = {p.course.id: p.course for p in prepared.courses}
    courses = []
    for dosimetry in assessment.courses:
        course = dates[dosimetry.course_id]
        courses.append(
            {
                "id": course.id,
                "date": course.date.isoformat(),
                "technique": course.technique.value,
                "fractions": course.fractions,
                **{k: v for k, v in build_dose_document(dosimetry).items() if k != "schema"},
            }
        )
    document: dict[str, Any] = {
        "schema": SCHEMA_ID,
        "disclaimer": DISCLAIMER,
        "software": {"name": "RNAssess", "version": assessment.version},
        "case": prepared.case.id,
        "reference": prepared.reference,
        "mapping": [
            {
                "what": row.what,
                "role": row.role,
                "timepoint": row.timepoint,
                "why": row.why,
                "ignored": row.ignored,
            }
            for row in prepared.case.mapping
        ],
        "timepoints": [describe_timepoint(t) for t in prepared.timepoints],
        "courses": courses,
        "events": [describe_event(event) for event in prepared.case.events],
        "accumulated": [build_accumulated_document(total) for total in assessment.accumulated],
        "anatomy": None
        if prepared.anatomy is None
        else {
            "source": prepared.anatomy.source,
            "boundary_error_mm": prepared.anatomy.boundary_error_mm,
            "dura_error_mm": prepared.anatomy.dura_error_mm,
        },
        "lesions": [
            describe_lesion(one, every_quality(prepared, one.lesion, assessment.thresholds))
            for one in assessment.lesions
        ],
        "response": describe_response(assessment),
        "risk_context": [describe_quantity(q) for q in assessment.risk_context],
        "changed_thresholds": [describe_criterion(c) for c in assessment.changed_criteria],
        "warnings": list(assessment.warnings),
    }
    session = session or ReaderSession()
    document["reader"] = {"corrected_outlines": describe_outlines(assessment, session)}
    put_reader(document, session)
    return document


def put_reader(document: dict[str, Any], session: ReaderSession) -> None:
    """Put the reader's work of now into a document.

    Each finding gets ``reader``: status, kind, computed status at that time, reason and time of
    the decision that holds, or null. What was computed stays under its own keys. The top key
    ``reader`` lists the decisions once more, and measurements; its corrected outlines stay, since
    figures rest on them.
    """
    for lesion in document["lesions"]:
        for finding in lesion["findings"]:
            held = session.decision(lesion["id"], finding["id"])
            finding["reader"] = None if held is None else describe_answer(held)
    document["reader"] |= describe_reader(session)


def write_json(document: dict[str, Any], path: Path) -> None:
    """Check `document` against the published schema, then write it.

    Raises
    ------
    jsonschema.ValidationError
        When the document breaks the contract; nothing is written.
    """
    import jsonschema

    jsonschema.validate(document, load_schema())
    text = json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
