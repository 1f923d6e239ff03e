"""What only the widgets of slice views have: corners, and a size that comes later."""

from __future__ import annotations

from collections.abc import Callable

import qt
import slicer

LATER_MS = (0, 250)
FONT_PX = 14


def layout_manager() -> object | None:
    """Return Slicer's layout manager; None without a main window."""
    return slicer.app.layoutManager()


def write_corner(view: str, place: int, text: str, colour: tuple[float, float, float]) -> None:
    """Write into a view's annotation; nothing for a view that is not made yet."""
    manager = layout_manager()
    widget = manager.sliceWidget(view) if manager is not None else None
    if widget is None:
        return
    shown = widget.sliceView()
    corners = shown.cornerAnnotation()
    if corners.GetText(place) == text and corners.GetTextProperty().GetColor() == colour:
        return
    if corners.GetMaximumFontSize() > FONT_PX:  # Slicer's own annotations are switched off
        corners.SetMaximumFontSize(FONT_PX)
    corners.SetText(place, text)
    corners.GetTextProperty().SetColor(*colour)
    shown.scheduleRender()


class Settling:
    """Does something at once and again when views that are being made have come to rest.

    A view that the layout makes gets its size, and its slider sends a first value, only when the
    event loop turns: what was placed before that is lost.
    """

    def __init__(self) -> None:
        self._latest = 0
        self._waiting = 0

    @property
    def is_under_way(self) -> bool:
        """Whether views may still be changing by themselves."""
        return self._waiting > 0

    def do(self, job: Callable[[], None]) -> None:
        """Do a job now and again later, unless another one or `stop` came in between."""
        self._latest += 1
        number = self._latest
        self._waiting = len(LATER_MS)
        job()

        def again() -> None:
            if number == self._latest:
                self._waiting -= 1
                job()

        for wait in LATER_MS:
            qt.QTimer.singleShot(wait, again)

    def instead(self, job: Callable[[], None]) -> None:
        """Do a job now; also later, in place of the one before, while views are changing."""
        if self.is_under_way:
            self.do(job)
        else:
            job()

    def stop(self) -> None:
        """Forget what was to be done again."""
        self._latest += 1
        self._waiting = 0
