"""Teaching rounds on disk, and what a lesson is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import InputError, Progress

from .teaching import TeachingRound
from .teaching_score import AnswerKey

SUFFIX = ".teaching.json"


@dataclass(frozen=True)
class Lesson:
    """A case to be answered.

    Attributes
    ----------
    label : str
        Neutral name that is shown while answers are hidden.
    title : str
        What the case is; shown once everything has been revealed.
    load : callable
        ``load(progress) -> Assessment``.
    keep_in : Path or None
        File of the rounds.
    sees : str
        What a reader should see, shown with the title.
    key : AnswerKey
    lesions : int
        How many lesions the case has, where that is known before it is loaded.
    """

    label: str
    title: str
    load: Callable[[Progress], Assessment]
    keep_in: Path | None = None
    sees: str = ""
    key: AnswerKey = field(default_factory=AnswerKey)
    lesions: int = 1


def read_round(path: Path) -> TeachingRound:
    """Read saved rounds; raises InputError for a file that does not hold any."""
    try:
        return TeachingRound.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(path, str(error)) from None


def open_round(path: Path | None, case_id: str) -> TeachingRound:
    """Take up the round kept in a file, or start one when there is none yet.

    Raises
    ------
    InputError
        The file is no round, or one of another case: it would be overwritten.
    """
    if path is None or not path.exists():
        return TeachingRound(case_id=case_id)
    kept = read_round(path)
    if kept.case_id != case_id:
        raise InputError(path, f"holds the rounds of case {kept.case_id!r}, not {case_id!r}")
    return kept


def write_round(teaching: TeachingRound, path: Path) -> None:
    """Save a round with those before it whole: a file is replaced in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(teaching.to_json() + "\n", encoding="utf-8")
    part.replace(path)
