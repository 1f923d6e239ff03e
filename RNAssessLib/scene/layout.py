"""Serial layout: columns are timepoints, rows are sequences, each cell a slice view.

Cells are named as the views of Slicer's own many-slice layouts, so that a saved scene opens in
desktop Slicer with every view in its place and nothing has to be registered there first.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import slicer

from RNAssessLib.case import PreparedCase, SequenceRole
from RNAssessLib.panel.hanging.third_row import MAIN_ROWS

SCHEMA = "rnassess/layout/1"
__all__ = ["MAIN_ROWS", "Cell", "SerialLayout", "build_layout", "describe_views", "view_name"]

FIRST_NAMES = ("Red", "Yellow", "Green")
MOST_COLUMNS = 5
MOST_ROWS = 3  # of a layout of Slicer's own; a fourth one is shown by ours alone
# (columns, rows) that Slicer lays out by itself, smallest first.
SLICER_GRIDS = (
    ((3, 3), slicer.vtkMRMLLayoutNode.SlicerLayoutThreeByThreeSliceView),
    ((4, 2), slicer.vtkMRMLLayoutNode.SlicerLayoutFourByTwoSliceView),
    ((4, 3), slicer.vtkMRMLLayoutNode.SlicerLayoutFourByThreeSliceView),
    ((5, 2), slicer.vtkMRMLLayoutNode.SlicerLayoutFiveByTwoSliceView),
)


@dataclass(frozen=True)
class Cell:
    """One slice view.

    Attributes
    ----------
    view : str
        Name of the view (singleton tag of its slice node).
    timepoint : str
    role : SequenceRole or None
        None for a view that follows the checklist item.
    """

    view: str
    timepoint: str
    role: SequenceRole | None


@dataclass(frozen=True)
class SerialLayout:
    """Grid of slice views.

    Attributes
    ----------
    cells : tuple of rows, each a tuple of Cell
    arrangement : int
        Number of the desktop layout that shows these views.
    """

    cells: tuple[tuple[Cell, ...], ...]
    arrangement: int

    def __iter__(self) -> Iterator[Cell]:
        return (cell for row in self.cells for cell in row)

    @property
    def columns(self) -> tuple[str, ...]:
        """Timepoint ids from left to right."""
        return tuple(cell.timepoint for cell in self.cells[0])

    def views_of(self, timepoint: str) -> tuple[str, ...]:
        """Views that show `timepoint`."""
        return tuple(cell.view for cell in self if cell.timepoint == timepoint)

    def to_dict(self) -> dict[str, Any]:
        """JSON form, as kept in the scene's document."""
        return {
            "schema": SCHEMA,
            "rows": [
                [
                    {
                        "view": cell.view,
                        "timepoint": cell.timepoint,
                        "role": cell.role.value if cell.role else None,
                    }
                    for cell in row
                ]
                for row in self.cells
            ],
            "arrangement": self.arrangement,
        }

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> SerialLayout:
        """Read what `to_dict` wrote; raises ValueError for another version."""
        if document.get("schema") != SCHEMA:
            raise ValueError(f"layout of schema {document.get('schema')!r}, expected {SCHEMA!r}")
        rows = tuple(
            tuple(
                Cell(c["view"], c["timepoint"], SequenceRole(c["role"]) if c["role"] else None)
                for c in row
            )
            for row in document["rows"]
        )
        return cls(rows, int(document["arrangement"]))


def view_name(index: int) -> str:
    """Name of the view at `index` in reading order, as Slicer's layouts name it.

    Examples
    --------
    >>> [view_name(i) for i in range(5)]
    ['Red', 'Yellow', 'Green', 'Slice4', 'Slice5']
    """
    return FIRST_NAMES[index] if index < len(FIRST_NAMES) else f"Slice{index + 1}"


def shown_timepoints(prepared: PreparedCase) -> tuple[str, ...]:
    """Timepoints that get a column: the first and the latest ones when there are too many."""
    ids = tuple(t.id for t in prepared.timepoints)
    if len(ids) <= MOST_COLUMNS:
        return ids
    return (ids[0], *ids[1 - MOST_COLUMNS :])


def build_layout(prepared: PreparedCase, *, extra_row: int = 0) -> SerialLayout:
    """Layout of a case: T1c and FLAIR of every shown timepoint.

    Parameters
    ----------
    prepared : PreparedCase
    extra_row : int
        How many rows below follow the checklist item (True is one; diffusion takes two).
    """
    timepoints = shown_timepoints(prepared)
    rows: tuple[SequenceRole | None, ...] = (*MAIN_ROWS, *(None,) * int(extra_row))
    wanted = (len(timepoints), min(len(rows), MOST_ROWS))
    width, arrangement = _slicer_grid(wanted)
    cells = tuple(
        tuple(
            Cell(view_name(r * width + c), timepoint, role)
            for c, timepoint in enumerate(timepoints)
        )
        for r, role in enumerate(rows)
    )
    return SerialLayout(cells, arrangement)


def describe_views(layout: SerialLayout, *, extra_rows: int = 1, plot: str = "") -> str:
    """Describe exactly these views as desktop Slicer's layout manager reads it.

    Slicer's own many-slice layouts have a few fixed sizes; this one leaves no view empty. See
    ``vtkMRMLLayoutNode::AddLayoutDescription``.

    Parameters
    ----------
    layout : SerialLayout
    extra_rows : int
        How many of the rows that follow the checklist item are shown.
    plot : str
        Singleton tag of a plot view that is shown below them; empty for none.
    """
    rows = layout.cells[: len(MAIN_ROWS) + extra_rows]
    root = ElementTree.Element("layout", type="vertical", split="true")
    for row in rows:
        line = ElementTree.SubElement(
            ElementTree.SubElement(root, "item"), "layout", type="horizontal", split="true"
        )
        for cell in row:
            item = ElementTree.SubElement(line, "item")
            names = {"class": "vtkMRMLSliceNode", "singletontag": cell.view}
            view = ElementTree.SubElement(item, "view", names)
            shown = cell.role.value if cell.role else "item"
            for name, value in (
                ("orientation", "Axial"),
                ("viewlabel", f"{cell.timepoint} {shown}"),
            ):
                made = ElementTree.SubElement(view, "property", name=name, action="default")
                made.text = value
    if plot:
        item = ElementTree.SubElement(root, "item")
        names = {"class": "vtkMRMLPlotViewNode", "singletontag": plot}
        view = ElementTree.SubElement(item, "view", names)
        made = ElementTree.SubElement(view, "property", name="viewlabel", action="default")
        made.text = "DVH"
    return ElementTree.tostring(root, encoding="unicode")


def _slicer_grid(wanted: tuple[int, int]) -> tuple[int, int]:
    for (columns, rows), arrangement in SLICER_GRIDS:
        if columns >= wanted[0] and rows >= wanted[1]:
            return columns, int(arrangement)
    # no desktop layout is that large: it shows the first two rows
    return wanted[0], int(slicer.vtkMRMLLayoutNode.SlicerLayoutFiveByTwoSliceView)
