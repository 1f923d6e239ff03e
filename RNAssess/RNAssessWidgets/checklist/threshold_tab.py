"""Thresholds tab: every threshold with its source; the reader may change one and assess again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import qt
from slicer.i18n import tr as _

from RNAssessLib.panel.reading.view_model import threshold_rows
from RNAssessLib.plausible import threshold_bounds

from ..common import asking
from ..common.page import Page
from ..common.trees import filled, key_of, make_item

if TYPE_CHECKING:
    from ..common.given import OpenCase, Told

NAME, USED, DEFAULT = range(3)


class ThresholdTab(Page):
    """Editable list; a change waits until the reader assesses again."""

    def __init__(self, ui: object, case: OpenCase, assess_again: Told) -> None:
        super().__init__(ui, case)
        ui.thresholdTree.connect("itemChanged(QTreeWidgetItem*,int)", self.on_edited)
        self._press(assessAgainButton=assess_again)

    def refresh(self) -> None:
        """List the thresholds of now and say which changes wait."""
        tree = self.ui.thresholdTree
        waiting = self.view.pending_thresholds if self.view is not None else ()
        self.ui.assessAgainButton.enabled = bool(waiting)
        self.ui.pendingLabel.text = "\n".join((_("Not applied yet:"), *waiting)) if waiting else ""
        with filled(tree, (NAME,), (USED, DEFAULT)):
            for row in threshold_rows(self._case.session):
                note = f"{row.note} ({row.source})" if row.note else row.source
                tip = f"{row.key}: {note}"
                default = f"{row.default:g} {row.unit}".rstrip()
                item = make_item(row.key, f"{row.value:g}", default, tip=tip, key=row.key)
                item.setFlags(qt.Qt.ItemIsSelectable | qt.Qt.ItemIsEnabled | qt.Qt.ItemIsEditable)
                tree.addTopLevelItem(item)

    def on_edited(self, item: qt.QTreeWidgetItem, column: int) -> None:
        """Take a new value; an empty one goes back to the default, other columns stay."""
        reader = self._case.reader
        if column == USED and reader is not None:
            text = item.text(USED).strip()
            value, problem = asking.take(text, threshold_bounds(key_of(item)))
            if problem:  # what was typed stays in its line
                self.ui.pendingLabel.text = problem
                return
            reader.set_threshold(key_of(item), value)
        self.refresh()
