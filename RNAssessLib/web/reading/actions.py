"""What every key of `RNAssessLib.panel.words.keys` does in a reading room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from RNAssessLib.findings.finding import Plane, Status
from RNAssessLib.panel.measuring.measurements import MeasureKind

from ..hanging.hanging import FOLLOW, OFF

if TYPE_CHECKING:
    from .room import ReadingRoom

OPACITY_STEP = 20
Action = Callable[[str], None]


def room_actions(room: ReadingRoom) -> dict[str, Action]:
    """Actions by name; each takes the view under the cursor."""
    return {
        "next": lambda _: room.step_item(1),
        "previous": lambda _: room.step_item(-1),
        "accept": lambda _: room.answering.accept(),
        "undo": lambda _: room.records.undo(),
        "redo": lambda _: room.records.redo(),
        "isodoses": lambda _: room.overlay(room.display.isodoses.toggle),
        "contours": lambda _: room.overlay(room.display.toggle_contours),
        "bare": lambda _: room.display.bare(True),
        "dressed": lambda _: room.display.bare(False),
        "fainter": lambda _: room.set_opacity(room.state.opacity - OPACITY_STEP),
        "stronger": lambda _: room.set_opacity(room.state.opacity + OPACITY_STEP),
        "zoom": lambda _: room.views.toggle_zoom(),
        "slice_up": lambda _: room.views.scroll_on(1),
        "slice_down": lambda _: room.views.scroll_on(-1),
        "slice_up5": lambda _: room.views.scroll_on(5),
        "slice_down5": lambda _: room.views.scroll_on(-5),
        "axial": lambda _: room.grid.turn(Plane.AXIAL),
        "coronal": lambda _: room.grid.turn(Plane.CORONAL),
        "sagittal": lambda _: room.grid.turn(Plane.SAGITTAL),
        "extra": lambda _: room.grid.choose_row(FOLLOW if room.state.extra == OFF else OFF),
        "extra_next": lambda _: room.grid.choose_row(room.hanging.next_choice(room.state.extra)),
        "overlay_next": lambda _: room.overlay_pair.step(),
        "reset_window": lambda _: room.reset_window(),
        "flicker": room.grid.flicker,
        "maximise": room.grid.maximise,
        "images_only": lambda _: room.put(images_only=not room.state.images_only),
        "next_evidence": lambda _: room.next_evidence(),
        "next_lesion": lambda _: room.step_lesion(1),
        "previous_lesion": lambda _: room.step_lesion(-1),
        "cases": lambda _: room.leave(),
        "help": lambda _: room.put(help_on=not room.state.help_on),
        "escape": lambda _: room.escape(),
        "tab_case": lambda _: room.put(tab="case"),
        "tab_checklist": lambda _: room.put(tab="checklist"),
        "tab_dose": lambda _: room.put(tab="dose"),
        "tab_course": lambda _: room.put(tab="course"),
        "tab_correct": lambda _: room.put(tab="correct"),
        "tab_align": lambda _: room.put(tab="align"),
        **{f"row_{r.key}": _row(room, r.key) for r in room.reading.third_rows},
        **{k.value: _tool(room, k.value) for k in MeasureKind},
        **{f"answer_{s.value}": _answer(room, s) for s in Status},
    }


def _row(room: ReadingRoom, key: str) -> Action:
    """Hang one content until another item is chosen, or follow the item again when it hangs."""
    return lambda _: room.grid.choose_row(FOLLOW if room.state.extra == key else key, briefly=True)


def _tool(room: ReadingRoom, tool: str) -> Action:
    return lambda _: room.measuring.take_tool(tool)


def _answer(room: ReadingRoom, status: Status) -> Action:
    return lambda _: room.answering.choose(status.value)
