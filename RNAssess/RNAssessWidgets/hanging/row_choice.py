"""Which content hangs below T1c and FLAIR: the item's, or one that the reader called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slicer.i18n import tr as _

from RNAssessLib.panel.hanging.third_row import Made
from RNAssessLib.panel.reading.changes import RowChanged

from ..common.page import Page
from ..common.trees import choose_silently, fill_combo

if TYPE_CHECKING:
    from ..common.given import OpenCase

OVERLAY = Made.OVERLAY.value


class RowChoice(Page):
    """The list of contents beside *Third row*, and what their colours mean."""

    def __init__(self, ui: object, case: OpenCase) -> None:
        super().__init__(ui, case)
        ui.thirdRowComboBox.connect("currentIndexChanged(int)", self.on_chosen)
        case.changes.on(RowChanged, self._follow)

    def reset(self) -> None:
        """List what the open case can hang."""
        hanging = self._case.hanging
        rows = hanging.rows if hanging is not None else ()
        titles = (_("of the item"), *(row.title for row in rows))
        fill_combo(self.ui.thirdRowComboBox, titles)
        self.show()

    def on_chosen(self, index: int) -> None:
        """Hang a content chosen from the list, for good."""
        reader = self._case.reader
        if reader is not None:
            reader.choose_row(reader.row_choices[index])

    def press(self, key: str) -> None:
        """Hang a content by its key until another item is chosen; once more: the item's."""
        reader = self._case.reader
        if reader is not None and key in reader.row_choices:
            reader.toggle_row(key)

    def step(self) -> None:
        """Hang the next content."""
        if self._case.reader is not None:
            self._case.reader.next_row()

    def next_pair(self) -> None:
        """Lay the outlines of the next two studies over each other; calls that row first."""
        if self._case.reader is not None and self._case.reader.row_choice == OVERLAY:
            self._case.hanging.next_pair()
            self.show()
        else:
            self.press(OVERLAY)

    def _follow(self, _change: RowChanged) -> None:
        self._case.views.hang()
        if not self.ui.thirdRowCheckBox.checked:
            self.ui.thirdRowCheckBox.click()
        self.show()

    def show(self) -> None:
        """Show which content was called, and what its colours mean."""
        combo, hanging, reader = self.ui.thirdRowComboBox, self._case.hanging, self._case.reader
        combo.enabled = hanging is not None and bool(hanging.rows)
        choose_silently(combo, reader.row_choices.index(reader.row_choice) if reader else 0)
        words = hanging.legend() if hanging is not None else ""
        self.ui.rowLegendLabel.text = words
        self.ui.rowLegendLabel.setVisible(bool(words))
