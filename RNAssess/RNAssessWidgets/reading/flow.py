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
from RNAssessLib.scene import reading_layout

from ..common import settings
from .keys import Key, Shortcuts

if TYPE_CHECKING:
    from ..common.given import InScene, Told

STEP_PERCENT = 20
ROWS = ("growth", "difference", "subtraction", "dose", "overlay")
ALSO = {"undo": ("Ctrl+Z",), "redo": ("Ctrl+Y",)}


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
        self, ui: object, logic: InScene, acts: Acts, rows: Rows, teaching: Teaching
    ) -> None:
        self.ui = ui
        self._logic, self._acts, self._rows, self._teaching = logic, acts, rows, teaching
        ui.opacitySlider.connect("valueChanged(int)", self.on_opacity)
        ui.keysButton.connect("clicked()", self.show_keys)
        self.shortcuts = Shortcuts(self._keys(), ui.tabs)

    def _keys(self) -> tuple[Key, ...]:
        """The browser's keys that mean the same here, and Slicer's own."""
        ui, acts, rows, teach = self.ui, self._acts, self._rows, self._teaching
        tabs = {"case": ui.caseTab, "checklist": ui.checklistTab, "dose": ui.doseTab,
                "course": ui.courseTab}  # fmt: skip
        shared = {
            "next": lambda: acts.step(1),
            "previous": lambda: acts.step(-1),
            "accept": acts.accept,
            "undo": acts.undo,
            "redo": acts.redo,
            "isodoses": ui.isodosesCheckBox.click,
            "fainter": lambda: self._fade(-STEP_PERCENT),
            "stronger": lambda: self._fade(STEP_PERCENT),
            "contours": ui.outlinesCheckBox.click,
            "extra_next": rows.step,
            **{f"row_{row}": partial(rows.press, row) for row in ROWS},
            "overlay_next": rows.next_pair,
            "flicker": self._flicker,
            **{kind.value: partial(acts.measure, kind) for kind in MeasureKind},
            **{plane.value: partial(self._turn, plane) for plane in Plane},
            "maximise": self._maximise,
            **{f"tab_{name}": partial(ui.tabs.setCurrentWidget, tabs[name]) for name in tabs},
            "tab_correct": lambda: self._open_page(ui.outlinesPage),
            "tab_align": lambda: self._open_page(ui.alignPage),
        }
        own = (
            Key(("O",), _("the images alone, and back"), self.bare),
            Key(("E",), _("third row on or off"), ui.thirdRowCheckBox.click),
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
        return (*(_shared(action, act) for action, act in shared.items()), *own)

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

    def _turn(self, plane: object) -> None:
        if self._logic.nodes is not None:
            self._logic.turn(plane)

    def _flicker(self) -> None:
        """Prior and current in turn, under the mouse; else in the T1c of the last study."""
        logic = self._logic
        if logic.nodes is not None:
            cell = reading_layout.cell_under_cursor(slicer.mrmlScene, logic.nodes)
            logic.flicker(cell or logic.nodes.layout.cells[0][-1])

    def _maximise(self) -> None:
        if self._logic.nodes is not None:
            reading_layout.maximise(slicer.mrmlScene, self._logic.nodes)


def _shared(action: str, act: Told) -> Key:
    """Key of the browser as Qt names it; arrows are the views' own."""
    key = find_key(action)
    letters = [k for k in key.keys if len(k) == 1]
    names = [f"Shift+{k}" if k.isupper() else k.upper() for k in letters]
    return Key((*names, *ALSO.get(action, ())), key.text, act)
