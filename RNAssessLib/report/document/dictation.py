"""Plain sentences that a radiologist can paste into a report: ``report.txt``."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence

from RNAssessLib.assessment import DISCLAIMER, Assessment, LesionAssessment
from RNAssessLib.course.serial import SerialEntry
from RNAssessLib.findings.finding import Favours, Status
from RNAssessLib.findings.measure.timepoints import name_treatment
from RNAssessLib.findings.naming import can_favour
from RNAssessLib.findings.registry import REGISTRY
from RNAssessLib.panel.checklist.answers import Answer, read_answers
from RNAssessLib.panel.course.case_section import quality_lines
from RNAssessLib.panel.session.reader_work import measured_rows, outline_rows
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.numbers import format_number, format_quantity
from RNAssessLib.panel.words.wording import CONTEXT_WORD, TECHNIQUE_NAMES, unit_text

WIDTH = 96
DAY = r"\d{4}-\d\d-\d\d"
ORDER = (Status.PRESENT, Status.INDETERMINATE, Status.ABSENT)
SIZES = (
    ("enhancing_cm3", "enhancing part"),
    ("necrotic_core_cm3", "necrotic core"),
    ("t1c_with_core_cm3", "both together"),
    ("flair_cm3", "FLAIR hyperintensity including the lesion"),
    ("longest_diameter_mm", "longest axial diameter"),
)
SIDES = {
    Favours.RN: "Signs described in radiation necrosis",
    Favours.TTP: "Signs described in true tumour progression",
}


def write_dictation(
    assessment: Assessment, session: ReaderSession | None = None, *, wrap: bool = True
) -> str:
    """Return the text; timepoints are named by their date, and nothing is concluded.

    Parameters
    ----------
    assessment : Assessment
    session : ReaderSession, optional
        The reader's answers stand in place of computed ones, which are named beside them.
    wrap : bool
        False leaves each block in one line, for a field that wraps by itself.

    Returns
    -------
    str
        Lines of at most 96 characters, blocks apart by an empty line.
    """
    prepared, session = assessment.prepared, session or ReaderSession()
    dates = {t.id: t.date.isoformat() for t in prepared.timepoints}
    blocks = [DISCLAIMER, f"Case {prepared.case.id}.", f"MRI of {', '.join(dates.values())}."]
    for placed in prepared.courses:
        course = placed.course
        doses = "; ".join(
            f"{t.name} {t.prescription_gy:g} Gy" for t in course.targets if t.prescription_gy
        )
        blocks.append(
            f"Radiotherapy {course.date.isoformat()} ({TECHNIQUE_NAMES[course.technique]}, "
            f"{course.fractions} fraction{'s' if course.fractions > 1 else ''})"
            + (f": {doses}." if doses else ".")
        )
    for assessed in assessment.lesions:
        answers = read_answers(assessed, session)
        blocks += _describe_lesion(assessment, assessed, answers, dates)
    blocks += _describe_reader(assessment, session)
    for timepoint in prepared.timepoints:
        for line in quality_lines(assessment, timepoint):
            blocks.append(f"Images of {name_dates(line, dates)}.")
    blocks += [f"Note: {name_dates(w, dates)}" for w in assessment.warnings]
    blocks.append(f"Measured with RNAssess {assessment.version}. {DISCLAIMER}")
    return "\n\n".join(_wrap(block) if wrap else block for block in blocks) + "\n"


def _wrap(block: str) -> str:
    """Break into lines, never between a number and its unit."""
    held = re.sub(r" (?=±|%|cm³|mm\b|Gy\b)|(?<=±) ", "\u00a0", block)
    indent = "  " if block.startswith("- ") else ""
    return textwrap.fill(held, WIDTH, subsequent_indent=indent).replace("\u00a0", " ")


def name_dates(words: str, dates: Mapping[str, str]) -> str:
    """Replace timepoint ids by dates; an id without a letter is left, it may be any number.

    Examples
    --------
    >>> name_dates("At t1 9 foci (t0 2).", {"t0": "2025-01-08", "t1": "2025-04-09"})
    'On 2025-04-09, 9 foci (2025-01-08: 2).'
    """
    known = {k: v for k, v in dates.items() if re.search("[A-Za-z]", k)}
    if not known:
        return words
    longest_first = sorted(known, key=len, reverse=True)
    pattern = rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})(?![\w-])"
    named = re.sub(pattern, lambda m: known[m.group(1)], words)
    named = re.sub(rf"\b([Aa])t (?={DAY})", lambda m: "On " if m.group(1) == "A" else "on ", named)
    named = re.sub(rf"\bOn ({DAY}) (?=\d)", r"On \1, ", named)
    return re.sub(rf"({DAY}) (?=\d)", r"\1: ", named)


def _describe_reader(assessment: Assessment, session: ReaderSession) -> list[str]:
    """What the reader measured and drew."""
    blocks = []
    measured = measured_rows(assessment, session)
    if measured:
        told = "; ".join(
            f"{m.title.lower()} {m.value} ({m.date or m.timepoint}, {m.place})" for m in measured
        )
        blocks.append(f"Measured by the reader on the images: {told}.")
    drawn = outline_rows(assessment, session)
    if drawn:
        told = "; ".join(row.text for row in drawn)
        blocks.append(f"Outlines corrected by the reader, and all figures with them: {told}.")
    return blocks


def _describe_lesion(
    assessment: Assessment,
    assessed: LesionAssessment,
    answers: Sequence[Answer],
    dates: Mapping[str, str],
) -> list[str]:
    lesion = assessed.lesion
    blocks = [f"Lesion {lesion.id} ({lesion.name})."]
    serial = assessed.serial
    if serial:
        blocks.append(_describe_size(assessment, assessed, serial[-1]))
    if len(serial) > 1:
        blocks.append(_describe_change(serial[-2], serial[-1], dates))
    for status in ORDER:
        blocks += [_describe_item(a, dates) for a in answers if a.status is status]
    unanswered = [a for a in answers if a.status is Status.NOT_ASSESSABLE]
    blocks += [_describe_item(a, dates) for a in unanswered if a.overridden]
    open_items = [a.spec.title for a in unanswered if not a.overridden]
    if open_items:
        blocks.append(f"Not assessable from the given images: {', '.join(open_items)}.")
    return [*blocks, *_name_sides(answers)]


def _describe_size(assessment: Assessment, assessed: LesionAssessment, entry: SerialEntry) -> str:
    prepared = assessment.prepared
    day = prepared.timepoint(entry.timepoint).date
    when = f"On {day.isoformat()}"
    if entry.months_after_treatment is not None:
        months = format_number(entry.months_after_treatment, "months")
        placed = prepared.course_in_force(assessed.lesion, day)
        assert placed is not None
        when += f", {months} months after {name_treatment(prepared, assessed.lesion, placed)}"
    named = {q.name: q for q in entry.quantities}
    parts = [
        f"{words} {format_quantity(named[name])} {unit_text(named[name].unit)}"
        for name, words in SIZES
        if name in named and named[name].value is not None
    ]
    return f"{when}: {', '.join(parts)}." if parts else f"{when}: no enhancement is seen."


def _describe_change(before: SerialEntry, after: SerialEntry, dates: Mapping[str, str]) -> str:
    parts = []
    old_values, new_values = ({q.name: q.value for q in e.quantities} for e in (before, after))
    for name, words in SIZES:
        # a case kept by an earlier version may lack one of them
        old, new = old_values.get(name), new_values.get(name)
        if old is None or new is None:
            continue
        unit = name.rpartition("_")[2]
        shown = f"{format_number(old, unit)} to {format_number(new, unit)} {unit_text(unit)}"
        if old == new == 0.0:
            continue
        change = f" ({100 * (new - old) / old:+.0f} %" if old > 0 else " ("
        error = max(_uncertainty(entry, name) for entry in (before, after))
        change += ", no more than its uncertainty)" if abs(new - old) <= error else ")"
        change = "" if change == " ()" else change.replace("(,", "(").replace("-", "−")
        parts.append(f"{words} {shown}{change}")
    since = f"Since {dates[before.timepoint]}"
    return f"{since}: {', '.join(parts)}." if parts else f"{since}: sizes cannot be compared."


def _uncertainty(entry: SerialEntry, name: str) -> float:
    found = next(q.uncertainty for q in entry.quantities if q.name == name)
    return found or 0.0


def name_items(words: str) -> str:
    """Replace numbers of items by their titles: the text is read where no numbers stand.

    Examples
    --------
    >>> name_items("not counted here: 0.15 cm³ (items 1 and 2).")
    'not counted here: 0.15 cm³ (see Enhancement across an anatomical boundary, Change in shape).'
    """
    titles = {str(item.SPEC.number): item.SPEC.title for item in REGISTRY}

    def named(match: re.Match[str]) -> str:
        return "(see " + ", ".join(titles[n] for n in re.findall(r"\d+", match[0])) + ")"

    return re.sub(r"\(items? \d+(?:(?:, | and )\d+)*\)", named, words)


def _describe_item(answer: Answer, dates: Mapping[str, str]) -> str:
    finding = answer.finding
    told = f"- {finding.spec.title}: {_state(answer)}. "
    if answer.word == CONTEXT_WORD:
        told = f"- {finding.spec.title} ({answer.word}): "
    if answer.told:
        told += f"{answer.told} "
    if answer.overridden and finding.status is Status.NOT_ASSESSABLE:
        return told.rstrip()
    if answer.overridden:
        told += "Measured: "
    said = name_items(name_dates(finding.sentence, dates))
    if (
        not answer.told
        and not answer.overridden
        and said.lower().startswith(_state(answer).lower())
    ):
        told = f"- {finding.spec.title}: "  # the sentence says it
    told += said
    if finding.caveats:
        told += " Note: " + name_items(name_dates("; ".join(finding.caveats), dates)) + "."
    return told


def _state(answer: Answer) -> str:
    """The finding in words; where it has none, or the reader says otherwise, the answer's word."""
    if answer.overridden or answer.name == answer.spec.title:
        return answer.word
    return answer.name


def _name_sides(answers: Sequence[Answer]) -> list[str]:
    """Which signs point where; they are listed, not weighed."""
    lines = []
    for side, words in SIDES.items():
        asked = [a for a in answers if can_favour(a.spec, side)]
        known = sum(a.status is not Status.NOT_ASSESSABLE for a in asked)
        names = [
            f"{a.name}{f' ({a.strength.value})' if a.strength else ''}"
            + (" (answer of the reader)" if a.overridden else "")
            for a in answers
            if a.favours is side
        ]
        found = "; ".join(names) if names else "none"
        lines.append(f"{words}, {known} of {len(asked)} could be assessed: {found}.")
    return lines
