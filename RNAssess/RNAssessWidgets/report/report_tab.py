"""Report tab: text for dictation, printed report, data, DICOM objects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import qt
from slicer.i18n import tr as _

from ..common import files, packages, work
from ..common.page import Page

if TYPE_CHECKING:
    from ..common.given import OpenCase


class ReportTab(Page):
    """Everything that leaves the panel; each button names what it writes and where."""

    def __init__(self, ui: object, case: OpenCase) -> None:
        super().__init__(ui, case)
        self._formats = (
            ("sr", ui.srCheckBox),
            ("seg", ui.segCheckBox),
            ("rtstruct", ui.rtstructCheckBox),
            ("pdf", ui.pdfCheckBox),
        )
        self._press(
            copyDictationButton=self.copy_text,
            savePdfButton=self.save_pdf,
            saveButton=self.save_all,
            exportButton=self.export,
        )
        for _word, box in self._formats:
            box.connect("toggled(bool)", lambda _on: self._offer())
        self._on_turn(self.refresh)

    def reset(self) -> None:
        """Forget the case before."""
        self.ui.reportSaidLabel.text = ""
        self.ui.dictationEdit.plainText = ""
        self.refresh()

    def refresh(self) -> None:
        """Write the text anew when the tab is looked at, with the events of now."""
        from RNAssessLib.report.document.dictation import write_dictation

        self._offer()
        case = self._case
        if case.assessment is not None and self._is_at(self.ui.reportTab):
            text = write_dictation(case.assessment, case.session, wrap=False)
            self.ui.dictationEdit.plainText = text

    def _offer(self) -> None:
        opened = self.view is not None
        for button in (self.ui.copyDictationButton, self.ui.savePdfButton, self.ui.saveButton):
            button.enabled = opened
        self.ui.exportButton.enabled = opened and bool(self._words())

    def _words(self) -> str:
        return ",".join(word for word, box in self._formats if box.checked)

    # --- the reader acts --------------------------------------------------------------------------

    def copy_text(self) -> None:
        """Put the text for dictation on the clipboard."""
        qt.QApplication.clipboard().setText(self.ui.dictationEdit.plainText)
        self.ui.reportSaidLabel.text = _("Copied.")

    def save_pdf(self) -> None:
        """Choose a file and write the printed report."""
        if not packages.ensure(packages.PDF, _("The printed report")):
            return
        path = files.ask_new_file(_("Save the printed report"), "report.pdf", _("PDF (*.pdf)"))
        if path:
            self._write(lambda progress: (self._case.savePdf(path, progress), (path,))[1])

    def save_all(self) -> None:
        """Choose a folder and write report, text, JSON, tables, case file and scene into it."""
        if not packages.ensure(packages.REPORT, _("The report")):
            return
        packages.ensure(packages.PDF, _("The printed report (left out without it)"))
        folder = files.ask_folder(_("Save report and data in"))
        if folder:
            self._write(lambda progress: self._case.saveOutputs(folder, progress))

    def export(self) -> None:
        """Choose an empty folder and write the chosen DICOM objects into it."""
        if not packages.ensure(packages.DICOM, _("The DICOM export")):
            return
        folder = files.ask_folder(_("Export DICOM into an empty folder"))
        if folder:
            words, hide = self._words(), bool(self.ui.deidentifyCheckBox.checked)
            logic = self._case
            self._write(lambda progress: logic.exportDicom(folder, words, hide, progress))

    def _write(self, act: Callable[[Callable], tuple]) -> None:
        written: list = []
        if work.run(lambda progress: written.extend(act(progress))):
            folder = Path(written[0]).parent
            names = ", ".join(Path(path).name for path in written)
            text = _("Written to {folder}: {names}")
            self.ui.reportSaidLabel.text = text.format(folder=folder, names=names)
