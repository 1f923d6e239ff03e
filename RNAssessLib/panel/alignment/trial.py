"""Another place of an image being tried by hand: nothing changes until the reader accepts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from RNAssessLib.case import (
    PreparedCase,
    Registration,
    RigidTransform,
    SequenceRole,
    Vector,
)
from RNAssessLib.realign import images_of, place_by_hand, registration_of

from ..course.case_section import registration_row
from ..reading.reading import Reading
from ..reading.running import Done
from ..words.rows import RegistrationRow
from .check import Overlay, Pixels, difference_text, draw_planes, moved

Key = tuple[str, SequenceRole | None]
T1C = "T1c"
UNMOVED = "0.0 mm, 0.0°"
PLACED = (
    "{0} placed anew; its lesions were found again and all items answered again; undo takes it back"
)
DIRECTIONS: dict[str, Vector] = {
    "left": (1.0, 0.0, 0.0), "right": (-1.0, 0.0, 0.0), "posterior": (0.0, 1.0, 0.0),
    "anterior": (0.0, -1.0, 0.0), "superior": (0.0, 0.0, 1.0), "inferior": (0.0, 0.0, -1.0),
}  # fmt: skip


@dataclass(frozen=True)
class PlaceRow:
    """One registration of the case that can be looked at.

    Attributes
    ----------
    timepoint : str
    role : str
        Sequence that is placed; the T1c for a study onto the reference.
    to : str
        What it is placed on.
    key : (str, SequenceRole or None)
        As `Trial.open` takes it.
    row : RegistrationRow
        Its traffic light.
    """

    timepoint: str
    role: str
    to: str
    key: Key
    row: RegistrationRow


def list_places(prepared: PreparedCase) -> tuple[PlaceRow, ...]:
    """Every registration of a case: each study onto the reference, then its sequences."""
    rows = []
    for timepoint in prepared.timepoints:
        name = timepoint.id
        if name != prepared.reference:
            row = registration_row(timepoint.to_reference)
            rows.append(PlaceRow(name, T1C, f"{prepared.reference} T1c", (name, None), row))
        for role, held in timepoint.to_t1c.items():
            row = registration_row(held)
            rows.append(PlaceRow(name, role.value, "T1c", (name, role), row))
    return tuple(rows)


def key_of(timepoint: str, role: str) -> Key:
    """Key of a row by its words."""
    return timepoint, None if role == T1C else SequenceRole(role)


class Hand(Protocol):
    """What holds the image while it is moved: a value, or a transform of the scene."""

    def read(self) -> RigidTransform:
        """Where the image lies; raises InputError when it was stretched or mirrored."""

    def put(self, transform: RigidTransform) -> None:
        """Put it somewhere."""


class Held:
    """A place that nothing else shows."""

    def __init__(self) -> None:
        self._place = RigidTransform()

    def read(self) -> RigidTransform:
        """As `Hand.read`."""
        return self._place

    def put(self, transform: RigidTransform) -> None:
        """As `Hand.put`."""
        self._place = transform


class Trial:
    """One registration that is looked at, and the place that is tried.

    Parameters
    ----------
    reading : callable
        Returns the `Reading` of now.
    middle : callable
        Returns the middle of the views, reference LPS mm.
    show : callable
        Told when there is something else to show.
    hand : Hand, optional
        A value by default.

    Attributes
    ----------
    key : (str, SequenceRole or None) or None
        Study and sequence, no sequence for a study onto the reference; None when nothing is open.
    found : Registration or None
        Quality of the place of now, once it was measured.
    said, problem : str
        What became of it, and what is wrong.
    """

    def __init__(
        self,
        reading: Callable[[], Reading],
        middle: Callable[[], Vector],
        show: Done,
        hand: Hand | None = None,
    ) -> None:
        self._reading, self._middle, self._show = reading, middle, show
        self.hand: Hand = hand or Held()
        self.key: Key | None = None
        self.found: Registration | None = None
        self.said = self.problem = ""

    @property
    def prepared(self) -> PreparedCase:
        """The case of now."""
        return self._reading().assessment.prepared

    @property
    def _open(self) -> Key:
        assert self.key is not None
        return self.key

    @property
    def held(self) -> Registration:
        """Registration that holds."""
        return registration_of(self.prepared, *self._open)

    @property
    def name(self) -> str:
        """What lies over what."""
        return f"{self.held.moving} over {self.held.fixed}"

    @property
    def quality(self) -> str:
        """Quality of the place of now in words; empty until it was measured."""
        if self.found is None:
            return ""
        row = registration_row(self.found)
        text = f"{row.icon} {row.grade}, expected error {row.expected_error}"
        return ": ".join(part for part in (text, "; ".join(row.reasons)) if part)

    def open(self, key: Key) -> None:
        """Look at a registration; raises InputError when the case has no such one."""
        registration_of(self.prepared, *key)
        self.close()
        self.key = key

    def close(self) -> None:
        """Nothing is looked at any more."""
        self.key = self.found = None
        self.hush()

    def hush(self) -> None:
        """Nothing is said."""
        self.said = self.problem = ""

    # --- what is shown ----------------------------------------------------------------------------

    def center(self) -> Vector:
        """Middle of the views in the space of the image that stays."""
        timepoint, role = self._open
        point = self._middle()
        if role is None:
            return point
        inverse = self.prepared.timepoint(timepoint).to_reference.transform.inverse()
        x, y, z = (float(v) for v in inverse.apply(point))
        return x, y, z

    def draw(self, overlay: Overlay) -> Pixels:
        """Planes through the middle of the views; raises as `Hand.read`."""
        moving, fixed = images_of(self.prepared, *self._open)
        return draw_planes(fixed, moving, self.hand.read(), self.center(), overlay)

    def moved(self) -> str:
        """How far the image was moved; raises as `Hand.read`."""
        return difference_text(self.held.transform, self.hand.read(), self.center())

    # --- the reader acts --------------------------------------------------------------------------

    def move(self, what: str, direction: str, size: float) -> None:
        """Shift the image by a size in mm, or ``turn`` it by degrees."""
        x, y, z = DIRECTIONS[direction]
        way, place = (x * size, y * size, z * size), self.hand.read()
        if what == "turn":
            self._put(moved(place, turn_degrees=way, about_mm=self.center()))
        else:
            self._put(moved(place, shift_mm=way))
        self._show()

    def back(self) -> None:
        """Put the image where its registration holds it."""
        if self.key is not None:
            self._put(self.held.transform)
        self._show()

    def _put(self, place: RigidTransform, found: Registration | None = None) -> None:
        self.hand.put(place)
        self.found = found  # the scene told of the move before

    def measure(
        self, *, settle: bool, then: Callable[[Registration], None] = lambda _: None
    ) -> None:
        """Find the best place near here, or how good this one is; shown when it is known."""
        key, place, prepared = self._open, self.hand.read(), self.prepared

        def take(found: Registration) -> None:
            now = self.hand.read() if self.key == key else RigidTransform()
            if self.key != key or not np.array_equal(now.moving_to_fixed, place.moving_to_fixed):
                return  # the reader went on meanwhile
            self._put(found.transform, found)
            self._show()
            then(found)

        self._reading().runner.run(
            "Settling" if settle else "Measuring the place",
            lambda tell: place_by_hand(prepared, *key, place, settle=settle, progress=tell),
            take,
            self._tell,
            figures=False,
        )

    def _tell(self, problem: str) -> None:
        self.problem = problem
        self._show()

    def accept(self) -> None:
        """Keep the place: that study is prepared again, every item answered again."""
        if self.found is None:
            self.measure(settle=False, then=self._accept)
        else:
            self._accept(self.found)

    def _accept(self, found: Registration) -> None:
        name, role = self._open

        def done() -> None:
            self.found, self.said = None, PLACED.format(f"{name} {role.value if role else T1C}")
            self._show()

        self._reading().place(name, role, found, done)
