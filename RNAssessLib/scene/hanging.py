"""Which picture is in which view of a case: hung, flipped, made anew; used by both shells."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from RNAssessLib.assessment import Assessment
from RNAssessLib.panel.hanging.plan import HangingPlan

from .hung import Hung
from .layout import Cell
from .made_pictures import MadePictures, Picture
from .nodes import SceneNodes


class CaseHanging:
    """Contents of the views of a case; a shell says how a picture is put into a view.

    Parameters
    ----------
    assessment : Assessment
    nodes : SceneNodes
    lesion : callable
        Returns the id of the lesion that is read now.

    Attributes
    ----------
    plan : HangingPlan
        What hangs where; `hang` follows it.
    hung : Hung
        What is drawn over the images.
    """

    def __init__(
        self,
        assessment: Assessment,
        nodes: SceneNodes,
        lesion: Callable[[], str],
    ) -> None:
        self._assessment, self._nodes, self._lesion = assessment, nodes, lesion
        self.plan = HangingPlan(assessment.prepared, nodes.layout.cells)
        self.pictures = MadePictures(assessment, nodes, self.plan)
        self.hung = Hung(nodes, tuple(nodes.layout), self.plan)

    def put(self, cell: Cell, picture: Picture | None) -> None:
        """Put a picture into a view, nothing for None."""
        raise NotImplementedError

    def cells(self) -> Iterable[Cell]:
        """Views that are filled anew whenever something else hangs."""
        return (cell for cell in self._nodes.layout if cell.role is None)

    def picture_of(self, cell: Cell) -> Picture | None:
        """Return the picture of a view, None for one that is off."""
        content = self.plan.content_of(cell)
        if content is None:
            return None
        lesions = {one.id: one for one in self._assessment.prepared.lesions}
        return self.pictures.picture(
            content, self.plan.timepoint_of(cell), lesions.get(self._lesion())
        )

    def hang(self) -> None:
        """Put the pictures into their views."""
        self.hung.clear()
        for cell in self.cells():
            picture = self.picture_of(cell)
            self.put(cell, picture)
            self.hung.draw(cell, picture)
        self.hung.place_outlines()

    def renew(self, assessment: Assessment) -> None:
        """Follow an assessment with other places or outlines: made pictures are made anew."""
        self._assessment = assessment
        self.hung.forget()
        self.pictures.renew(assessment)
        self.hang()

    def flip(self, cell: Cell) -> bool:
        """Show the other study in this view, in the same plane; False when there is none."""
        if not self.plan.flip(cell):
            return False
        if cell.role is None:
            self.hang()
        else:
            self.put(cell, self.picture_of(cell))
        self.hung.place_outlines()
        return True

    def unflip(self) -> None:
        """Every view back to its own study."""
        for cell in self._nodes.layout:
            if cell.view in self.plan.flipped:
                self.flip(cell)
