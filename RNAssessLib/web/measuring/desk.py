"""Measuring on the views: a dragged line becomes a length, a diameter or a disc."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from RNAssessLib.panel.measuring.measurements import TITLES, Line, MeasureKind, Measurement
from RNAssessLib.panel.measuring.tool import Measuring
from RNAssessLib.scene.measurements import show_measurements

if TYPE_CHECKING:
    from ..reading.room import ReadingRoom


class MeasureDesk:
    """Measurements of a reading room; kept in the session, undone with everything else."""

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self._state: Any = room.state
        self._nodes: Sequence[Any] = ()
        self._shown: tuple[Measurement, ...] = ()
        self._tool = Measuring()

    def bind(self) -> None:
        """Take the page's requests."""
        trigger = self._room.server.trigger
        trigger("take_tool")(self.take_tool)
        trigger("measure")(self.measure)
        trigger("remove_measurement")(self.remove)
        trigger("show_measurement")(self.go_to)

    def show(self) -> None:
        """List and draw what holds now."""
        held = self._room.reading.session.measurements
        waiting = (self._tool.longest,) if self._tool.longest else ()
        if (*held, *waiting) != self._shown:
            self._shown = (*held, *waiting)
            self._nodes = show_measurements(self._room.nodes, self._shown, self._nodes)
            self._room.display.measured = list(self._nodes)
        self._state.measurements = [
            {"title": TITLES[m.kind], "place": m.place, "value": m.value} for m in held
        ]

    # --- tools ------------------------------------------------------------------------------------

    def take_tool(self, tool: str) -> None:
        """Take a tool in hand, or put it away when it is there already."""
        self._tool.take(MeasureKind(tool))
        self._say()
        self.show()

    def put_away(self) -> None:
        """No tool in hand."""
        self._tool.put_away()
        self._say()
        self.show()

    def _say(self) -> None:
        self._state.tool = self._tool.kind.value if self._tool.kind else ""
        self._state.tool_text = self._tool.text

    def measure(self, view: str, start: Sequence[float], end: Sequence[float]) -> None:
        """Take a dragged line, its ends as shares 0..1 of the view's width and height."""
        linked = next((v for v in self._room.views.shown if v.cell.view == view), None)
        role = self._room.hanging.role_of(linked.cell) if linked else None
        if linked is None or role is None or self._tool.kind is None:
            return
        line: Line = tuple(linked.point_at(*place) for place in (start, end))  # type: ignore[assignment]
        timepoint = self._room.hanging.timepoint_of(linked.cell)
        drawn = Measurement(self._tool.kind, timepoint, role, self._room.views.plane, (line,))
        made = self._tool.draw(self._room.assessment.prepared, drawn)
        self._say()
        if made is None:
            self.show()
        else:
            self._room.records.measure((*self._room.reading.session.measurements, made))

    # --- list -------------------------------------------------------------------------------------

    def remove(self, index: int) -> None:
        """Take one measurement away."""
        held = self._room.reading.session.measurements
        if 0 <= index < len(held):
            self._room.records.measure(held[:index] + held[index + 1 :])

    def go_to(self, index: int) -> None:
        """Take all views to a measurement."""
        held = self._room.reading.session.measurements
        if 0 <= index < len(held):
            self._room.views.jump(held[index].middle_lps_mm, held[index].plane)
            self._room.grid.show_position()
