"""What-if of another course on the dose page: inputs in, figures out at once."""

from __future__ import annotations

from dataclasses import fields

from RNAssessLib.panel.dose.reirradiation_section import NEW, WhatIf, start_what_if
from RNAssessLib.panel.dose.what_if_input import FIELDS
from RNAssessLib.panel.reading.changes import PrescriptionChanged, SelectionChanged

from ..reading.asking import YES
from ..reading.content import to_plain
from ..reading.desk import Desk, Requests
from ..reading.stage import Stage

EMPTY = {"on": False, "courses": [], "shapes": [], "shape": 0, "view": None}


class WhatIfDesk(Desk):
    """Planning what-if: figures are made when the section is first opened."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._what_if: WhatIf | None = None
        stage.reading.changes.on(PrescriptionChanged, self.reset)
        stage.reading.changes.on(SelectionChanged, self._turn_to)

    def requests(self) -> Requests:
        """Inputs."""
        return {
            "what_if_open": self.open,
            "what_if": self.change,
            "what_if_shape": self.choose_shape,
        }

    def fill(self) -> None:
        """Nothing is open yet."""
        self.reset()

    def _turn_to(self, change: SelectionChanged) -> None:
        if not change.finding_id:
            self.reset()

    def reset(self, _: object = None) -> None:
        """Start anew: another lesion or other prescriptions."""
        shown, self._what_if = self._what_if is not None, None
        self._state.what_if = dict(EMPTY)
        self._state.what_if_problem = ""
        if shown:
            self.open()

    def open(self) -> None:
        """Make the figures of the first inputs."""
        lesion = self._reading.lesion_id
        if self._what_if is None and lesion:
            self._what_if = start_what_if(self._reading.assessment, lesion)
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
        return self._asking.take_entry(
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
            for field, typed in self._asking.waiting(f"what_if {course} total_gy").items():
                if self._what_if.read(course, "total_gy", typed).is_taken:
                    self._asking.answer(field, YES)
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
            "shapes": list(what_if.shape_names),
            "shape": what_if.shape,
            "view": to_plain(view),
        }
