"""Typed numbers in the panel: taken, asked about, or refused beside their field.

Fields are plain text: a number field of Qt reads "20,5" as 205 and leaves the last digits of a
number out that is beyond its range.
"""

from __future__ import annotations

from collections.abc import Sequence

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.plausible import Bounds, Entry, read_number


def say(text: str) -> None:
    """Say what is wrong."""
    slicer.util.errorDisplay(text, windowTitle=_("RNAssess"))


def confirm(text: str) -> bool:
    """Ask whether something is to be done."""
    return bool(slicer.util.confirmYesNoDisplay(text, windowTitle=_("RNAssess")))


def take(typed: str, bounds: Bounds) -> tuple[float | None, str]:
    """Return the number that is meant and what to say beside the field.

    Parameters
    ----------
    typed : str
    bounds : Bounds

    Returns
    -------
    value : float or None
        None when nothing may be used.
    told : str
        Why not; empty when a number is used.
    """
    return settle(read_number(typed, bounds), bounds)


def settle(entry: Entry, bounds: Bounds) -> tuple[float | None, str]:
    """Ask the reader where an entry has to be asked about; as `take`."""
    if entry.is_taken:
        return entry.value, ""
    if entry.instead is not None:
        text = _("{told}\n\nTake {value}?").format(
            told=entry.told, value=bounds.text(entry.instead)
        )
        if confirm(text):
            return entry.instead, ""
    if entry.value is not None:
        text = _("{told}\n\nIs {value} meant?").format(
            told=entry.told, value=bounds.text(entry.value)
        )
        if confirm(text):
            return entry.value, ""
    return None, entry.told


def all_meant(told: tuple[str, ...]) -> bool:
    """Whether everything that is unusual is meant; True when nothing is."""
    return not told or confirm("\n".join((*told, "", _("Is that meant?"))))


def choose(text: str, choices: Sequence[str]) -> int | None:
    """Ask which of some ways to go; None when the reader chose none of them."""
    box = qt.QMessageBox(slicer.util.mainWindow())
    box.setWindowTitle(_("RNAssess"))
    box.setText(text)
    buttons = [box.addButton(choice, qt.QMessageBox.AcceptRole) for choice in choices]
    box.addButton(qt.QMessageBox.Cancel)
    box.exec_()
    clicked = box.clickedButton()
    box.deleteLater()
    return next((n for n, button in enumerate(buttons) if button == clicked), None)
