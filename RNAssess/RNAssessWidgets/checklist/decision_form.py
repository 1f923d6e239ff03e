"""The reader's answer: accept, another answer with its reason, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slicer.i18n import tr as _

from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.reading.view_model import ChecklistRow

from ..common import asking
from ..common.page import Page

if TYPE_CHECKING:
    from ..common.given import OpenCase, Told


class DecisionForm(Page):
    """Buttons under the checklist."""

    def __init__(self, ui: object, case: OpenCase) -> None:
        super().__init__(ui, case)
        self._item = None  # (lesion, finding) that the fields belong to
        self._press(
            acceptButton=self.accept,
            recordButton=self.record,
            withdrawButton=self._asks(Reading.withdraw),
        )
        self._press_history("undoButton", "redoButton")
        ui.reasonLineEdit.connect("returnPressed()", self.record)

    def refresh(self, row: ChecklistRow | None) -> None:
        """Offer what can be done now; what is chosen and typed for an item stays with it."""
        item = None if row is None else (row.lesion, row.finding)
        chosen = self.ui.statusComboBox.currentIndex if item == self._item else 0
        if item != self._item:
            self.ui.reasonLineEdit.text = ""
        self._item = item
        for button in (self.ui.acceptButton, self.ui.recordButton, self.ui.statusComboBox):
            button.enabled = row is not None
        self.ui.withdrawButton.enabled = row is not None and bool(row.decision)
        self._offer_history()
        self.ui.statusComboBox.clear()
        for _status, word in row.choices if row else ():
            self.ui.statusComboBox.addItem(word)
        if row is not None:
            self.ui.statusComboBox.setCurrentIndex(chosen)

    def may_leave(self, lesion: str, finding: str) -> bool:
        """Whether another item may be turned to; asks when a reason is typed but not recorded."""
        if self._item in (None, (lesion, finding)):
            return True
        return self._may_discard()

    def held(self) -> tuple[str, str] | None:
        """Return the lesion and item that the fields belong to."""
        return self._item

    def _may_discard(self) -> bool:
        reason = self.ui.reasonLineEdit.text.strip()
        if not reason:
            return True
        text = _("The reason “{0}” is not recorded. Discard it?").format(reason)
        if not asking.confirm(text):
            return False
        self.ui.reasonLineEdit.text = ""
        return True

    def accept(self) -> None:
        """Accept the computed answer."""
        reader = self._case.reader
        if reader is not None and reader.row is not None and self._may_discard():
            self._decided(reader.accept)

    def record(self) -> None:
        """Record the answer that is chosen."""
        reader, choice = self._case.reader, self.ui.statusComboBox.currentIndex
        if reader is None or reader.row is None or choice < 0:
            return
        status, reason = reader.row.choices[choice][0], self.ui.reasonLineEdit.text
        self._decided(lambda: reader.answer(status, reason))

    def _decided(self, act: Told) -> None:
        """Do something; what is typed goes once it is recorded."""
        before = self._case.session
        act()
        if self._case.session is not before:
            self.ui.reasonLineEdit.text = ""
