"""The reading flow: keys, what is drawn over the images, planes, one view alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import slicer
from slicer.i18n import tr as _

from RNAssessLib.findings.finding import Plane
from RNAssessLib.panel.measuring.measurements import MeasureKind
from RNAssessLib.panel.words.keys import find_key

from ..common import settings
from .keys import Key, Shortcuts

if TYPE_CHECKING:
    from ..common.given import OpenCase, Told

STEP_PERCENT = 20


class Rows(Protocol):
    """The rows below T1c and FLAIR."""

    def step(self) -> None: ...  # noqa: D102

    def press(self, key: str) -> None: ...  # noqa: D102

    def next_pair(self) -> None: ...  # noqa: D102


class Teaching(Protocol):
    """A lesson that is being answered."""

    def answer_with(self, number: int) -> None: ...  # noqa: D102

    def mark_under_cursor(self) -> None: ...  # noqa: D102

    def reveal(self) -> None: ...  # noqa: D102


@dataclass(frozen=True)
class Acts:
    """What keys do on the pages.

    Attributes
    ----------
    step : callable
        To the next (1) or previous (-1) item.
    accept, undo, redo : callable
    measure : callable
        Takes a tool (MeasureKind) in hand.
    """

    step: Callable[[int], None]
    accept: Told
    undo: Told
    redo: Told
    measure: Callable[[object], None]


class ReadingFlow:
    """What the keys of both shells do; the panel shows the same as boxes and buttons."""

    def __init__(
        self, ui: object, logic: OpenCase, acts: Acts, rows: Rows, teaching: Teaching
    ) -> None:
        self.ui = ui
        self._logic, self._acts, self._rows, self._teaching = logic, acts, rows, teaching
        ui.opacitySlider.connect("valueChanged(int)", self.on_opacity)
        ui.keysButton.connect("clicked()", self.show_keys)
        self.shortcuts = Shortcuts(self._keys(), ui.tabs)

    def _keys(self) -> tuple[Key, ...]:
        ui, acts, rows, teach = self.ui, self._acts, self._rows, self._teaching
        views = self._logic.views
        tabs = (ui.caseTab, ui.checklistTab, ui.doseTab, ui.courseTab)
        return (
            Key(("N",), _("next item: views jump to its evidence"), lambda: acts.step(1)),
            Key(("P",), _("previous item"), lambda: acts.step(-1)),
            Key(("A",), _("accept the computed answer"), acts.accept),
            Key(("U", "Ctrl+Z"), _("undo"), acts.undo),
            Key(("Y", "Ctrl+Y"), _("redo"), acts.redo),
            Key(("I",), _("isodoses on or off"), ui.isodosesCheckBox.click),
            Key(("[",), _("isodoses fainter"), lambda: self._fade(-STEP_PERCENT)),
            Key(("]",), _("isodoses stronger"), lambda: self._fade(STEP_PERCENT)),
            Key(("C",), _("lesion outlines on or off"), ui.outlinesCheckBox.click),
            Key(("O",), _("the images alone, and back"), self.bare),
            Key(("E",), _("third row on or off"), ui.thirdRowCheckBox.click),
            Key(("Shift+E",), _("third row: the next content"), rows.step),
            *(
                Key((letter.upper(),), find_key(f"row_{row}").text, partial(rows.press, row))
                for row in ("growth", "difference", "subtraction", "dose")
                for letter in find_key(f"row_{row}").keys
            ),
            Key(("Shift+G",), find_key("row_overlay").text, partial(rows.press, "overlay")),
            Key(("Shift+O",), find_key("overlay_next").text, rows.next_pair),
            Key(("F",), find_key("flicker").text, views.flicker),
            *(
                Key(
                    (f"Shift+{find_key(kind.value).keys[0]}",),
                    find_key(kind.value).text,
                    partial(acts.measure, kind),
                )
                for kind in MeasureKind
            ),
            Key(("X",), _("axial"), lambda: views.turn(Plane.AXIAL)),
            Key(("V",), _("coronal"), lambda: views.turn(Plane.CORONAL)),
            Key(("S",), _("sagittal"), lambda: views.turn(Plane.SAGITTAL)),
            Key(("M",), _("the view under the mouse alone, and back"), views.maximise),
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

    def begin(self) -> None:
        """Draw the isodoses of a case that was just opened as the user set it."""
        slider = self.ui.opacitySlider
        slider.value = settings.isodose_opacity(slider.value)
        self.on_opacity(slider.value)

    def on_opacity(self, percent: int) -> None:
        """Make the isodoses fainter or stronger."""
        self._logic.setIsodoseOpacity(percent / 100)

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
