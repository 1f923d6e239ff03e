"""A folder of DICOM files, or of a case, dragged onto Slicer's window."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

MOST_FILES = 50  # looked into while the mouse moves; engineering default


class RNAssessFileDialog:
    """Drop target; Slicer finds it by its name (``<module>FileDialog``).

    Slicer asks every such class whether it takes what is dragged. Where more than one does (the
    DICOM module takes every folder), the reader chooses by the description.
    """

    def __init__(self, qSlicerFileDialog: object) -> None:
        self._dialog = qSlicerFileDialog
        self._dialog.fileType = "RNAssessStudy"
        self._dialog.description = _("Open as a case in RNAssess")
        self._dialog.action = slicer.qSlicerFileDialog.Read
        self._folder = ""

    def execDialog(self) -> bool:
        """Nothing to ask: what was dropped is being opened."""
        return True

    def isMimeDataAccepted(self) -> None:
        """Take one folder that holds a case file or DICOM."""
        self._folder = dropped_study(self._dialog.mimeData())
        self._dialog.acceptMimeData(bool(self._folder))

    def dropEvent(self) -> None:
        """Open it, once the program that it was dragged from is free again."""
        folder, self._folder = self._folder, ""
        if folder:
            qt.QTimer.singleShot(0, lambda: open_folder(folder))


def dropped_study(mime: object) -> str:
    """Return the path of the one folder that is dragged, empty for anything else."""
    if not mime.hasFormat("text/uri-list"):
        return ""
    paths = [url.toLocalFile() for url in mime.urls()]
    if len(paths) != 1 or not paths[0]:
        return ""
    return paths[0] if holds_study(Path(paths[0])) else ""


def holds_study(folder: Path) -> bool:
    """Whether a folder holds a case file, or DICOM among its first files."""
    from RNAssessLib.study import is_case_file
    from RNAssessLib.study.dicom_prefix import is_dicom

    if not folder.is_dir():
        return False
    return is_case_file(folder) or any(is_dicom(f) for f in islice(_files(folder), MOST_FILES))


def _files(folder: Path) -> object:
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place) / name for name in sorted(names))


def open_folder(folder: str) -> None:
    """Open a folder in the module; its series and their roles are shown before."""
    slicer.util.selectModule("RNAssess")
    slicer.util.getModuleWidget("RNAssess").openFolder(folder)
