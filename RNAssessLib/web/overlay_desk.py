"""Which two studies' outlines are laid over each other: the choice on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RNAssessLib.panel.growth_overlay import Pair, default_pair, next_pair, order_pair
from RNAssessLib.panel.third_row import Made

if TYPE_CHECKING:
    from .reading_room import ReadingRoom


class OverlayDesk:
    """Pair of studies of a reading room; shown while their outlines hang in the third row.

    Attributes
    ----------
    pair : tuple of str or None
        Earlier and later study; None in a case with one study.
    """

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self._state: Any = room.state
        self.pair: Pair | None = default_pair(room.assessment.prepared)

    def bind(self) -> None:
        """Take the page's requests."""
        self._room.server.trigger("overlay_pair")(self.choose)

    def choose(self, one: str, other: str) -> None:
        """Take two studies in any order; what is wrong is said in one line."""
        try:
            pair = order_pair(self._room.assessment.prepared, one, other)
        except ValueError as error:
            self.show(str(error))
            return
        self._take(pair)

    def step(self) -> None:
        """Turn to the next pair; the row is hung when it is not there."""
        if self.pair is None:
            return
        row = self._room.hanging.row
        if row is None or Made.OVERLAY not in row.contents:
            self._room.choose_row(Made.OVERLAY.value, briefly=True)
        else:
            self._take(next_pair(self._room.assessment.prepared, self.pair))

    def _take(self, pair: Pair) -> None:
        self.pair = pair
        self._room.hanging.pair_changed(pair)
        self.show()

    def show(self, problem: str = "") -> None:
        """Put the choice on the page, or take it away when these outlines do not hang."""
        row = self._room.hanging.row
        hangs = self.pair is not None and row is not None and Made.OVERLAY in row.contents
        earlier, later = self.pair or ("", "")
        rows = self._room.reading.panel.case.timepoints
        self._state.overlay = {
            "on": hangs,
            "earlier": earlier,
            "later": later,
            "studies": [{"id": r.id, "title": f"{r.id} {r.date}"} for r in rows],
            "problem": problem,
        }
