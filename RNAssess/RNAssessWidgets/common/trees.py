"""Rows into trees and tables."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import qt

LINE = 48  # characters that fit into a side panel of 400 pixels
SECOND = 30  # and into the second of two columns


def make_item(*texts: str, tip: str = "", key: str = "") -> qt.QTreeWidgetItem:
    """Return a tree item with one text per column; `key` is read back with `key_of`."""
    item = qt.QTreeWidgetItem()
    for column, text in enumerate(texts):
        item.setText(column, text)
        if tip:
            item.setToolTip(column, tip)
    if key:
        item.setData(0, qt.Qt.UserRole, key)
    return item


def fold(text: str, characters: int) -> str:
    """Break a text into lines: a tree does not wrap by itself, and what is cut off is not read."""
    return "\n".join(textwrap.wrap(text, characters, break_on_hyphens=False)) or text


def key_of(item: qt.QTreeWidgetItem | None) -> str:
    """Return the key an item was made with; empty when there is none."""
    return "" if item is None else (item.data(0, qt.Qt.UserRole) or "")


def mark_colour(item: qt.QTreeWidgetItem, column: int, colour: str) -> None:
    """Put a small square of a colour before a text; it only repeats what the text says.

    ``transparent`` leaves the room, so that texts below one another line up.
    """
    pixmap = qt.QPixmap(10, 10)
    pixmap.fill(qt.QColor(colour))
    item.setIcon(column, qt.QIcon(pixmap))


@contextmanager
def filled(tree: qt.QTreeWidget, wide: Sequence[int], narrow: Sequence[int]) -> Iterator[None]:
    """Fill a tree anew inside; nobody is told of it. `wide` and `narrow` as `share_width`."""
    tree.blockSignals(True)
    tree.clear()
    yield
    share_width(tree, wide, narrow)
    tree.blockSignals(False)


def fill_combo(combo: qt.QComboBox, texts: Iterable[str], chosen: int = 0) -> None:
    """Offer these, one of them chosen; nobody is told of it."""
    combo.blockSignals(True)
    combo.clear()
    for text in texts:
        combo.addItem(text)
    combo.setCurrentIndex(chosen)
    combo.blockSignals(False)


def choose_silently(combo: qt.QComboBox, index: int) -> None:
    """Show another choice; nobody is told of it."""
    combo.blockSignals(True)
    combo.setCurrentIndex(index)
    combo.blockSignals(False)


def share_width(tree: qt.QTreeWidget, wide: Sequence[int], narrow: Sequence[int]) -> None:
    """Let `wide` columns share what the `narrow` ones, as wide as their texts, leave."""
    header = tree.header()
    header.setStretchLastSection(False)
    header.setMinimumSectionSize(24)
    for column in wide:
        header.setSectionResizeMode(column, qt.QHeaderView.Stretch)
    for column in narrow:
        header.setSectionResizeMode(column, qt.QHeaderView.ResizeToContents)


def add_group(
    tree: qt.QTreeWidget, title: str, items: Sequence[qt.QTreeWidgetItem], expanded: bool = True
) -> qt.QTreeWidgetItem:
    """Add a heading with its items; nothing is added when there are none."""
    group = make_item(title)
    if not items:
        return group
    font = group.font(0)
    font.setBold(True)
    group.setFont(0, font)
    tree.addTopLevelItem(group)
    group.setFirstColumnSpanned(True)
    for item in items:
        group.addChild(item)
    group.setExpanded(expanded)
    return group


def add_rows(
    tree: qt.QTreeWidget, title: str, rows: Sequence[tuple[str, ...]], expanded: bool = True
) -> None:
    """Add a heading with rows: first text, second one, tool tip, and a colour before the second."""
    items = []
    for first, second, tip, *colour in rows:
        items.append(make_item(first, fold(second, SECOND), tip=tip))
        for one in colour:
            mark_colour(items[-1], 1, one)
    add_group(tree, title, items, expanded)


def add_lines(tree: qt.QTreeWidget, title: str, lines: Sequence[str]) -> None:
    """Add a heading with texts over the whole width."""
    items = [make_item(fold(text, LINE), tip=text) for text in lines]
    add_group(tree, title, items)
    for item in items:
        item.setFirstColumnSpanned(True)


def make_cell(text: str, tip: str = "", *, fixed: bool = False) -> qt.QTableWidgetItem:
    """Return a cell; what is `fixed` is not typed into."""
    cell = qt.QTableWidgetItem(text)
    cell.setToolTip(tip)
    if fixed:
        cell.setFlags(qt.Qt.ItemIsEnabled)
    return cell


def make_combo(texts: Iterable[str], chosen: str) -> qt.QComboBox:
    """Return a choice for a cell."""
    texts, combo = list(texts), qt.QComboBox()
    fill_combo(combo, texts, texts.index(chosen))
    return combo


def fill_table(
    table: qt.QTableWidget,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    tips: Sequence[Sequence[str]],
) -> None:
    """Fill a table that fits its place in any font; `tips` has the shape of `rows`.

    The first column is as wide as its text, the others share the rest and wrap: a narrow dock or
    a large font makes rows taller and never pushes a column out of sight.
    """
    table.clear()
    table.setColumnCount(len(heads))
    table.setRowCount(len(rows))
    table.setHorizontalHeaderLabels(["\n".join(head.rsplit(" ", 1)) for head in heads])
    table.verticalHeader().setVisible(False)
    for r, (texts, row_tips) in enumerate(zip(rows, tips, strict=True)):
        for c, (text, tip) in enumerate(zip(texts, row_tips, strict=True)):
            table.setItem(r, c, make_cell(text, tip))
    header = table.horizontalHeader()
    header.setMinimumSectionSize(20)
    header.setSectionResizeMode(qt.QHeaderView.Stretch)
    header.setSectionResizeMode(0, qt.QHeaderView.ResizeToContents)
    table.setWordWrap(True)
    table.verticalHeader().setSectionResizeMode(qt.QHeaderView.ResizeToContents)
