"""Checking alignment on the page: traffic lights, images laid over each other, moving by hand."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image as Picture

from RNAssessLib.case import InputError
from RNAssessLib.panel.alignment.check import Overlay
from RNAssessLib.panel.alignment.trial import DIRECTIONS, UNMOVED, Trial, key_of, list_places
from RNAssessLib.panel.reading.changes import PlacesChanged
from RNAssessLib.panel.words.plausible import bounds_of_tool

from ..reading.desk import Desk, Requests
from ..reading.stage import Stage


class RegistrationDesk(Desk):
    """Alignment page. Nothing changes until the reader accepts a place."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._trial = Trial(lambda: stage.reading, stage.views.center_lps, self._draw)
        self._overlay = Overlay()
        stage.reading.changes.on(PlacesChanged, self._follow)

    def requests(self) -> Requests:
        """Look, move, measure, accept."""
        return {
            "align_open": self.choose,
            "align_look": self.look,
            "align_move": self.move,
            "align_do": self.act,
        }

    def fill(self) -> None:
        """Put the page's variables there."""
        self._trial.close()
        self._state.align_picture = ""
        self._state.align_checker, self._state.align_share = True, 50
        self._state.align_step = "1"
        self._draw()

    def choose(self, timepoint: str, role: str) -> None:
        """Look at one registration."""
        trial = self._trial
        trial.hush()
        try:
            trial.open(key_of(timepoint, role))
        except InputError as error:
            trial.problem = str(error)
            self._draw()
        else:
            trial.back()

    def look(self, checkerboard: bool, percent: float) -> None:
        """Checkerboard or blend, and how much of either."""
        self._overlay = Overlay(bool(checkerboard), min(max(float(percent) / 100.0, 0.0), 1.0))
        self._state.align_checker, self._state.align_share = bool(checkerboard), float(percent)
        self._draw()

    def move(self, what: str, direction: str, step: str) -> None:
        """Shift (mm) or turn (degrees) the moving image by a step; a bad one is refused there."""
        if self._trial.key is None or direction not in DIRECTIONS:
            return
        self._trial.problem = ""

        def use(size: float) -> str:
            if self._trial.key is not None:
                self._trial.move(what, direction, size)
            return ""

        self._asking.take("align step", step, bounds_of_tool("step"), use)

    def act(self, what: str) -> None:
        """Settle from here, go back, or accept the place."""
        trial = self._trial
        if trial.key is None:
            return
        trial.hush()
        if what == "back":
            trial.back()
        elif what in ("settle", "judge"):
            trial.measure(settle=what == "settle")
        elif what == "accept":
            trial.accept()
        self._say()

    def _follow(self, _: PlacesChanged) -> None:
        """Show the registrations of now; a place that is being tried on another one is dropped."""
        self._trial.said = ""
        self._trial.back()

    # --- page -------------------------------------------------------------------------------------

    def _draw(self) -> None:
        trial = self._trial
        if trial.key is not None:
            buffer = io.BytesIO()
            Picture.fromarray(trial.draw(self._overlay)).save(buffer, "PNG")
            text = base64.b64encode(buffer.getvalue()).decode("ascii")
            self._state.align_picture = f"data:image/png;base64,{text}"
        self._state.align_rows = [
            {
                "timepoint": p.timepoint, "role": p.role, "to": p.to, "icon": p.row.icon,
                "grade": p.row.grade, "colour": p.row.colour, "error": p.row.expected_error,
                "reasons": "; ".join(p.row.reasons), "tip": p.row.tip, "open": p.key == trial.key,
            }
            for p in list_places(trial.prepared)
        ]  # fmt: skip
        self._state.align = self._describe_open()
        self._say()

    def _say(self) -> None:
        self._state.align_problem, self._state.align_said = self._trial.problem, self._trial.said

    def _describe_open(self) -> dict[str, Any]:
        trial = self._trial
        if trial.key is None:
            return {"on": False}
        away = trial.moved()
        is_moved = away != UNMOVED
        return {"on": True, "name": trial.name, "moved": away, "is_moved": is_moved,
                "found": trial.quality}  # fmt: skip
