"""Where a reader's session is kept while it is read: saved at once, unless another process does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .keeping import Keeping, NotKeptError, Standing
from .saving import Saver
from .session import ReaderSession


class Store:
    """Keeps the session of a `Reading` (its ``keeper``); knows neither page nor scene.

    Parameters
    ----------
    keeping : Keeping or None
        An opened file; None keeps nothing.

    Attributes
    ----------
    keeping : Keeping or None
    saver : Saver
        Says what the file lacks.
    on_look : callable
        Called after lock and file were looked at: `standing` may be another one.
    """

    def __init__(self, keeping: Keeping | None = None) -> None:
        self.keeping = keeping
        self.saver: Saver[Any] = Saver(self.path, lambda session, _: self._held.write(session))
        self.on_look: Callable[[], None] = lambda: None

    @classmethod
    def open(
        cls, path: Path, program: str, case_id: str, held: Store | None = None
    ) -> tuple[Store, ReaderSession]:
        """Open a file; returns its store and the session in it, raises as `Keeping.open`.

        Parameters
        ----------
        path : Path
        program : str
            Who keeps it, in words for another process.
        case_id : str
        held : Store, optional
            Open already: of the same file it is gone on with.
        """
        same = held is not None and held.keeping is not None and held.keeping.path == path
        store = held if held is not None and same else cls(Keeping(path, program))
        return store, store._held.open(case_id)

    @property
    def path(self) -> Path | None:
        """File that is saved to at once, None where nothing is kept."""
        return None if self.keeping is None else self.keeping.path

    @property
    def _held(self) -> Keeping:
        assert self.keeping is not None
        return self.keeping

    @property
    def standing(self) -> Standing:
        """Who keeps the case."""
        return Standing.OWN if self.keeping is None else self.keeping.standing

    @property
    def sentence(self) -> str:
        """What the reader has to know about that; empty when there is nothing."""
        return "" if self.keeping is None else self.keeping.sentence

    @property
    def unsaved(self) -> str:
        """A sentence as long as the file lacks something; empty once it holds all."""
        return self.saver.unsaved

    def refusal(self) -> str:
        """Why nothing may be recorded now, in one sentence; empty when it may."""
        if self.keeping is None:
            return ""
        refused = self.keeping.refusal()
        self.on_look()
        return refused

    def save(self, session: ReaderSession) -> str:
        """Save at once; returns why nothing may be saved.

        What the disk does not take waits: `unsaved` says so, and the next change tries again.
        """
        return self._try(lambda: self.saver.save(session))

    def again(self) -> str:
        """Try once more to save what waits; returns as `save`."""
        return self._try(self.saver.again)

    def _try(self, act: Callable[[], bool]) -> str:
        try:
            act()
        except NotKeptError as error:
            self.on_look()
            return str(error)
        return ""

    def take_over(self, case_id: str) -> ReaderSession:
        """Keep the file from now on; returns what it holds, raises as `Keeping.take_over`."""
        return self._held.take_over(case_id)

    def keep_both(self, ours: ReaderSession) -> ReaderSession:
        """Return the file's records with those made here behind them; as `Keeping.keep_both`."""
        return self._held.keep_both(ours)

    def close(self) -> None:
        """Save what waits and let the file go."""
        self.again()
        if self.keeping is not None:
            self.keeping.close()
