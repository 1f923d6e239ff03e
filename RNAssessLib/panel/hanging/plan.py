"""What hangs in which view: main rows, the rows that follow the item, prior for current."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from RNAssessLib.case import PreparedCase, SequenceRole

from .growth_overlay import Pair, default_pair, study_in_column
from .third_row import Content, Made, ThirdRow, prior_of


class View(Protocol):
    """A view of the serial layout."""

    @property
    def view(self) -> str:
        """Name."""

    @property
    def timepoint(self) -> str:
        """Study of its column."""

    @property
    def role(self) -> SequenceRole | None:
        """Sequence of its row; None where the row follows the item."""


class HangingPlan:
    """Contents of the views of a case, the same in both shells.

    Parameters
    ----------
    prepared : PreparedCase
    rows : sequence of rows, each a sequence of View

    Attributes
    ----------
    row : ThirdRow or None
        What hangs below T1c and FLAIR.
    flipped : set of str
        Views that show the other study.
    pair : tuple of str or None
        The two studies whose outlines are laid over each other.
    """

    def __init__(self, prepared: PreparedCase, rows: Sequence[Sequence[View]]) -> None:
        self._prepared = prepared
        below = [cells for cells in rows if cells[0].role is None]
        self._columns = list(dict.fromkeys(cell.timepoint for cells in rows for cell in cells))
        self._below = {cell.view: at for at, cells in enumerate(below) for cell in cells}
        self.row: ThirdRow | None = None
        self.flipped: set[str] = set()
        self.pair: Pair | None = default_pair(prepared)

    def content_of(self, cell: View) -> Content | None:
        """Return what a view shows, None for one that is off."""
        if cell.role is not None:
            return cell.role
        contents = self.row.contents if self.row else ()
        at = self._below[cell.view]
        return contents[at] if at < len(contents) else None

    def role_of(self, cell: View) -> SequenceRole | None:
        """Sequence that a view shows; the T1c under a growth map or a dose wash."""
        content = self.content_of(cell)
        if content is None or isinstance(content, SequenceRole):
            return content
        return SequenceRole.T1C

    def timepoint_of(self, cell: View) -> str:
        """Study that a view shows now."""
        other = self.other(cell)
        return other if cell.view in self.flipped and other else self._own(cell)

    def _own(self, cell: View) -> str:
        """Study that belongs into a view: its column's, or one of the two laid over each other."""
        if self.pair is None or self.content_of(cell) is not Made.OVERLAY:
            return cell.timepoint
        return study_in_column(self.pair, self._columns, cell.timepoint) or cell.timepoint

    def other(self, cell: View) -> str | None:
        """Study before the view's own, the one after it for the first; else the pair's other."""
        if self.pair is not None and self.content_of(cell) is Made.OVERLAY:
            own, (earlier, later) = self._own(cell), self.pair
            return {earlier: later, later: earlier}.get(own)
        prior = prior_of(self._prepared, cell.timepoint)
        if prior is not None:
            return prior.id
        timepoints = self._prepared.timepoints
        return timepoints[1].id if len(timepoints) > 1 else None

    def overlaid(self, cells: Iterable[View]) -> tuple[str, ...]:
        """Names of the views in which the outlines of two studies are laid over each other."""
        pair = self.pair or ()
        return tuple(
            c.view for c in cells
            if self.content_of(c) is Made.OVERLAY and self.timepoint_of(c) in pair
        )  # fmt: skip

    def flip(self, cell: View) -> bool:
        """Show the other study in this view, or its own again; False when there is none."""
        if self.other(cell) is None:
            return False
        self.flipped ^= {cell.view}
        return True
