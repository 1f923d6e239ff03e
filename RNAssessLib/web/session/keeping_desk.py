"""The file of the session on the page: what it lacks, and another process that keeps it."""

from __future__ import annotations

import asyncio

from RNAssessLib.panel.reading.changes import AnswerChanged, RecordsChanged, RoundChanged
from RNAssessLib.panel.reading.going_on import GoingOn
from RNAssessLib.panel.session.store import Store

from ..reading.desk import Act, Desk, Requests
from ..reading.stage import Stage

LOOK_S = 1.0


class KeepingDesk(Desk):
    """Says what is not saved, watches the file, and takes it over on request.

    Parameters
    ----------
    stage : Stage
    store : Store
    """

    def __init__(self, stage: Stage, store: Store) -> None:
        super().__init__(stage)
        reading = stage.reading
        self._store, self._going_on = store, GoingOn(reading, store, reading.tell)
        self._watch: asyncio.Task[None] | None = None
        store.on_look = self._show
        for kind in (AnswerChanged, RecordsChanged, RoundChanged):
            reading.changes.on(kind, self._show_unsaved)

    def requests(self) -> Requests:
        """Save again, take over, keep both."""
        return {
            "save_again": lambda: self._reading.tell(self._store.again()),
            "take_over": lambda: self._go_on(self._going_on.take_over),
            "keep_both": lambda: self._go_on(self._going_on.keep_both),
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

    def _go_on(self, act: Act) -> None:
        act()
        self._show()

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            with self._state:
                self._going_on.look()

    def _show(self) -> None:
        store = self._store
        self._state.keeping = {"standing": store.standing.value, "text": store.sentence}

    def _show_unsaved(self, _: object = None) -> None:
        self._state.unsaved = self._store.unsaved
