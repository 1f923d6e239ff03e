"""Which content hangs below T1c and FLAIR: the item's, or one that the reader called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slicer.i18n import tr as _

if TYPE_CHECKING:
    from RNAssessLib.panel.hanging.third_row import ThirdRow

    from ..common.given import InScene


class RowChoice:
    """The list of contents beside *Third row*, and what their colours mean."""

    def __init__(self, ui: object, logic: InScene) -> None:
        self.ui = ui
        self._logic = logic
        self._keys: list[str] = [""]
        self._brief = False  # called by key: until another item is chosen
        ui.thirdRowComboBox.connect("currentIndexChanged(int)", self.on_chosen)

    def reset(self) -> None:
        """List what the open case can hang."""
        combo, hanging = self.ui.thirdRowComboBox, self._logic.hanging
        rows = hanging.rows if hanging is not None else ()
        self._keys = ["", *(row.key for row in rows)]
        combo.blockSignals(True)
        combo.clear()
        for title in (_("of the item"), *(row.title for row in rows)):
            combo.addItem(title)
        combo.blockSignals(False)
        self.show()

    def follow(self, row: ThirdRow | None, lesion: str) -> None:
        """Hang what an item is read on; what was called by key goes."""
        hanging = self._logic.hanging
        if hanging is not None and self._brief:
            hanging.called, self._brief = "", False
        self._logic.showRow(row, lesion)
        self.show()

    def on_chosen(self, index: int) -> None:
        """Hang a content chosen from the list, for good."""
        self._call(self._keys[index], brief=False)

    def press(self, key: str) -> None:
        """Hang a content by its key until another item is chosen; once more: the item's."""
        hanging = self._logic.hanging
        if key in self._keys and hanging is not None:
            self._call("" if hanging.called == key else key, brief=True)

    def step(self) -> None:
        """Hang the next content."""
        hanging = self._logic.hanging
        if hanging is not None:
            self._call(hanging.next_key(), brief=False)

    def next_pair(self) -> None:
        """Lay the outlines of the next two studies over each other; calls that row first."""
        hanging = self._logic.hanging
        if hanging is None or "overlay" not in self._keys:
            return
        if hanging.called == "overlay":
            self._logic.nextPair()
            self.show()
        else:
            self.press("overlay")

    def _call(self, key: str, *, brief: bool) -> None:
        hanging = self._logic.hanging
        if hanging is None or key == hanging.called:
            return
        self._brief = brief
        self._logic.callRow(key or hanging.called)
        if not self.ui.thirdRowCheckBox.checked:
            self.ui.thirdRowCheckBox.click()
        self.show()

    def show(self) -> None:
        """Show which content was called, and what its colours mean."""
        combo, hanging = self.ui.thirdRowComboBox, self._logic.hanging
        combo.enabled = hanging is not None and bool(hanging.rows)
        called = hanging.called if hanging is not None else ""
        combo.blockSignals(True)
        combo.setCurrentIndex(self._keys.index(called))
        combo.blockSignals(False)
        words = hanging.legend() if hanging is not None else ""
        self.ui.rowLegendLabel.text = words
        self.ui.rowLegendLabel.setVisible(bool(words))
