"""Keys of the reading flow: one list for the shortcuts and for the help, as in the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import qt
import slicer


@dataclass(frozen=True)
class Key:
    """One action.

    Attributes
    ----------
    keys : tuple of str
        As QKeySequence reads them; the first is the one that is named.
    does : str
    act : callable
    """

    keys: tuple[str, ...]
    does: str
    act: Callable[[], object]


class Shortcuts:
    """Keys that hold while the module is open, also when the mouse has clicked into a view.

    A key typed into a text field goes there: Qt asks the field first.
    """

    def __init__(self, keys: tuple[Key, ...], panel: object) -> None:
        self.keys = keys
        self._panel = panel
        self._made = []

    def install(self) -> None:
        """Take the keys; nothing happens when they are taken already."""
        if self._made:
            return
        window = slicer.util.mainWindow() or self._panel
        for entry in self.keys:
            for key in entry.keys:
                shortcut = qt.QShortcut(qt.QKeySequence(key), window)
                shortcut.connect("activated()", entry.act)
                self._made.append(shortcut)

    def remove(self) -> None:
        """Give the keys back."""
        for shortcut in self._made:
            shortcut.setParent(None)
            shortcut.deleteLater()
        self._made = []

    def help_html(self) -> str:
        """Return the list of keys as rich text."""
        lines = []
        for entry in self.keys:
            names = escape("  ".join(entry.keys))
            lines.append(
                f"<tr><td><b>{names}</b>&nbsp;&nbsp;</td><td>{escape(entry.does)}</td></tr>"
            )
        return f"<table>{''.join(lines)}</table>"
