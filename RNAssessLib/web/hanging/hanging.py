"""What hangs in each view: main rows, the rows that follow the item, and prior for current."""

from __future__ import annotations

from typing import Any

from RNAssessLib.case import SequenceRole
from RNAssessLib.panel.hanging.growth_overlay import Pair
from RNAssessLib.panel.hanging.plan import HangingPlan
from RNAssessLib.panel.hanging.third_row import Content, ThirdRow
from RNAssessLib.panel.reading.changes import FiguresChanged
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.scene import Cell, SceneNodes
from RNAssessLib.scene.hung import Hung
from RNAssessLib.scene.made_pictures import MadePictures, Picture

from .changes import ViewsChanged
from .display import Display, window_of
from .linked_view import LinkedView
from .views import SerialViews


class Hanging:
    """Contents of the views of a case.

    Parameters
    ----------
    reading : Reading
    nodes : SceneNodes
    views : SerialViews
    display : Display
        Told what is drawn over the rows below.
    """

    def __init__(
        self, reading: Reading, nodes: SceneNodes, views: SerialViews, display: Display
    ) -> None:
        self._reading, self._views, self._display = reading, views, display
        self._plan = HangingPlan(reading.assessment.prepared, nodes.layout.cells)
        self._pictures = MadePictures(reading.assessment, nodes, self._plan)
        self._hung = Hung(nodes, [linked.cell for linked in views.views], self._plan)
        reading.changes.on(FiguresChanged, self.renew)
        for linked in views.views:
            # An image at once: a view draws its later actors over an image that it had first, but
            # under one that came after them.
            if linked.cell.role is None:
                linked.put(self._pictures.picture(SequenceRole.T1C, linked.cell.timepoint, None))

    # --- what a view shows ------------------------------------------------------------------------

    @property
    def row(self) -> ThirdRow | None:
        """What hangs below T1c and FLAIR."""
        return self._plan.row

    @property
    def pair(self) -> Pair | None:
        """Studies whose outlines are laid over each other; None in a case with one study."""
        return self._plan.pair

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
        lesions = {one.id: one for one in self._reading.assessment.prepared.lesions}
        lesion = lesions.get(self._reading.lesion_id)
        return self._pictures.picture(content, self.timepoint_of(cell), lesion)

    def describe(self, cell: Cell) -> dict[str, Any]:
        """Words in the corners of a view."""
        picture, timepoint = self.picture_of(cell), self.timepoint_of(cell)
        rows = {row.id: row for row in self._reading.panel.case.timepoints}
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

    def follow(self) -> bool:
        """Follow the reader's choice of a row; says whether that changed."""
        row = self._reading.hung
        changed = row is not self.row
        self._plan.row = row
        return changed

    def hang(self) -> None:
        """Put the pictures of the rows below into their views."""
        self._hung.clear()
        for linked in self._views.views:
            if linked.cell.role is None:
                picture = self.picture_of(linked.cell)
                linked.put(picture)
                self._hung.draw(linked.cell, picture)
        self._hung.place_outlines()
        self._display.hang(self._hung.drawn, self._hung.lines)

    def pair_changed(self, pair: Pair) -> None:
        """Lay the outlines of two other studies over each other."""
        self._plan.pair = pair
        self._hang_again()

    def renew(self, _: object = None) -> None:
        """Follow an assessment with other places or outlines: made pictures are made anew."""
        self._hung.forget()
        self._pictures.renew(self._reading.assessment)
        self._hang_again()

    def _hang_again(self) -> None:
        self.unflip()
        self.hang()
        self._reading.changes.tell(ViewsChanged())

    # --- prior and current ------------------------------------------------------------------------

    def flip(self, linked: LinkedView) -> bool:
        """Show the other study in this view, in the same plane; False when there is none."""
        cell = linked.cell
        if not self._plan.flip(cell):
            return False
        if cell.role is None:
            self.hang()
        else:
            linked.put(self.picture_of(cell))
        self._hung.place_outlines()
        return True

    def unflip(self) -> bool:
        """Every view back to its own study; says whether one had another."""
        flipped = [v for v in self._views.views if v.cell.view in self._plan.flipped]
        for linked in flipped:
            self.flip(linked)
        return bool(flipped)
