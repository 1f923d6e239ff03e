"""A drawn outline that is not applied says so wherever numbers stand; leaving it asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..reading.desk import Act
from ..reading.watch import watch

APPLY, KEEP, DISCARD = "apply", "keep", "discard"
PAGE, CASE = "page", "case"  # what is being left
CORRECT = "correct"


class DraftNotice:
    """Notice above every page of the panel, and the question when its page or case is left.

    Parameters
    ----------
    state : trame state
    where : callable
        Returns lesion and study of a drawn outline; empty when there is none.
    act : callable
        ``act("apply", then)`` or ``act("discard")`` does that with it.
    """

    def __init__(
        self,
        state: Any,  # noqa: ANN401 - as trame has it
        where: Callable[[], str],
        act: Callable[..., None],
    ) -> None:
        self._state, self._where, self._act = state, where, act
        self._asks = ""
        self._tab = ""
        self._next: Act | None = None

    def bind(self) -> None:
        """Watch which page of the panel is left."""
        watch(self._state, "tab", self._on_tab)

    def show(self) -> None:
        """Bring the page up to the draft of now."""
        where = self._where()
        if not where:
            self._asks, self._next = "", None
        text = f"The outline drawn for {where} is not applied: all numbers are without it."
        self._state.draft = {"on": bool(where), "text": text if where else "", "asks": self._asks}

    def _on_tab(self, tab: str, **_: object) -> None:
        before, self._tab = self._tab, tab
        if tab == CORRECT or before == CORRECT:
            leaving = before == CORRECT and tab != CORRECT and bool(self._where())
            self._asks = PAGE if leaving else ""
            self.show()

    def leave(self, act: Act) -> None:
        """Do what would lose the draft, after asking where there is one."""
        if not self._where():
            act()
            return
        self._asks, self._next = CASE, act
        self.show()

    def answer(self, what: str) -> None:
        """``apply`` or ``discard`` the draft and go on, or ``keep`` it."""
        act, self._next = self._next, None
        self._asks = ""
        if what == DISCARD:
            self._act(DISCARD)
        elif what == APPLY:
            self._act(APPLY, then=act)
            self.show()
            return
        self.show()
        if act is not None and what == DISCARD:
            act()
