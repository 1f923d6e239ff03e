"""Windows of their own, and pictures that were written as files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import qt
import slicer


def make_window(title: str, *widgets: object) -> object:
    """Return a window with widgets below one another."""
    window = qt.QDialog(slicer.util.mainWindow())
    window.setWindowTitle(title)
    layout = qt.QVBoxLayout(window)
    for widget in widgets:
        layout.addWidget(widget)
    return window


def make_words(text: str = "") -> qt.QLabel:
    """Return a text that wraps."""
    label = qt.QLabel(text)
    label.setWordWrap(True)
    return label


def pixmap_of(write: Callable[[str], object]) -> qt.QPixmap:
    """Through a file: of all ways to make a pixmap, the one that every Qt binding has.

    `write` takes the path of a PNG file.
    """
    with tempfile.TemporaryDirectory(prefix="RNAssess-") as folder:
        path = str(Path(folder) / "picture.png")
        write(path)
        return qt.QPixmap(path)
