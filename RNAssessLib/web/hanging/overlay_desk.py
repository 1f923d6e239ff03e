"""Which two studies' outlines are laid over each other: the choice on the page."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from RNAssessLib.panel.hanging.growth_overlay import Pair, choose_pair, next_pair
from RNAssessLib.panel.hanging.third_row import Made
from RNAssessLib.panel.reading.changes import RowChanged, SelectionChanged

from ..reading.desk import Action, Desk, Requests
from ..reading.stage import Stage
from .changes import ViewsChanged


class OverlayDesk(Desk):
    """Choice of two studies, shown while their outlines hang in the third row."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._turn = 0
        for kind in (SelectionChanged, RowChanged, ViewsChanged):
            stage.reading.changes.on(kind, self.show)

    @property
    def _pair(self) -> Pair | None:
        return self._hanging.plan.pair

    def requests(self) -> Requests:
        """Another study."""
        return {"overlay_pair": self.choose}

    def keys(self) -> Mapping[str, Action]:
        """The next pair."""
        return {"overlay_next": lambda _: self.step()}

    def fill(self) -> None:
        """Put the choice on the page."""
        self.show()

    def choose(self, place: str, study: str) -> None:
        """Take another earlier or later study; unknown ones change nothing."""
        if self._pair is None:
            return
        with suppress(ValueError):
            self._take(choose_pair(self._reading.assessment.prepared, self._pair, place, study))

    def step(self) -> None:
        """Turn to the next pair; the row is hung when it is not there."""
        if self._pair is None:
            return
        row = self._hanging.row
        if row is None or Made.OVERLAY not in row.contents:
            self._reading.choose_row(Made.OVERLAY.value, briefly=True)
        else:
            self._take(next_pair(self._reading.assessment.prepared, self._pair))

    def _take(self, pair: Pair) -> None:
        self._turn += 1
        self._hanging.pair_changed(pair)

    def show(self, _: object = None) -> None:
        """Put the choice on the page, or take it away when these outlines do not hang."""
        row = self._hanging.row
        hangs = self._pair is not None and row is not None and Made.OVERLAY in row.contents
        earlier, later = self._pair or ("", "")
        rows = self._reading.panel.case.timepoints
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
        told = (self._hanging.describe(v.cell)["details"] for v in self._views.views)
        return next((words for words in told if words), "")
