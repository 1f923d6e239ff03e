"""The file of the session on the page: what it lacks, and another process that keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from trame_server import Server

from RNAssessLib.case import InputError
from RNAssessLib.panel.reading.changes import AnswerChanged, RecordsChanged, RoundChanged
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.session.keeping import Standing
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.session.store import Store

from ..reading.desk import Desk, Requests

LOOK_S = 1.0


class KeepingDesk(Desk):
    """Says what is not saved, watches the file, and takes it over on request.

    Parameters
    ----------
    server : trame Server
    reading : Reading
    store : Store
    """

    def __init__(self, server: Server, reading: Reading, store: Store) -> None:
        super().__init__(server, reading)
        self._store = store
        self._watch: asyncio.Task[None] | None = None
        store.on_look = self._show
        for kind in (AnswerChanged, RecordsChanged, RoundChanged):
            reading.changes.on(kind, self._show_unsaved)

    @property
    def _case_id(self) -> str:
        return self._reading.assessment.prepared.case.id

    def requests(self) -> Requests:
        """Save again, take over, keep both."""
        return {
            "save_again": lambda: self._reading.tell(self._store.again()),
            "take_over": self.take_over,
            "keep_both": self.keep_both,
        }

    def bind(self) -> None:
        """Take the page's requests, and begin to watch."""
        super().bind()
        if self._store.keeping is not None:
            self._watch = asyncio.get_running_loop().create_task(self._look_again())

    def fill(self) -> None:
        """Put the page's variables there: what must be known about the file comes first."""
        self._state.notice = self._reading.session.notice
        self._show()
        self._show_unsaved()

    def close(self) -> None:
        """Stop watching and let the file go."""
        if self._watch is not None:
            self._watch.cancel()
        self._store.close()

    # --- two processes ----------------------------------------------------------------------------

    def take_over(self) -> None:
        """Keep the file from now on, and go on with what is in it."""
        if self._store.standing is not Standing.OWN:
            self._go_on(lambda: self._store.take_over(self._case_id))

    def keep_both(self) -> None:
        """After a change from outside: go on with the file's records and those made here."""
        if self._store.standing is Standing.CHANGED:
            ours = self._reading.session
            self._go_on(lambda: self._store.keep_both(ours), self._save_now)

    def _save_now(self) -> None:
        problem = self._store.save(self._reading.session)
        if problem:
            self._reading.tell(problem)

    def _go_on(
        self, read: Callable[[], ReaderSession], done: Callable[[], None] = lambda: None
    ) -> None:
        if self._reading.runner.is_busy:
            self._reading.tell("something is being computed: take the case over when it is done")
            return
        try:
            session = read()
        except InputError as error:
            self._reading.tell(str(error))
            return
        self._reading.go_on("Taking the case over", session, done)
        self._show()

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            with self._state:
                self._look()

    def _look(self) -> None:
        keeping = self._store.keeping
        assert keeping is not None
        if keeping.look():
            self._show()
        follows = keeping.standing in (Standing.READ_ONLY, Standing.LOST)
        if follows and not self._reading.runner.is_busy and keeping.has_changed():
            try:
                session = keeping.read(self._case_id)
            except InputError:
                return  # being replaced, or damaged: the one who keeps it says so
            self._reading.go_on("Following the other process", session)

    def _show(self) -> None:
        store = self._store
        self._state.keeping = {"standing": store.standing.value, "text": store.sentence}

    def _show_unsaved(self, _: object = None) -> None:
        self._state.unsaved = self._store.unsaved
