"""Lesion and checklist sections."""

from __future__ import annotations

from collections.abc import Sequence

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import SequenceRole
from RNAssessLib.course.serial import SerialEntry
from RNAssessLib.evidence import literature, published_accuracy
from RNAssessLib.findings.finding import Finding, Plane, Status
from RNAssessLib.findings.summary import summarize

from ..course.nomogram_chart import build_nomogram_chart
from ..course.three_axes import build_three_axes
from ..course.timeline_chart import build_timeline
from ..session.session import Decision, DecisionKind, ReaderSession
from ..words.figures import criterion_row, figure_row
from ..words.numbers import format_months, format_number
from ..words.rows import JumpTo
from ..words.style import FAVOURS_COLOURS
from ..words.wording import (
    CONTEXT_ICON,
    CONTEXT_WORD,
    FAVOURS_WORDS,
    ROLE_NAMES,
    STATUS_ICONS,
    STATUS_WORDS,
    STRENGTH_WORDS,
    finding_icon,
    finding_word,
    quantity_label,
    unit_text,
)
from .answers import Answer, read_answers
from .context_section import context_tables
from .lesion_rows import ChecklistRow, LesionView, SerialRow, StatusCount

SERIAL_COLUMNS = (
    ("enhancing_cm3", "cm3"),
    ("necrotic_core_cm3", "cm3"),
    ("t1c_with_core_cm3", "cm3"),
    ("flair_cm3", "cm3"),
    ("t2_t1c_ratio", "1"),
    ("longest_diameter_mm", "mm"),
    ("perpendicular_diameter_mm", "mm"),
)
SHORT_HEADS = {
    "enhancing_cm3": "T1c, no core",
    "necrotic_core_cm3": "Core",
    "t1c_with_core_cm3": "T1c with core",
    "flair_cm3": "FLAIR",
    "t2_t1c_ratio": "FLAIR / T1c with core",
    "longest_diameter_mm": "Longest",
    "perpendicular_diameter_mm": "Across",
}
DECISION_WORDS = {
    DecisionKind.ACCEPTED: "accepted",
    DecisionKind.OVERRIDDEN: "overridden",
    DecisionKind.SET_BY_HAND: "set by hand",
    DecisionKind.WITHDRAWN: "withdrawn",
}


def build_lesion(
    assessment: Assessment, assessed: LesionAssessment, session: ReaderSession
) -> LesionView:
    """Build the sections of one lesion."""
    lesion = assessed.lesion
    summary = summarize(assessed.findings)
    rows = tuple(
        build_row(lesion.id, finding, session.decision(lesion.id, finding.spec.id))
        for finding in assessed.findings
    )
    answers = read_answers(assessed, session)
    return LesionView(
        id=lesion.id,
        title=f"{lesion.id} · {lesion.name}",
        summary=summary.sentence,
        counts=_counts(answers),
        missing=tuple(f"{role.value} ({ROLE_NAMES[role]})" for role in summary.missing),
        next_steps=summary.next_steps,
        decided=_decided(answers),
        heads=_heads(),
        serial=tuple(_serial_row(assessment, entry) for entry in assessed.serial),
        checklist=rows,
        home=JumpTo(
            assessment.prepared.timepoints[-1].id,
            SequenceRole.T1C,
            Plane.AXIAL,
            lesion.center_lps_mm,
            lesion.name,
        ),
        context=context_tables(assessment, assessed),
        timeline=build_timeline(assessment, assessed),
        three_axes=None if assessed.li21 is None else build_three_axes(assessed.li21),
        nomogram=build_nomogram_chart(assessed.nomogram),
    )


def _counts(answers: Sequence[Answer]) -> tuple[StatusCount, ...]:
    """How often each answer holds, the reader's before the computed; context stands apart."""
    signs = {
        STATUS_ICONS[s]: (STATUS_WORDS[s], 0) for s in Status
    } | {CONTEXT_ICON: (CONTEXT_WORD, 0)}  # fmt: skip
    for answer in answers:
        word, count = signs[answer.icon]
        signs[answer.icon] = word, count + 1
    return tuple(StatusCount(icon, word, count) for icon, (word, count) in signs.items())


