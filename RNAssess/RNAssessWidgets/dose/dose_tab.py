"""Dose tab: index tables of every course and target."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from slicer.i18n import tr as _

from RNAssessLib.panel.reading.view_model import FigureRow, PanelView, Table

from ..common.trees import add_group, add_lines, fold, make_item, share_width

if TYPE_CHECKING:
    import qt


LABEL, VALUE = 18, 24  # characters that fit side by side


def fill(tree: qt.QTreeWidget, view: PanelView, *, with_lesions: bool = True) -> None:
    """Fill the tree of the dose tab; definitions are tool tips.

    Without the lesions nothing is told that a learner should answer first.
    """
    tree.clear()
    for course in view.courses:
        add_lines(tree, course.title, course.warnings or (_("No warning."),))
        for table in course.tables:
            _add_table(tree, table)
    _add_table(tree, view.risk_context)
    for lesion in view.lesions if with_lesions else ():
        for table in lesion.context:
            add_lines(tree, f"{lesion.title}: {table.title}", (table.note,) if table.note else ())
            _add_table(tree, table)
    share_width(tree, (0,), (1,))


def _add_table(tree: qt.QTreeWidget, table: Table) -> None:
    """Figures that lead stand open, the others folded below them."""
    blocks = []
    for name, rows in groupby(table.folded, key=lambda row: row.group):
        blocks.append((name, _items(list(rows))))
    headings = [make_item(name) for name, _items_of_block in blocks]
    add_group(tree, table.title, [*_items(table.leading), *headings])
    for heading, (_name, items) in zip(headings, blocks, strict=True):
        heading.setFirstColumnSpanned(True)
        for item in items:
            heading.addChild(item)
        heading.setExpanded(False)


def _items(rows: Sequence[FigureRow]) -> list[qt.QTreeWidgetItem]:
    items = []
    for row in rows:
        tip = row.tip or _("no definition given")
        value = f"{row.text} {row.verdict}".rstrip()
        items.append(make_item(fold(row.label, LABEL), fold(value, VALUE), tip=tip))
    return items
