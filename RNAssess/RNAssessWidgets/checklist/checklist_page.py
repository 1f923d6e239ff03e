"""The checklist page: lesions, items, the chosen one explained, and the way from item to item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slicer.i18n import tr as _

from ..common import colours
from ..common.trees import fill_table
from . import checklist_tab

if TYPE_CHECKING:
    from RNAssessLib.panel.reading.view_model import ChecklistRow, LesionView, PanelView

    from ..common.given import Shown


class Form(Protocol):
    """Where the reader answers an item."""

    def refresh(self, view: PanelView | None, row: ChecklistRow | None) -> None: ...  # noqa: D102

    def may_leave(self, lesion: str, finding: str) -> bool: ...  # noqa: D102

    def held(self) -> tuple[str, str] | None: ...  # noqa: D102


@dataclass(frozen=True)
class Heard:
    """Who hears what the reader chose.

    Attributes
    ----------
    lesion : callable
        Another lesion was turned to.
    item : callable
        Another item was.
    jump : callable
        A place of the evidence was asked for.
    remember : callable
        Ids of the lesion and the item that are shown; the item's may be empty.
    """

    lesion: Callable[[LesionView], None]
    item: Callable[[ChecklistRow], None]
    jump: Callable[[object], None]
    remember: Callable[[str, str], None]


class ChecklistPage:
    """Fills the page from what is shown, and tells what was chosen."""

    def __init__(self, ui: object, shown: Shown, form: Form, heard: Heard) -> None:
        self.ui = ui
        self._shown, self._form, self._heard = shown, form, heard
        ui.lesionComboBox.connect("currentIndexChanged(int)", self.on_lesion_chosen)
        ui.checklistTree.connect("itemSelectionChanged()", self.on_item_selected)
        ui.detailsBrowser.connect("anchorClicked(QUrl)", self.on_link)

    # --- showing ----------------------------------------------------------------------------------

    def list_lesions(self) -> None:
        """Offer the lesions of the open case, the first one chosen."""
        combo, view = self.ui.lesionComboBox, self._shown.view
        combo.blockSignals(True)
        combo.clear()
        for lesion in view.lesions if view else ():
            combo.addItem(lesion.title)
        combo.blockSignals(False)

    def empty(self) -> None:
        """Show that no case is open."""
        self.ui.checklistTree.clear()
        self.ui.serialTable.setRowCount(0)
        self.ui.summaryLabel.text = _("No case is open.")
        self.ui.detailsBrowser.html = ""
        self._form.refresh(None, None)

    def show(self, selected: str = "") -> None:
        """Show the lesion that is chosen, and one of its items."""
        lesion = self._shown.lesion()
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
        row, lesion = self._shown.row(), self._shown.lesion()
        self._explain(row)
        self._form.refresh(self._shown.view, row)
        if lesion is not None:
            self._heard.remember(lesion.id, row.finding if row else "")

    def _explain(self, row: ChecklistRow | None) -> None:
        browser = self.ui.detailsBrowser
        link = colours.link(browser)
        browser.html = "" if row is None else checklist_tab.details_html(row, link)

    # --- the reader moves -------------------------------------------------------------------------

    def on_lesion_chosen(self, index: int) -> None:
        """Show another lesion; what is typed for an item of this one is asked about."""
        lesion, held = self._shown.lesion(), self._form.held()
        if lesion is None:
            return
        if held is not None and not self._form.may_leave(lesion.id, ""):
            self._back_to_lesion(held[0])
            return
        self.show()
        self._heard.lesion(lesion)

    def _back_to_lesion(self, lesion: str) -> None:
        combo = self.ui.lesionComboBox
        combo.blockSignals(True)
        combo.setCurrentIndex([shown.id for shown in self._shown.view.lesions].index(lesion))
        combo.blockSignals(False)

    def on_item_selected(self) -> None:
        """Explain the selected item."""
        row, held = self._shown.row(), self._form.held()
        if row and held and not self._form.may_leave(row.lesion, row.finding):
            tree = self.ui.checklistTree
            tree.blockSignals(True)
            checklist_tab.select(tree, held[1])
            tree.blockSignals(False)
            return
        self._show_row()
        if row is not None:
            self._heard.item(row)

    def on_link(self, url: object) -> None:
        """Go to the piece of evidence whose link was clicked."""
        row = self._shown.row()
        kind, _colon, number = url.toString().partition(":")
        if row is not None and kind == "jump":
            self._heard.jump(row.jumps[int(number)])

    def step(self, by: int) -> None:
        """Select the next or previous item."""
        lesion, row = self._shown.lesion(), self._shown.row()
        if lesion is not None:
            finding = lesion.step(row.finding if row else "", by)
            checklist_tab.select(self.ui.checklistTree, finding)
