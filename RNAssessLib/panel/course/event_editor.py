"""The form of one clinical event while it is filled in: asked about, refused, or taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date as Date

from RNAssessLib.case import ClinicalEvent

from ..reading.reading import Reading
from ..words.plausible import first_treatment, odd_entries
from .events import (
    FORMS,
    EventError,
    EventForm,
    add_event,
    build_event,
    change_event,
    event_entries,
    form_of,
    remove_event,
)

NEW = -1
Edit = Callable[[Sequence[ClinicalEvent]], tuple[ClinicalEvent, ...]]


class EventEditor:
    """A form that is open or not; both shells'.

    Parameters
    ----------
    reading : callable
        Returns the `Reading` of now.
    says : bool
        Whether the form says why nothing may be recorded; else the reading does.

    Attributes
    ----------
    form : EventForm or None
        None while it is closed.
    index : int
        Event that is changed; `NEW` for another one.
    entries : dict of field name to text
    problem, field : str
        What is wrong, and the name of the field that it is about.
    odd : tuple of str
        What is possible but unusual: nothing is taken before `answer`.
    """

    def __init__(self, reading: Callable[[], Reading], *, says: bool = False) -> None:
        self._reading, self._says = reading, says
        self.close()

    def close(self) -> None:
        """Close the form."""
        self.form: EventForm | None = None
        self.index, self.entries = NEW, dict[str, str]()
        self._hush()

    def open(self, kind: str, index: int = NEW, entries: Mapping[str, str] | None = None) -> None:
        """Open the form of a kind of event; what was typed stays where it fits."""
        self.form = form_of(next(f.kind for f in FORMS if f.kind.value == kind))
        self.index, self.entries = index, dict(entries or {})
        self._hush()

    def new(self) -> None:
        """Open an empty form."""
        self.open(FORMS[0].kind.value)

    def edit(self, index: int) -> None:
        """Open the form of an event; an unknown one changes nothing."""
        events = self._reading().events
        if 0 <= index < len(events):
            self.open(events[index].kind.value, index, event_entries(events[index]))

    def _hush(self) -> None:
        self.problem = self.field = ""
        self.odd: tuple[str, ...] = ()

    # --- the list ---------------------------------------------------------------------------------

    def save(self, entries: Mapping[str, str]) -> None:
        """Take the form; what cannot be is said, what is unusual is asked about first."""
        assert self.form is not None
        self.entries = dict(entries)
        self._hush()
        odd = odd_entries(entries, first_treatment(self._reading().assessment), Date.today())
        try:
            event = build_event(self.form.kind, entries)
        except EventError as error:  # what cannot be is said before what is odd
            self._refuse(error)
            return
        self.odd = odd
        if not odd:
            self._save(event)

    def answer(self, *, meant: bool) -> None:
        """Take the form that was asked about, or go back to it."""
        self.odd = ()
        if meant and self.form is not None:
            self._save(build_event(self.form.kind, self.entries))

    def _save(self, event: ClinicalEvent) -> None:
        index = self.index
        if index == NEW:
            self._take(lambda events: add_event(events, event))
        else:
            self._take(lambda events: change_event(events, index, event))

    def remove(self, index: int) -> None:
        """Take an event away; undo brings it back."""
        self._take(lambda events: remove_event(events, index))

    def _take(self, edit: Edit) -> None:
        """Edit the list; the form closes when nothing is wrong."""
        self._hush()
        reading = self._reading()
        try:
            events = edit(reading.events)
        except EventError as error:
            self._refuse(error)
            return
        reading.edit_events(events, self._refuse if self._says else None)
        if not self.problem:
            self.close()

    def _refuse(self, why: str | EventError) -> None:
        self.problem, self.field = str(why), getattr(why, "field", "")
