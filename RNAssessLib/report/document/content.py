"""What a report says, as text ready to be laid out: shared by HTML and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import BY_HAND, Quantity, counted
from RNAssessLib.dosimetry.accumulation import AccumulatedDose
from RNAssessLib.dosimetry.results import CourseDosimetry, TargetDosimetry
from RNAssessLib.evidence import Criterion, published_accuracy
from RNAssessLib.findings.finding import Finding, Status
from RNAssessLib.panel.checklist.answers import Answer
from RNAssessLib.panel.course.case_section import quality_lines
from RNAssessLib.panel.dose.dose_section import build_accumulated, readable_figures
from RNAssessLib.panel.session.reader_work import measured_rows, outline_rows
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.numbers import format_number, format_quantity
from RNAssessLib.panel.words.wording import (
    TECHNIQUE_NAMES,
    finding_icon,
    finding_word,
    quantity_label,
    unit_text,
)

ILLUSTRATED = 6
SERIAL_HEADS = {
    "enhancing_cm3": "T1c, no core (cm³)",
    "necrotic_core_cm3": "core (cm³)",
    "t1c_with_core_cm3": "T1c with core (cm³)",
    "flair_cm3": "FLAIR (cm³)",
    "longest_diameter_mm": "longest (mm)",
    "t2_t1c_ratio": "FLAIR / T1c with core",
}


def illustrated_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings that are shown with a picture: present, with a place to look at."""
    shown = [f for f in findings if f.status is Status.PRESENT and f.evidence]
    return tuple(shown[:ILLUSTRATED])


def describe_accumulated(total: AccumulatedDose) -> dict[str, Any]:
    """Title, warnings and tables of several courses added."""
    view = build_accumulated(total)
    return {
        "title": view.title,
        "warnings": view.warnings,
        "tables": [
            {"title": table.title,
             "rows": [{"label": r.label, "value": r.text, "unit": "", "note": r.method}
                      for r in table.rows]}
            for table in view.tables
        ],
    }  # fmt: skip


def describe_quantity(quantity: Quantity) -> dict[str, str]:
    """Label, value ± uncertainty, unit, and definition or the reason why there is no value."""
    if quantity.value is None:
        return {
            "label": quantity_label(quantity.name),
            "value": "–",
            "unit": "",
            "note": f"{quantity.undefined}",
        }
    plain = quantity.unit == "count"
    value = f"{quantity.value:g}" if plain else format_quantity(quantity)
    unit = "" if plain else unit_text(quantity.unit)
    return {
        "label": quantity_label(quantity.name),
        "value": value,
        "unit": unit,
        "note": quantity.method,
    }


def describe_timepoints(assessment: Assessment) -> list[dict[str, str]]:
    """Date, sequences and alignment of every timepoint."""
    rows = []
    for timepoint in assessment.prepared.timepoints:
        held = timepoint.to_reference
        rows.append(
            {
                "id": timepoint.id,
                "date": timepoint.date.isoformat(),
                "sequences": ", ".join(role.value for role in timepoint.timepoint.sequences),
                "grade": held.quality.grade.value,
                "reasons": "; ".join(held.notes),
                "error": format_number(held.quality.expected_error_mm, "mm"),
                "quality": ". ".join(quality_lines(assessment, timepoint)),
            }
        )
    return rows


def describe_moved_sequences(assessment: Assessment) -> list[str]:
    """Sequences that the reader moved onto their T1c, a sentence each."""
    return [
        f"{timepoint.id} {role.value} {BY_HAND} onto its T1c: {held.quality.grade.value}, expected "
        f"error {format_number(held.quality.expected_error_mm, 'mm')} mm."
        for timepoint in assessment.prepared.timepoints
        for role, held in timepoint.to_t1c.items()
        if held.by_reader
    ]


def target_title(target: TargetDosimetry) -> str:
    """Name, prescription and where it comes from."""
    if target.prescription_gy is None:
        return f"{target.name}: no prescription"
    return (
        f"{target.name}: {target.prescription_gy:g} Gy in {counted(target.fractions, 'fraction')}, "
        f"prescription from {target.prescription_source}"
    )


