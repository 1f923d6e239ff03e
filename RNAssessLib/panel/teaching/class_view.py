"""What a learner's page and the teacher's page of a class show, and the sheets as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.case.plain_text import safe_cell
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.findings.finding import Status

from ..words.wording import STATUS_ICONS, STATUS_WORDS
from .classroom import NO_LESSON, Classroom, Learner
from .score import CSV_HEADS, ItemScore, score_item
from .view import AGREEMENT_ICONS, AGREEMENT_WORDS, score_text

SCHEMA = "rnassess/teaching-class/1"
HEADS = ("learner", "case", *CSV_HEADS, "revealed")


@dataclass(frozen=True)
class SheetRow:
    """One item of a learner's sheet; what was computed only once the teacher has shown it."""

    finding: str
    number: int
    title: str
    question: str
    given: str
    note: str
    revealed: bool
    agreement: str = ""
    computed: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class SheetLesion:
    """One lesion of a learner's sheet."""

    lesion: str
    title: str
    progress: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True)
class SheetView:
    """A learner's own page.

    Attributes
    ----------
    notice : str
        Why there is nothing to answer, or why it is not saved.
    choices : tuple of (str, str)
        Value and words of every status.
    stamp : int
    """

    learner: int
    label: str
    score: str
    notice: str
    lesions: tuple[SheetLesion, ...]
    choices: tuple[tuple[str, str], ...]
    stamp: int
    disclaimer: str = DISCLAIMER


@dataclass(frozen=True)
class StandingRow:
    """One learner on the teacher's page.

    Attributes
    ----------
    cells : tuple of (str, str)
        Icon and words of every item, in the order of `ClassView.items`.
    """

    learner: int
    here: bool
    answered: int
    score: str
    problem: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ClassItem:
    """One item on the teacher's page with how many answered what."""

    lesion: str
    number: int
    title: str
    revealed: bool
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ClassView:
    """The teacher's page."""

    label: str
    notice: str
    here: int
    items: tuple[ClassItem, ...]
    learners: tuple[StandingRow, ...]
    disclaimer: str = DISCLAIMER


def build_sheet(room: Classroom, number: int) -> SheetView:
    """Build a learner's own page."""
    learner = room.learner(number)
    choices = tuple((s.value, f"{STATUS_ICONS[s]} {STATUS_WORDS[s]}") for s in Status)
    if room.assessment is None or room.lesson is None:
        return SheetView(number, "", "", NO_LESSON, (), choices, learner.stamp)
    lesions = tuple(
        _lesion(room, learner, assessed.lesion.id) for assessed in room.assessment.lesions
    )
    score = score_text(room.sheet(learner))
    return SheetView(
        number, room.lesson.label, score, learner.problem, lesions, choices, learner.stamp
    )


def build_class(room: Classroom) -> ClassView:
    """Build the teacher's page: every learner's answers so far."""
    here = sum(room.is_here(learner) for learner in room.learners)
    if room.assessment is None or room.lesson is None:
        rows = tuple(StandingRow(r.number, room.is_here(r), 0, "", "", ()) for r in room.learners)
        return ClassView("", NO_LESSON.replace("the teacher has", "You have"), here, (), rows)
    every = {learner.number: _scores(room, learner) for learner in room.learners}
    first = every[room.learners[0].number] if room.learners else ()
    items = tuple(
        ClassItem(
            score.lesion, score.number, score.title, revealed,
            tuple(
                (STATUS_ICONS[status], sum(own[at][0].given is status for own in every.values()))
                for status in Status
            ),
        )
        for at, (score, revealed) in enumerate(first)
    )  # fmt: skip
    learners = tuple(_standing(room, learner, every[learner.number]) for learner in room.learners)
    return ClassView(room.lesson.label, "", here, items, learners)


