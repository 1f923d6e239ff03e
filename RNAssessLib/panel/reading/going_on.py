"""Another process keeps the case, or changed its file: going on with what it holds."""

from __future__ import annotations

from collections.abc import Callable

from RNAssessLib.case import InputError

from ..session.keeping import Standing
from ..session.session import ReaderSession
from ..session.store import Store
from .reading import Reading
from .recording import nothing
from .running import Done, Said


class GoingOn:
    """How a reader goes on with a file that is not the own one any more.

    Parameters
    ----------
    reading : Reading
    store : Store
        Its keeper.
    said : callable
        Takes the line that says why not.
    """

    def __init__(self, reading: Reading, store: Store, said: Said) -> None:
        self._reading, self._store, self._said = reading, store, said

    @property
    def _case_id(self) -> str:
        return self._reading.assessment.prepared.case.id

    @property
    def has_both(self) -> bool:
        """Whether something else than a panel changed the file: its records and ours differ."""
        return self._store.standing is Standing.CHANGED

    def take_over(self) -> None:
        """Keep the file from now on, and go on with what is in it."""
        if self._store.standing is not Standing.OWN:
            self._go_on("Taking the case over", lambda: self._store.take_over(self._case_id))

    def keep_both(self) -> None:
        """After a change from outside: go on with the file's records and those made here."""
        if self.has_both:
            ours = self._reading.session
            self._go_on("Keeping both", lambda: self._store.keep_both(ours), self._save_now)

    def _save_now(self) -> None:
        problem = self._store.save(self._reading.session)
        if problem:
            self._said(problem)

    def _go_on(self, what: str, read: Callable[[], ReaderSession], done: Done = nothing) -> None:
        if self._reading.runner.is_busy:
            self._said("something is being computed: take the case over when it is done")
            return
        try:
            session = read()
        except InputError as error:
            self._said(str(error))
        else:
            self._reading.go_on(what, session, done)

    def look(self) -> None:
        """Look at lock and file, and follow another process that keeps the case."""
        keeping = self._store.keeping
        assert keeping is not None
        if keeping.look():
            self._store.on_look()
        follows = keeping.standing in (Standing.READ_ONLY, Standing.LOST)
        if follows and not self._reading.runner.is_busy and keeping.has_changed():
            try:
                session = keeping.read(self._case_id)
            except InputError:
                return  # being replaced, or damaged: the one who keeps it says so
            self._reading.go_on("Following the other process", session)
