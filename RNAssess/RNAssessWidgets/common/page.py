"""What every page of the panel is built on: it knows the open case, no panel and no other page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.reading.view_model import ChecklistRow, LesionView, PanelView

if TYPE_CHECKING:
    from .given import Keeper, OpenCase, Told


class Page:
    """Part of the panel; nothing is shown and nothing happens without a case.

    Parameters
    ----------
    ui : object
        Every named widget of the module.
    case : OpenCase
    keeper : Keeper, optional
        What the module widget remembers, for a page that needs it.
    """

    def __init__(self, ui: object, case: OpenCase, keeper: Keeper | None = None) -> None:
        self.ui, self._case, self._keeper = ui, case, keeper

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

    def _press(self, **acts: Told) -> None:
        """What buttons do, by their names."""
        for name, act in acts.items():
            getattr(self.ui, name).connect("clicked()", act)

    def _asks(self, act: Callable[[Reading], object]) -> Told:
        """Ask the reader for something; nothing without one."""

        def ask() -> None:
            if self._case.reader is not None:
                act(self._case.reader)

        return ask

    def _press_history(self, undo: str, redo: str) -> None:
        """Two buttons that take the latest record back, and make it again."""
        self._press(**{undo: self._asks(Reading.undo), redo: self._asks(Reading.redo)})
        self._history = getattr(self.ui, undo), getattr(self.ui, redo)

    def _offer_history(self) -> None:
        undo, redo = self._history
        undo.enabled = self.view is not None and self.view.can_undo
        redo.enabled = self.view is not None and self.view.can_redo

    # --- which page is looked at ------------------------------------------------------------------

    def _on_turn(self, act: Told, inner: str = "") -> None:
        """Act whenever another tab is looked at, or another page of the tabs inside it."""
        for tabs in filter(None, ("tabs", inner)):
            getattr(self.ui, tabs).connect("currentChanged(int)", lambda _index: act())

    def _is_at(self, tab: object, inner: str = "", page: object = None) -> bool:
        """Whether a tab is looked at, and this page of the tabs inside it."""
        ui = self.ui
        return ui.tabs.currentWidget() == tab and (
            not inner or getattr(ui, inner).currentWidget() == page
        )
