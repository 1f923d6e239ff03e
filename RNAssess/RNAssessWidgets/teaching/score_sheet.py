"""The score sheet of a lesson as a file."""

from __future__ import annotations

from html import escape
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.panel.teaching.desk import TeachingDesk
from RNAssessLib.storage import why_not_written, write_whole

from ..common import asking


def save_sheet(desk: TeachingDesk | None) -> None:
    """Choose a file and write the score sheet: JSON when it is called so, else CSV."""
    path = qt.QFileDialog.getSaveFileName(
        slicer.util.mainWindow(), _("Save the score sheet"), "score.csv",
        _("Score sheet (*.csv *.json)"),
    )  # fmt: skip
    if not path or desk is None:
        return
    kind = "json" if path.endswith(".json") else "csv"
    try:
        write_whole(Path(path), desk.sheet(kind))
    except OSError as error:
        why = why_not_written(error)
        text = _("{path}: cannot be written: {why}").format(path=path, why=why)
        asking.say(escape(text))
