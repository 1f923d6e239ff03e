"""The reading flow: keys, what is drawn over the images, planes, one view alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import slicer
from slicer.i18n import tr as _

from ..hanging import reading_views
from ..hanging.row_choice import RowChoice
from .keys import Key, Shortcuts

if TYPE_CHECKING:
    from .panel import Panel

STEP_PERCENT = 20


class ReadingFlow:
    """What the keys of both shells do; the panel shows the same as boxes and buttons."""

    def __init__(self, ui: object, panel: Panel) -> None:
        self.ui = ui
        self.panel = panel
        ui.opacitySlider.connect("valueChanged(int)", self.on_opacity)
        ui.keysButton.connect("clicked()", self.show_keys)
        self.rows = RowChoice(ui, panel)
        self.shortcuts = Shortcuts(self._keys(), ui.tabs)

    def _keys(self) -> tuple[Key, ...]:
        from RNAssessLib.findings.finding import Plane
        from RNAssessLib.panel.measuring.measurements import MeasureKind
        from RNAssessLib.panel.words.keys import find_key

        ui, panel, teach = self.ui, self.panel, self.panel.teach
        tabs = (ui.caseTab, ui.checklistTab, ui.doseTab, ui.courseTab)
        return (
            Key(("N",), _("next item: views jump to its evidence"), lambda: panel.step(1)),
            Key(("P",), _("previous item"), lambda: panel.step(-1)),
            Key(("A",), _("accept the computed answer"), panel.form.accept),
            Key(("U", "Ctrl+Z"), _("undo"), self.undo),
            Key(("Y", "Ctrl+Y"), _("redo"), self.redo),
            Key(("I",), _("isodoses on or off"), ui.isodosesCheckBox.click),
            Key(("[",), _("isodoses fainter"), lambda: self._fade(-STEP_PERCENT)),
            Key(("]",), _("isodoses stronger"), lambda: self._fade(STEP_PERCENT)),
            Key(("C",), _("lesion outlines on or off"), ui.outlinesCheckBox.click),
            Key(("O",), _("the images alone, and back"), self.bare),
            Key(("E",), _("third row on or off"), ui.thirdRowCheckBox.click),
            Key(("Shift+E",), _("third row: the next content"), self.rows.step),
            *(
                Key((letter.upper(),), find_key(f"row_{row}").text, partial(self.rows.press, row))
                for row in ("growth", "difference", "subtraction", "dose")
                for letter in find_key(f"row_{row}").keys
            ),
            Key(("Shift+G",), find_key("row_overlay").text, partial(self.rows.press, "overlay")),
            Key(("Shift+O",), find_key("overlay_next").text, self.rows.next_pair),
            Key(("F",), find_key("flicker").text, self._flicker),
            *(
                Key(
                    (f"Shift+{find_key(kind.value).keys[0]}",),
                    find_key(kind.value).text,
                    partial(panel.measure.take, kind),
                )
                for kind in MeasureKind
            ),
            Key(("X",), _("axial"), lambda: self._turn(Plane.AXIAL)),
            Key(("V",), _("coronal"), lambda: self._turn(Plane.CORONAL)),
            Key(("S",), _("sagittal"), lambda: self._turn(Plane.SAGITTAL)),
            Key(("M",), _("the view under the mouse alone, and back"), self._maximise),
            *(
                Key((str(number),), page_title, lambda page=page: ui.tabs.setCurrentWidget(page))
                for number, (page, page_title) in enumerate(
                    zip(tabs, self._titles(tabs), strict=True), start=1
                )
            ),
            Key(("5",), _("correct outlines"), lambda: self._open_page(ui.outlinesPage)),
            Key(("Shift+A",), _("check alignment"), lambda: self._open_page(ui.alignPage)),
            Key(("Shift+U",), _("measurements"), lambda: self._open_page(ui.measurePage)),
            Key(("Shift+T",), _("teach"), lambda: ui.tabs.setCurrentWidget(ui.teachTab)),
            Key(("0",), _("report"), lambda: ui.tabs.setCurrentWidget(ui.reportTab)),
            Key(("6",), _("teaching: present"), lambda: teach.answer_with(0)),
            Key(("7",), _("teaching: absent"), lambda: teach.answer_with(1)),
            Key(("8",), _("teaching: indeterminate"), lambda: teach.answer_with(2)),
            Key(("9",), _("teaching: not assessable"), lambda: teach.answer_with(3)),
            Key(("K",), _("teaching: mark the place under the mouse"), teach.mark_under_cursor),
            Key(("R",), _("teaching: reveal the item"), teach.reveal),
            Key(("?", "H"), _("this list"), self.show_keys),
        )

    def _titles(self, pages: tuple) -> list[str]:
        tabs = self.ui.tabs
        return [tabs.tabText(tabs.indexOf(page)).lower() for page in pages]

    def _open_page(self, page: object) -> None:
        self.ui.tabs.setCurrentWidget(self.ui.caseTab)
        self.ui.caseTabs.setCurrentWidget(page)

    # --- the reader acts --------------------------------------------------------------------------

    def undo(self) -> None:
        """Take the latest answer or decision back."""
        teaching = self.panel.logic.desk is not None
        (self.panel.teach if teaching else self.panel.form).undo()

    def redo(self) -> None:
        """Make it again."""
        teaching = self.panel.logic.desk is not None
        (self.panel.teach if teaching else self.panel.form).redo()

    def on_opacity(self, percent: int) -> None:
        """Make the isodoses fainter or stronger."""
        self.panel.logic.setIsodoseOpacity(percent / 100)

    def bare(self) -> None:
        """Nothing drawn over the images; once more brings everything back."""
        boxes = (self.ui.isodosesCheckBox, self.ui.outlinesCheckBox)
        wanted = not any(box.checked for box in boxes)
        for box in boxes:
            if box.checked != wanted:
                box.click()

    def show_keys(self) -> None:
        """Show the list of keys."""
        slicer.util.infoDisplay(self.shortcuts.help_html(), windowTitle=_("Keys of RNAssess"))

    def _fade(self, by: int) -> None:
        self.ui.opacitySlider.value = self.ui.opacitySlider.value + by

    def _turn(self, plane: object) -> None:
        if self.panel.logic.nodes is not None:
            self.panel.logic.turn(plane)

    def _flicker(self) -> None:
        """Prior and current in turn, under the mouse; else in the T1c of the last study."""
        logic = self.panel.logic
        if logic.nodes is not None:
            cell = reading_views.cell_under_cursor(slicer.mrmlScene, logic.nodes)
            logic.flicker(cell or logic.nodes.layout.cells[0][-1])

    def _maximise(self) -> None:
        if self.panel.logic.nodes is not None:
            reading_views.maximise(slicer.mrmlScene, self.panel.logic.nodes)
