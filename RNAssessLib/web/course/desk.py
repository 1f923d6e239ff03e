"""What the reader does on the course page: clinical events, their file, the lesion's pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date as Date
from pathlib import Path
from typing import Any

from trame_server import Server

from RNAssessLib.case import ClinicalEvent, InputError
from RNAssessLib.panel.course.events import (
    FORMS,
    EventError,
    add_event,
    build_event,
    change_event,
    event_entries,
    form_of,
    remove_event,
)
from RNAssessLib.panel.reading.changes import (
    FiguresChanged,
    RecordsChanged,
    RoundChanged,
    SelectionChanged,
)
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.words.plausible import first_treatment, odd_entries
from RNAssessLib.study.case_file_writer import write_events

from ..reading.desk import Desk, Requests
from .figures import describe_nomogram, describe_three_axes, describe_timeline

NEW = -1


class CourseDesk(Desk):
    """Event editor; items, warnings and pictures follow at once.

    Parameters
    ----------
    server : trame Server
    reading : Reading
    case_file : Path, optional
        File that edited events are written to on request.
    edits : bool
        Whether events can be edited, or are only shown.
    is_hidden : callable
        Whether the pictures of the selected lesion are hidden: its answers are.
    """

    def __init__(
        self,
        server: Server,
        reading: Reading,
        case_file: Path | None = None,
        *,
        edits: bool = True,
        is_hidden: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(server, reading)
        self._case_file, self._edits, self._is_hidden = case_file, edits, is_hidden
        self._entries: dict[str, str] = {}  # of a form that is asked about
        for kind in (SelectionChanged, RecordsChanged, FiguresChanged, RoundChanged):
            reading.changes.on(kind, self.show)

    def requests(self) -> Requests:
        """Event editor; where events are only shown, there are none."""
        if not self._edits:
            return {}
        return {
            "event_kind": self.choose_kind,
            "new_event": self.new,
            "edit_event": self.edit,
            "remove_event": self.remove,
            "save_event": self.save,
            "event_yes": lambda: self.answer(meant=True),
            "event_back": lambda: self.answer(meant=False),
            "cancel_event": self.cancel,
            "write_events": self.write,
        }

    def fill(self) -> None:
        """Put an empty editor on the page."""
        self._state.event_kinds = [{"value": f.kind.value, "name": f.name} for f in FORMS]
        self._state.event_file = self._case_file.name if self._case_file else ""
        self._state.event_said = ""
        self._state.edits_events = self._edits
        self.cancel()
        self.show()

    def show(self, _: object = None) -> None:
        """Pictures of the lesion that is shown; none while its answers are hidden."""
        lesion = None if self._is_hidden() else self._reading.lesion
        pictures: dict[str, Any] = {"timeline": None, "three_axes": None, "nomogram": None}
        captions = {"three_axes": "", "nomogram": ""}
        if lesion is not None and lesion.timeline is not None:
            pictures["timeline"] = describe_timeline(lesion.timeline)
        if lesion is not None and lesion.three_axes is not None:
            pictures["three_axes"] = describe_three_axes(lesion.three_axes)
            captions["three_axes"] = lesion.three_axes.note
        if lesion is not None and lesion.nomogram is not None:
            pictures["nomogram"] = describe_nomogram(lesion.nomogram)
            captions["nomogram"] = f"{lesion.nomogram.formula}. {lesion.nomogram.estimate}."
        self._state.pictures = pictures
        self._state.captions = captions

    # --- form -------------------------------------------------------------------------------------

    def _open_form(self, kind: str, index: int, entries: Mapping[str, str]) -> None:
        form = form_of(next(f.kind for f in FORMS if f.kind.value == kind))
        self._state.event_problem = self._state.event_field = ""
        self._state.event_odd = []
        self._state.event_form = {
            "kind": kind,
            "index": index,
            "fields": [
                {
                    "name": f.name,
                    "label": f.label,
                    "unit": f.unit,
                    "required": f.required,
                    "choices": list(f.choices),
                    "hint": f.hint,
                    "value": entries.get(f.name, ""),
                    "type": "date" if f.name in ("date", "end") else "text",
                }
                for f in form.fields
            ],
        }

    def new(self) -> None:
        """Open an empty form."""
        self._open_form(FORMS[0].kind.value, NEW, {})

    def choose_kind(self, kind: str, entries: Mapping[str, str]) -> None:
        """Ask for another kind of event; what was typed stays where it fits."""
        self._open_form(kind, self._state.event_form["index"], entries)

    def edit(self, index: int) -> None:
        """Open the form of an event."""
        events = self._reading.events
        if 0 <= index < len(events):
            event = events[index]
            self._open_form(event.kind.value, index, event_entries(event))

    def cancel(self) -> None:
        """Close the form."""
        self._state.event_form = {"kind": "", "index": NEW, "fields": []}
        self._state.event_problem = self._state.event_field = ""
        self._state.event_odd = []

    # --- list -------------------------------------------------------------------------------------

    def save(self, entries: Mapping[str, str]) -> None:
        """Take the form; what is wrong is said beside its field, what is unusual is asked about."""
        treated = first_treatment(self._reading.assessment)
        odd = odd_entries(entries, treated, Date.today())
        self._state.event_odd = list(odd)
        self._entries = dict(entries)
        if odd and self._is_possible(entries):
            self._state.event_problem = self._state.event_field = ""
            return
        self._save(entries)

    def _is_possible(self, entries: Mapping[str, str]) -> bool:
        """Whether the form can be taken at all: what cannot be is said before what is odd."""
        try:
            build_event(self._state.event_form["kind"], entries)
        except EventError:
            return False
        return True

    def answer(self, *, meant: bool) -> None:
        """Take the form that was asked about, or go back to it."""
        self._state.event_odd = []
        if meant:
            self._save(self._entries)

    def _save(self, entries: Mapping[str, str]) -> None:
        self._state.event_odd = []
        kind, index = self._state.event_form["kind"], self._state.event_form["index"]

        def edited(events: Sequence[ClinicalEvent]) -> tuple[ClinicalEvent, ...]:
            event = build_event(kind, entries)
            return add_event(events, event) if index == NEW else change_event(events, index, event)

        if self._take(edited):
            self.cancel()
        else:
            said, where = self._state.event_problem, self._state.event_field
            self._open_form(kind, index, entries)
            self._state.event_problem, self._state.event_field = said, where

    def remove(self, index: int) -> None:
        """Take an event away; undo brings it back."""
        if self._take(lambda events: remove_event(events, index)):
            self.cancel()

    def _take(self, edit: Callable[[Sequence[ClinicalEvent]], tuple[ClinicalEvent, ...]]) -> bool:
        try:
            events = edit(self._reading.events)
        except EventError as error:
            self._state.event_problem, self._state.event_field = str(error), error.field
            return False
        self._state.event_said = ""
        refused = self._reading.keeper.refusal()
        if refused:
            self._state.event_problem = f"not recorded: {refused}"
            return False
        self._reading.edit_events(events)
        return True

    def write(self) -> None:
        """Write the list of now into the case file."""
        if self._case_file is None:
            return
        refused = self._reading.keeper.refusal()
        if refused:
            self._state.event_said = f"not written: {refused}"
            return
        try:
            write_events(self._reading.assessment.prepared.case, self._case_file)
        except InputError as error:
            self._state.event_said = str(error)
        else:
            self._state.event_said = f"written to {self._case_file}"
