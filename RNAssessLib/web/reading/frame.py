"""The frame around everything: pages of the panel, help, the images alone."""

from __future__ import annotations

from collections.abc import Mapping

from .desk import Action, Desk

TABS = ("case", "checklist", "dose", "course", "correct", "align")


class Frame(Desk):
    """Which page of the panel is open, and what lies over it."""

    def keys(self) -> Mapping[str, Action]:
        """Pages, help, images."""
        return {
            **{f"tab_{tab}": self._open(tab) for tab in TABS},
            "help": lambda _: self._turn("help_on"),
            "images_only": lambda _: self._turn("images_only"),
        }

    def fill(self) -> None:
        """The checklist, nothing over it."""
        self._state.tab = "checklist"
        self._state.help_on = self._state.images_only = self._state.sheet_on = False

    def escape(self) -> bool:
        """Close the help."""
        was = bool(self._state.help_on)
        self._state.help_on = False
        return was

    def _open(self, tab: str) -> Action:
        def go(_: str) -> None:
            self._state.tab = tab

        return go

    def _turn(self, name: str) -> None:
        self._state[name] = not self._state[name]
