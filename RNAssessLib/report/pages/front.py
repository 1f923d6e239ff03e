"""First page: who, when, what was given, one row per lesion, the most telling picture, limits."""

from __future__ import annotations

from xml.sax.saxutils import escape

from reportlab.platypus import Flowable, KeepTogether

from RNAssessLib.assessment import Assessment
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.panel.checklist.answers import read_answers
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.style import leading_isodoses

from ..document.content import describe_drawn
from ..document.front_rows import HEADS, LEGEND, SAY, decided_lines, lesion_rows, limits_text
from ..document.signs import most_telling
from ..text.study import tell_comparison, tell_treatment
from .layout import heading, marked, picture, space, table, text
from .paper import PAPER
from .pictures import draw_telling

PICTURE_MM = {1: 86.0, 2: 70.0, 3: 56.0}  # side of a tile by number of lesions
SMALL_PICTURE_MM = {"a4": 46.0, "letter": 34.0}  # with more lesions: Letter is 18 mm shorter
LEAST_TILE_MM = 56.0  # what is written in a tile needs this much
ROOMY_UP_TO = 3  # lesions; with more, the rows are set smaller


def build_front(
    assessment: Assessment, session: ReaderSession, paper: str = PAPER
) -> list[Flowable]:
    """Flowables of the first page of a paper (`paper.PAPERS_MM`)."""
    prepared = assessment.prepared
    latest = prepared.timepoints[-1]
    story: list[Flowable] = [
        text(f"Brain metastases after radiotherapy · case {prepared.case.id}", "title"),
        text(DISCLAIMER, "disclaimer"),
        space(1),
        marked(f"<b>MRI of {latest.date.isoformat()}.</b> "
               + escape(" ".join(tell_comparison(SAY, assessment))), "body"),
        text(" ".join(tell_treatment(SAY, assessment)), "body"),
    ]  # fmt: skip
    story += [text(f"⚠ {warning}", "warn") for warning in assessment.warnings]
    if not assessment.lesions:
        story.append(text("No lesion: no target is given.", "body"))
        return story
    answers = [read_answers(one, session) for one in assessment.lesions]
    story += [space(1), _lesion_table(assessment, session), text(LEGEND, "small")]
    story += [text(line, "small") for line in decided_lines(assessment, session)]
    drawn = describe_drawn(assessment, session)
    if drawn:
        story.append(text(drawn, "small"))
    story += _telling(assessment, paper)
    told = [*heading("Limits of this examination", room_mm=0),
            text(limits_text(assessment, answers), "body")]  # fmt: skip
    return [*story, KeepTogether(told)]


def _lesion_table(assessment: Assessment, session: ReaderSession) -> Flowable:
    many = len(assessment.lesions) > ROOMY_UP_TO
    rows = [
        [marked(cell, "small" if many else "cell") for cell in row]
        for row in lesion_rows(assessment, session)
    ]
    return table(HEADS, rows, (13, 17, 20, 20, 17, 22, 34, 34))


def _telling(assessment: Assessment, paper: str) -> list[Flowable]:
    found = most_telling(assessment)
    if found is None:
        return []
    assessed, finding = found
    wide = PICTURE_MM.get(len(assessment.lesions), SMALL_PICTURE_MM[paper])
    lines = leading_isodoses(assessment)
    # words in the picture are printed smaller with it, so that they stay apart
    tile_inch = max(wide, LEAST_TILE_MM) / 25.4
    drawn = draw_telling(assessment, assessed, finding, lines, tile_inch=tile_inch)
    return [
        KeepTogether([
            *heading(f"{assessed.lesion.id}: {finding.spec.title}", room_mm=0),
            picture(drawn.figure, wide * drawn.columns),
            text(drawn.caption, "small"),
        ])
    ]  # fmt: skip
