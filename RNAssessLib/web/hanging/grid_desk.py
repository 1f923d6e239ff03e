"""The grid of views on the page: which are there, what hangs in them, what their corners say."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from RNAssessLib.findings.finding import Plane

from .hanging import FOLLOW, OFF
from .views import LETTERS

if TYPE_CHECKING:
    from ..reading.room import ReadingRoom

SETTLED_S = 0.05  # the position is said when the views have come to rest for a moment


class GridDesk:
    """Grid of a reading room; made before its views, which report to it.

    Parameters
    ----------
    room : ReadingRoom
    """

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self._state: Any = room.state
        self._large = ""  # the view that is there alone
        self._item = ("", "")
        self._is_filled = self._position_due = False

    def fill(self) -> None:
        """Put the page's variables there."""
        rows = self._room.reading.third_rows
        self._state.extra = FOLLOW
        self._state.third_rows = [{"key": row.key, "title": row.title} for row in rows]
        self._is_filled = True
        self.show()
        self.show_position()

    def show(self) -> None:
        """Which views are on the page: rows, the extra row, or one view alone."""
        room = self._room
        shown = [
            linked.cell.view
            for linked in room.views.views
            if room.hanging.content_of(linked.cell) is not None
            and self._large in ("", linked.cell.view)
        ]
        columns = 1 if self._large else len(room.nodes.layout.columns)
        self._state.shown_views = shown
        self._state.shown_columns = columns
        self._state.shown_rows = len(shown) // columns
        self.show_cells()
        room.views.show(shown)

    def show_cells(self) -> None:
        """Words in the corners of the views, and what goes with them."""
        room = self._room
        room.overlay_pair.show()
        self._state.cells = {
            linked.cell.view: room.hanging.describe(linked.cell) for linked in room.views.views
        }

    # --- where the slices lie ---------------------------------------------------------------------

    def show_position(self) -> None:
        """Say where the slices lie."""
        views = self._room.views
        self._state.position = views.position_text()
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
            self._room.correction.show_scale()

    def turn(self, plane: Plane) -> None:
        """Turn all views to a plane."""
        self._room.views.turn(plane)
        self.show_position()

    # --- one view ---------------------------------------------------------------------------------

    @property
    def is_one_large(self) -> bool:
        """Whether one view is there alone."""
        return bool(self._large)

    def maximise(self, view: str) -> None:
        """One view alone, or all of them again."""
        views = self._room.views
        views.remember_zoom()
        self._large = "" if self._large or view not in views.offsets() else view
        self.show()

    def flicker(self, view: str) -> None:
        """Show the study before in the view under the cursor, the same plane, and back.

        Without a cursor it is the T1c of the last study: where a reader looks.
        """
        room = self._room
        names = [linked.cell.view for linked in room.views.shown]
        latest = room.nodes.layout.cells[0][-1].view
        wanted = self._large or (view if view in names else latest)
        linked = next(v for v in room.views.views if v.cell.view == wanted)
        if room.hanging.flip(linked):
            self.show_cells()

    # --- the rows below T1c and FLAIR -------------------------------------------------------------

    def _follow_item(self, *, again: bool = False) -> None:
        """Hang what the item is read on, or what the reader chose."""
        changed = self._room.hanging.follow(self._state.extra)
        if changed or again:
            self._room.hanging.hang()
            self.show()

    def turn_to_item(self) -> None:
        """Follow the item again once another one is chosen, every view with its own study."""
        hanging, reading = self._room.hanging, self._room.reading
        hanging.unflip()
        item = (reading.lesion_id, reading.finding_id)
        if item != self._item and hanging.briefly:
            self._state.extra, hanging.briefly = FOLLOW, False
        self._item = item
        self._follow_item(again=True)

    def choose_row(self, key: str, *, briefly: bool = False) -> None:
        """Hang a content: its key, ``item`` or nothing.

        Parameters
        ----------
        key : str
            An unknown one changes nothing.
        briefly : bool
            Until the reader turns to another item.
        """
        hanging = self._room.hanging
        if key in (OFF, *hanging.choices):
            hanging.briefly = briefly
            self._state.extra = key
            self._follow_item()