def describe_course(assessment: Assessment, dosimetry: CourseDosimetry) -> dict[str, Any]:
    """Title, warnings and tables of one course."""
    course = next(
        p.course for p in assessment.prepared.courses if p.course.id == dosimetry.course_id
    )
    tables = [
        {"title": target_title(t), "rows": _rows(t.quantities, t.fractions)}
        for t in dosimetry.targets
    ]
    if dosimetry.plan_quantities:
        rows = _rows(dosimetry.plan_quantities, course.fractions)
        tables.append({"title": "Whole plan", "rows": rows})
    if dosimetry.oar_limits:
        rows = []
        for check in dosimetry.oar_limits:
            row = describe_quantity(check.quantity)
            row["label"] = f"{check.structure} ({check.organ}) {check.quantity.name}"
            word = "NOT met" if check.met is False else check.verdict
            told = "; ".join(part for part in (check.basis, check.source) if part)
            row["note"] = f"limit {check.relation} {check.limit_gy:g} Gy {word} ({told})"
            rows.append(row)
        tables.append({"title": "Organs at risk", "rows": rows})
    return {
        "title": f"{course.id} · {course.date.isoformat()} · {TECHNIQUE_NAMES[course.technique]} · "
        f"{counted(course.fractions, 'fraction')}",
        "warnings": dosimetry.warnings,
        "tables": tables,
    }


def _rows(quantities: Sequence[Quantity], fractions: int) -> list[dict[str, str]]:
    return [describe_quantity(q) for q in readable_figures(quantities, fractions)]


def describe_serial(assessment: Assessment, assessed: LesionAssessment) -> list[dict[str, Any]]:
    """Sizes of one lesion, a row per timepoint, columns as `SERIAL_HEADS`."""
    rows = []
    for entry in assessed.serial:
        named = {q.name: q for q in entry.quantities}
        cells = []
        for name in SERIAL_HEADS:
            shown = describe_quantity(named[name]) if name in named else None
            cells.append(
                {"text": shown["value"], "title": shown["note"]}
                if shown
                else {"text": "–", "title": "not measured"}
            )
        months = entry.months_after_treatment
        rows.append(
            {
                "timepoint": entry.timepoint,
                "date": assessment.prepared.timepoint(entry.timepoint).date.isoformat(),
                "months": "–" if months is None else format_number(months, "months"),
                "cells": cells,
            }
        )
    return rows


def format_criterion(criterion: Criterion) -> str:
    """Threshold as used, its default when changed, its source."""
    changed = f", default {criterion.default:g}" if criterion.is_changed else ""
    value = f"{criterion.value:g} {unit_text(criterion.unit)}".rstrip()
    return f"{criterion.key} = {value}{changed} ({criterion.source})"


def describe_answer(answer: Answer) -> dict[str, Any]:
    """Everything a report says about one item, in words; the reader's answer stands first."""
    finding = answer.finding
    shown = [describe_quantity(q) for q in finding.measurements]
    return {
        "number": finding.spec.number,
        "title": finding.spec.title,
        "sources": ", ".join(finding.spec.references),
        "icon": answer.icon,
        "status": answer.word,
        "favours": answer.favours.value if answer.favours else "",
        "strength": answer.strength.value if answer.strength else "",
        "by": describe_author(answer),
        "computed": describe_computed(answer),
        "told": answer.told,
        "sentence": finding.sentence,
        "measurements": " · ".join(f"{q['label']} {q['value']} {q['unit']}".strip() for q in shown),
        "criteria": "; ".join(format_criterion(c) for c in finding.criteria),
        "caveats": finding.caveats,
        "accuracy": " ".join(f"{a.text} [{a.source}]" for a in published_accuracy(finding.spec.id)),
    }


def describe_author(answer: Answer) -> str:
    """Whose answer it is; empty for a computed one that nobody decided about."""
    if answer.overridden:
        return "by the reader"
    return "accepted by the reader" if answer.decision is not None else ""


def describe_computed(answer: Answer) -> str:
    """Name the computed answer beside another one of the reader; empty when they agree."""
    if not answer.overridden:
        return ""
    finding = answer.finding
    spec, status = finding.spec, finding.status
    words = f"computed: {finding_icon(spec, status)} {finding_word(spec, status)}"
    return f"{words}, favours {finding.favours.value}" if finding.favours else words


def describe_measured(assessment: Assessment, session: ReaderSession) -> list[tuple[str, ...]]:
    """Rows of the reader's measurements: what, study, date, image and plane, value."""
    return [
        (m.title, m.timepoint, m.date, m.place, m.value) for m in measured_rows(assessment, session)
    ]


def describe_drawn(assessment: Assessment, session: ReaderSession) -> str:
    """Which outlines the reader corrected, in one sentence; empty for none."""
    rows = outline_rows(assessment, session)
    if not rows:
        return ""
    told = "; ".join(row.text for row in rows)
    return f"Outlines corrected by the reader, all figures follow them: {told}."
