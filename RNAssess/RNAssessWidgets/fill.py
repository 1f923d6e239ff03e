"""Rows of the view-model into Qt widgets."""

from __future__ import annotations

import qt

from RNAssessLib.assessment import DISCLAIMER
from RNAssessLib.panel.view_model import FigureRow, LesionView, PanelView

__all__ = ["DISCLAIMER", "fillCase", "fillChecklist", "fillDose", "fillLesions", "fillSerial",
           "selectedFinding"]  # fmt: skip


def fillCase(text, panel: PanelView) -> None:  # noqa: ANN001
    """Case tab: timepoints, alignment, warnings and the mapping used."""
    lines = [panel.case_title, "", *panel.timepoints, "", "Alignment", *panel.alignment]
    if panel.warnings:
        lines += ["", "Warnings", *panel.warnings]
    lines += ["", "What was taken for what"]
    lines += [f"{role}: {what} ({why})" for role, what, why in panel.mapping]
    text.plainText = "\n".join(lines)


def fillLesions(combo, panel: PanelView) -> None:  # noqa: ANN001
    """Lesion selector."""
    combo.clear()
    for lesion in panel.lesions:
        combo.addItem(lesion.title)


def fillChecklist(tree, lesion: LesionView) -> None:  # noqa: ANN001
    """One item per finding; sentence and decision below it."""
    kept = selectedFinding(tree)
    tree.clear()
    for row in lesion.checklist:
        item = qt.QTreeWidgetItem()
        item.setText(0, f"{row.icon} {row.title}")
        item.setText(1, row.status)
        item.setText(2, " · ".join(t for t in (row.favours, row.strength) if t))
        item.setToolTip(0, "\n".join((row.sentence, *row.details)))
        item.setText(3, row.finding)
        tree.addTopLevelItem(item)
        for line in (row.sentence, row.decision):
            if line:
                child = qt.QTreeWidgetItem()
                child.setText(0, line)
                child.setToolTip(0, line)
                child.setText(3, row.finding)
                item.addChild(child)
                child.setFirstColumnSpanned(True)
        item.setExpanded(row.status != "not assessable")
        if row.finding == kept:
            tree.setCurrentItem(item)
    tree.setColumnHidden(3, True)


def selectedFinding(tree) -> str | None:  # noqa: ANN001
    """Id of the selected finding, None when nothing is selected."""
    item = tree.currentItem()
    return item.text(3) if item is not None else None


def fillSerial(table, lesion: LesionView) -> None:  # noqa: ANN001
    """Sizes over time."""
    heads = ["Timepoint", "Months", *lesion.heads]
    table.columnCount = len(heads)
    table.setHorizontalHeaderLabels(heads)
    table.rowCount = len(lesion.serial)
    for r, row in enumerate(lesion.serial):
        cells = (f"{row.timepoint} {row.date}", row.months, *row.cells)
        for c, text in enumerate(cells):
            table.setItem(r, c, qt.QTableWidgetItem(text))


def fillDose(tree, panel: PanelView) -> None:  # noqa: ANN001
    """Index tables of every course; definitions as tool tips."""
    tree.clear()
    for course in panel.courses:
        top = _item(course.title)
        tree.addTopLevelItem(top)
        for table in course.tables:
            group = _item(table.title)
            top.addChild(group)
            for row in table.rows:
                group.addChild(_figure(row))
            group.setExpanded(True)
        top.setExpanded(True)
    if panel.risk_context.rows:
        group = _item(panel.risk_context.title)
        tree.addTopLevelItem(group)
        for row in panel.risk_context.rows:
            group.addChild(_figure(row))
        group.setExpanded(True)


def _item(text: str):  # noqa: ANN202
    item = qt.QTreeWidgetItem()
    item.setText(0, text)
    return item


def _figure(row: FigureRow):  # noqa: ANN202
    item = _item(row.label)
    item.setText(1, row.value)
    item.setText(2, row.unit)
    for column in range(3):
        item.setToolTip(column, row.tip)
    return item
