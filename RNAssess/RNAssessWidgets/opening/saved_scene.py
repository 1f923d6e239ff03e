"""A scene that was opened again: its case is offered, and gone on with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import slicer
from slicer.i18n import tr as _

from RNAssessLib.case import InputError
from RNAssessLib.scene.document import read_document

from ..common import asking
from ..common.page import Page

if TYPE_CHECKING:
    from ..common.given import Keeper, Loads


class Opens(Protocol):
    """What opens a case."""

    def choose_file(self) -> str: ...  # noqa: D102

    def open_case(self, path: str, saved: str) -> bool: ...  # noqa: D102

    def open_saved(self, load: Loads) -> bool: ...  # noqa: D102


class SavedScene(Page):
    """Button *Go on with the case of this scene*, seen while a scene holds a case that is not open.

    Its files are used where they are still there; else the reader is asked whether to choose them
    or to use the images in the scene.
    """

    def __init__(self, ui: object, case: object, keeper: Keeper, opens: Opens) -> None:
        super().__init__(ui, case, keeper)
        self._opens = opens
        self._press(savedSceneButton=self.go_on)
        self.offer()

    def offer(self) -> None:
        """Offer the case of the scene, unless one is open."""
        self._document = None
        if self._case.assessment is None:
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
        path = self._keeper.casePath()
        if path and Path(path).exists():
            return self._open(path)
        if path:
            text = _(
                "The case was opened from {0}, which is no longer there. Choose the file where it "
                "is now? With No the images in the scene are used."
            )
            if asking.confirm(text.format(path)):
                chosen = self._opens.choose_file()
                return bool(chosen) and self._open(chosen)
        return self._from_images()

    def _saved(self) -> str:
        """Decisions kept in the scene: the parameter node's, else the document's."""
        return self._keeper.savedSession() or json.dumps(self._document["session"])

    def _open(self, path: str) -> bool:
        return self._opens.open_case(path, self._saved())

    def _from_images(self) -> bool:
        saved = self._saved()
        return self._opens.open_saved(lambda: self._case.assessSaved(saved))
