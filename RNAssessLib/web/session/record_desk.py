"""What the reader records: answers, events, outlines, places, measurements; saved at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import ClinicalEvent, Mask, MaskKind, Registration, SequenceRole
from RNAssessLib.panel.measuring.measurements import Measurement
from RNAssessLib.panel.session.keeping import Keeping
from RNAssessLib.panel.session.saving import Saver
from RNAssessLib.panel.session.session import ReaderSession

from ..reading.web_reading import Reading
from .keeping_desk import KeepingDesk

if TYPE_CHECKING:
    from ..reading.room import ReadingRoom


def nothing() -> None:
    """Do nothing."""


class RecordDesk:
    """Every change of a reading room's session goes through here.

    Parameters
    ----------
    room : ReadingRoom
    keeping : Keeping or None
        File that the session is saved to.
    """

    def __init__(self, room: ReadingRoom, keeping: Keeping | None) -> None:
        self._room = room
        self._keeping = KeepingDesk(room, keeping, self._go_on)

    @property
    def saver(self) -> Saver[Any]:
        """What saves, and says what the file lacks."""
        return self._keeping.saver

    @saver.setter
    def saver(self, saver: Saver[Any]) -> None:
        self._keeping.saver = saver

    def refusal(self) -> str:
        """Why nothing may be recorded now, in one sentence; empty when it may."""
        return self._keeping.refusal()

    def close(self) -> None:
        """Save what waits and let the session's file go."""
        self._keeping.close()

    @property
    def _reading(self) -> Reading:
        return self._room.reading

    def bind(self) -> None:
        """Take the page's requests."""
        self._keeping.bind()
        self._room.server.trigger("save_again")(self.save_again)

    def fill(self) -> None:
        """Put the page's variables there: what must be known about the file comes first."""
        self._keeping.fill()
        self._room.state.unsaved, self._room.state.notice = "", self._reading.session.notice

    def show(self) -> None:
        """Say so as long as the file lacks what was recorded."""
        self._room.state.unsaved = self.saver.unsaved

    def do(self, act: Callable[[], None]) -> None:
        """Do something to the reading, unless it is being computed; keep it when it changed."""
        if self._room.aside.is_busy:
            self._tell("not recorded: something is being computed, answer again when it is done")
            return
        refused = self._keeping.refusal()
        if refused:
            self._tell(f"not recorded: {refused}")
            return
        before = self._reading.session
        act()
        if self._reading.session is not before:
            self._room.follow_reading()
            self._room.answering.say(before)
            problem = self._keeping.save(self._reading.session)
            self._reading.problem = problem or self._reading.problem
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
        refused = self._keeping.refusal()
        if refused:
            (said or self._tell)(f"not recorded: {refused}")
            return

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

    def save_again(self) -> None:
        """Try once more to save what could not be saved."""
        self._reading.problem = self._keeping.again()
        self._room.show_panel()

    def _go_on(self, what: str, session: ReaderSession, done: Callable[[], None]) -> None:
        """Go on with what the file holds: nothing is saved, nothing was answered here."""
        reading, aside = self._reading, self._room.aside

        def take(assessment: Assessment) -> None:
            reading.take(session, assessment)
            self._room.follow_reading()
            done()
            self._room.show_panel()

        if reading.takes_time(session):
            aside.start(what, lambda tell: reading.after(session, tell), take, self._tell)
        elif not aside.is_busy:
            take(reading.after(session))
