"""The appendix: contents, pictures, sizes, the whole checklist, dose, method."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.platypus import Flowable, KeepTogether, PageBreak

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import Lesion
from RNAssessLib.evidence import literature
from RNAssessLib.panel.checklist.answers import Answer, read_answers
from RNAssessLib.panel.checklist.context_section import context_tables
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.palette import named
from RNAssessLib.panel.words.rows import FigureRow, Table
from RNAssessLib.panel.words.style import MASK_COLOURS, MASK_NAMES, MASK_STROKES, IsodoseLevel

from ..document.content import (
    date_all,
    dated,
    describe_accumulated,
    describe_answer,
    describe_course,
    describe_drawn,
    describe_measured,
    describe_moved_sequences,
    describe_quantity,
    describe_timepoints,
    illustrated_findings,
)
from .layout import WIDTH_MM, chapter, contents, heading, marked, picture, space, table, text
from .pictures import draw_evidence, draw_lesion
from .summary import answer_of, serial_table

MM_PER_INCH = 25.4
OF_THE_CASE = "RANO-BM category"
COLUMNS = {1: 2, 2: 2, 3: 3, 4: 4, 5: 3, 6: 3}  # tiles across by number of timepoints; else 4
EVIDENCE_TILE_MM = 58.0


def open_appendix() -> list[Flowable]:
    """Heading and contents list; the first chapter follows on the same page."""
    return [PageBreak(), text("Appendix", "title"), space(1), contents(), space(2)]


def build_lesion_pages(
    assessment: Assessment,
    assessed: LesionAssessment,
    isodoses: Sequence[IsodoseLevel],
    session: ReaderSession,
) -> list[Flowable]:
    """Key images, sizes over time, all items with their pictures, published context."""
    lesion, say = assessed.lesion, dated(assessment)
    title = f"{lesion.id} · {lesion.name}"
    story = chapter(f"{title}: isodoses at every date", f"{lesion.id}-images", room_mm=90)
    story += _overview(assessment, assessed, isodoses)
    story += chapter(f"{title}: size at every date", f"{lesion.id}-size", room_mm=40)
    story.append(serial_table(assessment, [assessed]))
    story += _evidence(assessment, assessed, isodoses)
    story += chapter(f"{title}: checklist", f"{lesion.id}-checklist")
    story.append(_checklist(read_answers(assessed, session), say))
    first = assessed is assessment.lesions[0]
    contexts = [
        context for context in context_tables(assessment, assessed)
        if first or not context.title.startswith(OF_THE_CASE)  # of all lesions, and printed once
    ]  # fmt: skip
    if contexts:
        story += chapter(f"{title}: published context", f"{lesion.id}-context", room_mm=40)
    for context in contexts:
        story += heading(say(context.title))
        if context.rows:
            told = _of_one_target(context, lesion)
            rows = [[say(r.label), say(r.text), text(say(r.tip), "small")] for r in told]
            story.append(table((), rows, (58, 60, 60)))
        if context.note:
            story.append(text(say(context.note), "small"))
    return story


def _of_one_target(context: Table, lesion: Lesion) -> list[FigureRow]:
    """Rows of the outermost target: the same isodose volume of another one would stand twice."""
    inner = tuple(f"{t.name}: " for t in lesion.targets[:-1])
    return [row for row in context.rows if not row.label.startswith(inner)]


def _keys(isodoses: Sequence[IsodoseLevel]) -> Flowable:
    """Words for the lines; yellow and sky need a dark outline on paper, so squares are drawn."""
    keys = [(level.colour, named(level.label, level.dash)) for level in isodoses]
    keys += [
        (colour, named(MASK_NAMES[kind], MASK_STROKES[kind].dash))
        for kind, colour in MASK_COLOURS.items()
    ]
    return marked(
        "&nbsp;&nbsp; ".join(
            f'<font color="{colour}" backColor="#1b1f24">&nbsp;▬&nbsp;</font> {escape(label)}'
            for colour, label in keys
        ),
        "small",
    )


def _overview(
    assessment: Assessment, assessed: LesionAssessment, isodoses: Sequence[IsodoseLevel]
) -> list[Flowable]:
    names = [t.id for t in assessment.prepared.timepoints]
    across = COLUMNS.get(len(names), 4)
    tile_mm = WIDTH_MM / across
    story: list[Flowable] = []
    caption = ""
    for first in range(0, len(names), across):
        group = names[first : first + across]
        drawn = draw_lesion(
            assessment, assessed, isodoses, timepoints=group, tile_inch=tile_mm / MM_PER_INCH
        )
        story += [picture(drawn.figure, tile_mm * drawn.columns), space(1)]
        caption = drawn.caption
    return [*story, _keys(isodoses), text(caption, "small")]


def _evidence(
    assessment: Assessment, assessed: LesionAssessment, isodoses: Sequence[IsodoseLevel]
) -> list[Flowable]:
    shown = illustrated_findings(assessed.findings)
    if not shown:
        return []
    say = dated(assessment)
    title = f"{assessed.lesion.id} · {assessed.lesion.name}: where to look"
    story = [*chapter(title, f"{assessed.lesion.id}-where", room_mm=100), _keys(isodoses)]
    for finding in shown:
        drawn = draw_evidence(
            assessment, assessed, finding, isodoses, tile_inch=EVIDENCE_TILE_MM / MM_PER_INCH
        )
        story.append(
            KeepTogether([
                text(f"{finding.spec.number}. {finding.spec.title}", "h2"),
                picture(drawn.figure, EVIDENCE_TILE_MM * drawn.columns),
                text(f"{say(finding.sentence)} ({say(drawn.caption)})", "small"),
            ])
        )  # fmt: skip
    return story


def _checklist(answers: Iterable[Answer], say: Callable[[str], str]) -> Flowable:
    rows = []
    for answer in answers:
        told = date_all(describe_answer(answer), say)
        cell: list[Flowable] = [text(told["sentence"])]
        if told["told"]:
            cell.insert(0, marked(f"<b>{escape(told['told'])}</b>"))
        if told["measurements"]:
            cell.append(text(told["measurements"], "small"))
        if told["criteria"]:
            cell.append(text(f"Criterion: {told['criteria']}", "small"))
        cell += [text(f"• {caveat}") for caveat in told["caveats"]]
        if told["accuracy"]:
            cell.append(text(f"Published: {told['accuracy']}", "small"))
        name = [marked(f"<b>{escape(told['title'])}</b>"), text(told["sources"], "small")]
        rows.append([str(told["number"]), name, marked(answer_of(answer)), cell])
    return table(("#", "Item", "Answer", "What was measured"), rows, (8, 38, 30, 102))


def build_reader_pages(assessment: Assessment, session: ReaderSession) -> list[Flowable]:
    """What the reader measured and drew; nothing when that is nothing."""
    drawn = describe_drawn(assessment, session)
    measured = describe_measured(assessment, session)
    if not (drawn or measured):
        return []
    story = chapter("Measured and drawn by the reader", "reader", room_mm=40)
    if drawn:
        story.append(text(dated(assessment)(drawn), "body"))
    if measured:
        heads = ("What", "Date", "Image, plane", "Value")
        story.append(table(heads, measured, (32, 24, 34, 88), numbers=(3,)))
    return story


def build_dose_pages(assessment: Assessment) -> list[Flowable]:
    """DVH and every figure of every course, sums of courses, literature beside them."""
    story = chapter("Dose: every figure with its definition", "dose")
    if not assessment.courses:
        story.append(
            text("No dose in this case: dosimetric items are not assessable.", "body")
        )  # fmt: skip
    for dosimetry in assessment.courses:
        course = describe_course(assessment, dosimetry)
        story += [
            *heading(course["title"]),
            *(text(f"⚠ {w}", "warn") for w in course["warnings"]),
            *_figure_tables(course["tables"]),
        ]
    for total in assessment.accumulated:
        told = describe_accumulated(total)
        story += heading(told["title"])
        story += [text(f"⚠ {w}", "warn") for w in told["warnings"]]
        story += _figure_tables(told["tables"])
    beside_lesions = {q for a in assessment.lesions for q in a.risk_context}
    rows = [describe_quantity(q) for q in assessment.risk_context if q not in beside_lesions]
    if rows:
        title = "Literature beside these figures (not this patient's probability)"
        story += _figure_tables([{"title": title, "rows": rows}])
    return story


def _figure_tables(tables: Iterable[dict[str, Any]]) -> list[Flowable]:
    story: list[Flowable] = []
    for one in tables:
        rows = [
            [r["label"], f"{r['value']} {r['unit']}".strip(), text(r["note"], "small")]
            for r in one["rows"]
        ]
        heads = ("Figure", "Value", "Definition")
        story += [*heading(one["title"]), table(heads, rows, (58, 38, 82), numbers=(1,))]
    return story


def build_method_pages(assessment: Assessment) -> list[Flowable]:
    """Alignment, what was taken for what, thresholds, version."""
    prepared, say = assessment.prepared, dated(assessment)
    anatomy = prepared.anatomy.source if prepared.anatomy else prepared.why_no_anatomy
    story = chapter("Method and version", "method")
    story.append(text(f"RNAssess {assessment.version}. Anatomy: {anatomy}. " + METHOD, "body"))
    story += heading("Alignment")
    rows = [
        [t["date"], t["sequences"], say(f"{t['grade']} {t['reasons']}".strip()), t["error"]]
        for t in describe_timepoints(assessment)
    ]
    heads = ("Date", "Sequences", say(f"Alignment to {prepared.reference}"), "Error (mm)")
    story.append(table(heads, rows, (24, 60, 70, 24), numbers=(3,)))
    story += [text(say(line), "small") for line in describe_moved_sequences(assessment)]
    story += [
        text(say(t["quality"]), "small") for t in describe_timepoints(assessment) if t["quality"]
    ]
    story += heading("What was taken for what")
    if prepared.case.mapping:
        rows = [
            [text(m.what, "small"), "ignored" if m.ignored else m.role, say(m.timepoint or ""),
             text(m.why, "small")]
            for m in prepared.case.mapping
        ]  # fmt: skip
        story.append(table(("Data", "Role", "Date", "Why"), rows, (56, 22, 22, 78)))
    else:
        story.append(text("The case was handed over in memory; no file is named.", "body"))
    story += heading("Thresholds changed from their default")
    if assessment.changed_criteria:
        changed = [
            [
                text(c.key, "small"),
                f"{c.default:g}",
                f"{c.value:g}",
                c.unit,
                text(c.source, "small"),
            ]
            for c in assessment.changed_criteria
        ]  # fmt: skip
        keys = ("Key", "Default", "Used", "Unit", "Source of the default")
        story.append(table(keys, changed, (66, 18, 18, 18, 58), numbers=(1, 2)))
    else:
        story.append(text("None: every threshold is the default of evidence.toml.", "body"))
    # in one piece: a last page of three lines is nobody's page
    told = heading("Guidance and literature (context, nothing is computed from it)", room_mm=0)
    story.append(KeepTogether([*told, *(text(work.told(), "small") for work in literature())]))
    return story


METHOD = (
    "Masks are drawn and measured on each timepoint's own T1c; figures after ± are the half-width "
    "meant to hold the true value in 95 % of cases (measured on digital patients; on a patient it "
    "says how far grid and reading may vary). Isodose lines come from the same refined dose "
    "field as the numbers. Each item is answered on its own by the criterion printed with it; the "
    "items are not added up, and published figures are context, never this patient's probability. "
    "Weak, moderate and strong are RNAssess's own grading: no source grades the signs."
)
