"""Measuring on the views: a dragged line becomes a length, a diameter or a disc."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from RNAssessLib.panel.measuring.measurements import TITLES, Line, MeasureKind, Measurement
from RNAssessLib.panel.measuring.tool import Measuring, remove_measurement
from RNAssessLib.panel.reading.changes import RecordsChanged
from RNAssessLib.scene.measurements import DrawnMeasurements

from ..reading.desk import Action, Desk, Requests
from ..reading.stage import Stage


class MeasureDesk(Desk):
    """Measurements; kept in the session, undone with everything else.

    Parameters
    ----------
    stage : Stage
    look_at : callable
        ``look_at(point, plane)`` takes the views there.
    """

    def __init__(self, stage: Stage, look_at: Callable[..., None]) -> None:
        super().__init__(stage)
        self._look_at = look_at
        self._drawn = DrawnMeasurements()
        self._tool = Measuring()
        stage.reading.changes.on(RecordsChanged, self.show)

    def requests(self) -> Requests:
        """Tools and the list."""
        return {
            "take_tool": self.take_tool,
            "measure": self.measure,
            "remove_measurement": lambda index: remove_measurement(self._reading, index),
            "show_measurement": self.go_to,
        }

    def keys(self) -> Mapping[str, Action]:
        """Tools."""
        return {kind.value: lambda _, k=kind.value: self.take_tool(k) for kind in MeasureKind}  # type: ignore[misc]

    def fill(self) -> None:
        """No tool in hand, what is held listed."""
        self._say()
        self.show()

    def escape(self) -> bool:
        """Put the tool away."""
        held = bool(self._state.tool)
        self._tool.put_away()
        self.fill()
        return held

    def show(self, _: object = None) -> None:
        """List and draw what holds now."""
        held = self._reading.session.measurements
        self._drawn.show(self._stage.scene.nodes, self._tool.shown(held))
        self._stage.display.measured = list(self._drawn.nodes)
        self._state.measurements = [
            {"title": TITLES[m.kind], "place": m.place, "value": m.value} for m in held
        ]

    # --- tools ------------------------------------------------------------------------------------

    def take_tool(self, tool: str) -> None:
        """Take a tool in hand, or put it away when it is there already."""
        self._tool.take(MeasureKind(tool))
        self._say()
        self.show()

    def _say(self) -> None:
        self._state.tool = self._tool.kind.value if self._tool.kind else ""
        self._state.tool_text = self._tool.text

    def measure(self, view: str, start: Sequence[float], end: Sequence[float]) -> None:
        """Take a dragged line, its ends as shares 0..1 of the view's width and height."""
        found = self._stage.image_in(view)
        if found is None or self._tool.kind is None:
            return
        linked, timepoint, role = found
        line: Line = tuple(linked.point_at(*place) for place in (start, end))  # type: ignore[assignment]
        drawn = Measurement(self._tool.kind, timepoint, role, self._views.plane, (line,))
        if not self._tool.finish(self._reading, drawn):
            self.show()
        self._say()

    # --- list -------------------------------------------------------------------------------------

    def go_to(self, index: int) -> None:
        """Take all views to a measurement."""
        held = self._reading.session.measurements
        if 0 <= index < len(held):
            self._look_at(held[index].middle_lps_mm, held[index].plane)
