"""Assessment to one self-contained ``report.html``: no script, no link, nothing to load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import Progress, silent
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.evidence import literature
from RNAssessLib.panel.checklist.answers import Answer, read_answers
from RNAssessLib.panel.checklist.context_section import context_tables
from RNAssessLib.panel.course.case_section import build_case
from RNAssessLib.panel.course.timeline_chart import build_timeline
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.palette import named
from RNAssessLib.panel.words.rows import Table
from RNAssessLib.panel.words.style import (
    MASK_COLOURS,
    MASK_NAMES,
    MASK_STROKES,
    IsodoseLevel,
    default_isodoses,
    leading_isodoses,
)

from ..pages.course_plots import draw_context, draw_timeline
from ..pages.key_images import encode_png
from ..pages.pictures import Picture, draw_evidence, draw_lesion, draw_telling
from ..pages.plots import draw_dvh, draw_volumes, encode_svg
from ..text.study import tell_comparison, tell_treatment
from .content import (
    SERIAL_HEADS,
    date_all,
    dated,
    describe_accumulated,
    describe_answer,
    describe_course,
    describe_drawn,
    describe_measured,
    describe_moved_sequences,
    describe_quantity,
    describe_serial,
    describe_timepoints,
    illustrated_findings,
)
from .dose_rows import dose_rows
from .front_rows import HEADS, LEGEND, SAY, decided_lines, lesion_rows, limits_text
from .signs import most_telling

OVERVIEW_PX, DETAIL_PX, TELLING_PX = 420, 290, 400
TIMELINES_UP_TO = 2


def write_report(
    assessment: Assessment,
    path: Path,
    progress: Progress = silent,
    session: ReaderSession | None = None,
) -> None:
    """Render the report and write it to `path`.

    Parameters
    ----------
    assessment : Assessment
    path : Path
    progress : Progress
    session : ReaderSession, optional
        The reader's answers stand in place of computed ones, which are named beside them.
    """
    path.write_text(render_report(assessment, progress, session), encoding="utf-8")


def render_report(
    assessment: Assessment, progress: Progress = silent, session: ReaderSession | None = None
) -> str:
    """Return the report as HTML text."""
    import jinja2

    folder = resources.files("RNAssessLib.report").joinpath("templates")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(folder.joinpath("report.html").read_text(encoding="utf-8"))
    isodoses = default_isodoses(assessment)
    session = session or ReaderSession()
    lesions = []
    for index, assessed in enumerate(assessment.lesions):
        progress(index / len(assessment.lesions), f"pictures of {assessed.lesion.id}")
        lesions.append(_describe_lesion(assessment, assessed, isodoses, session))
    progress(1.0, "report drawn")
    prepared, say = assessment.prepared, dated(assessment)
    return template.render(
        disclaimer=DISCLAIMER,
        version=assessment.version,
        case_id=prepared.case.id,
        reference=say(prepared.reference),
        warnings=assessment.warnings,
        isodose_keys=[
            {"colour": level.colour, "label": named(level.label, level.dash)} for level in isodoses
        ],
        mask_keys=[
            {"colour": colour, "label": named(MASK_NAMES[kind], MASK_STROKES[kind].dash)}
            for kind, colour in MASK_COLOURS.items()
        ],
        lesions=lesions,
        courses=[describe_course(assessment, course) for course in assessment.courses],
        accumulated=[describe_accumulated(total) for total in assessment.accumulated],
        risk_context=[describe_quantity(q) for q in assessment.risk_context],
        timepoints=date_all(describe_timepoints(assessment), say),
        moved_sequences=date_all(describe_moved_sequences(assessment), say),
        anatomy=prepared.anatomy.source if prepared.anatomy else prepared.why_no_anatomy,
        events=build_case(assessment).events,
        mapping=[vars(m) | {"timepoint": say(m.timepoint or "")} for m in prepared.case.mapping],
        changed=assessment.changed_criteria,
        front=_describe_front(assessment, session),
        literature=literature(),
        measured=describe_measured(assessment, session),
        drawn=say(describe_drawn(assessment, session)),
    )


def _describe_front(assessment: Assessment, session: ReaderSession) -> dict[str, Any]:
    """What stands before the appendix: the case in one table, one picture, curves and dose."""
    answers = [read_answers(one, session) for one in assessment.lesions]
    found = most_telling(assessment)
    told = None
    if found is not None:
        drawn = draw_telling(assessment, *found, leading_isodoses(assessment))
        lesion, finding = found
        told = _embed(drawn, TELLING_PX) | {"title": f"{lesion.lesion.id}: {finding.spec.title}"}
    if len(assessment.lesions) <= TIMELINES_UP_TO:
        curves = [encode_svg(draw_timeline(build_timeline(assessment, a)))
                  for a in assessment.lesions]  # fmt: skip
    else:
        curves = [encode_svg(draw_volumes(assessment))]
    heads, rows = dose_rows(assessment)
    return {
        "date": assessment.prepared.timepoints[-1].date.isoformat(),
        "comparison": " ".join(tell_comparison(SAY, assessment)),
        "treatment": " ".join(tell_treatment(SAY, assessment)),
        "heads": HEADS,
        "rows": lesion_rows(assessment, session),
        "legend": LEGEND,
        "decided": decided_lines(assessment, session),
        "telling": told,
        "limits": limits_text(assessment, answers),
        "curves": curves,
        "dose_heads": heads,
        "dose_rows": rows,
        "dvh": [encode_svg(draw_dvh(course)) for course in assessment.courses],
    }


def _embed(picture: Picture, tile_px: int) -> dict[str, Any]:
    return {
        "png": encode_png(picture.figure),
        "width": tile_px * picture.columns,
        "alt": picture.alt,
        "caption": picture.caption,
    }


def _describe_lesion(
    assessment: Assessment,
    assessed: LesionAssessment,
    isodoses: Sequence[IsodoseLevel],
    session: ReaderSession,
) -> dict[str, Any]:
    lesion, say = assessed.lesion, dated(assessment)
    illustrated = illustrated_findings(assessed.findings)

    answers = read_answers(assessed, session)

    def picture_of(answer: Answer) -> dict[str, Any] | None:
        if answer.finding not in illustrated:
            return None
        return _embed(draw_evidence(assessment, assessed, answer.finding, isodoses), DETAIL_PX)

    return {
        "id": lesion.id,
        "name": lesion.name,
        "context": [_context(table, say) for table in context_tables(assessment, assessed)],
        "images": _embed(draw_lesion(assessment, assessed, isodoses), OVERVIEW_PX),
        "serial_heads": list(SERIAL_HEADS.values()),
        "serial": describe_serial(assessment, assessed),
        "pictures": date_all(draw_context(assessed), say),
        "findings": [date_all(describe_answer(a) | {"image": picture_of(a)}, say) for a in answers],
    }


def _context(table: Table, say: Callable[[str], str]) -> dict[str, Any]:
    """Return a table of the context as the template takes it, with dates."""
    rows = [{"label": r.label, "text": r.text, "tip": r.tip} for r in table.rows]
    told = {"title": table.title, "rows": rows, "note": table.note}
    return {**date_all(told, say), "picture": table.picture}
