"""What the reader records: answers, events, outlines, places, measurements; saved at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import ClinicalEvent, Mask, MaskKind, Registration, SequenceRole
from RNAssessLib.panel.measurements import Measurement
from RNAssessLib.panel.session import ReaderSession
from RNAssessLib.panel.session_file import write_session

from .reading import Reading

if TYPE_CHECKING:
    from .reading_room import ReadingRoom


def nothing() -> None:
    """Do nothing."""


class RecordDesk:
    """Every change of a reading room's session goes through here.

    Parameters
    ----------
    room : ReadingRoom
    keep_in : Path or None
        File that the session is saved to.
    """

    def __init__(self, room: ReadingRoom, keep_in: Path | None) -> None:
        self._room = room
        self._keep_in = keep_in

    @property
    def _reading(self) -> Reading:
        return self._room.reading

    def do(self, act: Callable[[], None]) -> None:
        """Do something to the reading, unless it is being computed; keep it when it changed."""
        if self._room.aside.is_busy:
            self._tell("not recorded: something is being computed, answer again when it is done")
            return
        before = self._reading.session
        act()
        if self._reading.session is not before:
            self._room.follow_reading()
            self._room.answering.say(before)
            self._keep()
        self._room.show_panel()

    def edit_events(self, events: Sequence[ClinicalEvent]) -> None:
        """Take an edited list of clinical events; items and warnings follow."""
        self.do(lambda: self._reading.edit_events(events))

    def measure(self, measurements: Sequence[Measurement]) -> None:
        """Keep another list of measurements."""
        self.do(lambda: self._reading.measure(measurements))

    def correct(
        self,
        timepoint: str,
        lesion: str,
        masks: Mapping[MaskKind, Mask],
        done: Callable[[], None],
        said: Callable[[str], None],
    ) -> None:
        """Take corrected outlines of a lesion; every number that rests on them follows.

        Raises
        ------
        InputError
            They do not fit the case.
        """
        session = self._reading.corrected(timepoint, lesion, masks)
        self._follow(f"Applying the outline at {timepoint}", session, done, said)

    def place(
        self,
        timepoint: str,
        role: SequenceRole | None,
        placed: Registration,
        done: Callable[[], None],
    ) -> None:
        """Take a registration that the reader accepted; its study is prepared again."""
        session = self._reading.placed(timepoint, role, placed)
        self._follow(f"Placing {placed.moving}", session, done)

    def undo(self) -> None:
        """Take back a stroke that is being drawn, else the latest record."""
        if not self._room.correction.undo():
            self._follow("Taking it back", self._reading.session.undo())

    def redo(self) -> None:
        """Make the latest undone record again."""
        self._follow("Doing it again", self._reading.session.redo())

    def _follow(
        self,
        what: str,
        session: ReaderSession,
        done: Callable[[], None] = nothing,
        said: Callable[[str], None] | None = None,
    ) -> None:
        """Go on with another session: at once, or beside the page when that takes its time."""
        reading, aside = self._reading, self._room.aside

        def take(assessment: Assessment) -> None:
            self.do(lambda: reading.take(session, assessment))
            done()

        if reading.takes_time(session):
            say = said or self._tell
            aside.start(what, lambda tell: reading.after(session, tell), take, say)
        elif not aside.is_busy:
            take(reading.after(session))

    def _tell(self, problem: str) -> None:
        self._reading.problem = problem
        self._room.show_panel()

    def _keep(self) -> None:
        """Save at once: a closed window or a stopped server loses nothing."""
        if self._keep_in is None:
            return
        try:
            write_session(self._reading.session, self._keep_in)
        except OSError as error:
            self._reading.problem = f"not saved to {self._keep_in}: {error.strerror}"
