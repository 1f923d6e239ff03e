"""What is drawn over the images, as the reader turns it on and off."""

from __future__ import annotations

from collections.abc import Mapping

from RNAssessLib.panel.dose.shown_levels import SHOWN, read_keys
from RNAssessLib.panel.reading.changes import FiguresChanged, LevelsChanged, SelectionChanged
from RNAssessLib.panel.session.preferences import Preferences

from ..reading.desk import Action, Desk, Requests
from ..reading.stage import Stage
from ..reading.watch import watch
from .changes import ViewsChanged

OPACITY_STEP = 20


class DisplayDesk(Desk):
    """Isodoses, outlines, evidence, window and level.

    Parameters
    ----------
    stage : Stage
    preferences : Preferences
        Hold which isodoses the user had on last.
    """

    def __init__(self, stage: Stage, preferences: Preferences) -> None:
        super().__init__(stage)
        self._display, self._isodoses = stage.display, stage.display.isodoses
        self._scene, self._preferences, reading = stage.scene, preferences, stage.reading
        reading.changes.on(LevelsChanged, self.show)
        reading.changes.on(LevelsChanged, self._keep)
        reading.changes.on(FiguresChanged, self._follow)
        reading.changes.on(SelectionChanged, self._light)

    def requests(self) -> Requests:
        """Levels and windows."""
        return {"toggle_level": self.toggle_level, "reset_window": self.reset_window}

    def keys(self) -> Mapping[str, Action]:
        """On, off, fainter, stronger."""
        display, isodoses = self._display, self._isodoses
        return {
            "isodoses": lambda _: self._reading.change_levels(isodoses.toggle),
            "contours": lambda _: self._reading.change_levels(display.toggle_contours),
            "bare": lambda _: display.bare(True),
            "dressed": lambda _: display.bare(False),
            "fainter": lambda _: self._fade(-OPACITY_STEP),
            "stronger": lambda _: self._fade(OPACITY_STEP),
            "reset_window": lambda _: self.reset_window(),
        }

    def bind(self) -> None:
        """Take the page's requests, and follow its slider."""
        super().bind()
        watch(self._state, "opacity", self._on_opacity)

    def fill(self) -> None:
        """Legend and opacity."""
        self._state.opacity = 100
        self._state.contour_key = self._display.contour_key()
        kept = read_keys(self._preferences.get(SHOWN))
        if kept is not None:
            self._isodoses.show_only(kept)
        self.show()

    def show(self, _: object = None) -> None:
        """What is on."""
        self._state.isodoses_on = self._isodoses.on
        self._state.contours_on = self._display.contours_on
        self._state.levels = self._isodoses.rows()

    def _keep(self, _: object) -> None:
        """Remember what is on; all off for a moment (key) is no wish for every case."""
        self._preferences.put(SHOWN, list(self._isodoses.keys()))

    def toggle_level(self, index: int) -> None:
        """One isodose on or off."""
        self._reading.change_levels(lambda: self._isodoses.toggle_level(index))

    def reset_window(self) -> None:
        """All sequences back to their first window."""
        self._display.reset_windows()
        self._reading.changes.tell(ViewsChanged())

    def _fade(self, by: int) -> None:
        self._state.opacity = min(max(self._state.opacity + by, 20), 100)

    def _on_opacity(self, opacity: float, **_: object) -> None:
        self._isodoses.set_opacity(float(opacity) / 100.0)

    def complete(self, item: tuple[str, str]) -> None:
        """Put the evidence of an item into the scene, hidden; does nothing when it is there."""
        self._scene.add_evidence(item)
        self._display.take(self._scene.nodes)

    def _follow(self, _: FiguresChanged) -> None:
        self._display.take(self._scene.nodes)
        self._light()

    def _light(self, _: object = None) -> None:
        """Mark the selected item's evidence, unless it is hidden."""
        reading = self._reading
        hidden = bool(reading.finding_id) and reading.hides()
        item = ("", "") if hidden else (reading.lesion_id, reading.finding_id)
        self.complete(item)
        self._display.light(*item)
