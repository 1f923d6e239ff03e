"""What a reader records: one way for every answer, correction, place and undo."""

from __future__ import annotations

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Progress, silent
from RNAssessLib.findings.finding import Status

from ..session.session import ReaderSession
from .changes import (
    AnswerChanged,
    Change,
    FiguresChanged,
    OutlinesChanged,
    PlacesChanged,
    RecordsChanged,
)
from .reader_case import ReaderCase
from .running import Done, Keeper, Runner, Said
from .selection import Selection
from .view_model import build_panel

BUSY = "something is being computed, answer again when it is done"


def nothing() -> None:
    """Do nothing."""


class Recording(Selection):
    """The session of a `Reading`: what is put into it, and what follows from that.

    Attributes
    ----------
    session : ReaderSession
    runner : Runner
    keeper : Keeper
    """

    session: ReaderSession
    runner: Runner
    keeper: Keeper
    _case: ReaderCase

    # --- answers ----------------------------------------------------------------------------------

    def accept(self) -> None:
        """Accept the computed answer of the selected item."""
        if self.row is not None:
            self.answer(self.finding.status)

    def choose(self, status: Status) -> None:
        """Pick an answer: the computed one is taken at once, another one asks for its reason."""
        if self.row is None:
            return
        if status is self.finding.status:
            self.answer(status)
        else:
            self.pending, self.problem = status, ""
            self._tell_answer()

    def take_back(self) -> None:
        """Drop the picked answer; nothing is recorded."""
        self.pending, self.problem = None, ""
        self._tell_answer()

    def decide(self, reason: str) -> None:
        """Save the picked answer; `problem` says what is missing."""
        if self.row is not None and self.pending is not None:
            self.answer(self.pending, reason)
        else:
            self.tell("no answer waits for a reason: choose one first")

    def answer(self, status: Status, reason: str = "") -> None:
        """Save an answer for the selected item; `problem` says what is missing."""
        if not self._may_record(self.tell):
            return
        try:
            session = self.session.decide(self.lesion_id, self.finding, status, reason)
        except ValueError as error:
            self.tell(str(error))
            return
        self.pending = None
        self._record(session, self.after(session))

    def withdraw(self) -> None:
        """Take the decision about the selected item away."""
        if self.row is not None:
            session = self.session.withdraw(self.lesion_id, self.finding_id)
            self.follow("Taking the answer away", session)

    def undo(self) -> None:
        """Take the latest record back."""
        self.follow("Taking it back", self.session.undo())

    def redo(self) -> None:
        """Make the latest undone record again."""
        self.follow("Doing it again", self.session.redo())

    # --- the one way of every record --------------------------------------------------------------

    def takes_time(self, session: ReaderSession) -> bool:
        """Whether it has an image in another place or another outline: that takes seconds."""
        held = self.session
        return (session.place_changes, session.mask_changes) != (
            held.place_changes, held.mask_changes,
        )  # fmt: skip

    def after(self, session: ReaderSession, progress: Progress = silent) -> Assessment:
        """Assessment with another session; nothing of the reading changes."""
        return self._case.follow(self.assessment, session, progress)

    def follow(
        self,
        what: str,
        session: ReaderSession,
        done: Done = nothing,
        said: Said | None = None,
    ) -> None:
        """Record another state of the session: at once, or by the runner when that takes time.

        Parameters
        ----------
        what : str
            What is being done, in words.
        session : ReaderSession
        done : callable
            Called once it is recorded.
        said : callable, optional
            Takes the line that says why it was not; `problem` does otherwise.
        """
        said = said or self.tell

        def take(assessment: Assessment) -> None:
            refused = self.problem  # an answer given meanwhile: saying so must outlast the result
            if self._may_record(said):
                self._record(session, assessment)
                done()
                if refused and not self.problem:
                    self.tell(refused)

        if not self._may_begin(said):
            return
        if self.takes_time(session):
            if not self.runner.is_busy:
                self.problem = ""
            self.runner.run(what, lambda tell: self.after(session, tell), take, said)
        elif self._may_record(said):
            self._record(session, self.after(session))
            done()

    def go_on(self, what: str, session: ReaderSession, done: Done = nothing) -> None:
        """Go on with what the file holds: nothing is saved, nothing was answered here."""

        def take(assessment: Assessment) -> None:
            told = self._put(session, assessment, by_reader=False)
            self.changes.tell(*told)
            done()
            self._tell_answer()

        if self.takes_time(session):
            self.runner.run(what, lambda tell: self.after(session, tell), take, self.tell)
        elif not self.runner.is_busy:
            take(self.after(session))

    def _may_begin(self, said: Said) -> bool:
        refused = self.keeper.refusal()
        if refused:
            said(f"not recorded: {refused}")
        return not refused

    def _may_record(self, said: Said) -> bool:
        if self.runner.is_busy:
            said(f"not recorded: {BUSY}")
            return False
        return self._may_begin(said)

    def _record(self, session: ReaderSession, assessment: Assessment) -> None:
        told = self._put(session, assessment)
        if any(isinstance(change, RecordsChanged) for change in told):
            self.problem = self.keeper.save(session)  # before anybody is told: nothing is lost
        self.changes.tell(*told, AnswerChanged(self.pending, self.problem))

    def _put(
        self, session: ReaderSession, assessment: Assessment, *, by_reader: bool = True
    ) -> list[Change]:
        """Hold another session with its assessment; returns what there is to tell."""
        before, held = self.assessment, self.session
        self.assessment, self.session = assessment, session
        self.panel = build_panel(assessment, session)
        self.problem = ""  # an answer that waits for its reason goes on waiting
        told = [] if assessment is before else _figures(before, assessment)
        if session is not held:
            told.append(RecordsChanged(held, session, by_reader))
        return told


def _figures(before: Assessment, after: Assessment) -> list[Change]:
    """What is another one in another assessment of the same case."""
    told: list[Change] = [FiguresChanged(before, after)]
    pairs = list(zip(before.prepared.timepoints, after.prepared.timepoints, strict=True))
    if any(a.to_reference is not b.to_reference or a.to_t1c != b.to_t1c for a, b in pairs):
        told.append(PlacesChanged(before, after))
    if any(a.lesions is not b.lesions and a.lesions != b.lesions for a, b in pairs):
        told.append(OutlinesChanged(before, after))
    return told
