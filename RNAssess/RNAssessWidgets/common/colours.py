"""Colours of text by the palette: legible in Slicer's light and in its dark style."""

from __future__ import annotations

import qt

SHARE = 0.74  # of the text's colour in muted text, the rest is the ground's; engineering default
LINKS = ("#0B57A4", "#7DB8F0")  # on a light and on a dark ground: contrast above 4.5 on both


def is_dark(widget: object) -> bool:
    """Whether a widget's ground is darker than its text."""
    palette = widget.palette
    return palette.base().color().lightness() < palette.text().color().lightness()


def link(widget: object) -> str:
    """Return the colour of links on a widget's ground, ``#rrggbb``."""
    return LINKS[is_dark(widget)]


def muted(widget: object) -> qt.QColor:
    """Return the colour of text that steps back, still legible on a widget's ground."""
    text, ground = widget.palette.text().color(), widget.palette.base().color()

    def mixed(of: str) -> int:
        return round(SHARE * getattr(text, of)() + (1 - SHARE) * getattr(ground, of)())

    return qt.QColor(mixed("red"), mixed("green"), mixed("blue"))
