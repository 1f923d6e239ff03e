"""What each series of a DICOM folder is for, to be corrected before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.case import InputError
from RNAssessLib.panel.opening.role_chooser import OPTIONS, RoleChooser
from RNAssessLib.study import propose_mapping
from RNAssessLib.study.case_file_writer import case_file_of

from ..common import work
from ..common.trees import make_cell, make_combo
from ..common.windows import make_window, make_words

NAME, SIZE, ROLE, WHY = range(4)


class RoleTable:
    """Window with a role per series; *Use these* keeps the table as a case file and opens it."""

    def __init__(self, folder: str, openCase: Callable[[str], object]) -> None:
        self.caseFile = case_file_of(Path(folder))
        self.chooser = None
        self._folder, self._openCase = Path(folder), openCase

    def show(self) -> bool:
        """Sort the folder and show the table; False when that was not finished."""
        if not work.run(self._sort):
            return False
        self.table = qt.QTableWidget()
        self.table.setColumnCount(4)
        self.table.setHorizontalHeaderLabels([_("Series"), _("Size"), _("Role"), _("Why")])
        self.problems = make_words()
        self.startButton = qt.QPushButton(_("Use these"))
        self.startButton.connect("clicked()", self.start)
        self.window = make_window(
            _("What each series is for"), self.table, self.problems, self.startButton
        )
        self._fill()
        self.window.resize(960, 480)
        self.window.show()
        return True

    def start(self) -> None:
        """Keep the table beside the folder and open the case."""
        try:
            self.chooser.save(self.caseFile)
        except InputError as error:
            slicer.util.errorDisplay(str(error))
            return
        self.window.hide()
        self._openCase(str(self.caseFile))

    def choose(self, number: int, role: str) -> None:
        """Give a series another role; the table follows."""
        if self.chooser.rows[number].role != role:
            self.chooser = self.chooser.choose(number, role)
            self._fill()

    def _sort(self, progress: object) -> None:
        self.chooser = RoleChooser(propose_mapping(self._folder, progress))

    def _fill(self) -> None:
        rows = self.chooser.rows
        self.table.setRowCount(len(rows))
        for row in rows:
            place = f"{row.date} {row.timepoint}".strip()
            for column, text in ((NAME, f"{row.name}\n{place}"), (SIZE, row.size), (WHY, row.why)):
                self.table.setItem(row.number, column, make_cell(text, fixed=True))
            combo = make_combo(OPTIONS, row.role)
            number = row.number
            combo.connect(
                "currentIndexChanged(int)", lambda index, number=number: self._later(number, index)
            )
            self.table.setCellWidget(number, ROLE, combo)
        self.table.resizeColumnsToContents()
        self.table.resizeRowsToContents()
        self.problems.text = "\n".join((*self.chooser.problems, *self.chooser.notes))
        self.startButton.enabled = not self.chooser.problems

    def _later(self, number: int, index: int) -> None:
        """Choose once the box has told everybody: the table makes its boxes anew."""
        qt.QTimer.singleShot(0, lambda: self.choose(number, OPTIONS[index]))
