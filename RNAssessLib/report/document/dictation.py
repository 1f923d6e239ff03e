"""The report as a radiologist dictates it: ``report.txt``, in prose or under headings."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.panel.checklist.answers import Answer, read_answers
from RNAssessLib.panel.session.session import ReaderSession

from ..text.catalogue import SOURCE, Say
from ..text.lesion import (
    patient_caveats,
    tell_course,
    tell_elsewhere,
    tell_findings,
    tell_sides,
)
from ..text.limits import tell_missing, tell_quality, tell_unassessed
from ..text.sizes import lesion_response, tell_response, tell_size
from ..text.study import (
    tell_comparison,
    tell_notes,
    tell_reader,
    tell_technique,
    tell_treatment,
)
from ..text.told import name_dates

__all__ = ["name_dates", "write_dictation"]
WIDTH = 96


@dataclass(frozen=True)
class Section:
    """Heading and paragraphs; the heading shows in the structured variant only."""

    heading: str
    paragraphs: tuple[str, ...]


def write_dictation(
    assessment: Assessment,
    session: ReaderSession | None = None,
    *,
    wrap: bool = True,
    language: str = SOURCE,
    structured: bool = False,
) -> str:
    """Return the text; studies are named by their date, and nothing is concluded.

    Parameters
    ----------
    assessment : Assessment
    session : ReaderSession, optional
        The reader's answers stand in place of computed ones, which are named beside them.
    wrap : bool
        False leaves each block in one line, for a field that wraps by itself.
    language : str
        One of `RNAssessLib.report.text.catalogue.languages`.
    structured : bool
        Headings as RSNA's RadReport templates have them: examination, clinical information,
        technique, comparison, findings, limitations, impression.

    Returns
    -------
    str
        Lines of at most 96 characters, blocks apart by an empty line.

    Raises
    ------
    InputError
        For a language that has no catalogue.
    """
    say, session = Say(language), session or ReaderSession()
    blocks = [_disclaim(say)]
    for section in _write_sections(say, assessment, session):
        if structured and section.paragraphs:
            blocks.append(section.heading.upper())
        blocks += section.paragraphs
    blocks.append(
        say("Measured with RNAssess {version}.", version=assessment.version) + f" {_disclaim(say)}"
    )
    return "\n\n".join(_wrap(block) if wrap else block for block in blocks) + "\n"


def _disclaim(say: Say) -> str:
    """The disclaimer as it stands everywhere, and in the reader's language."""
    own = say(DISCLAIMER)
    return DISCLAIMER if own == DISCLAIMER else f"{DISCLAIMER} {own}"


def _wrap(block: str) -> str:
    """Break into lines, never between a number and its unit."""
    held = re.sub(r" (?=±|%|cm³|mm\b|Gy\b)|(?<=±) ", "\u00a0", block)
    return textwrap.fill(held, WIDTH, break_on_hyphens=False).replace("\u00a0", " ")


def _write_sections(say: Say, assessment: Assessment, session: ReaderSession) -> list[Section]:
    prepared = assessment.prepared
    dates = {t.id: t.date for t in prepared.timepoints}
    answers = [read_answers(one, session) for one in assessment.lesions]
    findings: list[str] = []
    for assessed, own in zip(assessment.lesions, answers, strict=True):
        findings += _write_lesion(say, assessment, assessed, own, dates)
    findings += _write_rest(say, assessment, answers, dates)
    findings += tell_reader(say, assessment, session)
    limits = [
        " ".join(tell_missing(say, assessment, answers)),
        " ".join(tell_quality(say, assessment, dates)),
        *tell_notes(say, assessment),
        say("Outlines and figures were made by a program and have to be confirmed by the reader; "
            "what the sources say about each sign stands in the checklist."),
    ]  # fmt: skip
    return [
        Section(say("Examination"), (say("Case {id}.", id=prepared.case.id),)),
        Section(say("Clinical information"), (" ".join(tell_treatment(say, assessment)),)),
        Section(say("Technique"), (" ".join(tell_technique(say, assessment)),)),
        Section(say("Comparison"), (" ".join(tell_comparison(say, assessment)),)),
        Section(say("Findings"), tuple(findings)),
        Section(say("Limitations"), tuple(text for text in limits if text)),
        Section(say("Impression"), (say("Interpretation: ____________________ (reader)."),)),
    ]


def _write_lesion(
    say: Say,
    assessment: Assessment,
    assessed: LesionAssessment,
    answers: Sequence[Answer],
    dates: Mapping[str, Date],
) -> list[str]:
    lesion = assessed.lesion
    alone = len(assessment.lesions) > 1
    size = tell_size(say, assessment, assessed, dates)
    if len(assessed.serial) > 1:
        size += tell_response(say, lesion_response(assessment, assessed), alone=alone)
    size += tell_course(say, answers, dates)
    blocks = [say("Lesion {id} ({name}).", id=lesion.id, name=lesion.name), " ".join(size)]
    found = tell_findings(say, assessment, assessed, answers, dates)
    blocks += [paragraph.labelled for paragraph in found]
    told = " ".join(blocks)
    if found:
        blocks.append(" ".join(tell_sides(say, answers)))
    limits = patient_caveats(say, answers, dates, told)
    closing = []
    if limits:
        closing.append(say("These findings are limited. {limits}.", limits=". ".join(limits)))
    closing += tell_unassessed(say, answers, dates)
    return [block for block in (*blocks, " ".join(closing)) if block]


def _write_rest(
    say: Say,
    assessment: Assessment,
    answers: Sequence[Sequence[Answer]],
    dates: Mapping[str, Date],
) -> list[str]:
    """What belongs to no one lesion: elsewhere in the brain, RANO-BM of all of them."""
    elsewhere = [s for own in answers for s in tell_elsewhere(say, own, dates)]
    told = list(dict.fromkeys(elsewhere))
    if len(assessment.lesions) > 1 and assessment.response:
        told += tell_response(say, assessment.response[-1].result, alone=False)
    return [" ".join(told)] if told else []
