"""Everything a panel shows, as rows of text: the same for the browser and for Slicer."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.assessment import DISCLAIMER, Assessment, LesionAssessment
from RNAssessLib.case import Quantity, SequenceRole
from RNAssessLib.dosimetry.results import CourseDosimetry
from RNAssessLib.evidence import published_accuracy
from RNAssessLib.findings.finding import Finding, Plane
from RNAssessLib.findings.summary import summarize

from .session import Decision, ReaderSession
from .style import (
    SERIES_COLOURS,
    STATUS_ICONS,
    STATUS_WORDS,
    IsodoseLevel,
    default_isodoses,
    format_number,
    unit_text,
)


@dataclass(frozen=True)
class FigureRow:
    """One figure: label, value with uncertainty, unit, and what it means (tool tip)."""

    label: str
    value: str
    unit: str
    tip: str


@dataclass(frozen=True)
class Table:
    """Figures under one heading."""

    title: str
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True)
class JumpTo:
    """Take all views to a point; show `role` of `timepoint` in the extra row."""

    timepoint: str
    role: SequenceRole
    plane: Plane
    point_reference_lps_mm: tuple[float, float, float]
    label: str


@dataclass(frozen=True)
class ChecklistRow:
    """One item of the checklist as it is shown.

    Attributes
    ----------
    icon, status, favours, strength : str
        Of the computed finding; `favours` and `strength` may be empty.
    details : tuple of str
        Measurements, criteria, caveats, sources: one line each.
    jumps : tuple of JumpTo
        Evidence, the best first.
    decision : str
        The reader's, in words; empty when there is none.
    overridden : bool
    """

    lesion: str
    finding: str
    number: int
    title: str
    icon: str
    status: str
    favours: str
    strength: str
    sentence: str
    details: tuple[str, ...]
    jumps: tuple[JumpTo, ...]
    decision: str
    overridden: bool


@dataclass(frozen=True)
class SerialRow:
    """Sizes of a lesion at one timepoint."""

    timepoint: str
    date: str
    months: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class LesionView:
    """One lesion: sizes, checklist, summary, where it is."""

    id: str
    title: str
    summary: str
    next_steps: tuple[str, ...]
    heads: tuple[str, ...]
    serial: tuple[SerialRow, ...]
    checklist: tuple[ChecklistRow, ...]
    home: JumpTo


@dataclass(frozen=True)
class DvhCurve:
    """One curve of the DVH plot, volume in percent."""

    name: str
    dose_gy: tuple[float, ...]
    volume_percent: tuple[float, ...]
    colour: str
    dash: str


@dataclass(frozen=True)
class CourseView:
    """One course: its tables and curves."""

    title: str
    tables: tuple[Table, ...]
    curves: tuple[DvhCurve, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class PanelView:
    """The whole panel."""

    disclaimer: str
    case_title: str
    timepoints: tuple[str, ...]
    alignment: tuple[str, ...]
    warnings: tuple[str, ...]
    mapping: tuple[tuple[str, str, str], ...]
    isodoses: tuple[IsodoseLevel, ...]
    lesions: tuple[LesionView, ...]
    courses: tuple[CourseView, ...]
    risk_context: Table

    def lesion(self, lesion_id: str) -> LesionView:
        """Return the view of `lesion_id`; raises KeyError."""
        for lesion in self.lesions:
            if lesion.id == lesion_id:
                return lesion
        raise KeyError(lesion_id)


SERIAL_COLUMNS = (
    ("enhancing_cm3", "T1c cm³"),
    ("necrotic_core_cm3", "core cm³"),
    ("flair_cm3", "FLAIR cm³"),
    ("longest_diameter_mm", "longest mm"),
)
GRADE_ICONS = {"good": "✓", "acceptable": "~", "bad": "✗"}
DASHES = {"GTV": "solid", "PTV": "dash", "CTV": "dashdot"}


def build_panel(assessment: Assessment, session: ReaderSession | None = None) -> PanelView:
    """Build the panel of an assessment with the reader's decisions."""
    session = session or ReaderSession()
    prepared = assessment.prepared
    alignment = []
    for timepoint in prepared.timepoints:
        quality = timepoint.to_reference.quality
        reasons = f" ({'; '.join(quality.reasons)})" if quality.reasons else ""
        alignment.append(
            f"{GRADE_ICONS[quality.grade.value]} {timepoint.id} {timepoint.date.isoformat()}: "
            f"{quality.grade.value}, expected error {quality.expected_error_mm:.1f} mm{reasons}"
        )
    return PanelView(
        disclaimer=DISCLAIMER,
        case_title=f"Case {prepared.case.id}",
        timepoints=tuple(
            f"{t.id} {t.date.isoformat()}: "
            + ", ".join(role.value for role in t.timepoint.sequences)
            for t in prepared.timepoints
        ),
        alignment=tuple(alignment),
        warnings=assessment.warnings,
        mapping=tuple(
            (f"{m.timepoint or ''} {m.role}".strip(), m.what, "ignored" if m.ignored else m.why)
            for m in prepared.case.mapping
        ),
        isodoses=default_isodoses(assessment),
        lesions=tuple(_lesion(assessment, a, session) for a in assessment.lesions),
        courses=tuple(_course(assessment, c) for c in assessment.courses),
        risk_context=Table(
            "Literature beside these figures, not this patient's probability",
            tuple(figure_row(q) for q in assessment.risk_context),
        ),
    )


