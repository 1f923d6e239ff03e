"""Check alignment: traffic lights, images laid over each other, moving one by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import qt
import SimpleITK as sitk
import slicer
from slicer.i18n import tr as _

from RNAssessLib.case import InputError
from RNAssessLib.panel.alignment.check import Overlay
from RNAssessLib.panel.alignment.trial import UNMOVED, PlaceRow, Trial, key_of, list_places
from RNAssessLib.scene.hand import SceneHand
from RNAssessLib.scene.looking import middle_lps

from ..common import trees
from ..common.page import Page
from ..common.trees import filled, fold, make_item, mark_colour
from ..common.windows import pixmap_of

if TYPE_CHECKING:
    from ..common.given import OpenCase

IMAGE, LIGHT, ERROR = range(3)
LINE = 44  # characters over the whole width at 400 pixels
LATER_MS = 120


class AlignPage(Page):
    """Every registration with its light; the chosen one in a picture and in the views."""

    def __init__(self, ui: object, case: OpenCase) -> None:
        super().__init__(ui, case)
        self.placing = SceneHand(self._on_moved)
        self.trial = Trial(
            lambda: case.reader, lambda: middle_lps(case.nodes), self.show, self.placing
        )
        self._waiting = False
        # the picture follows the panel's width, not the other way round
        ui.alignPicture.setSizePolicy(qt.QSizePolicy.Ignored, qt.QSizePolicy.Preferred)
        ui.alignTree.connect("itemSelectionChanged()", self.on_chosen)
        ui.alignCheckerCheckBox.connect("toggled(bool)", lambda _on: self.show())
        ui.alignShareSlider.connect("valueChanged(int)", lambda _value: self.look())
        ui.alignViewsCheckBox.connect("toggled(bool)", lambda _on: self.look())
        ui.alignHandlesCheckBox.connect("toggled(bool)", self.on_handles)
        self._press(
            alignTransformsButton=self.open_transforms,
            alignSettleButton=lambda: self.trial.measure(settle=True),
            alignMeasureButton=lambda: self.trial.measure(settle=False),
            alignBackButton=self.trial.back,
            alignAcceptButton=self.trial.accept,
        )
        ui.caseTabs.connect("currentChanged(int)", lambda _index: self.show())

    def reset(self) -> None:
        """List the registrations of the open case, none chosen."""
        self.forget()
        self.fill()

    def forget(self) -> None:
        """Nothing is moved any more; its image goes back."""
        is_open = self.trial.key is not None and self._case.reader is not None
        shared = self.placing.release(self.trial.held.transform if is_open else None)
        if shared and self._case.hanging is not None:
            self._case.hanging.hang()
        self.trial.close()
        self.ui.alignHandlesCheckBox.checked = False
        self.ui.alignViewsCheckBox.checked = False

    # --- showing ----------------------------------------------------------------------------------

    def fill(self) -> None:
        """Registrations of now with light, expected error and reasons."""
        tree = self.ui.alignTree
        with filled(tree, (LIGHT,), (IMAGE, ERROR)):
            for place in list_places(self.trial.prepared) if self._case.reader else ():
                self._add(place)
        self.show()

    def _add(self, place: PlaceRow) -> None:
        row, name = place.row, (place.timepoint, place.role)
        light = "\n".join([f"{row.icon} {row.grade}", *(fold(r, LINE // 2) for r in row.reasons)])
        item = make_item(" ".join(name), light, row.expected_error, tip=row.tip, key="|".join(name))
        mark_colour(item, LIGHT, row.colour)
        self.ui.alignTree.addTopLevelItem(item)
        if place.key == self.trial.key:
            self.ui.alignTree.setCurrentItem(item)

    def show(self) -> None:
        """Picture, how far it was moved, and what can be done."""
        ui, trial, is_open = self.ui, self.trial, self.placing.node is not None
        problem, moved = "", ""
        if is_open and ui.alignPage.visible:
            try:
                moved = self._draw()
            except InputError as error:
                problem = str(error)
        elif not is_open:
            ui.alignPicture.clear()
        far = moved not in ("", UNMOVED)
        for widget in (ui.alignCheckerCheckBox, ui.alignShareSlider, ui.alignViewsCheckBox,
                       ui.alignHandlesCheckBox, ui.alignTransformsButton):  # fmt: skip
            widget.enabled = is_open
        for button in (ui.alignSettleButton, ui.alignMeasureButton):
            button.enabled = is_open and not problem
        ui.alignBackButton.enabled = is_open and (far or bool(problem))
        ui.alignAcceptButton.enabled = is_open and far
        words = _("{0}, moved {1}")
        ui.alignMovedLabel.text = words.format(trial.name, moved) if moved else ""
        ui.alignSaidLabel.text = problem or trial.problem or trial.said or trial.quality

    def _draw(self) -> str:
        """Draw the planes through the middle of the views; return how far it was moved."""
        overlay = Overlay(bool(self.ui.alignCheckerCheckBox.checked), self._share())
        pixels = sitk.GetImageFromArray(self.trial.draw(overlay))  # grey levels (rows, columns)
        pixmap = pixmap_of(lambda path: sitk.WriteImage(pixels, path))
        room = max(self.ui.alignPage.width - 12, 320)
        self.ui.alignPicture.setPixmap(pixmap.scaledToWidth(room, qt.Qt.SmoothTransformation))
        return self.trial.moved()

    def _share(self) -> float:
        return self.ui.alignShareSlider.value / 100

    def look(self) -> None:
        """Lay the images over each other in the views, or show each study's own again."""
        if self.placing.node is None:
            return
        if self.ui.alignViewsCheckBox.checked:
            self.placing.lay_over(self.trial.prepared, self._share())
        elif self.placing.part():
            self._case.hanging.hang()
        self.show()

    def _on_moved(self) -> None:
        """Draw soon, once for many steps of the hand; what was measured holds no more."""
        self.trial.found = None
        self.trial.hush()
        if not self._waiting:
            self._waiting = True
            qt.QTimer.singleShot(LATER_MS, self._drawn_later)

    def _drawn_later(self) -> None:
        self._waiting = False
        if self._case.assessment is not None:
            self.show()

    # --- the reader acts --------------------------------------------------------------------------

    def on_chosen(self) -> None:
        """Look at another registration."""
        timepoint, _bar, role = trees.key_of(self.ui.alignTree.currentItem()).partition("|")
        key = key_of(timepoint, role) if timepoint else None
        if key is None or key == self.trial.key:
            return
        self.forget()
        self.trial.open(key)
        self.placing.take(self._case.nodes, key)
        self.show()

    def on_handles(self, on: bool) -> None:
        """Handles that shift and turn the image in the views."""
        self.placing.handles(on)
        if on and not self.ui.alignViewsCheckBox.checked:
            self.ui.alignViewsCheckBox.checked = True

    def open_transforms(self) -> None:
        """Move the image with the sliders of Slicer's Transforms module."""
        if self.placing.node is not None:
            self.ui.alignViewsCheckBox.checked = True
            slicer.app.openNodeModule(self.placing.node)
