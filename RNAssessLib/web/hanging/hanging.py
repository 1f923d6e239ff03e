"""What hangs in each view: main rows, the rows that follow the item, and prior for current."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RNAssessLib.case import SequenceRole
from RNAssessLib.panel.hanging.growth_overlay import Pair
from RNAssessLib.panel.hanging.plan import HangingPlan
from RNAssessLib.panel.hanging.third_row import Content, ThirdRow
from RNAssessLib.scene import Cell
from RNAssessLib.scene.hung import Hung
from RNAssessLib.scene.made_pictures import MadePictures, Picture

from .display import window_of
from .views import LinkedView

if TYPE_CHECKING:
    from ..reading.room import ReadingRoom

FOLLOW, OFF = "item", ""


class Hanging:
    """Contents of the views of a reading room.

    Parameters
    ----------
    room : ReadingRoom

    Attributes
    ----------
    briefly : bool
        Whether it hangs only until the reader turns to another item.
    """

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self.briefly = False
        self._plan = HangingPlan(room.assessment.prepared, room.nodes.layout.cells)
        self._pictures = MadePictures(room.assessment, room.nodes, self._plan)
        self._hung = Hung(room.nodes, [linked.cell for linked in room.views.views], self._plan)
        self._begin()

    def _begin(self) -> None:
        """Give the rows below an image at once: a view draws its later actors over an image that
        it had first, but under one that came after them.
        """
        for linked in self._room.views.views:
            if linked.cell.role is None:
                first = self._pictures.picture(SequenceRole.T1C, linked.cell.timepoint, None)
                self._room.views.put(linked, first)

    # --- what a view shows ------------------------------------------------------------------------

    @property
    def row(self) -> ThirdRow | None:
        """What hangs below T1c and FLAIR."""
        return self._plan.row

    @property
    def pair(self) -> Pair | None:
        """Studies whose outlines are laid over each other; None in a case with one study."""
        return self._plan.pair

    @property
    def lines(self) -> list[Any]:
        """Surfaces whose cut lines belong to the rows below: outlines of two studies."""
        return self._hung.lines

    def content_of(self, cell: Cell) -> Content | None:
        """Return what a view shows, None for one that is off."""
        return self._plan.content_of(cell)

    def role_of(self, cell: Cell) -> SequenceRole | None:
        """Sequence that a view shows; the T1c under a growth map or a dose wash."""
        return self._plan.role_of(cell)

    def timepoint_of(self, cell: Cell) -> str:
        """Study that a view shows now."""
        return self._plan.timepoint_of(cell)

    def picture_of(self, cell: Cell) -> Picture | None:
        """Return the picture of a view, None for one that is off."""
        content = self.content_of(cell)
        if content is None:
            return None
        lesions = {one.id: one for one in self._room.assessment.prepared.lesions}
        lesion = lesions.get(self._room.reading.lesion_id)
        return self._pictures.picture(content, self.timepoint_of(cell), lesion)

    def describe(self, cell: Cell) -> dict[str, Any]:
        """Words in the corners of a view."""
        picture, timepoint = self.picture_of(cell), self.timepoint_of(cell)
        rows = {row.id: row for row in self._room.reading.panel.case.timepoints}
        row = rows[timepoint]
        volume = picture.volume if picture else None
        low, high = window_of(volume.GetDisplayNode()) if volume is not None else (0.0, 0.0)
        return {
            "timepoint": timepoint,
            "when": row.date + (f" · {row.months} mo" if row.months else ""),
            "role": picture.title if picture else "",
            "absent": picture.absent if picture else "",
            "window": f"W {high - low:.4g} L {(high + low) / 2:.4g}" if volume is not None else "",
            "legend": picture.legend if picture else "",
            "details": picture.details if picture else "",
            "bar": list(picture.bar) if picture else [],
            "flipped": cell.timepoint if timepoint != cell.timepoint else "",
        }

    # --- the rows below ---------------------------------------------------------------------------

    def follow(self, choice: str) -> bool:
        """Hang what the reader chose, or what the item is read on; says whether that changed."""
        reading = self._room.reading
        rows = {row.key: row for row in reading.third_rows}
        row = reading.item_row() if choice == FOLLOW else rows.get(choice)
        changed = row is not self.row
        self._plan.row = row
        return changed

    @property
    def choices(self) -> tuple[str, ...]:
        """What the rows below can be told to show: to follow the item, or one content."""
        return (FOLLOW, *(row.key for row in self._room.reading.third_rows))

    def next_choice(self, choice: str) -> str:
        """Return the content after `choice`, round the end."""
        keys = self.choices
        return keys[(keys.index(choice) + 1) % len(keys)] if choice in keys else keys[0]

    def hang(self) -> None:
        """Put the pictures of the rows below into their views."""
        before = self.lines
        self._hung.clear()
        for linked in self._room.views.views:
            if linked.cell.role is None:
                self._put(linked)
        self._room.display.others = list(self._hung.drawn)
        self._hung.place_outlines()
        if self.lines != before:
            self._room.lines.changed()

    def pair_changed(self, pair: Pair) -> None:
        """Lay the outlines of two other studies over each other."""
        self._plan.pair = pair
        self._hang_again()

    def renew(self) -> None:
        """Follow an assessment with other places or outlines: made pictures are made anew."""
        self._hung.forget()
        self._pictures.renew(self._room.assessment)
        self._hang_again()

    def _hang_again(self) -> None:
        self.unflip()
        self.hang()
        self._room.grid.show_cells()

    def _put(self, linked: LinkedView) -> None:
        picture = self.picture_of(linked.cell)
        self._room.views.put(linked, picture)
        self._hung.draw(linked.cell, picture)

    # --- prior and current ------------------------------------------------------------------------

    def flip(self, linked: LinkedView) -> bool:
        """Show the other study in this view, in the same plane; False when there is none."""
        cell = linked.cell
        if not self._plan.flip(cell):
            return False
        if cell.role is None:
            self.hang()
        else:
            self._room.views.put(linked, self.picture_of(cell))
        self._hung.place_outlines()
        return True

    def unflip(self) -> bool:
        """Every view back to its own study; says whether one had another."""
        flipped = [v for v in self._room.views.views if v.cell.view in self._plan.flipped]
        for linked in flipped:
            self.flip(linked)
        return bool(flipped)
