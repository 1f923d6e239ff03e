"""What the panel shows now, read by every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from RNAssessLib.panel.reading.view_model import ChecklistRow, LesionView, PanelView

if TYPE_CHECKING:
    from .given import OpenCase


class ShownCase:
    """The view-model of the open case with the lesion and the item that its reader chose."""

    def __init__(self, case: OpenCase) -> None:
        self._case = case

    @property
    def view(self) -> PanelView | None:
        """The view-model of now; None without a case."""
        reader = self._case.reader
        return None if reader is None else reader.panel

    def lesion(self) -> LesionView | None:
        """Return the lesion that is shown."""
        reader = self._case.reader
        return None if reader is None else reader.lesion

    def row(self) -> ChecklistRow | None:
        """Return the checklist row that is selected."""
        reader = self._case.reader
        return None if reader is None else reader.row
