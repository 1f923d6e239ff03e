"""Assessment to one self-contained ``report.html``: no script, no link, nothing to load."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from RNAssessLib.assessment import DISCLAIMER, Assessment, LesionAssessment
from RNAssessLib.case import Progress, Quantity, SequenceRole, counted, silent
from RNAssessLib.dosimetry.accumulation import AccumulatedDose
from RNAssessLib.dosimetry.results import CourseDosimetry
from RNAssessLib.evidence import Criterion, published_accuracy
from RNAssessLib.findings.finding import Finding, Plane, Status
from RNAssessLib.findings.summary import summarize
from RNAssessLib.panel.case_section import build_case
from RNAssessLib.panel.context_section import context_tables
from RNAssessLib.panel.dose_section import build_accumulated
from RNAssessLib.panel.style import (
    MASK_COLOURS,
    MASK_NAMES,
    STATUS_ICONS,
    STATUS_WORDS,
    IsodoseLevel,
    default_isodoses,
    format_number,
)
from RNAssessLib.panel.timeline_chart import build_timeline
from RNAssessLib.panel.wording import TECHNIQUE_NAMES, quantity_label, unit_text

from .course_plots import draw_context, draw_timeline
from .key_images import Tile, draw_grid, encode_png
from .planes import CutPlane
from .plots import draw_dvh, encode_svg

OVERVIEW_MM, DETAIL_MM, PIXEL_MM = 110.0, 90.0, 0.5
ILLUSTRATED = 6
SERIAL_HEADS = {
    "enhancing_cm3": "T1c (cm³)",
    "necrotic_core_cm3": "core (cm³)",
    "flair_cm3": "FLAIR (cm³)",
    "longest_diameter_mm": "longest (mm)",
    "t2_t1c_ratio": "FLAIR/T1c",
}


def write_report(assessment: Assessment, path: Path, progress: Progress = silent) -> None:
    """Render the report and write it to `path`.

    Parameters
    ----------
    assessment : Assessment
    path : Path
    progress : Progress
    """
    path.write_text(render_report(assessment, progress), encoding="utf-8")


def render_report(assessment: Assessment, progress: Progress = silent) -> str:
    """Return the report as HTML text."""
    import jinja2

    folder = resources.files("RNAssessLib.report").joinpath("templates")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(folder.joinpath("report.html").read_text(encoding="utf-8"))
    isodoses = default_isodoses(assessment)
    lesions = []
    for index, assessed in enumerate(assessment.lesions):
        progress(index / len(assessment.lesions), f"pictures of {assessed.lesion.id}")
        lesions.append(_describe_lesion(assessment, assessed, isodoses))
    progress(1.0, "report drawn")
    prepared = assessment.prepared
    return template.render(
        disclaimer=DISCLAIMER,
        version=assessment.version,
        case_id=prepared.case.id,
        reference=prepared.reference,
        warnings=assessment.warnings,
        isodose_keys=[{"colour": level.colour, "label": level.label} for level in isodoses],
        mask_keys=[
            {"colour": colour, "label": MASK_NAMES[kind]} for kind, colour in MASK_COLOURS.items()
        ],
        lesions=lesions,
        courses=[_describe_course(assessment, course) for course in assessment.courses],
        accumulated=[_describe_accumulated(total) for total in assessment.accumulated],
        risk_context=[_describe_quantity(q) for q in assessment.risk_context],
        timepoints=_describe_timepoints(assessment),
        anatomy=prepared.anatomy.source if prepared.anatomy else prepared.why_no_anatomy,
        events=build_case(assessment).events,
        mapping=prepared.case.mapping,
        changed=assessment.changed_criteria,
    )


def _describe_accumulated(total: AccumulatedDose) -> dict[str, Any]:
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


def _describe_quantity(quantity: Quantity) -> dict[str, str]:
    if quantity.value is None:
        return {
            "label": quantity_label(quantity.name),
            "value": "–",
            "unit": "",
            "note": f"{quantity.undefined}",
        }
    value = format_number(quantity.value, quantity.unit)
    if quantity.uncertainty is not None:
        value += f" ± {format_number(quantity.uncertainty, quantity.unit)}"
    unit = "" if quantity.unit == "count" else unit_text(quantity.unit)
    return {
        "label": quantity_label(quantity.name),
        "value": value,
        "unit": unit,
        "note": quantity.method,
    }


def _describe_timepoints(assessment: Assessment) -> list[dict[str, str]]:
    rows = []
    for timepoint in assessment.prepared.timepoints:
        quality = timepoint.to_reference.quality
        rows.append(
            {
                "id": timepoint.id,
                "date": timepoint.date.isoformat(),
                "sequences": ", ".join(role.value for role in timepoint.timepoint.sequences),
                "grade": quality.grade.value,
                "reasons": "; ".join(quality.reasons),
                "error": format_number(quality.expected_error_mm, "mm"),
            }
        )
    return rows


def _describe_course(assessment: Assessment, dosimetry: CourseDosimetry) -> dict[str, Any]:
    course = next(
        p.course for p in assessment.prepared.courses if p.course.id == dosimetry.course_id
    )
    tables = [
        {
            "title": f"{target.name}: "
            + (
                "no prescription"
                if target.prescription_gy is None
                else f"{target.prescription_gy:g} Gy in {counted(target.fractions, 'fraction')}, "
                f"prescription from {target.prescription_source}"
            ),
            "rows": [_describe_quantity(q) for q in target.quantities],
        }
        for target in dosimetry.targets
    ]
    if dosimetry.plan_quantities:
        rows = [_describe_quantity(q) for q in dosimetry.plan_quantities]
        tables.append({"title": "Whole plan", "rows": rows})
    if dosimetry.oar_limits:
        rows = []
        for check in dosimetry.oar_limits:
            row = _describe_quantity(check.quantity)
            row["label"] = f"{check.structure} ({check.organ}) {check.quantity.name}"
            word = "met" if check.met else "NOT met"
            row["note"] = f"limit {check.limit_gy:g} Gy {word} ({check.source})"
            rows.append(row)
        tables.append({"title": "Organs at risk", "rows": rows})
    return {
        "title": f"{course.id} · {course.date.isoformat()} · {TECHNIQUE_NAMES[course.technique]} · "
        f"{counted(course.fractions, 'fraction')}",
        "warnings": dosimetry.warnings,
        "dvh": encode_svg(draw_dvh(dosimetry)),
        "tables": tables,
    }


def _describe_lesion(
    assessment: Assessment, assessed: LesionAssessment, isodoses: Sequence[IsodoseLevel]
) -> dict[str, Any]:
    prepared = assessment.prepared
    lesion = assessed.lesion
    cut = CutPlane(Plane.AXIAL, lesion.center_lps_mm, OVERVIEW_MM, PIXEL_MM)
    rows = [
        [Tile(t.id, role, f"{t.id} {t.date.isoformat()} {role.value}") for t in prepared.timepoints]
        for role in (SequenceRole.T1C, SequenceRole.FLAIR)
    ]
    figure = draw_grid(prepared, rows, cut, isodoses, lesion.id)
    summary = summarize(assessed.findings)
    illustrated = [
        f for f in assessed.findings if f.status is Status.PRESENT and f.evidence
    ][:ILLUSTRATED]  # fmt: skip
    return {
        "id": lesion.id,
        "name": lesion.name,
        "summary": summary.sentence,
        "next_steps": summary.next_steps,
        "context": context_tables(assessment, assessed),
        "images": {
            "png": encode_png(figure),
            "width": 420 * len(rows[0]),
            "alt": f"T1c and FLAIR at every timepoint with isodoses, axial through {lesion.name}",
            "caption": "Axial through the centre of the target, all timepoints aligned to "
            f"{prepared.reference}; patient's right on the reader's left.",
        },
        "serial_heads": list(SERIAL_HEADS.values()),
        "serial": _describe_serial(assessment, assessed),
        "timeline": encode_svg(draw_timeline(build_timeline(assessment, assessed))),
        "pictures": draw_context(assessed),
        "findings": [
            _describe_finding(assessment, assessed, finding, isodoses, finding in illustrated)
            for finding in assessed.findings
        ],
    }


def _describe_serial(assessment: Assessment, assessed: LesionAssessment) -> list[dict[str, Any]]:
    rows = []
    for entry in assessed.serial:
        named = {q.name: q for q in entry.quantities}
        cells = []
        for name in SERIAL_HEADS:
            shown = _describe_quantity(named[name]) if name in named else None
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


def _format_criterion(criterion: Criterion) -> str:
    changed = f", default {criterion.default:g}" if criterion.is_changed else ""
    value = f"{criterion.value:g} {unit_text(criterion.unit)}".rstrip()
    return f"{criterion.key} = {value}{changed} ({criterion.source})"


def _describe_finding(
    assessment: Assessment,
    assessed: LesionAssessment,
    finding: Finding,
    isodoses: Sequence[IsodoseLevel],
    illustrated: bool,
) -> dict[str, Any]:
    shown = [_describe_quantity(q) for q in finding.measurements]
    return {
        "number": finding.spec.number,
        "title": finding.spec.title,
        "sources": ", ".join(finding.spec.references),
        "icon": STATUS_ICONS[finding.status],
        "status": STATUS_WORDS[finding.status],
        "favours": finding.favours.value if finding.favours else "",
        "strength": finding.strength.value if finding.strength else "",
        "sentence": finding.sentence,
        "measurements": " · ".join(f"{q['label']} {q['value']} {q['unit']}".strip() for q in shown),
        "criteria": "; ".join(_format_criterion(c) for c in finding.criteria),
        "caveats": finding.caveats,
        "accuracy": " ".join(f"{a.text} [{a.source}]" for a in published_accuracy(finding.spec.id)),
        "image": _draw_evidence(assessment, assessed, finding, isodoses) if illustrated else None,
    }


def _draw_evidence(
    assessment: Assessment,
    assessed: LesionAssessment,
    finding: Finding,
    isodoses: Sequence[IsodoseLevel],
) -> dict[str, Any]:
    """Draw the evidence beside the same cut at baseline, so that change can be seen."""
    prepared = assessment.prepared
    seen = finding.evidence[0]
    baseline = prepared.baseline(assessed.lesion)
    cut = CutPlane(seen.plane, seen.point_reference_lps_mm, DETAIL_MM, PIXEL_MM)
    roles = dict.fromkeys((SequenceRole.T1C, seen.role))
    tiles = [Tile(baseline.id, SequenceRole.T1C, f"{baseline.id} T1c (baseline)")]
    tiles += [
        Tile(seen.timepoint, role, f"{seen.timepoint} {role.value}", seen.point_reference_lps_mm)
        for role in roles
    ]
    figure = draw_grid(prepared, [tiles], cut, isodoses, assessed.lesion.id)
    return {
        "png": encode_png(figure),
        "width": 290 * len(tiles),
        "alt": f"{finding.spec.title}: evidence on {seen.timepoint} {seen.role.value}",
        "caption": f"{seen.label or finding.spec.title}: {seen.plane.value} at the arrow, "
        f"{seen.timepoint} beside the baseline.",
    }
