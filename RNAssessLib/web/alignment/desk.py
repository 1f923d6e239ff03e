"""Checking alignment on the page: traffic lights, images laid over each other, moving by hand."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

from PIL import Image as Picture
from trame_server import Server

from RNAssessLib.case import (
    InputError,
    PreparedCase,
    Registration,
    RigidTransform,
    SequenceRole,
    Vector,
)
from RNAssessLib.panel.alignment.check import Overlay, difference_text, draw_planes, moved
from RNAssessLib.panel.course.case_section import registration_row
from RNAssessLib.panel.reading.changes import PlacesChanged
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.words.plausible import bounds_of_tool
from RNAssessLib.realign import images_of, place_by_hand, registration_of

from ..hanging.views import SerialViews
from ..reading.asking import Asking
from ..reading.desk import Desk, Requests

Key = tuple[str, SequenceRole | None]
T1C = "T1c"
DIRECTIONS: dict[str, Vector] = {
    "left": (1.0, 0.0, 0.0), "right": (-1.0, 0.0, 0.0), "posterior": (0.0, 1.0, 0.0),
    "anterior": (0.0, -1.0, 0.0), "superior": (0.0, 0.0, 1.0), "inferior": (0.0, 0.0, -1.0),
}  # fmt: skip


class RegistrationDesk(Desk):
    """Alignment page. Nothing changes until the reader accepts a place.

    Parameters
    ----------
    server : trame Server
    reading : Reading
    views : SerialViews
    asking : Asking
    """

    def __init__(
        self, server: Server, reading: Reading, views: SerialViews, asking: Asking
    ) -> None:
        super().__init__(server, reading)
        self._views, self._asking = views, asking
        self._key: Key | None = None
        self._trial: RigidTransform | None = None
        self._found: Registration | None = None
        self._overlay = Overlay()
        reading.changes.on(PlacesChanged, self._follow)

    @property
    def _prepared(self) -> PreparedCase:
        return self._reading.assessment.prepared

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
        self._key = self._trial = self._found = None
        self._state.align_picture = ""
        self._state.align_problem = self._state.align_said = ""
        self._state.align_checker, self._state.align_share = True, 50
        self._state.align_step = "1"
        self._show()

    def choose(self, timepoint: str, role: str) -> None:
        """Look at one registration."""
        key: Key = (timepoint, None if role == T1C else SequenceRole(role))
        self._state.align_problem = self._state.align_said = ""
        try:
            held = registration_of(self._prepared, *key)
        except InputError as error:
            self._state.align_problem = str(error)
            return
        self._key, self._trial, self._found = key, held.transform, None
        self._draw()

    def look(self, checkerboard: bool, percent: float) -> None:
        """Checkerboard or blend, and how much of either."""
        self._overlay = Overlay(bool(checkerboard), min(max(float(percent) / 100.0, 0.0), 1.0))
        self._state.align_checker, self._state.align_share = bool(checkerboard), float(percent)
        self._draw()

    def move(self, what: str, direction: str, step: str) -> None:
        """Shift (mm) or turn (degrees) the moving image by a step; a bad one is refused there."""
        if self._trial is None or direction not in DIRECTIONS:
            return
        self._state.align_problem = ""

        def use(size: float) -> str:
            self._move_by(what, direction, size)
            return ""

        self._asking.take("align step", step, bounds_of_tool("step"), use)

    def _move_by(self, what: str, direction: str, size: float) -> None:
        if self._trial is None:
            return
        x, y, z = DIRECTIONS[direction]
        way = (x * size, y * size, z * size)
        self._found = None
        if what == "turn":
            self._trial = moved(self._trial, turn_degrees=way, about_mm=self._center())
        else:
            self._trial = moved(self._trial, shift_mm=way)
        self._draw()

    def act(self, what: str) -> None:
        """Settle from here, go back, or accept the place."""
        if self._key is None or self._trial is None:
            return
        self._state.align_problem = self._state.align_said = ""
        if what == "back":
            self._trial = registration_of(self._prepared, *self._key).transform
            self._found = None
            self._draw()
        elif what in ("settle", "judge"):
            self._measure(settle=what == "settle", then=lambda _: None)
        elif what == "accept":
            self._accept()

    def _measure(self, *, settle: bool, then: Callable[[Registration], None]) -> None:
        """Find the best place near here, or how good this one is; shown when it is known."""
        assert self._key is not None and self._trial is not None
        key, trial, prepared = self._key, self._trial, self._prepared

        def take(found: Registration) -> None:
            if self._key == key and self._trial is trial:  # the reader went on meanwhile
                self._found, self._trial = found, found.transform
                self._draw()
                then(found)

        self._reading.runner.run(
            "Settling" if settle else "Measuring the place",
            lambda tell: place_by_hand(prepared, *key, trial, settle=settle, progress=tell),
            take,
            self._tell,
            figures=False,
        )

    def _accept(self) -> None:
        assert self._key is not None
        if self._found is None:
            self._measure(settle=False, then=self._place)
        else:
            self._place(self._found)

    def _place(self, found: Registration) -> None:
        assert self._key is not None
        name, role = self._key

        def done() -> None:
            self._state.align_said = (
                f"{name} {role.value if role else T1C} placed anew; its lesions were found again "
                "and all items answered again; u takes it back"
            )

        self._reading.place(name, role, found, done)

    def _tell(self, problem: str) -> None:
        self._state.align_problem = problem

    def _follow(self, _: PlacesChanged) -> None:
        """Show the registrations of now; a place that is being tried on another one is dropped."""
        if self._key is not None:
            self._trial = registration_of(self._prepared, *self._key).transform
            self._found = None
        self._state.align_said = ""
        self._draw()

    # --- page -------------------------------------------------------------------------------------

    def _center(self) -> Vector:
        """Middle of the views in the fixed image's space."""
        assert self._key is not None
        timepoint, role = self._key
        point = self._views.center_lps()
        if role is None:
            return point
        inverse = self._prepared.timepoint(timepoint).to_reference.transform.inverse()
        x, y, z = (float(v) for v in inverse.apply(point))
        return x, y, z

    def _draw(self) -> None:
        if self._key is not None and self._trial is not None:
            moving, fixed = images_of(self._prepared, *self._key)
            pixels = draw_planes(fixed, moving, self._trial, self._center(), self._overlay)
            buffer = io.BytesIO()
            Picture.fromarray(pixels).save(buffer, "PNG")
            text = base64.b64encode(buffer.getvalue()).decode("ascii")
            self._state.align_picture = f"data:image/png;base64,{text}"
        self._show()

    def _show(self) -> None:
        rows = []
        for timepoint in self._prepared.timepoints:
            entries: list[tuple[SequenceRole | None, Registration]] = []
            if timepoint.id != self._prepared.reference:
                entries.append((None, timepoint.to_reference))
            entries += list(timepoint.to_t1c.items())
            for role, held in entries:
                row = registration_row(held)
                rows.append({
                    "timepoint": timepoint.id, "role": role.value if role else T1C,
                    "to": "T1c" if role else f"{self._prepared.reference} T1c",
                    "icon": row.icon, "grade": row.grade, "colour": row.colour,
                    "error": row.expected_error, "reasons": "; ".join(row.reasons),
                    "tip": row.tip, "open": (timepoint.id, role) == self._key,
                })  # fmt: skip
        self._state.align_rows = rows
        self._state.align = self._describe_open()

    def _describe_open(self) -> dict[str, Any]:
        if self._key is None or self._trial is None:
            return {"on": False}
        held = registration_of(self._prepared, *self._key)
        found = None if self._found is None else registration_row(self._found)
        away = difference_text(held.transform, self._trial, self._center())
        return {
            "on": True,
            "name": f"{held.moving} over {held.fixed}",
            "moved": away,
            "is_moved": away != "0.0 mm, 0.0°",
            "found": "" if found is None else
            f"{found.icon} {found.grade}, expected error {found.expected_error}"
            + (f": {'; '.join(found.reasons)}" if found.reasons else ""),
        }  # fmt: skip
