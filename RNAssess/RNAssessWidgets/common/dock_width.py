"""The module panel keeps the width that the reader gave it."""

from __future__ import annotations

import qt


def keep_narrow(root: object, ui: object) -> None:
    """Let texts wrap and pictures scroll in the width there is.

    Slicer's module panel takes what a module *would like* as the least that it gives; a long
    caption on one line, or a large picture, would widen the dock and push the views aside.

    Parameters
    ----------
    root : QWidget
        Of the module.
    ui : object
        Holds every named widget below it.
    """
    for widget in vars(ui).values():
        is_text = widget.inherits("QLabel") and widget.wordWrap
        if is_text or widget.inherits("QAbstractScrollArea"):
            _ignore_width(widget)
    _ignore_width(root)


def _ignore_width(widget: object) -> None:
    policy = widget.sizePolicy
    policy.setHorizontalPolicy(qt.QSizePolicy.Ignored)
    widget.setSizePolicy(policy)
