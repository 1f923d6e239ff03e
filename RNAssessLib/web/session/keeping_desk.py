"""The file of a reading room's session: saved at once, and watched for another process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from RNAssessLib.case import InputError
from RNAssessLib.panel.session.keeping import Keeping, NotKeptError, Standing
from RNAssessLib.panel.session.saving import Saver
from RNAssessLib.panel.session.session import ReaderSession

if TYPE_CHECKING:
    from ..reading.room import ReadingRoom

LOOK_S = 1.0
NOTHING = {"standing": Standing.OWN.value, "text": ""}


class KeepingDesk:
    """Saves what the reader records, unless another process keeps the case; the page says so.

    Parameters
    ----------
    room : ReadingRoom
    keeping : Keeping or None
        None where nothing is saved.
    take : callable
        Goes on with another session without saving it.
    """

    def __init__(
        self,
        room: ReadingRoom,
        keeping: Keeping | None,
        take: Callable[[str, ReaderSession, Callable[[], None]], None],
    ) -> None:
        self._room = room
        self._keeping = keeping
        self._take = take
        path = None if keeping is None else keeping.path
        self.saver: Saver[Any] = Saver(path, lambda session, _: self._held().write(session))
        self._watch: asyncio.Task[None] | None = None

    @property
    def _case_id(self) -> str:
        return self._room.assessment.prepared.case.id

    def bind(self) -> None:
        """Take the page's requests, and begin to watch."""
        self._room.server.trigger("take_over")(self.take_over)
        self._room.server.trigger("keep_both")(self.keep_both)
        if self._keeping is not None:
            self._watch = asyncio.get_running_loop().create_task(self._look_again())

    def fill(self) -> None:
        """Put the page's variables there."""
        self._show()

    def close(self) -> None:
        """Stop watching and let the file go."""
        if self._watch is not None:
            self._watch.cancel()
        self.again()
        if self._keeping is not None:
            self._keeping.close()

    def refusal(self) -> str:
        """Why nothing may be recorded now; empty when it may."""
        if self._keeping is None:
            return ""
        refused = self._keeping.refusal()
        self._show()
        return refused

    def save(self, session: ReaderSession) -> str:
        """Save at once, so that a stopped server loses nothing; returns why nothing may be saved.

        What the disk does not take waits: `saver` says so, and tries again with the next change.
        """
        try:
            self.saver.save(session)
        except NotKeptError as error:
            self._show()
            return str(error)
        return ""

    def again(self) -> str:
        """Try once more to save what waits; returns as `save`."""
        try:
            self.saver.again()
        except NotKeptError as error:
            return str(error)
        return ""

    # --- two processes ----------------------------------------------------------------------------

    def take_over(self) -> None:
        """Keep the file from now on, and go on with what is in it."""
        if self._keeping is not None and self._keeping.standing is not Standing.OWN:
            self._go_on(lambda: self._held().take_over(self._case_id))

    def keep_both(self) -> None:
        """After a change from outside: go on with the file's records and those made here."""
        if self._keeping is None or self._keeping.standing is not Standing.CHANGED:
            return
        ours = self._room.reading.session
        self._go_on(lambda: self._held().keep_both(ours), lambda: self._save_now())

    def _held(self) -> Keeping:
        assert self._keeping is not None
        return self._keeping

    def _save_now(self) -> None:
        problem = self.save(self._room.reading.session)
        if problem:
            self._tell(problem)

    def _go_on(
        self, read: Callable[[], ReaderSession], done: Callable[[], None] = lambda: None
    ) -> None:
        if self._room.aside.is_busy:
            self._tell("something is being computed: take the case over when it is done")
            return
        try:
            session = read()
        except InputError as error:
            self._tell(str(error))
            return
        self._take("Taking the case over", session, done)
        self._show()

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            with self._room.state:
                self._look()

    def _look(self) -> None:
        keeping = self._held()
        if keeping.look():
            self._show()
        follows = keeping.standing in (Standing.READ_ONLY, Standing.LOST)
        if follows and not self._room.aside.is_busy and keeping.has_changed():
            try:
                session = keeping.read(self._case_id)
            except InputError:
                return  # being replaced, or damaged: the one who keeps it says so
            self._take("Following the other process", session, lambda: None)

    def _show(self) -> None:
        keeping = self._keeping
        self._room.state.keeping = (
            dict(NOTHING)
            if keeping is None
            else {"standing": keeping.standing.value, "text": keeping.sentence}
        )

    def _tell(self, problem: str) -> None:
        self._room.reading.problem = problem
        self._room.show_panel()
