"""Numbers typed on the page: taken, asked about beside the field, or refused there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trame_server import Server

from RNAssessLib.plausible import Bounds, Entry, Verdict, read_number

KEPT = "kept"  # told to the page: what was typed stays in the field (static/fields.js)
YES, INSTEAD, BACK = "yes", "instead", "back"
Use = Callable[[float], str]


class Asking:
    """Questions beside the fields of a reading room, by name of the field.

    Parameters
    ----------
    server : trame Server
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._state: Any = server.state
        self._waiting: dict[str, tuple[Entry, Use]] = {}
        self._asks: dict[str, dict[str, str]] = {}

    def bind(self) -> None:
        """Take the page's requests."""
        self._server.trigger("answer_field")(self.answer)

    def fill(self) -> None:
        """Put the page's variables there: nothing is asked."""
        self._waiting, self._asks = {}, {}
        self._show()

    def take(self, field: str, typed: object, bounds: Bounds, use: Use) -> str:
        """Take what was typed into a field.

        Parameters
        ----------
        field : str
            Name of the field on the page.
        typed : object
        bounds : Bounds
        use : callable
            Takes the number; returns what is wrong with it, or nothing.

        Returns
        -------
        str
            `KEPT` when what was typed has to stay in the field, else nothing.
        """
        return self.take_entry(field, read_number(typed, bounds), bounds, use)

    def take_entry(self, field: str, entry: Entry, bounds: Bounds, use: Use) -> str:
        """Take an entry that was read already; as `take`."""
        self.drop(field)
        if entry.is_taken:
            return self._use(field, entry.value, use)
        instead = "" if entry.instead is None else bounds.text(entry.instead)
        yes = bounds.text(entry.value) if entry.value is not None else ""
        self._asks[field] = {"told": entry.told, "yes": yes, "instead": instead}
        self._waiting[field] = entry, use
        self._show()
        return KEPT

    def refuse(self, field: str, told: str) -> str:
        """Say beside a field why what was typed is not used; it stays there."""
        self._waiting.pop(field, None)
        self._asks[field] = {"told": told, "yes": "", "instead": ""}
        self._show()
        return KEPT

    def drop(self, field: str) -> None:
        """Ask nothing beside a field any more."""
        self._waiting.pop(field, None)
        if self._asks.pop(field, None) is not None:
            self._show()

    def waiting(self, start: str) -> dict[str, str]:
        """Return what was typed into fields whose names begin so and is asked about."""
        return {
            field: entry.typed
            for field, (entry, _) in self._waiting.items()
            if field.startswith(start) and entry.verdict is Verdict.ASKED
        }

    def answer(self, field: str, what: str) -> str:
        """Answer the question of a field: ``yes``, ``instead`` or ``back``."""
        held = self._waiting.get(field)
        self.drop(field)
        if held is None or what == BACK:
            return ""
        entry, use = held
        return self._use(field, entry.instead if what == INSTEAD else entry.value, use)

    def _use(self, field: str, value: float | None, use: Use) -> str:
        problem = "" if value is None else use(value)
        return self.refuse(field, problem) if problem else ""

    def _show(self) -> None:
        self._state.asks = {field: dict(ask) for field, ask in self._asks.items()}
