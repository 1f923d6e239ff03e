"""A scene that was opened again: its case is offered, and gone on with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import slicer
from slicer.i18n import tr as _

if TYPE_CHECKING:
    from ..reading.panel import Panel


class SavedScene:
    """Button *Go on with the case of this scene*, seen while a scene holds a case that is not open.

    Its files are used where they are still there; else the reader is asked whether to choose them
    or to use the images in the scene.
    """

    def __init__(self, ui: object, panel: Panel) -> None:
        self.ui = ui
        self.panel = panel
        ui.savedSceneButton.connect("clicked()", self.go_on)
        self.offer()

    def offer(self) -> None:
        """Offer the case of the scene, unless one is open."""
        from RNAssessLib.case import InputError
        from RNAssessLib.scene.document import read_document

        self._document = None
        if self.panel.logic.assessment is None:
            try:
                self._document = read_document(slicer.mrmlScene)
            except InputError:
                self._document = None
        button, document = self.ui.savedSceneButton, self._document
        button.setVisible(document is not None)
        if document is None:
            return
        case = document["assessment"]["case"]
        button.text = _("&Go on with the case of this scene: {0}").format(case)
        self.ui.sourceButton.collapsed = False

    def go_on(self) -> bool:
        """Open the case; False when it was not finished."""
        if self._document is None:
            return False
        path = self.panel.keeper.casePath()
        if path and Path(path).exists():
            return self._open(path)
        if path:
            text = _(
                "The case was opened from {0}, which is no longer there. Choose the file where it "
                "is now? With No the images in the scene are used."
            )
            if slicer.util.confirmYesNoDisplay(text.format(path), windowTitle=_("RNAssess")):
                chosen = self.panel.opening.choose_file()
                return bool(chosen) and self._open(chosen)
        return self._from_images()

    def _saved(self) -> str:
        """Decisions kept in the scene: the parameter node's, else the document's."""
        return self.panel.keeper.savedSession() or json.dumps(self._document["session"])

    def _open(self, path: str) -> bool:
        return self.panel.opening.open_case(path, self._saved())

    def _from_images(self) -> bool:
        saved, logic = self._saved(), self.panel.logic
        return self.panel.opening.open_saved(lambda progress: logic.assessSaved(progress, saved))
