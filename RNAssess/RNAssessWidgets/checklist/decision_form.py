"""The reader's answer: accept, another answer with its reason, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import slicer
from slicer.i18n import tr as _

from ..common import work

if TYPE_CHECKING:
    from RNAssessLib.panel.reading.view_model import ChecklistRow, PanelView

    from ..common.given import Reading, Shown, Told


class DecisionForm:
    """Buttons under the checklist; `decided` is told when something was recorded or undone."""

    def __init__(self, ui: object, reading: Reading, shown: Shown, decided: Told) -> None:
        self.ui = ui
        self._reading, self._shown, self._decided = reading, shown, decided
        self._item = None  # (lesion, finding) that the fields belong to
        ui.acceptButton.connect("clicked()", self.accept)
        ui.recordButton.connect("clicked()", self.record)
        ui.withdrawButton.connect("clicked()", self.withdraw)
        ui.undoButton.connect("clicked()", self.undo)
        ui.redoButton.connect("clicked()", self.redo)
        ui.reasonLineEdit.connect("returnPressed()", self.record)

    def refresh(self, view: PanelView | None, row: ChecklistRow | None) -> None:
        """Offer what can be done now; what is chosen and typed for an item stays with it."""
        item = None if row is None else (row.lesion, row.finding)
        chosen = self.ui.statusComboBox.currentIndex if item == self._item else 0
        if item != self._item:
            self.ui.reasonLineEdit.text = ""
        self._item = item
        for button in (self.ui.acceptButton, self.ui.recordButton, self.ui.statusComboBox):
            button.enabled = row is not None
        self.ui.withdrawButton.enabled = row is not None and bool(row.decision)
        self.ui.undoButton.enabled = view is not None and view.can_undo
        self.ui.redoButton.enabled = view is not None and view.can_redo
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
        if not slicer.util.confirmYesNoDisplay(text, windowTitle=_("RNAssess")):
            return False
        self.ui.reasonLineEdit.text = ""
        return True

    def accept(self) -> None:
        """Accept the computed answer, the first choice."""
        if self._shown.row() is not None and self._may_discard():
            self._decide(0)

    def record(self) -> None:
        """Record the answer that is chosen."""
        self._decide(self.ui.statusComboBox.currentIndex)

    def _decide(self, choice: int) -> None:
        row = self._shown.row()
        if row is None or choice < 0:
            return
        status = row.choices[choice][0]
        reason = self.ui.reasonLineEdit.text
        try:
            self._reading.decide(row.lesion, row.finding, status, reason)
        except ValueError as error:
            slicer.util.errorDisplay(str(error), windowTitle=_("RNAssess"))
            return
        self.ui.reasonLineEdit.text = ""
        self._decided()

    def withdraw(self) -> None:
        """Take the decision about the selected item away."""
        row = self._shown.row()
        if row is not None:
            session = self._reading.session
            self._set(session.withdraw(row.lesion, row.finding))

    def undo(self) -> None:
        """Take the latest decision back."""
        self._set(self._reading.session.undo())

    def redo(self) -> None:
        """Make the latest undone decision again."""
        self._set(self._reading.session.redo())

    def _set(self, session: object) -> None:
        if self._reading.assessment is None:
            return
        logic = self._reading
        held = logic.session
        if (session.place_changes, session.mask_changes) == (
            held.place_changes, held.mask_changes,
        ):  # fmt: skip
            logic.setSession(session)
        elif not work.run(lambda progress: logic.setSession(session, progress)):
            return  # another place of an image or another outline takes its time
        self._decided()
