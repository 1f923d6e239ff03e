"""The grid of views on the page: which are there, what hangs in them, what their corners say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from RNAssessLib.findings.finding import Plane
from RNAssessLib.panel.reading.changes import RowChanged, SelectionChanged
from RNAssessLib.panel.reading.selection import FOLLOW, OFF

from ..reading.desk import Action, Desk, Requests
from ..reading.stage import Stage
from .changes import ViewsChanged, ViewsSettled
from .views import LETTERS

SETTLED_S = 0.05  # the position is said when the views have come to rest for a moment
Point = tuple[float, float, float]


class GridDesk(Desk):
    """Grid of the views; they follow the selected item and the row the reader chose."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._columns = len(stage.scene.nodes.layout.columns)  # of the whole grid
        self._large = ""  # the view that is there alone
        self._is_filled = self._position_due = False
        stage.views.on_moved = self.moved
        stage.reading.changes.on(SelectionChanged, self._turn_to)
        stage.reading.changes.on(RowChanged, self._choose)
        stage.reading.changes.on(ViewsChanged, self.show)

    def requests(self) -> Requests:
        """Rows of the grid."""
        return {"choose_row": self._reading.choose_row}

    def keys(self) -> Mapping[str, Action]:
        """Planes, slices, zoom, one view, rows."""
        views, reading = self._views, self._reading
        steps = {"slice_up": 1, "slice_down": -1, "slice_up5": 5, "slice_down5": -5}
        return {
            "zoom": lambda _: views.toggle_zoom(),
            **{name: _do(views.scroll_on, by) for name, by in steps.items()},
            **{plane.value: _do(self.turn, plane) for plane in Plane},
            "extra": lambda _: reading.choose_row(FOLLOW if reading.row_choice == OFF else OFF),
            "extra_next": lambda _: reading.next_row(),
            **{f"row_{r.key}": _do(reading.toggle_row, r.key) for r in reading.third_rows},
            "flicker": self.flicker,
            "maximise": self.maximise,
        }

    def fill(self) -> None:
        """Put the page's variables there."""
        rows = self._reading.third_rows
        self._state.third_rows = [{"key": row.key, "title": row.title} for row in rows]
        self._state.extra = self._reading.row_choice
        self._state.lit_views = []
        self._is_filled = True
        self.show()
        self.show_position()

    def show(self, _: object = None) -> None:
        """Which views are on the page: rows, the extra row, or one view alone."""
        shown = [
            linked.cell.view
            for linked in self._views.views
            if self._hanging.plan.content_of(linked.cell) is not None
            and self._large in ("", linked.cell.view)
        ]
        columns = 1 if self._large else self._columns
        self._state.shown_views = shown
        self._state.shown_columns = columns
        self._state.shown_rows = len(shown) // columns
        self._state.cells = {
            linked.cell.view: self._hanging.describe(linked.cell) for linked in self._views.views
        }
        self._views.show(shown)

    # --- where the slices lie ---------------------------------------------------------------------

    def show_position(self) -> None:
        """Say where the slices lie."""
        views = self._views
        self._state.position = views.position_text()
        self._state.field_mm = round(views.field_mm, 1)
        self._state.letters = list(LETTERS[views.plane])
        self._state.plane = views.plane.value

    def moved(self) -> None:
        """Say it soon, once for many steps; called by the views."""
        if not self._is_filled or self._position_due:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._position_due = True
        loop.call_later(SETTLED_S, self._tell_position)

    def _tell_position(self) -> None:
        self._position_due = False
        with self._state:
            self.show_position()
            self._reading.changes.tell(ViewsSettled())

    def turn(self, plane: Plane) -> None:
        """Turn all views to a plane."""
        self._views.turn(plane)
        self.show_position()

    def look_at(self, point_lps_mm: Point, plane: Plane | None = None) -> None:
        """Take all views to a place."""
        self._views.jump(point_lps_mm, plane)
        self.show_position()

    # --- one view ---------------------------------------------------------------------------------

    def escape(self) -> bool:
        """All views again after one alone."""
        is_one = bool(self._large)
        if is_one:
            self.maximise("")
        return is_one

    def maximise(self, view: str) -> None:
        """One view alone, or all of them again."""
        self._views.remember_zoom()
        self._large = "" if self._large or view not in self._views.offsets() else view
        self.show()

    def flicker(self, view: str) -> None:
        """Show the study before in the view under the cursor, the same plane, and back.

        Without a cursor it is the T1c of the last study: where a reader looks.
        """
        latest = self._views.views[self._columns - 1].cell.view
        wanted = self._large or (view if self._views.find(view) else latest)
        linked = next(v for v in self._views.views if v.cell.view == wanted)
        if self._hanging.flip(linked.cell):
            self._reading.changes.tell(ViewsChanged())

    # --- what the reader turns to -----------------------------------------------------------------

    def _choose(self, _: RowChanged) -> None:
        self._state.extra = self._reading.row_choice
        if self._hanging.follow():
            self._hanging.hang()
            self.show()

    def _turn_to(self, change: SelectionChanged) -> None:
        """Hang what the item is read on, every view with its own study, and go where it is seen."""
        self._state.extra = self._reading.row_choice
        self._hanging.unflip()
        self._hanging.follow()
        self._hanging.hang()
        self.show()
        jump = change.jump
        if jump is not None:
            self._views.jump(jump.point_reference_lps_mm, jump.plane)
        self._state.lit_views = [] if jump is None or not change.finding_id else [
            linked.cell.view
            for linked in self._views.views
            if linked.cell.timepoint == jump.timepoint
            and self._hanging.plan.content_of(linked.cell) is jump.role
        ]  # fmt: skip
        if not change.finding_id:
            self._views.near(self._reading.radius_mm)
        self.show_position()


def _do(act: Callable[[Any], object], what: object) -> Action:
    """Act on something whatever the view."""
    return lambda _: act(what)
