"""What hangs in each view of the page, and the words in its corners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from RNAssessLib.case import SequenceRole
from RNAssessLib.panel.hanging.growth_overlay import Pair
from RNAssessLib.panel.hanging.third_row import ThirdRow
from RNAssessLib.panel.reading.changes import FiguresChanged
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.scene import Cell, SceneNodes
from RNAssessLib.scene.display import Display, shown_window
from RNAssessLib.scene.hanging import CaseHanging
from RNAssessLib.scene.made_pictures import Picture

from .changes import ViewsChanged
from .views import SerialViews


class Hanging(CaseHanging):
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
        super().__init__(reading.assessment, nodes, lambda: reading.lesion_id)
        self._reading, self._display = reading, display
        self._linked = {linked.cell.view: linked for linked in views.views}
        reading.changes.on(FiguresChanged, self._renew)
        for cell in self.cells():
            # An image at once: a view draws its later actors over an image that it had first, but
            # under one that came after them.
            self.put(cell, self.pictures.picture(SequenceRole.T1C, cell.timepoint, None))

    @property
    def row(self) -> ThirdRow | None:
        """What hangs below T1c and FLAIR."""
        return self.plan.row

    def put(self, cell: Cell, picture: Picture | None) -> None:
        """Put a picture into a view, nothing for None."""
        self._linked[cell.view].put(picture)

    def describe(self, cell: Cell) -> dict[str, Any]:
        """Words in the corners of a view."""
        picture, timepoint = self.picture_of(cell), self.plan.timepoint_of(cell)
        rows = {row.id: row for row in self._reading.panel.case.timepoints}
        row = rows[timepoint]
        volume = picture.volume if picture else None
        low, high = shown_window(volume.GetDisplayNode()) if volume is not None else (0.0, 0.0)
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

    def follow(self) -> bool:
        """Follow the reader's choice of a row; says whether that changed."""
        changed = self._reading.hung is not self.row
        self.plan.row = self._reading.hung
        return changed

    def hang(self) -> None:
        """Put the pictures of the rows below into their views."""
        super().hang()
        self._display.hang(self.hung.drawn, self.hung.lines)

    def pair_changed(self, pair: Pair) -> None:
        """Lay the outlines of two other studies over each other."""
        self.plan.pair = pair
        self._anew(self.hang)

    def _renew(self, change: FiguresChanged) -> None:
        """Follow other places or outlines."""
        self._anew(lambda: self.renew(change.after))

    def _anew(self, hang: Callable[[], None]) -> None:
        self.unflip()
        hang()
        self._reading.changes.tell(ViewsChanged())