def _decided(answers: Sequence[Answer]) -> str:
    """Whose answers the counts are."""
    decided = sum(a.decision is not None for a in answers)
    other = sum(a.overridden for a in answers)
    words = f"{decided} of {len(answers)} items decided by the reader"
    return f"{words}, {other} otherwise than computed: counted so" if other else words


def _heads() -> tuple[str, ...]:
    heads = []
    for name, unit in SERIAL_COLUMNS:
        heads.append(f"{SHORT_HEADS[name]} {unit_text(unit)}".rstrip())
    return tuple(heads)


def _serial_row(assessment: Assessment, entry: SerialEntry) -> SerialRow:
    known = {q.name: q for q in entry.quantities}
    cells, tips = [], []
    for name, _ in SERIAL_COLUMNS:
        quantity = known.get(name)
        if quantity is None or quantity.value is None:
            reason = "not measured" if quantity is None else quantity.undefined
            cells.append("–")
            tips.append(f"{quantity_label(name)}: {reason}")
            continue
        row = figure_row(quantity)
        cells.append(format_number(quantity.value, quantity.unit))
        tips.append(f"{row.label}: {row.text}; {row.tip}")
    return SerialRow(
        timepoint=entry.timepoint,
        date=assessment.prepared.timepoint(entry.timepoint).date.isoformat(),
        months=format_months(entry.months_after_treatment),
        cells=tuple(cells),
        tips=tuple(tips),
    )


def build_row(lesion: str, finding: Finding, decision: Decision | None) -> ChecklistRow:
    """Build one checklist row with the reader's decision beside the computed answer."""
    spec = finding.spec
    return ChecklistRow(
        lesion=lesion,
        finding=spec.id,
        number=spec.number,
        title=spec.title,
        question=spec.question,
        why=spec.why,
        icon=finding_icon(spec, finding.status),
        status=finding_word(spec, finding.status),
        favours=FAVOURS_WORDS[finding.favours] if finding.favours else "",
        favours_colour=FAVOURS_COLOURS[finding.favours],
        strength=_strength(finding),
        muted=finding.status is Status.NOT_ASSESSABLE and decision is None,
        sentence=finding.sentence,
        measurements=tuple(figure_row(q) for q in finding.measurements),
        criteria=tuple(criterion_row(c) for c in finding.criteria),
        caveats=finding.caveats,
        limitation=finding.limitation,
        sources=spec.references,
        accuracy=tuple(f"{a.text} [{a.source}]" for a in published_accuracy(spec.id)),
        jumps=tuple(
            JumpTo(e.timepoint, e.role, e.plane, e.point_reference_lps_mm, e.label or spec.title)
            for e in finding.evidence
        ),
        decision=describe_decision(decision),
        reader_icon=STATUS_ICONS[decision.status] if decision else "",
        reader_status=STATUS_WORDS[decision.status] if decision else "",
        overridden=decision is not None and decision.status is not finding.status,
        stale=_describe_change(finding, decision),
        choices=_choices(finding),
        guidance=tuple(work.told() for work in literature(spec.id)),
    )


def _strength(finding: Finding) -> str:
    """Our grading; of context the word has been said."""
    if finding.strength is None or finding.spec.is_context:
        return ""
    return STRENGTH_WORDS[finding.strength]


def describe_decision(decision: Decision | None) -> str:
    """Return a decision in words; empty when there is none."""
    if decision is None or decision.kind is DecisionKind.WITHDRAWN:
        return ""
    text = f"reader: {STATUS_WORDS[decision.status]}, {DECISION_WORDS[decision.kind]}"
    return f"{text} ({decision.reason})" if decision.reason else text


def _describe_change(finding: Finding, decision: Decision | None) -> str:
    if decision is None or decision.computed in (None, finding.status):
        return ""
    before = finding_word(finding.spec, decision.computed) if decision.computed else ""
    now = finding_word(finding.spec, finding.status)
    return f"decided when the computed answer was {before}; now it is {now}"


def _choices(finding: Finding) -> tuple[tuple[Status, str], ...]:
    others = [status for status in Status if status is not finding.status]
    word = finding_word(finding.spec, finding.status)
    computed = (finding.status, f"{word} (computed)")
    return (computed, *((status, STATUS_WORDS[status]) for status in others))
