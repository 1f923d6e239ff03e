"""Measuring on the views: a dragged line becomes a length, a diameter or a disc."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from RNAssessLib.panel.keys import find_key
from RNAssessLib.panel.measurements import (
    SHORTEST_MM,
    TITLES,
    Line,
    MeasureKind,
    Measurement,
    across,
    length_mm,
    mean_in_disc,
)
from RNAssessLib.scene.measurements import normal_of, show_measurements

if TYPE_CHECKING:
    from .reading_room import ReadingRoom

ACROSS = "now drag the diameter across it"


class MeasureDesk:
    """Measurements of a reading room; kept in the session, undone with everything else."""

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self._state: Any = room.state
        self._nodes: Sequence[Any] = ()
        self._shown: tuple[Measurement, ...] = ()
        self._longest: Measurement | None = None

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
        waiting = (self._longest,) if self._longest else ()
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
        self._longest = None
        self._state.tool = "" if tool == self._state.tool else tool
        self._state.tool_text = find_key(self._state.tool).text if self._state.tool else ""
        self.show()

    def put_away(self) -> None:
        """No tool in hand."""
        if self._state.tool:
            self.take_tool(self._state.tool)

    def measure(self, view: str, start: Sequence[float], end: Sequence[float]) -> None:
        """Take a dragged line, its ends as shares 0..1 of the view's width and height."""
        linked = next((v for v in self._room.views.shown if v.cell.view == view), None)
        role = self._room.role_of(linked.cell) if linked else None
        if linked is None or role is None or not self._state.tool:
            return
        line: Line = tuple(linked.point_at(*place) for place in (start, end))  # type: ignore[assignment]
        if length_mm(line) < SHORTEST_MM:
            return  # a click, not a drag
        made = Measurement(
            MeasureKind(self._state.tool), self._room.hanging.timepoint_of(linked.cell), role,
            self._room.views.plane, (line,),
        )  # fmt: skip
        if made.kind is MeasureKind.DIAMETERS and not self._finish_diameters(made):
            return
        if made.kind is MeasureKind.MEAN:
            self._add(self._with_mean(made))
        elif made.kind is MeasureKind.RULER:
            self._add(made)

    def _finish_diameters(self, made: Measurement) -> bool:
        """Keep the first line and wait for the one across it; False while waiting."""
        longest = self._longest
        fits = longest is not None and (longest.timepoint, longest.role, longest.plane) == (
            made.timepoint, made.role, made.plane,
        )  # fmt: skip
        if longest is None or not fits:
            self._longest = made
            self._state.tool_text = ACROSS
            self.show()
            return False
        second = across(longest.lines[0], made.lines[0], normal_of(made.plane))
        lines = sorted((longest.lines[0], second), key=length_mm, reverse=True)
        self._longest = None
        self._add(replace(longest, lines=tuple(lines)))
        return True

    def _with_mean(self, made: Measurement) -> Measurement:
        found = mean_in_disc(
            self._room.assessment.prepared, made.timepoint, made.role, made.lines[0],
            normal_of(made.plane),
        )  # fmt: skip
        if found is None:
            return made
        mean, deviation, voxels = found
        return replace(made, mean=mean, deviation=deviation, voxels=voxels)

    def _add(self, made: Measurement) -> None:
        self._state.tool = self._state.tool_text = ""
        self._room.take_measurements((*self._room.reading.session.measurements, made))

    # --- list -------------------------------------------------------------------------------------

    def remove(self, index: int) -> None:
        """Take one measurement away."""
        held = self._room.reading.session.measurements
        if 0 <= index < len(held):
            self._room.take_measurements(held[:index] + held[index + 1 :])

    def go_to(self, index: int) -> None:
        """Take all views to a measurement."""
        held = self._room.reading.session.measurements
        if 0 <= index < len(held):
            self._room.views.jump(held[index].middle_lps_mm, held[index].plane)
            self._room.show_position()
