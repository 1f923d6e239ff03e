"""What hangs in Slicer's slice views: the rows that follow the item, prior for current."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import slicer

from ..common import scene_actions
from .view_keeper import ViewKeeper

if TYPE_CHECKING:
    from RNAssessLib.panel.hanging.third_row import ThirdRow
    from RNAssessLib.scene import Cell


class Hanging:
    """Contents of the views; which they are says `RNAssessLib.panel.hanging.plan`.

    Parameters
    ----------
    assessment : Assessment
    nodes : SceneNodes
    own : list of str
        Ids of the case's nodes; those of made pictures are added.
    when : mapping of timepoint id to str
        Date and months of every study.

    Attributes
    ----------
    rows : tuple of ThirdRow
        Everything that the case can hang below T1c and FLAIR.
    called : str
        Key of the row that the reader called; empty while it follows the item.
    views : ViewKeeper
    """

    def __init__(
        self, assessment: object, nodes: object, own: list[str], when: Mapping[str, str]
    ) -> None:
        from RNAssessLib.panel.hanging.plan import HangingPlan
        from RNAssessLib.panel.hanging.third_row import build_third_rows, first_row
        from RNAssessLib.scene.hung import Hung
        from RNAssessLib.scene.made_pictures import MadePictures

        prepared = assessment.prepared
        self._assessment, self._nodes, self._own = assessment, nodes, own
        self._lesion = prepared.lesions[0] if prepared.lesions else None
        self.rows = build_third_rows(prepared)
        self._item_row: ThirdRow | None = first_row(self.rows)
        self.plan = HangingPlan(prepared, nodes.layout.cells)
        self._pictures = MadePictures(assessment, nodes, self.plan)
        self._hung = Hung(nodes, tuple(nodes.layout), self.plan)
        self.plan.row = self._item_row
        self.called = ""
        self.views = ViewKeeper(slicer.mrmlScene, when)

    @property
    def depth(self) -> int:
        """How many rows of views the content takes."""
        return len(self.plan.row.contents) if self.plan.row else 0

    # --- what hangs -------------------------------------------------------------------------------

    def follow(self, row: ThirdRow | None) -> None:
        """Hang what an item is read on, unless the reader called a row to stay."""
        self._item_row = row or self._item_row
        if not self.called and row is not None:
            self.plan.row = row
        self.hang()

    def call(self, key: str) -> None:
        """Hang one content until it is called again, or the item's with an empty key."""
        self.called = "" if key == self.called else key
        rows = {row.key: row for row in self.rows}
        self.plan.row = rows.get(self.called) or self._item_row
        self.hang()

    def next_key(self) -> str:
        """Key of the content after the one that hangs; empty goes back to following the item."""
        keys = ["", *(row.key for row in self.rows)]
        return keys[(keys.index(self.called) + 1) % len(keys)]

    def set_lesion(self, lesion: str) -> None:
        """Turn to another lesion: its growth map."""
        lesions = {one.id: one for one in self._assessment.prepared.lesions}
        self._lesion = lesions.get(lesion, self._lesion)

    def renew(self, assessment: object) -> None:
        """Follow an assessment with other places or outlines: made pictures are made anew."""
        self._assessment = assessment
        self._hung.forget()
        self._pictures.renew(assessment)
        self.hang()

    def hang(self) -> None:
        """Put the pictures into their views."""
        self._hung.clear()
        with scene_actions.added_nodes(slicer.mrmlScene) as added:
            for cell in self._nodes.layout:
                self._put(cell)
        self._own += added
        self._hung.place_outlines()

    def next_pair(self) -> None:
        """Lay the outlines of the next two studies over each other."""
        from RNAssessLib.panel.hanging.growth_overlay import next_pair

        if self.plan.pair is not None:
            self.unflip()
            self.plan.pair = next_pair(self._assessment.prepared, self.plan.pair)
            self.hang()

    def legend(self) -> str:
        """What the colours of the row mean, study by study; empty where it needs no words."""
        lines = []
        for cell in self._nodes.layout:
            picture = self._picture(cell) if cell.role is None else None
            if picture is not None and (picture.legend or picture.bar):
                words = picture.legend.replace("\n", ", ") or " – ".join(picture.bar)
                lines.append(f"{picture.title}: {words}")
        return "\n".join(dict.fromkeys(lines))

    # --- one view ---------------------------------------------------------------------------------

    def flip(self, cell: Cell) -> bool:
        """Show the other study in a view, or its own again; False when there is none."""
        if not self.plan.flip(cell):
            return False
        if cell.role is None:
            self.hang()
        else:
            self._put(cell)
        self._hung.place_outlines()
        return True

    def unflip(self) -> None:
        """Every view back to its own study."""
        for cell in self._nodes.layout:
            if cell.view in self.plan.flipped:
                self.flip(cell)

    def _picture(self, cell: Cell) -> object:
        content = self.plan.content_of(cell)
        if content is None:
            return None
        return self._pictures.picture(content, self.plan.timepoint_of(cell), self._lesion)

    def _put(self, cell: Cell) -> None:
        picture = self._picture(cell)
        self.views.put(cell, self.plan.timepoint_of(cell), picture)
        self._hung.draw(cell, picture)