def figure_row(quantity: Quantity) -> FigureRow:
    """Row of one quantity; an undefined one shows a dash and its reason."""
    label = quantity.name.replace("_", " ")
    if quantity.value is None:
        return FigureRow(label, "–", "", quantity.undefined or "")
    value = format_number(quantity.value, quantity.unit)
    if quantity.uncertainty is not None:
        value += f" ± {format_number(quantity.uncertainty, quantity.unit)}"
    return FigureRow(label, value, unit_text(quantity.unit), quantity.method)


def _course(assessment: Assessment, dosimetry: CourseDosimetry) -> CourseView:
    course = next(
        p.course for p in assessment.prepared.courses if p.course.id == dosimetry.course_id
    )
    tables = []
    for target in dosimetry.targets:
        dose = "no prescription"
        if target.prescription_gy is not None:
            dose = f"{target.prescription_gy:g} Gy × 1" if target.fractions == 1 else (
                f"{target.prescription_gy:g} Gy / {target.fractions}")  # fmt: skip
            dose += f" ({target.prescription_source})"
        tables.append(
            Table(f"{target.name} · {dose}", tuple(figure_row(q) for q in target.quantities))
        )
    if dosimetry.plan_quantities:
        rows = tuple(figure_row(q) for q in dosimetry.plan_quantities)
        tables.append(Table("Whole plan", rows))
    curves = []
    for index, structure in enumerate(dosimetry.structures):
        dvh = structure.dvh
        if dvh is None or dvh.volume_cm3[0] <= 0:
            continue
        step = max(len(dvh.dose_gy) // 400, 1)
        curves.append(
            DvhCurve(
                structure.name,
                tuple(float(v) for v in dvh.dose_gy[::step]),
                tuple(float(100 * v / dvh.volume_cm3[0]) for v in dvh.volume_cm3[::step]),
                SERIES_COLOURS[index % len(SERIES_COLOURS)],
                DASHES.get(structure.role.value, "dot"),
            )
        )
    notes = [f"{t.name}: {w}" for t in dosimetry.targets for w in t.warnings]
    return CourseView(
        f"{course.id} · {course.date.isoformat()} · {course.technique.value.replace('_', ' ')}",
        tuple(tables),
        tuple(curves),
        (*dosimetry.warnings, *notes),
    )


def _lesion(
    assessment: Assessment, assessed: LesionAssessment, session: ReaderSession
) -> LesionView:
    lesion = assessed.lesion
    summary = summarize(assessed.findings)
    last = assessment.prepared.timepoints[-1].id
    return LesionView(
        id=lesion.id,
        title=f"{lesion.id} · {lesion.name}",
        summary=summary.sentence,
        next_steps=summary.next_steps,
        heads=tuple(head for _, head in SERIAL_COLUMNS),
        serial=_serial(assessment, assessed),
        checklist=tuple(
            _row(lesion.id, finding, session.decision(lesion.id, finding.spec.id))
            for finding in assessed.findings
        ),
        home=JumpTo(last, SequenceRole.T1C, Plane.AXIAL, lesion.center_lps_mm, lesion.name),
    )


def _serial(assessment: Assessment, assessed: LesionAssessment) -> tuple[SerialRow, ...]:
    rows = []
    for entry in assessed.serial:
        cells = []
        for name, _ in SERIAL_COLUMNS:
            value = entry.value(name)
            unit = "mm" if name.endswith("_mm") else "cm3"
            cells.append("–" if value is None else format_number(value, unit))
        months = entry.months_after_treatment
        rows.append(
            SerialRow(
                entry.timepoint,
                assessment.prepared.timepoint(entry.timepoint).date.isoformat(),
                "–" if months is None else f"{months:.1f}",
                tuple(cells),
            )
        )
    return tuple(rows)


def _row(lesion: str, finding: Finding, decision: Decision | None) -> ChecklistRow:
    details = []
    for quantity in finding.measurements:
        row = figure_row(quantity)
        details.append(f"{row.label}: {row.value} {row.unit}".rstrip() + f" ({row.tip})")
    for criterion in finding.criteria:
        changed = f", default {criterion.default:g}" if criterion.is_changed else ""
        details.append(
            f"criterion {criterion.key} = {criterion.value:g} {unit_text(criterion.unit)}"
            f"{changed} ({criterion.source})"
        )
    details += [f"caveat: {caveat}" for caveat in finding.caveats]
    details += [f"published: {a.text} [{a.source}]" for a in published_accuracy(finding.spec.id)]
    details.append(f"why: {finding.spec.why}" if finding.spec.why else finding.spec.question)
    details.append("source: " + ", ".join(finding.spec.references))
    return ChecklistRow(
        lesion=lesion,
        finding=finding.spec.id,
        number=finding.spec.number,
        title=finding.spec.title,
        icon=STATUS_ICONS[finding.status],
        status=STATUS_WORDS[finding.status],
        favours=f"favours {finding.favours.value}" if finding.favours else "",
        strength=finding.strength.value if finding.strength else "",
        sentence=finding.sentence,
        details=tuple(details),
        jumps=tuple(
            JumpTo(e.timepoint, e.role, e.plane, e.point_reference_lps_mm,
                   e.label or finding.spec.title)
            for e in finding.evidence
        ),
        decision=_describe_decision(decision),
        overridden=decision is not None and not decision.accepted,
    )  # fmt: skip


def _describe_decision(decision: Decision | None) -> str:
    if decision is None:
        return ""
    if decision.accepted:
        return "reader: accepted"
    return f"reader: {STATUS_WORDS[decision.status]} ({decision.reason})"
