"""The checklist page: lesions, items, the chosen one explained, and the way from item to item."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from slicer.i18n import tr as _

from RNAssessLib.panel.reading.view_model import ChecklistRow

from ..common import colours
from ..common.page import Page
from ..common.trees import choose_silently, fill_combo, fill_table
from . import checklist_tab

if TYPE_CHECKING:
    from ..common.given import OpenCase


class Form(Protocol):
    """Where the reader answers an item."""

    def refresh(self, row: ChecklistRow | None) -> None: ...  # noqa: D102

    def may_leave(self, lesion: str, finding: str) -> bool: ...  # noqa: D102

    def held(self) -> tuple[str, str] | None: ...  # noqa: D102


class ChecklistPage(Page):
    """Fills the page from what is shown, and tells the reader's object what was chosen.

    `remember` takes the ids of the lesion and the item that are shown; the item's may be empty.
    """

    def __init__(
        self, ui: object, case: OpenCase, form: Form, remember: Callable[[str, str], None]
    ) -> None:
        super().__init__(ui, case)
        self._form, self._remember = form, remember
        ui.lesionComboBox.connect("currentIndexChanged(int)", self.on_lesion_chosen)
        ui.checklistTree.connect("itemSelectionChanged()", self.on_item_selected)
        ui.detailsBrowser.connect("anchorClicked(QUrl)", self.on_link)

    # --- showing ----------------------------------------------------------------------------------

    def list_lesions(self) -> None:
        """Offer the lesions of the open case, the first one chosen."""
        titles = [lesion.title for lesion in self.view.lesions] if self.view else []
        fill_combo(self.ui.lesionComboBox, titles)

    def empty(self) -> None:
        """Show that no case is open."""
        self.ui.checklistTree.clear()
        self.ui.serialTable.setRowCount(0)
        self.ui.summaryLabel.text = _("No case is open.")
        self.ui.detailsBrowser.html = ""
        self._form.refresh(None)

    def show(self, selected: str = "") -> None:
        """Show the lesion that is chosen, and one of its items."""
        lesion = self.lesion()
        if lesion is None:
            return
        self.ui.summaryLabel.text = checklist_tab.summary_html(lesion)
        checklist_tab.fill(self.ui.checklistTree, lesion, selected)
        fill_table(
            self.ui.serialTable,
            (_("Timepoint"), *lesion.heads),
            [
                (_("{0}: {1} mo").format(r.timepoint, r.months) + f"\n{r.date}", *r.cells)
                for r in lesion.serial
            ],
            [("", *r.tips) for r in lesion.serial],
        )
        self._show_row()

    def _show_row(self) -> None:
        row, lesion = self.row(), self.lesion()
        self._explain(row)
        self._form.refresh(row)
        if lesion is not None:
            self._remember(lesion.id, row.finding if row else "")

    def _explain(self, row: ChecklistRow | None) -> None:
        browser = self.ui.detailsBrowser
        link = colours.link(browser)
        browser.html = "" if row is None else checklist_tab.details_html(row, link)

    # --- the reader moves -------------------------------------------------------------------------

    def on_lesion_chosen(self, index: int) -> None:
        """Turn to another lesion; what is typed for an item of this one is asked about."""
        reader, held = self._case.reader, self._form.held()
        if reader is None or not 0 <= index < len(reader.panel.lesions):
            return
        lesion = reader.panel.lesions[index].id
        if held is not None and not self._form.may_leave(lesion, ""):
            self._mark_lesion()
            return
        reader.select_lesion(lesion)

    def on_item_selected(self) -> None:
        """Turn to an item; what is typed for another one is asked about."""
        reader, held = self._case.reader, self._form.held()
        finding = checklist_tab.selected_finding(self.ui.checklistTree)
        if reader is None or not finding:
            self._show_row()
        elif held and not self._form.may_leave(reader.lesion_id, finding):
            self._mark_item(held[1])
        else:
            reader.select(finding)

    def turned(self, finding: str) -> None:
        """Show the lesion and the item that the reader turned to (an empty one: none)."""
        if finding:
            self._mark_item(finding)
            self._show_row()
        else:
            self._mark_lesion()
            self.show()

    def _mark_lesion(self) -> None:
        reader = self._case.reader
        ids = [one.id for one in reader.panel.lesions]
        choose_silently(self.ui.lesionComboBox, ids.index(reader.lesion_id))

    def _mark_item(self, finding: str) -> None:
        tree = self.ui.checklistTree
        tree.blockSignals(True)
        checklist_tab.select(tree, finding)
        tree.blockSignals(False)

    def on_link(self, url: object) -> None:
        """Go to the piece of evidence whose link was clicked."""
        kind, _colon, number = url.toString().partition(":")
        if self._case.reader is not None and kind == "jump":
            self._case.reader.look(int(number))

    def step(self, by: int) -> None:
        """Select the next or previous item."""
        lesion, tree = self.lesion(), self.ui.checklistTree
        if lesion is not None:
            at = checklist_tab.selected_finding(tree)  # the line that the keyboard is on
            checklist_tab.select(tree, lesion.step(at, by))
