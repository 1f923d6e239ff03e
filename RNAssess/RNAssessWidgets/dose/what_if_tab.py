"""What-if of another course: numbers in, figures out at once."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.panel.dose.reirradiation_section import WhatIf, WhatIfRow, start_what_if

from ..common import asking
from ..common.page import Page
from ..common.trees import add_group, fill_combo, fold, make_cell, make_item, share_width

if TYPE_CHECKING:
    from ..common.given import OpenCase

# field of a course, heading, definition
FIELDS = (
    ("total_gy", _("Dose (Gy)"), _("Prescription of the whole course")),
    ("fractions", _("Fractions"), _("Number of fractions")),
    ("alpha_beta_tumour_gy", _("α/β tumour (Gy)"), _("For the BED and EQD2 of tumour")),
    (
        "alpha_beta_brain_gy",
        _("α/β brain (Gy)"),
        _("For the BED and EQD2 of normal brain and organs"),
    ),
    ("at_target", _("At this target"), _("Whether its prescription is added at the target")),
)
CHOICE = "at_target"
LABEL = 13  # characters that fit beside three columns of figures


class WhatIfTab(Page):
    """One column per course, the planned one last; figures are made when the page is opened."""

    def __init__(self, ui: object, case: OpenCase) -> None:
        super().__init__(ui, case)
        self._what_if: WhatIf | None = None
        ui.whatIfTable.connect("cellChanged(int,int)", self.on_edited)
        ui.shapeComboBox.connect("currentIndexChanged(int)", self.on_shape)
        self._on_turn(self.on_page, "doseTabs")

    def reset(self) -> None:
        """Start anew: another case, lesion or prescription."""
        self._what_if = None
        self._fill_inputs()
        self._fill_figures()
        self.on_page()

    def on_page(self) -> None:
        """Make the figures when the page is looked at for the first time."""
        lesion = self.lesion()
        shown = self._is_at(self.ui.doseTab, "doseTabs", self.ui.whatIfPage)
        if lesion is None or not shown or self._what_if is not None:
            return
        self._what_if = start_what_if(self._case.assessment, lesion.id)
        self._fill_inputs()
        self._fill_figures()

    def _fill_inputs(self) -> None:
        table = self.ui.whatIfTable
        courses = self._what_if.courses if self._what_if else ()
        table.blockSignals(True)
        table.clear()
        table.setRowCount(len(FIELDS) if courses else 0)
        table.setColumnCount(len(courses))
        if courses:
            table.setVerticalHeaderLabels([head for _name, head, _tip in FIELDS])
            table.setHorizontalHeaderLabels([c.title.replace(" · ", "\n") for c in courses])
        for column, course in enumerate(courses):
            for row, (name, _head, tip) in enumerate(FIELDS):
                table.setItem(row, column, _make_cell(name, getattr(course, name), tip))
        table.resizeColumnsToContents()
        table.resizeRowsToContents()
        rows = sum(table.rowHeight(row) for row in range(len(FIELDS))) if courses else 0
        table.setMaximumHeight(rows + table.horizontalHeader().sizeHint.height() + 6)
        table.blockSignals(False)
        fill_combo(self.ui.shapeComboBox, self._what_if.shape_names if self._what_if else ())
        self.ui.whatIfProblemLabel.text = ""

    # --- the reader acts --------------------------------------------------------------------------

    def on_edited(self, row: int, column: int) -> None:
        """Take one number as typed; what cannot be is said and the old one stays."""
        if self._what_if is None:
            return
        name = FIELDS[row][0]
        cell = self.ui.whatIfTable.item(row, column)
        text = cell.text()
        if name == CHOICE:
            text = "yes" if cell.checkState() == qt.Qt.Checked else "no"
        course, problem = self._what_if.courses[column], ""
        if name != CHOICE:
            entry = self._what_if.read(course.course, name, text)
            value, problem = asking.settle(entry, course.bounds(name))
            if value is None:  # what was typed stays, in its cell, beside the reason
                self.ui.whatIfProblemLabel.text = problem
                return
            text = f"{value:.10g}"
        self._say_computing()
        try:
            self._what_if.change(course.course, name, text)
        except ValueError as error:
            problem = str(error)
        self._fill_inputs()
        self.ui.whatIfProblemLabel.text = problem
        self.ui.shapeComboBox.setCurrentIndex(self._what_if.shape)
        self._fill_figures()

    def _say_computing(self) -> None:
        """Grey the figures of before until those of now are there."""
        self.ui.whatIfTree.enabled = False
        self.ui.whatIfProblemLabel.text = _("computing")
        slicer.app.processEvents()

    def on_shape(self, index: int) -> None:
        """Take another plan's shape."""
        if self._what_if is not None:
            self._what_if.choose_shape(index)
            self._fill_figures()

    # --- figures ----------------------------------------------------------------------------------

    def _fill_figures(self) -> None:
        tree = self.ui.whatIfTree
        tree.clear()
        tree.enabled = True
        self.ui.whatIfBrowser.html = ""
        if self._what_if is None:
            return
        view = self._what_if.view()
        _add_rows(tree, _("At the target, nominal"), view.heads, view.nominal)
        heads = (_("before"), _("with it"), _("change"))
        _add_rows(tree, _("Normal tissue, cell by cell"), heads, view.tissues)
        limits = [_limit_item(row) for row in view.limits]
        add_group(tree, _("Limits"), limits)
        share_width(tree, (0,), tuple(range(1, tree.columnCount)))
        notes = (*((view.why_no_tissues,) if view.why_no_tissues else ()), *view.notes)
        self.ui.whatIfBrowser.html = "".join(
            f"<p><b>{escape(title)}</b><br>{'<br>'.join(escape(text) for text in texts)}</p>"
            for title, texts in (
                (_("What was assumed"), notes),
                (_("Published, not this patient's risk"), view.published),
            )
            if texts
        )


def _make_cell(name: str, value: object, tip: str) -> qt.QTableWidgetItem:
    if name != CHOICE:
        return make_cell("" if value is None else f"{value:g}", tip)
    cell = make_cell("", tip)
    cell.setFlags(qt.Qt.ItemIsEnabled | qt.Qt.ItemIsUserCheckable)
    cell.setCheckState(qt.Qt.Checked if value else qt.Qt.Unchecked)
    return cell


def _add_rows(
    tree: qt.QTreeWidget, title: str, heads: tuple[str, ...], rows: tuple[WhatIfRow, ...]
) -> None:
    """One line per figure under the names of the columns."""
    if not rows:
        return
    tree.setColumnCount(max(tree.columnCount, 1 + len(heads)))
    items = [make_item("", *heads)]
    items += [make_item(fold(row.label, LABEL), *row.cells, tip=row.tip) for row in rows]
    add_group(tree, title, items)


def _limit_item(row: WhatIfRow) -> qt.QTreeWidgetItem:
    """Verdict in words; the source stands in the tool tip, it is long."""
    value, limit, source = row.cells
    return make_item(fold(row.label, LABEL), value, limit, row.verdict, tip=f"{row.tip} ({source})")
