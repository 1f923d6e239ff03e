"""What hangs in desktop Slicer's slice views: rows that follow the item, prior for current."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from RNAssessLib.assessment import Assessment
from RNAssessLib.panel.hanging.growth_overlay import next_pair
from RNAssessLib.panel.hanging.third_row import build_third_rows, first_row
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.reading.selection import FOLLOW

from .hanging import CaseHanging
from .layout import Cell, SerialLayout
from .made_pictures import Picture
from .nodes import SceneNodes
from .own_nodes import added_nodes
from .view_keeper import ViewKeeper, WriteCorner


class DesktopHanging(CaseHanging):
    """Contents of the views; an item without a row of its own leaves the rows as they are.

    Parameters
    ----------
    assessment : Assessment
    nodes : SceneNodes
    own : list of str
        Ids of the case's nodes; those of made pictures are added.
    when : mapping of timepoint id to str
        Date and months of every study.
    reader : callable
        Returns the `Reading` of now.
    write_corner : callable
        Writes into a view's annotation; as `ViewKeeper`.

    Attributes
    ----------
    rows : tuple of ThirdRow
        Everything that the case can hang below T1c and FLAIR.
    views : ViewKeeper
    """

    def __init__(
        self, assessment: Assessment, nodes: SceneNodes, own: list[str], when: Mapping[str, str],
        reader: Callable[[], Reading | None], write_corner: WriteCorner,
    ) -> None:  # fmt: skip
        super().__init__(assessment, nodes, self._lesion_id)
        self._own, self._reader = own, reader
        self.rows = build_third_rows(assessment.prepared)
        self._item_row = self.plan.row = first_row(self.rows)
        self.views = ViewKeeper(nodes.document.GetScene(), when, write_corner)

    def _lesion_id(self) -> str:
        lesions, reader = self._assessment.prepared.lesions, self._reader()
        return reader.lesion_id if reader is not None else lesions[0].id if lesions else ""

    @property
    def called(self) -> str:
        """Key of the row that the reader called; empty while it follows the item."""
        reader = self._reader()
        return "" if reader is None or reader.row_choice == FOLLOW else reader.row_choice

    @property
    def depth(self) -> int:
        """How many rows of views the content takes."""
        return len(self.plan.row.contents) if self.plan.row else 0

    def put(self, cell: Cell, picture: Picture | None) -> None:
        """Put a picture into a view and name it."""
        self.views.put(cell, self.plan.timepoint_of(cell), picture)

    def cells(self) -> SerialLayout:
        """Every view: other modules may have put their images there."""
        return self._nodes.layout

    def follow(self) -> None:
        """Hang what the reader turned to or called, every view with its own study."""
        reader = self._reader()
        if reader is None:
            return
        self._item_row = reader.item_row() or self._item_row
        self.plan.row = reader.hung or self._item_row
        self.unflip()
        self.hang()

    def hang(self) -> None:
        """Put the pictures into their views; nodes that were made for it are the case's own."""
        with added_nodes(self._nodes.document.GetScene()) as added:
            super().hang()
        self._own += added

    def next_pair(self) -> None:
        """Lay the outlines of the next two studies over each other."""
        if self.plan.pair is not None:
            self.unflip()
            self.plan.pair = next_pair(self._assessment.prepared, self.plan.pair)
            self.hang()

    def legend(self) -> str:
        """What the colours of the row mean, study by study; empty where it needs no words."""
        lines = []
        for cell in self._nodes.layout:
            picture = self.picture_of(cell) if cell.role is None else None
            if picture is not None and (picture.legend or picture.bar):
                words = picture.legend.replace("\n", ", ") or " – ".join(picture.bar)
                lines.append(f"{picture.title}: {words}")
        return "\n".join(dict.fromkeys(lines))
