"""Which two studies' outlines are laid over each other: the choice on the page."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from RNAssessLib.panel.hanging.growth_overlay import Pair, choose_pair, next_pair
from RNAssessLib.panel.hanging.third_row import Made

if TYPE_CHECKING:
    from ..reading.room import ReadingRoom


class OverlayDesk:
    """Choice of two studies in a reading room, shown while their outlines hang in the third row."""

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self._state: Any = room.state
        self._turn = 0

    @property
    def _pair(self) -> Pair | None:
        return self._room.hanging.pair

    def bind(self) -> None:
        """Take the page's requests."""
        self._room.server.trigger("overlay_pair")(self.choose)

    def choose(self, place: str, study: str) -> None:
        """Take another earlier or later study; unknown ones change nothing."""
        if self._pair is None:
            return
        with suppress(ValueError):
            self._take(choose_pair(self._room.assessment.prepared, self._pair, place, study))

    def step(self) -> None:
        """Turn to the next pair; the row is hung when it is not there."""
        if self._pair is None:
            return
        row = self._room.hanging.row
        if row is None or Made.OVERLAY not in row.contents:
            self._room.grid.choose_row(Made.OVERLAY.value, briefly=True)
        else:
            self._take(next_pair(self._room.assessment.prepared, self._pair))

    def _take(self, pair: Pair) -> None:
        self._turn += 1
        self._room.hanging.pair_changed(pair)
        self.show()

    def show(self) -> None:
        """Put the choice on the page, or take it away when these outlines do not hang."""
        row = self._room.hanging.row
        hangs = self._pair is not None and row is not None and Made.OVERLAY in row.contents
        earlier, later = self._pair or ("", "")
        rows = self._room.reading.panel.case.timepoints
        self._state.overlay = {
            "on": hangs,
            "earlier": earlier,
            "later": later,
            "studies": [{"id": r.id, "title": f"{r.id} {r.date}"} for r in rows],
            "turn": self._turn,  # lists show what holds, also when a choice changed nothing
            "details": self._details() if hangs else "",
        }

    def _details(self) -> str:
        """What is known about the volumes beyond what fits into a view."""
        told = (self._room.hanging.describe(v.cell)["details"] for v in self._room.views.views)
        return next((words for words in told if words), "")
