"""Keys of the reading flow: one list for the shortcuts and for the help, as in the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape

import qt
import slicer

# Qt asks a text field before a shortcut, but neither a chooser nor a number field's letters.
FIELDS = ("QLineEdit", "QAbstractSpinBox", "QComboBox", "QTextEdit", "QPlainTextEdit")


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


def _run(act: Callable[[], object]) -> None:
    if not is_typing(slicer.app.focusWidget()):
        act()


def is_typing(focus: qt.QWidget | None) -> bool:
    """Whether keys belong to the widget that has the focus: a field or a chooser."""
    if focus is None or not any(focus.inherits(name) for name in FIELDS):
        return False
    # a text that is only read, like the details of an item, takes no letters
    return not (focus.inherits("QTextEdit") and focus.readOnly)


class Shortcuts:
    """Keys that hold while the module is open, also when the mouse has clicked into a view.

    A key typed into a field or a chooser belongs to it.
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
                shortcut.connect("activated()", partial(_run, entry.act))
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
