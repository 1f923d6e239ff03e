"""Course tab: the clinical events; the reader adds, changes and removes them, and undoes that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import qt
import slicer
from slicer.i18n import tr as _

from ..common import asking
from ..common.trees import add_group, make_item, share_width

if TYPE_CHECKING:
    from RNAssessLib.case import ClinicalEvent

    from ..common.given import Keeper, OpenCase, Shown, Told

Edit = Callable[[Sequence["ClinicalEvent"]], tuple["ClinicalEvent", ...]]
DATE, WHAT = range(2)


class CourseTab:
    """List of courses and events above a form whose lines follow the kind of event."""

    def __init__(
        self, ui: object, case: OpenCase, shown: Shown, keeper: Keeper,
        *, undo: Told, redo: Told,
    ) -> None:  # fmt: skip
        from RNAssessLib.panel.course.events import FORMS

        self.ui = ui
        self._case, self._shown, self._keeper = case, shown, keeper
        self._forms = FORMS
        for form in FORMS:
            ui.eventKindComboBox.addItem(form.name)
        ui.eventKindComboBox.connect("currentIndexChanged(int)", lambda _index: self._show_form({}))
        ui.eventTree.connect("itemSelectionChanged()", self.on_selected)
        ui.addEventButton.connect("clicked()", self.add)
        ui.changeEventButton.connect("clicked()", self.change)
        ui.removeEventButton.connect("clicked()", self.remove)
        ui.undoEventButton.connect("clicked()", undo)
        ui.redoEventButton.connect("clicked()", redo)
        ui.writeEventsButton.connect("clicked()", self.write)
        self._show_form({})

    def refresh(self) -> None:
        """List courses (read from their plans) and events of the open case."""
        tree, view = self.ui.eventTree, self._shown.view
        tree.blockSignals(True)
        tree.clear()
        self._rows = []
        if view is not None:
            courses = [make_item(c.date, f"{c.technique}, {c.fractions}", tip=_("from its plan"))
                       for c in view.case.courses]  # fmt: skip
            add_group(tree, _("Radiotherapy (from its plan)"), courses)
            self._rows = [make_item(e.date, e.text, tip=e.text) for e in view.case.events]
            add_group(tree, _("Clinical events"), self._rows)
        share_width(tree, (WHAT,), (DATE,))
        tree.blockSignals(False)
        self.ui.undoEventButton.enabled = view is not None and view.can_undo
        self.ui.redoEventButton.enabled = view is not None and view.can_redo
        self.ui.writeEventsButton.enabled = bool(self._keeper.casePath())
        self._offer()

    def _index(self) -> int:
        """Return which event is selected, -1 when none is."""
        item = self.ui.eventTree.currentItem()
        return next((n for n, row in enumerate(self._rows) if row == item), -1)

    def _offer(self) -> None:
        selected = self._index() >= 0
        self.ui.addEventButton.enabled = self._shown.view is not None
        self.ui.changeEventButton.enabled = selected
        self.ui.removeEventButton.enabled = selected

    def on_selected(self) -> None:
        """Put the selected event into the form."""
        index = self._index()
        if index >= 0:
            row = self._shown.view.case.events[index]
            kinds = [form.kind.value for form in self._forms]
            self.ui.eventKindComboBox.setCurrentIndex(kinds.index(row.kind))
            self._show_form(row.entries)
        self._offer()

    def _form(self) -> object:
        return self._forms[max(self.ui.eventKindComboBox.currentIndex, 0)]

    def _show_form(self, entries: dict[str, str]) -> None:
        """One line per thing the form asks for; what may stay empty says so."""
        table, fields = self.ui.eventTable, self._form().fields
        table.setRowCount(len(fields))
        for at, asked in enumerate(fields):
            label = f"{asked.label} ({asked.unit})" if asked.unit else asked.label
            head = qt.QTableWidgetItem(
                label if asked.required else _("{0}, optional").format(label)
            )
            head.setFlags(qt.Qt.ItemIsEnabled)
            hint = asked.hint or ", ".join(asked.choices)
            if asked.name in ("date", "end"):
                hint = ", ".join(text for text in (_("2025-01-31"), hint) if text)
            entry = qt.QTableWidgetItem(entries.get(asked.name, ""))
            for cell in (head, entry):
                cell.setToolTip(hint)
            table.setItem(at, 0, head)
            table.setItem(at, 1, entry)
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
        self.ui.eventKindComboBox.setCurrentIndex([f.kind for f in self._forms].index(kind))
        self._show_form({})
        self.ui.eventTable.setCurrentCell(0, 1)

    def add(self) -> None:
        """Add what the form says."""
        from RNAssessLib.panel.course.events import add_event, build_event

        kind, entries = self._form().kind, self._entries()
        if not self._is_meant(entries):
            return
        self._take(lambda events: add_event(events, build_event(kind, entries)))

    def change(self) -> None:
        """Put what the form says in place of the selected event."""
        from RNAssessLib.panel.course.events import build_event, change_event

        kind, entries, index = self._form().kind, self._entries(), self._index()
        if not self._is_meant(entries):
            return
        self._take(lambda events: change_event(events, index, build_event(kind, entries)))

    def _is_meant(self, entries: dict[str, str]) -> bool:
        """Ask about what is possible but unusual; what cannot be is refused when it is taken."""
        from RNAssessLib.panel.course.events import EventError, build_event
        from RNAssessLib.panel.words.plausible import first_treatment, odd_entries

        try:
            build_event(self._form().kind, entries)
        except EventError:
            return True
        treated = first_treatment(self._case.assessment)
        return asking.all_meant(odd_entries(entries, treated, date.today()))

    def remove(self) -> None:
        """Take the selected event away."""
        from RNAssessLib.panel.course.events import remove_event

        index = self._index()
        self._take(lambda events: remove_event(events, index))

    def _take(self, edit: Edit) -> None:
        from RNAssessLib.panel.course.events import EventError

        reader = self._case.reader
        if reader is None:
            return
        try:
            reader.edit_events(edit(reader.events))
        except EventError as error:
            slicer.util.errorDisplay(str(error), windowTitle=_("RNAssess"))

    def write(self) -> None:
        """Write the list of now into the case file; all else in it stays."""
        from RNAssessLib.case import InputError
        from RNAssessLib.study.case_file_writer import case_file_of, write_events

        path = case_file_of(Path(self._keeper.casePath()))
        try:
            write_events(self._case.assessment.prepared.case, path)
        except InputError as error:
            slicer.util.errorDisplay(str(error), windowTitle=_("RNAssess"))
            return
        slicer.util.showStatusMessage(_("Events written to {0}").format(path), 5000)
