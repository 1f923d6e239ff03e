"""The first page's words: one row per lesion, signs of both directions alike, limits."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from xml.sax.saxutils import escape

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case.numbers import signed
from RNAssessLib.findings.finding import Favours
from RNAssessLib.panel.checklist.answers import Answer, count_decided, read_answers
from RNAssessLib.panel.overview.sheet import CATEGORIES
from RNAssessLib.panel.session.session import ReaderSession

from ..text.catalogue import Say
from ..text.limits import tell_missing, tell_quality
from ..text.sizes import DIAMETER, VOLUME, Compared, figure, find_compared, lesion_response
from .signs import signs_of

SAY = Say()
# with more lesions than this a row names the strongest signs of each side, shortened
NAMED_IN_FULL, SIGNS_OF_MANY, SHORT = 3, 2, 23
HEADS = (
    "Lesion", "Now", "Before (since)", "Smallest (since)", "RANO-BM", "Median dose of what grew",
    "Signs described in radiation necrosis", "Signs described in tumour progression",
)  # fmt: skip
LEGEND = (
    "▮▮▮ strong, ▮▮▯ moderate, ▮▯▯ weak: RNAssess's own grading, no source grades the signs, and "
    "they are not added up. ✎: the reader's own answer. Size: enhancement with core and longest "
    "axial diameter; smallest since treatment. RANO-BM by the diameter of this lesion alone (CR, "
    "PR, SD, PD: complete, partial response, stable, progressive) with the change from the "
    "smallest; after radiosurgery treatment-related change can meet PD as well."
)


def lesion_rows(assessment: Assessment, session: ReaderSession) -> list[list[str]]:
    """Rows of `HEADS`; cells are markup (bold, line breaks) whose words are escaped."""
    rows = []
    most = None if len(assessment.lesions) <= NAMED_IN_FULL else SIGNS_OF_MANY
    for assessed in assessment.lesions:
        own = read_answers(assessed, session)
        lesion = assessed.lesion
        rows.append([
            f"<b>{escape(lesion.id)}</b> {escape(lesion.name)}",
            *_sizes(assessment, find_compared(assessment, assessed)),
            _response(assessment, assessed),
            _grown_dose(assessed),
            *(_signs(own, side, most) for side in (Favours.RN, Favours.TTP)),
        ])  # fmt: skip
    return rows


def _shorten(name: str) -> str:
    return textwrap.shorten(name, SHORT, placeholder=" …")


def _signs(answers: Sequence[Answer], side: Favours, most: int | None = None) -> str:
    """Signs of one side, a line each; of many lesions the strongest, shortened, and the count."""
    found = signs_of(answers, side)
    lines = [
        f"{sign.bar} {escape(sign.name if most is None else _shorten(sign.name))}"
        + (f" ({sign.note})" if sign.note else "")
        for sign in found[:most]
    ]
    if len(lines) < len(found):
        lines.append(f"and {len(found) - len(lines)} more")
    return "<br/>".join(lines) or "none found"


def _sizes(assessment: Assessment, compared: Compared | None) -> list[str]:
    if compared is None:
        return ["–"] * 3
    dates = {t.id: t.date.isoformat() for t in assessment.prepared.timepoints}
    now, longest = figure(compared.now, VOLUME), figure(compared.now, DIAMETER)
    first = "no enhancement"
    if now is not None and now.value:
        first = f"<b>{SAY.figure(now.value, 'cm3')}</b>"
        if longest is not None and longest.value is not None:
            first += f"<br/>{SAY.figure(longest.value, 'mm')}"
    cells = [first]
    for number, entry in enumerate((compared.prior, compared.nadir)):
        old = figure(entry, VOLUME) if entry is not None else None
        if entry is None or old is None or old.value is None:
            cells.append("–")
            continue
        if number and entry is compared.prior:
            cells.append("the study before")
            continue
        change = SAY.change(old.value, now.value) if now is not None and now.value else ""
        told = SAY.figure(old.value, "cm3") + (f" ({change})" if change else "")
        cells.append(f"{told}<br/>{dates[entry.timepoint]}")
    return cells


def _response(assessment: Assessment, assessed: LesionAssessment) -> str:
    result = lesion_response(assessment, assessed)
    if result is None:
        return "not measurable"
    if result.response is None:
        return "no category"
    rise = result.change_from_nadir_percent
    told = "" if rise is None else f"<br/>{signed(rise, 'percent')} %"
    return f"{CATEGORIES[result.response]}{told}"


def _grown_dose(assessed: LesionAssessment) -> str:
    try:
        found = {q.name: q.value for q in assessed.finding("dose_match").measurements}
    except KeyError:
        return "–"
    dose, share = found.get("dose_median_gy"), found.get("high_dose_percent")
    if dose is None or share is None:
        return "nothing grew" if found else "–"
    method = next(q.method for q in assessed.finding("dose_match").measurements
                  if q.name == "high_dose_percent")  # fmt: skip
    least = method.removeprefix("share receiving at least ")
    return f"{SAY.figure(dose, 'Gy')}<br/>{SAY.percent(share)} at ≥ {escape(least)}"


def decided_lines(assessment: Assessment, session: ReaderSession) -> list[str]:
    """How many items the reader decided, where any, and what was held against the computed."""
    lines = []
    for assessed in assessment.lesions:
        answers = read_answers(assessed, session)
        told = count_decided(answers)
        if told:
            lines.append(f"{assessed.lesion.id}: {told}")
        lines += [f"{a.spec.title}: {a.word}. {a.told}" for a in answers if a.overridden]
    return lines


def limits_text(assessment: Assessment, answers: Sequence[Sequence[Answer]]) -> str:
    """What is missing and how good the images are."""
    dates = {t.id: t.date for t in assessment.prepared.timepoints}
    words = [*tell_missing(SAY, assessment, answers), *tell_quality(SAY, assessment, dates)]
    return " ".join(words)
