"""Check alignment: traffic lights, images laid over each other, moving one by hand."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import qt
import slicer
from slicer.i18n import tr as _

from ..common import work
from ..common.trees import fold, key_of, make_item, mark_colour, share_width
from .placing import Placing

if TYPE_CHECKING:
    from RNAssessLib.case import Registration

    from ..common.given import InScene

IMAGE, LIGHT, ERROR = range(3)
LINE = 44  # characters over the whole width at 400 pixels
LATER_MS = 120
T1C = "T1c"


class AlignPage:
    """Every registration with its light; the chosen one in a picture and in the views."""

    def __init__(self, ui: object, logic: InScene) -> None:
        self.ui = ui
        self._logic = logic
        self.placing = Placing(logic, self._on_moved)
        self._waiting = False
        self._said = ""
        # the picture follows the panel's width, not the other way round
        ui.alignPicture.setSizePolicy(qt.QSizePolicy.Ignored, qt.QSizePolicy.Preferred)
        ui.alignTree.connect("itemSelectionChanged()", self.on_chosen)
        ui.alignCheckerCheckBox.connect("toggled(bool)", lambda _on: self.show())
        ui.alignShareSlider.connect("valueChanged(int)", lambda _value: self.look())
        ui.alignViewsCheckBox.connect("toggled(bool)", lambda _on: self.look())
        ui.alignHandlesCheckBox.connect("toggled(bool)", self.on_handles)
        ui.alignTransformsButton.connect("clicked()", self.open_transforms)
        ui.alignSettleButton.connect("clicked()", lambda: self.find(settle=True))
        ui.alignMeasureButton.connect("clicked()", lambda: self.find(settle=False))
        ui.alignBackButton.connect("clicked()", self.back)
        ui.alignAcceptButton.connect("clicked()", self.accept)
        ui.caseTabs.connect("currentChanged(int)", lambda _index: self.show())

    def reset(self) -> None:
        """List the registrations of the open case, none chosen."""
        self.forget()
        self._said = ""
        self.fill()

    def forget(self) -> None:
        """Nothing is moved any more; its image goes back."""
        self.placing.stop()
        self.ui.alignHandlesCheckBox.checked = False
        self.ui.alignViewsCheckBox.checked = False

    # --- showing ----------------------------------------------------------------------------------

    def fill(self) -> None:
        """Registrations of now with light, expected error and reasons."""
        tree = self.ui.alignTree
        tree.blockSignals(True)
        tree.clear()
        assessment = self._logic.assessment
        for timepoint in assessment.prepared.timepoints if assessment else ():
            if timepoint.id != assessment.prepared.reference:
                self._add(timepoint.id, T1C, timepoint.to_reference)
            for role, held in timepoint.to_t1c.items():
                self._add(timepoint.id, role.value, held)
        share_width(tree, (LIGHT,), (IMAGE, ERROR))
        tree.blockSignals(False)
        self.show()

    def _add(self, timepoint: str, role: str, held: Registration) -> None:
        from RNAssessLib.panel.course.case_section import registration_row

        row = registration_row(held)
        light = "\n".join([f"{row.icon} {row.grade}", *(fold(r, LINE // 2) for r in row.reasons)])
        item = make_item(f"{timepoint} {role}", light, row.expected_error, tip=row.tip,
                         key=f"{timepoint}|{role}")  # fmt: skip
        mark_colour(item, LIGHT, row.colour)
        self.ui.alignTree.addTopLevelItem(item)
        if self.placing.key is not None:
            open_timepoint, open_role = self.placing.key
            if (timepoint, role) == (open_timepoint, open_role.value if open_role else T1C):
                self.ui.alignTree.setCurrentItem(item)

    def show(self) -> None:
        """Picture, how far it was moved, and what can be done."""
        from RNAssessLib.case import InputError

        ui, is_open = self.ui, self.placing.node is not None
        problem, moved = "", ""
        if is_open and ui.alignPage.visible:
            try:
                moved = self._draw()
            except InputError as error:
                problem = str(error)
        elif not is_open:
            ui.alignPicture.clear()
        far = moved not in ("", "0.0 mm, 0.0°")
        for widget in (ui.alignCheckerCheckBox, ui.alignShareSlider, ui.alignViewsCheckBox,
                       ui.alignHandlesCheckBox, ui.alignTransformsButton):  # fmt: skip
            widget.enabled = is_open
        for button in (ui.alignSettleButton, ui.alignMeasureButton):
            button.enabled = is_open and not problem
        ui.alignBackButton.enabled = is_open and (far or bool(problem))
        ui.alignAcceptButton.enabled = is_open and far
        name = self.placing.held() if is_open else None
        words = _("{0} over {1}, moved {2}")
        ui.alignMovedLabel.text = words.format(name.moving, name.fixed, moved) if moved else ""
        ui.alignSaidLabel.text = problem or self._said or self._quality()

    def _quality(self) -> str:
        from RNAssessLib.panel.course.case_section import registration_row

        if self.placing.found is None:
            return ""
        row = registration_row(self.placing.found)
        text = _("{0} {1}, expected error {2}").format(row.icon, row.grade, row.expected_error)
        return "; ".join((text, *row.reasons))

    def _draw(self) -> str:
        """Draw the planes through the middle of the views; return how far it was moved."""
        from RNAssessLib.panel.alignment.check import Overlay, difference_text, draw_planes
        from RNAssessLib.realign import images_of

        trial, center = self.placing.trial(), self.placing.center()
        moving, fixed = images_of(self._logic.assessment.prepared, *self.placing.key)
        overlay = Overlay(bool(self.ui.alignCheckerCheckBox.checked), self._share())
        pixmap = _pixmap(draw_planes(fixed, moving, trial, center, overlay))
        room = max(self.ui.alignPage.width - 12, 320)
        self.ui.alignPicture.setPixmap(pixmap.scaledToWidth(room, qt.Qt.SmoothTransformation))
        return difference_text(self.placing.held().transform, trial, center)

    def _share(self) -> float:
        return self.ui.alignShareSlider.value / 100

    def look(self) -> None:
        """Lay the images over each other in the views, or show each study's own again."""
        if self.placing.node is None:
            return
        if self.ui.alignViewsCheckBox.checked:
            self.placing.lay_over(self._share())
        else:
            self.placing.part()
        self.show()

    def _on_moved(self) -> None:
        """Draw soon, once for many steps of the hand; what was measured holds no more."""
        self.placing.found, self._said = None, ""
        if not self._waiting:
            self._waiting = True
            qt.QTimer.singleShot(LATER_MS, self._drawn_later)

    def _drawn_later(self) -> None:
        self._waiting = False
        if self._logic.assessment is not None:
            self.show()

    # --- the reader acts --------------------------------------------------------------------------

    def on_chosen(self) -> None:
        """Look at another registration."""
        from RNAssessLib.case import SequenceRole

        timepoint, _bar, role = key_of(self.ui.alignTree.currentItem()).partition("|")
        key = (timepoint, None if role == T1C else SequenceRole(role)) if timepoint else None
        if key is None or key == self.placing.key:
            return
        self.forget()
        self._said = ""
        self.placing.start(key)
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

    def find(self, *, settle: bool) -> bool:
        """Measure the place of now, or the best one near it; False when it was not finished."""
        from RNAssessLib.realign import place_by_hand

        prepared, made = self._logic.assessment.prepared, []
        done = work.run(
            lambda progress: made.append(
                place_by_hand(
                    prepared, *self.placing.key, self.placing.trial(), settle=settle,
                    progress=progress,
                )
            )
        )  # fmt: skip
        if done:
            self.placing.put(made[0].transform)
            self.placing.found, self._said = made[0], ""
            self.show()
        return done

    def back(self) -> None:
        """Put the image where its registration holds it."""
        self.placing.put(self.placing.held().transform)
        self.show()

    def accept(self) -> None:
        """Keep the place: that study is prepared again, every item answered again."""
        if self.placing.found is None and not self.find(settle=False):
            return
        timepoint, role = self.placing.key
        self._logic.reader.place(timepoint, role, self.placing.found, self._placed)

    def _placed(self) -> None:
        timepoint, role = self.placing.key
        self.placing.found = None
        self._said = _(
            "{0} placed anew; its lesions were found again and all items answered again; undo "
            "takes it back."
        ).format(f"{timepoint} {role.value if role else T1C}")
        self.show()


def _pixmap(pixels: object) -> qt.QPixmap:
    """Grey levels (rows, columns) as a pixmap, through a file as in `pictures`."""
    import SimpleITK as sitk

    with tempfile.TemporaryDirectory(prefix="RNAssess-") as folder:
        path = Path(folder) / "planes.png"
        sitk.WriteImage(sitk.GetImageFromArray(pixels), str(path))
        return qt.QPixmap(str(path))
