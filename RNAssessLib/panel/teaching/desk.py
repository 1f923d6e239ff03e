"""A learner at work on one lesson: what is selected, what is given, what may be shown."""

from __future__ import annotations

from collections.abc import Callable

from RNAssessLib.assessment import Assessment
from RNAssessLib.findings.finding import Status

from ..hanging.third_row import ThirdRow, build_third_rows, item_row
from ..session.lock import SessionLock
from ..session.saving import Saver
from ..words.rows import JumpTo
from .file import Lesson, open_round, write_round
from .round import EvidenceMark, TeachingRound
from .score import score_round
from .view import TeachingView, build_teaching


class TeachingDesk:
    """One lesson that is being answered; every change is saved at once.

    Parameters
    ----------
    assessment : Assessment
    lesson : Lesson

    Attributes
    ----------
    teaching : TeachingRound
    lesion_id, finding_id : str
        What is selected; empty when nothing is.
    problem : str
        Why the last action did not happen, in words for the learner.

    Raises
    ------
    InputError
        The file of answers holds those to another case.
    """

    def __init__(self, assessment: Assessment, lesson: Lesson) -> None:
        self.assessment = assessment
        self.lesson = lesson
        self._lock = None if lesson.keep_in is None else SessionLock(lesson.keep_in, "a lesson")
        self._second = bool(self._elsewhere())
        self.teaching: TeachingRound = open_round(
            lesson.keep_in, assessment.prepared.case.id, to_write=not self._second
        )
        self.saver = Saver(lesson.keep_in, write_round)
        self.lesion_id = assessment.lesions[0].lesion.id if assessment.lesions else ""
        self.finding_id = ""
        self.problem = self.teaching.notice

    # --- what is shown ----------------------------------------------------------------------------

    def view(self) -> TeachingView | None:
        """Return the page of the selected lesion; None in a case without one."""
        if not self.lesion_id:
            return None
        lesson = self.lesson
        return build_teaching(
            self.assessment, self.teaching, self.lesion_id, self.finding_id, lesson.key,
            lesson.title, lesson.sees,
        )  # fmt: skip

    @property
    def is_revealed(self) -> bool:
        """Whether the computed answer of the selected item may be shown."""
        return self.teaching.is_revealed(self.lesion_id, self.finding_id)

    @property
    def is_over(self) -> bool:
        """Whether everything about every lesion may be shown."""
        return all(self.teaching.all_revealed(a.lesion.id) for a in self.assessment.lesions)

    @property
    def mark_given(self) -> EvidenceMark | None:
        """Where the learner pointed for the selected item."""
        held = self.teaching.given(self.lesion_id, self.finding_id)
        return held.mark if held else None

    @property
    def jump(self) -> JumpTo | None:
        """Where the selected item's evidence lies; None while it is hidden."""
        view = self.view()
        compared = view.item.comparison if view and view.item else None
        return compared.jumps[0] if compared and compared.jumps else None

    @property
    def row(self) -> ThirdRow | None:
        """Return what hangs below T1c and FLAIR for the selected item."""
        if not self.finding_id:
            return None
        finding = self.assessment.lesion(self.lesion_id).finding(self.finding_id)
        rows = build_third_rows(self.assessment.prepared)
        return item_row(rows, finding, hidden=not self.is_revealed)

    # --- the learner acts -------------------------------------------------------------------------

    def select_lesion(self, lesion_id: str) -> None:
        """Turn to another lesion."""
        self.lesion_id, self.finding_id, self.problem = lesion_id, "", ""

    def select(self, finding_id: str) -> None:
        """Turn to an item."""
        self.finding_id, self.problem = finding_id, ""

    def step(self, by: int) -> None:
        """Turn to the item `by` rows on, round the end; the first when none is on."""
        view = self.view()
        if view is None or not view.rows:
            return
        ids = [row.finding for row in view.rows]
        at = ids.index(self.finding_id) + by if self.finding_id in ids else 0
        self.select(ids[at % len(ids)])

    def answer(self, status: Status) -> None:
        """Give a status for the selected item; the same once more takes it away."""
        held = self.teaching.given(self.lesion_id, self.finding_id)
        again = held is not None and held.status is status
        self.set_answer(None if again else status)

    def set_answer(self, status: Status | None) -> None:
        """Give a status for the selected item, or take it away with None."""
        self._give(lambda lesion, item: self.teaching.answer(lesion, item, status))

    def write_note(self, note: str) -> None:
        """Write a note beside the selected item."""
        self._give(lambda lesion, item: self.teaching.write_note(lesion, item, note))

    def mark(self, mark: EvidenceMark | None) -> None:
        """Point at the evidence of the selected item, or take the mark away."""
        self._give(lambda lesion, item: self.teaching.mark(lesion, item, mark))

    def reveal(self) -> None:
        """Show the computed answer of the selected item."""
        self._give(self.teaching.reveal)

    def reveal_all(self) -> None:
        """Show every computed answer of the lesion."""
        if self.lesion_id:
            self._hold(self.teaching.reveal(self.lesion_id))

    def again(self) -> None:
        """Start another round; the one before is kept."""
        self._hold(self.teaching.again())

    def undo(self) -> None:
        """Take the latest answer back."""
        self._hold(self.teaching.undo())

    def redo(self) -> None:
        """Give the latest answer that was taken back again."""
        self._hold(self.teaching.redo())

    def sheet(self, kind: str) -> str:
        """Return the score sheet as text: ``csv`` or ``json``."""
        sheet = score_round(self.assessment, self.teaching, self.lesson.key)
        return sheet.to_json() if kind == "json" else sheet.to_csv()

    def _give(self, act: Callable[[str, str], TeachingRound]) -> None:
        if not self.finding_id:
            self.problem = "choose an item first"
            return
        try:
            self._hold(act(self.lesion_id, self.finding_id))
        except ValueError as error:
            self.problem = str(error)

    def _hold(self, teaching: TeachingRound) -> None:
        """Save at once: a closed window loses nothing."""
        self.problem = ""
        changed = teaching is not self.teaching
        if changed and not self._may_write():
            return
        self.teaching = teaching
        if changed:
            self.saver.save(teaching)

    def close(self) -> None:
        """Let the file of answers go."""
        if self._lock is not None:
            self._lock.release()

    def _may_write(self) -> bool:
        """Whether no other process answers this lesson; what one left is taken up first."""
        elsewhere = self._elsewhere()
        if elsewhere:
            self.problem = f"not recorded: this lesson is open in {elsewhere}; close it there first"
            self._second = True
        elif self._second:
            self._second = False
            self.teaching = open_round(
                self.lesson.keep_in, self.assessment.prepared.case.id, to_write=True
            )
            self.problem = "taken up as the other process left it: give this answer again"
        return not self.problem

    def _elsewhere(self) -> str:
        """Name the other process that holds the lesson; takes it where there is none."""
        if self._lock is None:
            return ""
        try:
            holder = self._lock.take()
            if holder is not None and holder.is_of(self._lock.own):
                self._lock.take_over()  # opened before by this very process
                return ""
        except OSError:
            return ""  # nothing can be written there, which writing says
        return "" if holder is None else holder.words
