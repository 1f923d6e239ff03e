"""Files and folders that the reader chooses, and what is written there."""

from __future__ import annotations

from html import escape
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.storage import why_not_written, write_whole

from . import asking


def ask_file(title: str, kinds: str) -> str:
    """Ask for a file that is there; empty when none was chosen."""
    return qt.QFileDialog.getOpenFileName(slicer.util.mainWindow(), title, "", kinds)


def ask_new_file(title: str, name: str, kinds: str) -> str:
    """Ask where a file is to be written; empty when nowhere."""
    return qt.QFileDialog.getSaveFileName(slicer.util.mainWindow(), title, name, kinds)


def ask_folder(title: str) -> str:
    """Ask for a folder; empty when none was chosen."""
    return qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), title)


def write(path: str, content: str) -> None:
    """Write a file whole, or say why it cannot be."""
    try:
        write_whole(Path(path), content)
    except OSError as error:
        text = _("{path}: cannot be written: {why}")
        asking.say(escape(text.format(path=path, why=why_not_written(error))))
