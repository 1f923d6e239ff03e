"""What leaves the module: report, data, DICOM objects."""

from __future__ import annotations

from pathlib import Path

from slicer.i18n import tr as _


class Writing:
    """Part of the logic that writes; `assessment` and `session` are the logic's."""

    def saveOutputs(self, folder: str, progress: object) -> tuple:
        """Write report, JSON, tables and case file into a folder; return the paths written."""
        from RNAssessLib.outputs import write_outputs

        return write_outputs(self.assessment, Path(folder), progress, self.session)

    def savePdf(self, path: str, progress: object) -> None:
        """Write the printed report alone."""
        from RNAssessLib.case import InputError
        from RNAssessLib.report.pages.pdf import render_pdf
        from RNAssessLib.storage import why_not_written, write_whole

        made = render_pdf(self.assessment, progress, self.session)
        try:
            write_whole(Path(path), made)
        except OSError as error:
            why = _("cannot be written: {0}").format(why_not_written(error))
            raise InputError(path, why) from None

    def exportDicom(
        self, folder: str, words: str, deidentify: bool, progress: object
    ) -> tuple[Path, ...]:
        """Write DICOM objects into an empty folder; `words` names them, as on the command line."""
        from RNAssessLib.report.dicom.export import export_dicom, parse_formats

        return export_dicom(
            self.assessment, Path(folder), formats=parse_formats(words), deidentify=deidentify,
            session=self.session, progress=progress,
        )  # fmt: skip