def sheets_as_csv(room: Classroom) -> str:
    """Every item of every learner, one row each, points only where it was revealed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADS)
    for learner in room.learners:
        for row in _rows(room, learner):
            writer.writerow([safe_cell("" if v is None else v) for v in row.values()])
    writer.writerow((DISCLAIMER,))
    return out.getvalue()


def sheets_as_json(room: Classroom) -> str:
    """Every learner's sheet as JSON text."""
    document = {
        "schema": SCHEMA,
        "disclaimer": DISCLAIMER,
        "version": "" if room.assessment is None else room.assessment.version,
        "learners": [
            {
                "learner": learner.number,
                "points": 0 if room.assessment is None else room.sheet(learner).point,
                "points_possible": 0 if room.assessment is None else room.sheet(learner).points,
                "items": _rows(room, learner),
            }
            for learner in room.learners
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _lesion(room: Classroom, learner: Learner, lesion_id: str) -> SheetLesion:
    assert room.assessment is not None and room.lesson is not None
    assessed, teaching = room.assessment.lesion(lesion_id), learner.teaching
    rows = []
    for finding in assessed.findings:
        spec, held = finding.spec, teaching.given(lesion_id, finding.spec.id)
        revealed = teaching.is_revealed(lesion_id, spec.id)
        shown = {}
        if revealed:
            score = score_item(
                room.assessment.prepared, lesion_id, finding, teaching, room.lesson.key
            )
            icon, word = AGREEMENT_ICONS[score.agreement], AGREEMENT_WORDS[score.agreement]
            shown = {
                "agreement": f"{icon} {word}",
                "computed": f"{STATUS_ICONS[finding.status]} {STATUS_WORDS[finding.status]}",
                "sentence": finding.sentence,
            }
            if score.from_script and score.expected is not finding.status:
                shown["computed"] += f" (made to show: {STATUS_WORDS[score.expected]})"
        rows.append(SheetRow(
            spec.id, spec.number, spec.title, spec.question,
            held.status.value if held and held.status else "", held.note if held else "",
            revealed, **shown,
        ))  # fmt: skip
    answered = sum(bool(row.given) for row in rows)
    title = f"{lesion_id} · {assessed.lesion.name}"
    return SheetLesion(lesion_id, title, f"{answered} of {len(rows)} answered", tuple(rows))


def _scores(room: Classroom, learner: Learner) -> tuple[tuple[ItemScore, bool], ...]:
    """Score of every item, and whether it was revealed (before that it counts nothing)."""
    if room.assessment is None or room.lesson is None:
        return ()
    return tuple(
        (
            score_item(room.assessment.prepared, assessed.lesion.id, finding, learner.teaching,
                       room.lesson.key),
            learner.teaching.is_revealed(assessed.lesion.id, finding.spec.id),
        )
        for assessed in room.assessment.lesions
        for finding in assessed.findings
    )  # fmt: skip


def _standing(
    room: Classroom, learner: Learner, scores: Sequence[tuple[ItemScore, bool]]
) -> StandingRow:
    cells = []
    for score, revealed in scores:
        icon = STATUS_ICONS[score.given] if score.given else ""
        words = STATUS_WORDS[score.given] if score.given else "no answer yet"
        if revealed:
            icon = f"{icon or '∅'} {AGREEMENT_ICONS[score.agreement]}"
            words = f"{words}; {AGREEMENT_WORDS[score.agreement]}"
        cells.append((icon, f"{score.title}: {words}" + (f"; {score.note}" if score.note else "")))
    return StandingRow(
        learner.number, room.is_here(learner), sum(bool(s.given) for s, _ in scores),
        score_text(room.sheet(learner)), learner.problem, tuple(cells),
    )  # fmt: skip


def _rows(room: Classroom, learner: Learner) -> list[dict[str, object]]:
    """Rows of a learner's sheet by heading; nothing computed stands where it was not revealed."""
    if room.assessment is None:
        return []
    case = room.assessment.prepared.case.id
    rows: list[dict[str, object]] = []
    for score, revealed in _scores(room, learner):
        row: dict[str, object] = {
            "learner": learner.number, "case": case, "lesion": score.lesion, "item": score.finding,
            "number": score.number, "title": score.title,
            "answer": score.given.value if score.given else None, "note": score.note,
            "computed": score.computed.value, "scored_against": score.expected.value,
            "from_script": score.from_script, "points": score.point,
            "points_possible": score.points, "agreement": score.agreement.value,
            "mark_distance_mm": score.distance_mm, "mark_to_region_mm": score.to_region_mm,
            "computed_sentence": score.sentence, "revealed": revealed,
        }  # fmt: skip
        if not revealed:
            for name in HEADS[HEADS.index("computed") : -1]:
                row[name] = None
        rows.append(row)
    return rows
