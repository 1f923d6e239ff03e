"""All lesions on one sheet over the page: sorted by a column, opened by one key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from RNAssessLib.panel.overview.sheet import COLUMNS, SheetOrder, SheetRow
from RNAssessLib.panel.overview.spark import HEIGHT, WIDTH
from RNAssessLib.panel.reading.changes import FiguresChanged, PrescriptionChanged, RecordsChanged

from ..reading.content import to_plain
from ..reading.desk import Act, Action, Desk, Requests
from ..reading.stage import Stage


class SheetDesk(Desk):
    """The sheet of a patient with several lesions.

    Parameters
    ----------
    stage : Stage
    leave : callable
        ``leave(act)`` turns away from an item, after asking where something would be lost.
    """

    def __init__(self, stage: Stage, leave: Callable[[Act], None]) -> None:
        super().__init__(stage)
        self._leave = leave
        self._order = SheetOrder()
        for kind in (RecordsChanged, FiguresChanged, PrescriptionChanged):
            stage.reading.changes.on(kind, self._follow)

    def requests(self) -> Requests:
        """Another column, a lesion, close."""
        return {
            "sheet_sort": self.sort,
            "sheet_open": self.open_lesion,
            "sheet_close": self.escape,
        }

    def keys(self) -> Mapping[str, Action]:
        """The sheet, and back."""
        return {"sheet": lambda _: self.turn()}

    def fill(self) -> None:
        """Closed at first."""
        self._state.sheet_on = False
        self._state.sheet_box = f"0 0 {WIDTH:g} {HEIGHT:g}"
        self._state.sheet_columns = to_plain(COLUMNS)
        self.show()

    def turn(self) -> None:
        """Open it, or close it; with one lesion there is none."""
        if len(self._reading.panel.lesions) > 1:
            self._state.sheet_on = not self._state.sheet_on
            self.show()

    def escape(self) -> bool:
        """Close it."""
        was = bool(self._state.sheet_on)
        self._state.sheet_on = False
        return was

    def sort(self, column: str) -> None:
        """Sort by a column; once more turns the order round."""
        self._order.turn(column)
        self.show()

    def open_lesion(self, lesion_id: str) -> None:
        """Turn to a lesion of the sheet and close it."""
        if lesion_id not in [lesion.id for lesion in self._reading.panel.lesions]:
            return
        self._state.sheet_on = False
        self._leave(lambda: self._reading.select_lesion(lesion_id))

    def show(self) -> None:
        """Rows in the order that is chosen; none while it is closed."""
        reading, order = self._reading, self._order
        rows = order.rows(reading.assessment, reading.session) if self._state.sheet_on else []
        self._state.sheet = {
            "rows": [_plain(row) for row in rows],
            "column": order.column,
            "order": "descending" if order.down else "ascending",
            "here": self._reading.lesion_id,
        }

    def _follow(self, _: object) -> None:
        if self._state.sheet_on:
            self.show()


def _plain(row: SheetRow) -> dict[str, Any]:
    """Return what the page shows of a row."""
    return {
        "id": row.id,
        "key": row.key,
        "cells": row.cells,
        "tips": row.tips,
        "sparks": {
            name: {"points": spark.points, "mark": spark.mark_x, "text": spark.text}
            for name, spark in (("course", row.volume), ("d98", row.dvh))
        },
    }
