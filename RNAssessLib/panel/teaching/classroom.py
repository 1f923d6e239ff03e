"""A class at one lesson: every learner's own sheet, closed item by item as the teacher reveals."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import InputError
from RNAssessLib.findings.finding import Status
from RNAssessLib.storage import NewerVersionError

from .file import SUFFIX, Lesson, open_round, write_round
from .round import TeachingRound
from .score import ScoreSheet, score_round

AWAY_S = 15.0  # a page that has not asked for so long is not there
LONGEST_NOTE = 2000
NO_LESSON = "the teacher has not opened a case yet"


@dataclass
class Learner:
    """One learner: a number, never a name.

    Attributes
    ----------
    number : int
        From 1.
    teaching : TeachingRound
        Of the lesson that is open.
    keep_in : Path or None
        File of it; None when nothing is kept.
    stamp : int
        Counts what changed on the sheet, so that a page need not be sent the same twice.
    seen : float or None
        When the page last asked (monotonic, s).
    problem : str
        Why the sheet is not saved; empty when it is.
    """

    number: int
    teaching: TeachingRound = field(default_factory=TeachingRound)
    keep_in: Path | None = None
    stamp: int = 0
    seen: float | None = None
    problem: str = ""


class Classroom:
    """Sheets of a class for the lesson that its teacher has open.

    Parameters
    ----------
    learners : int
        How many sheets.
    clock : callable
        Monotonic time in s.

    Attributes
    ----------
    lesson : Lesson or None
    assessment : Assessment or None
        Of the open lesson.
    learners : tuple of Learner
    """

    def __init__(self, learners: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.learners = tuple(Learner(number) for number in range(1, learners + 1))
        self.lesson: Lesson | None = None
        self.assessment: Assessment | None = None
        self._clock = clock
        self._teacher = TeachingRound()

    def learner(self, number: int) -> Learner:
        """Return the learner with this number; raises KeyError."""
        for learner in self.learners:
            if learner.number == number:
                return learner
        raise KeyError(number)

    def is_here(self, learner: Learner) -> bool:
        """Whether a learner's page asked within the last `AWAY_S` seconds."""
        return learner.seen is not None and self._clock() - learner.seen < AWAY_S

    def see(self, number: int) -> None:
        """Note that a learner's page asked."""
        self.learner(number).seen = self._clock()

    # --- lessons ----------------------------------------------------------------------------------

    def open(self, lesson: Lesson, assessment: Assessment, teacher: TeachingRound) -> None:
        """Take up every learner's sheet of a lesson, or begin it."""
        self.lesson, self.assessment, self._teacher = lesson, assessment, teacher
        case_id = assessment.prepared.case.id
        for learner in self.learners:
            learner.keep_in = sheet_file(lesson, learner.number)
            learner.problem = ""
            try:
                learner.teaching = open_round(learner.keep_in, case_id, to_write=True)
            except InputError as error:  # another case's sheet is never overwritten
                learner.teaching, learner.keep_in = TeachingRound(case_id=case_id), None
                learner.problem = f"not kept: {error}"
            if self._is_of_an_earlier_round(learner.teaching):
                self._hold(learner, learner.teaching.again())
            learner.stamp += 1
        self.follow(teacher)

    def close(self) -> None:
        """Put the sheets away; what was answered is saved."""
        self.lesson = self.assessment = None
        for learner in self.learners:
            learner.teaching, learner.keep_in = TeachingRound(), None
            learner.stamp += 1

    def follow(self, teacher: TeachingRound) -> None:
        """Close on every sheet what the teacher has revealed; a new round is one for all."""
        if self.assessment is None:
            return
        again = len(teacher.earlier) > len(self._teacher.earlier)
        self._teacher = teacher
        for learner in self.learners:
            teaching = learner.teaching.again() if again else learner.teaching
            for lesion, finding in self._items():
                if teacher.is_revealed(lesion, finding):
                    teaching = teaching.show(lesion, finding)
            self._hold(learner, teaching)

    # --- learners ---------------------------------------------------------------------------------

    def answer(
        self, number: int, lesion: str, finding: str, status: Status | None, note: str | None = None
    ) -> str:
        """Hold what a learner answers; the latest before the reveal counts.

        The same once more changes nothing, so that a page may send again what it does not know to
        have arrived.

        Returns
        -------
        str
            Why it is not held, in words for the learner; empty when it is.
        """
        learner = self.learner(number)
        if (lesion, finding) not in self._items():
            return NO_LESSON if self.assessment is None else "this case has no such item"
        if note is not None and len(note) > LONGEST_NOTE:
            return f"a note has at most {LONGEST_NOTE} characters"
        try:
            teaching = learner.teaching.answer(lesion, finding, status)
            if note is not None:
                teaching = teaching.write_note(lesion, finding, note)
        except ValueError:
            return "the teacher has shown the computed answer: it cannot be answered any more"
        self._hold(learner, teaching)
        return ""

    def sheet(self, learner: Learner) -> ScoreSheet:
        """Score what has been revealed on a learner's sheet."""
        assert self.assessment is not None and self.lesson is not None
        return score_round(self.assessment, learner.teaching, self.lesson.key)

    # --- own --------------------------------------------------------------------------------------

    def _items(self) -> list[tuple[str, str]]:
        if self.assessment is None:
            return []
        return [(a.lesion.id, f.spec.id) for a in self.assessment.lesions for f in a.findings]

    def _is_of_an_earlier_round(self, teaching: TeachingRound) -> bool:
        """Whether something is closed there that the teacher has not shown in this round."""
        return any(
            teaching.is_revealed(*item) and not self._teacher.is_revealed(*item)
            for item in self._items()
        )

    def _hold(self, learner: Learner, teaching: TeachingRound) -> None:
        """Hold and save at once."""
        if teaching is learner.teaching:
            return
        learner.teaching = teaching
        learner.stamp += 1
        if learner.keep_in is None:
            return
        try:
            write_round(teaching, learner.keep_in)
            learner.problem = ""
        except (OSError, NewerVersionError) as error:
            learner.problem = f"not saved: {error}"


def sheet_file(lesson: Lesson, number: int) -> Path | None:
    """File of a learner's sheet, beside the teacher's own round; None when nothing is kept.

    Examples
    --------
    >>> lesson = Lesson("Case 1", "", lambda _: None, Path("kept/1.teaching.json"))
    >>> sheet_file(lesson, 7).as_posix()
    'kept/1.class/learner-07.teaching.json'
    """
    if lesson.keep_in is None:
        return None
    stem = lesson.keep_in.name.removesuffix(SUFFIX)
    return lesson.keep_in.parent / f"{stem}.class" / f"learner-{number:02}{SUFFIX}"
