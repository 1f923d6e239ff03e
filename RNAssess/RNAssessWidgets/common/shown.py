"""What the panel shows now, read by every page and changed by none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .trees import key_of

if TYPE_CHECKING:
    from RNAssessLib.panel.reading.view_model import ChecklistRow, LesionView, PanelView


class ShownCase:
    """The view-model of now, with the lesion and the item that are chosen in the widgets.

    Parameters
    ----------
    ui : object
    build : callable
        Returns the PanelView of now, None while there is no case.
    """

    def __init__(self, ui: object, build: Callable[[], PanelView | None]) -> None:
        self._ui = ui
        self._build = build
        self.view: PanelView | None = None

    def renew(self) -> None:
        """Build the view-model anew."""
        self.view = self._build()

    def lesion(self) -> LesionView | None:
        """Return the lesion that is shown."""
        index = self._ui.lesionComboBox.currentIndex
        if self.view is None or not 0 <= index < len(self.view.lesions):
            return None
        return self.view.lesions[index]

    def row(self) -> ChecklistRow | None:
        """Return the checklist row that is selected."""
        lesion, finding = self.lesion(), key_of(self._ui.checklistTree.currentItem())
        return lesion.row(finding) if lesion is not None and finding else None
