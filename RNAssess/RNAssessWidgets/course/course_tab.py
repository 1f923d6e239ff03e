"""Course tab: the clinical events; the reader adds, changes and removes them, and undoes that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import slicer
from slicer.i18n import tr as _

from RNAssessLib.panel.course.event_editor import NEW, EventEditor
from RNAssessLib.panel.course.events import FORMS
from RNAssessLib.panel.reading.write_back import write_events_back
from RNAssessLib.study.case_file_writer import case_file_of

from ..common import asking
from ..common.page import Page
from ..common.trees import add_group, filled, make_cell, make_item

if TYPE_CHECKING:
    from ..common.given import Keeper, OpenCase

DATE, WHAT = range(2)


class CourseTab(Page):
    """List of courses and events above a form whose lines follow the kind of event."""

    def __init__(self, ui: object, case: OpenCase, keeper: Keeper) -> None:
        super().__init__(ui, case, keeper)
        self._editor = EventEditor(lambda: case.reader)
        for form in FORMS:
            ui.eventKindComboBox.addItem(form.name)
        ui.eventKindComboBox.connect("currentIndexChanged(int)", lambda _index: self._show_form({}))
        ui.eventTree.connect("itemSelectionChanged()", self.on_selected)
        self._press(
            addEventButton=lambda: self._save(NEW),
            changeEventButton=lambda: self._save(self._index()),
            removeEventButton=self.remove,
            writeEventsButton=self.write,
        )
        self._press_history("undoEventButton", "redoEventButton")
        self._show_form({})

    def refresh(self) -> None:
        """List courses (read from their plans) and events of the open case."""
        tree, view = self.ui.eventTree, self.view
        with filled(tree, (WHAT,), (DATE,)):
            self._rows = []
            if view is not None:
                courses = [
                    make_item(c.date, f"{c.technique}, {c.fractions}", tip=_("from its plan"))
                    for c in view.case.courses
                ]
                add_group(tree, _("Radiotherapy (from its plan)"), courses)
                self._rows = [make_item(e.date, e.text, tip=e.text) for e in view.case.events]
                add_group(tree, _("Clinical events"), self._rows)
        self._offer_history()
        self.ui.writeEventsButton.enabled = bool(self._keeper.casePath())
        self._offer()

    def _index(self) -> int:
        """Return which event is selected, -1 when none is."""
        item = self.ui.eventTree.currentItem()
        return next((n for n, row in enumerate(self._rows) if row == item), -1)

    def _offer(self) -> None:
        selected = self._index() >= 0
        self.ui.addEventButton.enabled = self.view is not None
        self.ui.changeEventButton.enabled = selected
        self.ui.removeEventButton.enabled = selected

    def on_selected(self) -> None:
        """Put the selected event into the form."""
        index = self._index()
        if index >= 0:
            row = self.view.case.events[index]
            kinds = [form.kind.value for form in FORMS]
            self.ui.eventKindComboBox.setCurrentIndex(kinds.index(row.kind))
            self._show_form(row.entries)
        self._offer()

    def _form(self) -> object:
        return FORMS[max(self.ui.eventKindComboBox.currentIndex, 0)]

    def _show_form(self, entries: dict[str, str]) -> None:
        """One line per thing the form asks for; what may stay empty says so."""
        table, fields = self.ui.eventTable, self._form().fields
        table.setRowCount(len(fields))
        for at, asked in enumerate(fields):
            label = f"{asked.label} ({asked.unit})" if asked.unit else asked.label
            head = label if asked.required else _("{0}, optional").format(label)
            hint = asked.hint or ", ".join(asked.choices)
            if asked.name in ("date", "end"):
                hint = ", ".join(text for text in (_("2025-01-31"), hint) if text)
            table.setItem(at, 0, make_cell(head, hint, fixed=True))
            table.setItem(at, 1, make_cell(entries.get(asked.name, ""), hint))
        table.resizeColumnsToContents()
        table.horizontalHeader().setStretchLastSection(True)

    def _entries(self) -> dict[str, str]:
        table = self.ui.eventTable
        return {f.name: table.item(n, 1).text() for n, f in enumerate(self._form().fields)}

    # --- the reader acts --------------------------------------------------------------------------

    def begin(self, kind: object) -> None:
        """Turn to the form of a kind of event, empty, to be filled in."""
        self.ui.tabs.setCurrentWidget(self.ui.courseTab)
        self.ui.courseTabs.setCurrentWidget(self.ui.eventPage)
        self.ui.eventKindComboBox.setCurrentIndex([f.kind for f in FORMS].index(kind))
        self._show_form({})
        self.ui.eventTable.setCurrentCell(0, 1)

    def _save(self, index: int) -> None:
        """Take the form for an event; what is possible but unusual is asked about."""
        entries = self._entries()
        self._editor.open(self._form().kind.value, index)
        self._editor.save(entries)
        if self._editor.odd:
            self._editor.answer(meant=asking.all_meant(self._editor.odd))
        self._say()

    def remove(self) -> None:
        """Take the selected event away."""
        self._editor.remove(self._index())
        self._say()

    def _say(self) -> None:
        if self._editor.problem:
            asking.say(self._editor.problem)

    def write(self) -> None:
        """Write the list of now into the case file; all else in it stays."""
        path = case_file_of(Path(self._keeper.casePath()))
        said, done = write_events_back(self._case.reader, path)
        if done:
            slicer.util.showStatusMessage(said, 5000)
        else:
            asking.say(said)
