"""All lesions of a patient in one table: sorted by a column's head, opened by a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import qt
from slicer.i18n import tr as _

from RNAssessLib.panel.overview.sheet import COLUMNS, SheetOrder

from ..common.page import Page
from ..common.trees import make_cell
from ..common.windows import make_window, make_words

if TYPE_CHECKING:
    from ..common.given import OpenCase


class SheetWindow(Page):
    """Window with a row per lesion; the rows are those of the browser's sheet."""

    def __init__(self, ui: object, case: OpenCase) -> None:
        super().__init__(ui, case)
        self._order = SheetOrder()
        self.window = self.table = None
        self.rows = []
        self._press(allLesionsButton=self.show)

    def offer(self) -> None:
        """With one lesion there is no sheet; while a lesson is answered it would tell answers."""
        reader = self._case.reader
        several = reader is not None and len(reader.panel.lesions) > 1
        self.ui.allLesionsButton.visible = several and self._case.desk is None
        if self.window is not None:
            self.window.hide()

    def show(self) -> None:
        """Open the table, or bring it up to the case of now."""
        if self._case.reader is None or self._case.desk is not None:
            return
        if self.window is None:
            self._build()
        self._fill()
        self.window.show()

    def _build(self) -> None:
        self.table = qt.QTableWidget()
        self.table.setEditTriggers(qt.QAbstractItemView.NoEditTriggers)
        self.table.setSelectionBehavior(qt.QAbstractItemView.SelectRows)
        self.table.setToolTip(_("A column's head sorts; Enter or a double click opens the lesion"))
        self.table.verticalHeader().setVisible(False)
        self.table.horizontalHeader().connect("sectionClicked(int)", self.sort)
        self.table.connect("cellActivated(int,int)", self.open_row)
        words = make_words(
            _("▮▮▮ strong, ▮▮▯ moderate, ▮▯▯ weak: RNAssess's own grading; signs are not added up.")
        )
        statement = qt.QLabel(self.ui.disclaimerLabel.text)
        self.window = make_window(_("All lesions"), self.table, words, statement)
        self.window.resize(1180, 620)

    def _fill(self) -> None:
        reader, table = self._case.reader, self.table
        self.rows = self._order.rows(reader.assessment, reader.session)
        table.clear()
        table.setColumnCount(len(COLUMNS))
        table.setRowCount(len(self.rows))
        table.setHorizontalHeaderLabels([self._head(column) for column in COLUMNS])
        for r, row in enumerate(self.rows):
            for c, column in enumerate(COLUMNS):
                # a course is drawn in the browser; here its figures are told
                text = row.volume.text if column.key == "course" else row.cells[column.key]
                table.setItem(r, c, make_cell(text, row.tips.get(column.key) or column.tip))
            if row.id == reader.lesion_id:
                table.selectRow(r)
        table.resizeColumnsToContents()

    def _head(self, column: object) -> str:
        if column.key != self._order.column:
            return column.title
        return f"{column.title} {'▼' if self._order.down else '▲'}"

    def sort(self, index: int) -> None:
        """Sort by a column; once more turns the order round."""
        self._order.turn(COLUMNS[index].key)
        self._fill()

    def open_row(self, row: int, _column: int = 0) -> None:
        """Turn to the lesion of a row."""
        lesions = [lesion.id for lesion in self._case.reader.panel.lesions]
        self.window.hide()
        self.ui.lesionComboBox.setCurrentIndex(lesions.index(self.rows[row].id))
