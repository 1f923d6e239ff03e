"""First page: what a reader must know before turning it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.platypus import Flowable

from RNAssessLib.assessment import DISCLAIMER, Assessment, LesionAssessment
from RNAssessLib.case import counted
from RNAssessLib.dosimetry.results import TargetDosimetry
from RNAssessLib.findings.summary import summarize
from RNAssessLib.panel.checklist.answers import Answer, count_decided, read_answers
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.style import STATUS_ICONS, STATUS_WORDS
from RNAssessLib.panel.words.wording import TECHNIQUE_NAMES, quantity_label, unit_text

from ..document.content import (
    SERIAL_HEADS,
    describe_author,
    describe_computed,
    describe_drawn,
    describe_quantity,
    describe_serial,
)
from .layout import heading, marked, space, table, text

# what LA22 calls specific and what confirmed its cases, LA25's DWI and SWI, and the rim, by whose
# nodule most progressions are known (LA25 §5): the strongest item of either side stands here
HEADLINE = (
    "cross_boundary", "shape_change", "central_diffusion_restriction", "swi_foci",
    "rim_morphology", "spontaneous_regression",
)  # fmt: skip
INDICES = ("tc_percent", "ci_paddick", "gi", "hi", "v12_gy_cm3", "bed_gy")
SENTENCES_UP_TO = 3  # lesions; with more, the first page gives answers alone
SHOWN_OF_MANY = 2  # last timepoints of each lesion, when there are many


def build_summary(assessment: Assessment, session: ReaderSession) -> list[Flowable]:
    """Case, lesions with their headline items, plan indices, sizes, warnings."""
    prepared = assessment.prepared
    story: list[Flowable] = [
        text(f"RNAssess report · case {prepared.case.id}", "title"),
        text(DISCLAIMER, "disclaimer"),
        space(1.5),
        text(_describe_case(assessment), "body"),
    ]
    story += [text(f"⚠ {warning}", "warn") for warning in assessment.warnings]
    many = len(assessment.lesions) > SENTENCES_UP_TO
    if many:
        story += _summarize_many(assessment.lesions, session)
    else:
        for assessed in assessment.lesions:
            story += _summarize_lesion(assessed, session)
    if not assessment.lesions:
        story.append(text("No lesion: no target is given.", "body"))
    drawn = describe_drawn(assessment, session)
    sizes = serial_table(assessment, assessment.lesions, SHOWN_OF_MANY if many else None)
    return [
        *story,
        *heading("Size, last two timepoints" if many else "Size over time", "h1"),
        sizes,
        *([text(drawn, "small")] if drawn else []),
        *heading("Plan indices", "h1"),
        _indices_table(assessment),
    ]


def _describe_case(assessment: Assessment) -> str:
    prepared = assessment.prepared
    visits = ", ".join(f"{t.id} {t.date.isoformat()}" for t in prepared.timepoints)
    courses = "; ".join(
        f"{p.course.id} {p.course.date.isoformat()}, {TECHNIQUE_NAMES[p.course.technique]}, "
        f"{counted(p.course.fractions, 'fraction')}"
        for p in prepared.courses
    )
    return (
        f"Imaging: {visits}. Radiotherapy: {courses or 'none given'}. "
        f"All images are aligned to {prepared.reference}. "
        "RN: radiation necrosis; TTP: true tumour progression."
    )


def answer_of(answer: Answer) -> str:
    """Markup of status (sign and word), side, strength, and whose answer it is."""
    lines = [f"<b>{answer.icon} {answer.word}</b>"]
    if answer.favours is not None:
        strength = f" · {answer.strength.value}" if answer.strength else ""
        lines.append(f"favours {answer.favours.value}{strength}")
    lines += [part for part in (describe_author(answer), describe_computed(answer)) if part]
    return "<br/>".join(lines)


def _summarize_lesion(assessed: LesionAssessment, session: ReaderSession) -> list[Flowable]:
    lesion = assessed.lesion
    summary = summarize(assessed.findings)
    answers = read_answers(assessed, session)
    rows = [
        [marked(f"<b>{escape(a.spec.title)}</b>"), marked(answer_of(a)), _sentences(a)]
        for a in answers if a.spec.id in HEADLINE
    ]  # fmt: skip
    steps = " ".join(summary.next_steps)
    return [
        *heading(f"{lesion.id} · {lesion.name}", "h1", room_mm=60),
        text(_count(summary.sentence, answers), "body"),
        table(("Headline item", "Answer", "What was measured"), rows, (42, 34, 102)),
        space(1),
        *_name_others(answers),
        text(f"What would help: {steps}", "small"),
    ]


def _sentences(answer: Answer) -> list[Flowable]:
    """What was measured; above it what the reader holds against it."""
    told = [marked(f"<b>{escape(answer.told)}</b>")] if answer.overridden else []
    return [*told, text(answer.finding.sentence)]


def _count(computed: str, answers: Sequence[Answer]) -> str:
    """Computed answers by status, and how many the reader decided."""
    decided = count_decided(answers)
    return f"Computed: {computed} {decided}" if decided else computed


def _summarize_many(lesions: Sequence[LesionAssessment], session: ReaderSession) -> list[Flowable]:
    """One row per lesion: its answers to the headline items; sentences stand on its pages."""
    titles = [lesions[0].finding(i).spec.title for i in HEADLINE]
    rows = []
    for assessed in lesions:
        answers = read_answers(assessed, session)
        rows.append([
            marked(f"<b>{escape(f'{assessed.lesion.id} {assessed.lesion.name}')}</b>"),
            *(marked(answer_of(a)) for a in answers if a.spec.id in HEADLINE),
            text(_count(summarize(assessed.findings).short, answers), "small"),
        ])  # fmt: skip
    heads = ("Lesion", *titles, "All items")
    return [*heading("Headline items", "h1"), table(heads, rows, (22, *[22] * len(HEADLINE), 26))]


def _name_others(answers: Sequence[Answer]) -> list[Flowable]:
    """One line per answer that names the other items, with sides, and where the reader differs."""
    named: dict[str, list[str]] = {
        f"{STATUS_ICONS[s]} {word}": [] for s, word in STATUS_WORDS.items()
    }
    for answer in answers:
        if answer.spec.id not in HEADLINE:
            named.setdefault(f"{answer.icon} {answer.word}", []).append(_name(answer))
    return [
        marked(f"<b>Also {sign}:</b> {escape('; '.join(names))}")
        for sign, names in named.items()
        if names
    ]


def _name(answer: Answer) -> str:
    """The finding with its side and, when the reader differs, the computed answer."""
    notes = [f"favours {answer.favours.value}"] if answer.favours else []
    if answer.overridden:
        notes.append(f"by the reader; {describe_computed(answer)}")
    name = answer.name if answer.favours else answer.spec.title
    return f"{name} ({', '.join(notes)})" if notes else name


def serial_table(
    assessment: Assessment, lesions: Sequence[LesionAssessment], last: int | None = None
) -> Flowable:
    """Sizes of lesions at every timepoint, or at the `last` few."""
    rows = []
    for assessed in lesions:
        for row in describe_serial(assessment, assessed)[-last if last else 0 :]:
            cells = [c["text"] for c in row["cells"]]
            rows.append(
                [f"{assessed.lesion.id} {row['timepoint']}", row["date"], row["months"], *cells]
            )
    heads = ("Lesion, time", "Date", "Months", *SERIAL_HEADS.values())
    return table(heads, rows, (20, 20, 14, 24, 22, 24, 24, 20, 16), numbers=range(2, 9))


def _indices_table(assessment: Assessment) -> Flowable:
    targets = [t for course in assessment.courses for t in course.targets]
    if not targets:
        return text("No dose with targets in this case: nothing to compute.", "body")
    heads = ["Target", "Dose", *(quantity_label(name) for name in INDICES)]
    rows = [[t.name, _dose(t), *(_index(t, name) for name in INDICES)] for t in targets]
    return table(heads, rows, (17, 18, 24, 27, 24, 28, 26, 17), numbers=range(2, 8))


def _dose(target: TargetDosimetry) -> str:
    if target.prescription_gy is None:
        return "none stated"
    return f"{target.prescription_gy:g} Gy / {target.fractions}"


def _index(target: TargetDosimetry, name: str) -> str:
    found = {q.name: q for q in target.quantities}
    if name not in found or found[name].value is None:
        return "–"
    shown = describe_quantity(found[name])
    return f"{shown['value']} {unit_text(found[name].unit)}".strip()
