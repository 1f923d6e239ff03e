"""What-if of another course on the dose page: inputs in, figures out at once."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from RNAssessLib.panel.dose.reirradiation_section import NEW, WhatIf, start_what_if
from RNAssessLib.panel.dose.what_if_input import FIELDS

from ..reading.asking import YES
from ..reading.content import to_plain

if TYPE_CHECKING:
    from ..reading.room import ReadingRoom

EMPTY = {"on": False, "courses": [], "shapes": [], "shape": 0, "view": None}


class WhatIfDesk:
    """Planning what-if of a reading room: figures are made when the section is first opened."""

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self._state: Any = room.state
        self._what_if: WhatIf | None = None

    def bind(self) -> None:
        """Take the page's requests."""
        trigger = self._room.server.trigger
        trigger("what_if_open")(self.open)
        trigger("what_if")(self.change)
        trigger("what_if_shape")(self.choose_shape)

    def reset(self) -> None:
        """Start anew: another lesion or other prescriptions."""
        shown, self._what_if = self._what_if is not None, None
        self._state.what_if = dict(EMPTY)
        self._state.what_if_problem = ""
        if shown:
            self.open()

    def open(self) -> None:
        """Make the figures of the first inputs."""
        lesion = self._room.reading.lesion_id
        if self._what_if is None and lesion:
            self._what_if = start_what_if(self._room.assessment, lesion)
        self._show()

    def change(self, course: str, name: str, typed: float | str) -> str:
        """Take one field as the reader typed it; what is unusual is asked about beside it."""
        what_if = self._what_if
        if what_if is None:
            return ""
        self._state.what_if_problem = ""
        held = next((c for c in what_if.courses if c.course == course), None)
        if name not in FIELDS or held is None:
            return self._put(course, name, str(typed))
        entry = what_if.read(course, name, str(typed))
        return self._room.asking.take_entry(
            f"what_if {course} {name}", entry, held.bounds(name),
            lambda value: self._put(course, name, f"{value:.10g}"),
        )  # fmt: skip

    def _put(self, course: str, name: str, text: str) -> str:
        assert self._what_if is not None
        try:
            self._what_if.change(course, name, text)
        except ValueError as error:
            self._state.what_if_problem = str(error)
            return str(error)
        if name == "fractions":  # a dose that was asked about may be usual in as many
            for field, typed in self._room.asking.waiting(f"what_if {course} total_gy").items():
                if self._what_if.read(course, "total_gy", typed).is_taken:
                    self._room.asking.answer(field, YES)
        self._show()
        return ""

    def choose_shape(self, index: int | str) -> None:
        """Take another plan's shape."""
        if self._what_if is not None:
            self._what_if.choose_shape(int(index))
            self._show()

    def _show(self) -> None:
        what_if = self._what_if
        if what_if is None:
            return
        view = what_if.view()
        self._state.what_if = {
            "on": True,
            "courses": [
                {f.name: getattr(c, f.name) for f in fields(c)} | {"new": c.course == NEW}
                for c in what_if.courses
            ],
            "shapes": [
                f"{s.target} of {s.course}, {s.prescription_gy:g} Gy" for s in what_if.shapes
            ],
            "shape": what_if.shape,
            "view": to_plain(view),
        }
