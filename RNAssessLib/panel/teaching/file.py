"""Teaching rounds on disk, and what a lesson is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import InputError, Progress
from RNAssessLib.storage import read_kept, write_kept

from .round import TeachingRound
from .score import AnswerKey

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
    """Read saved rounds, or their backup; raises InputError where there are no good ones."""
    kept = read_kept(path, TeachingRound.from_json)
    if kept is None:
        raise InputError(path, "is not there")
    return replace(kept.value, notice=kept.notice)


def open_round(path: Path | None, case_id: str, *, to_write: bool = False) -> TeachingRound:
    """Take up the round kept in a file, or start one when there is none yet.

    When the file is damaged or gone its backup is taken up, and `TeachingRound.notice` says so.

    Parameters
    ----------
    path : Path or None
    case_id : str
    to_write : bool
        Answers will be saved there: a damaged file is set aside, so that it is kept.

    Raises
    ------
    InputError
        The file is damaged and has no good backup, comes from a newer version, or belongs to
        another case: it would be overwritten.
    """
    kept = None if path is None else read_kept(path, TeachingRound.from_json, to_write=to_write)
    if path is None or kept is None:
        return TeachingRound(case_id=case_id)
    if kept.value.case_id != case_id:
        raise InputError(path, f"holds the rounds of case {kept.value.case_id!r}, not {case_id!r}")
    return replace(kept.value, notice=kept.notice)


def write_round(teaching: TeachingRound, path: Path) -> None:
    """Save a round with those before it whole; the last good file stays beside it as ``.bak``.

    Raises
    ------
    OSError
        It could not be saved; the file is as it was.
    NewerVersionError
        A newer version of RNAssess wrote the file meanwhile.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_kept(path, teaching.to_json() + "\n", TeachingRound.from_json)


def standing_of(lesson: Lesson) -> dict[str, str]:
    """How far a lesson has come, in words; its title once everything was revealed."""
    if lesson.keep_in is None or not lesson.keep_in.exists():
        return {"standing": "not begun", "title": ""}
    try:
        teaching = read_round(lesson.keep_in)
    except InputError as error:
        return {"standing": error.reason, "title": ""}
    answered = len(teaching.answered)
    rounds = len(teaching.earlier) + 1
    words = f"{answered} answered" + (f", round {rounds}" if rounds > 1 else "")
    every = (*teaching.earlier, teaching)
    over = any(len(one.revealed_lesions) >= lesson.lesions for one in every)
    return {"standing": words, "title": lesson.title if over else ""}
