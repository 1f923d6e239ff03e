"""Clinical events as a reader edits them: forms, checks, and lists that are never changed in place.

SRS and WBRT courses come from their plans and are not edited here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date as Date
from typing import Any

from RNAssessLib.case import ClinicalEvent, EventKind
from RNAssessLib.course.treatment import convert_to_dexamethasone
from RNAssessLib.plausible import Verdict, judge_day, read_day, read_number

from ..words.plausible import EVENT_NUMBERS, bounds_of_event, event_days
from ..words.wording import EVENT_NAMES
from .event_forms import ANY_OF, FORMS, RATIOS, EventField, EventForm, form_of

__all__ = [
    "FORMS", "EventError", "EventField", "EventForm", "add_event", "build_event", "change_event",
    "describe_event", "event_entries", "event_words", "form_of", "parse_event", "remove_event",
]  # fmt: skip


class EventError(ValueError):
    """An entry that cannot be taken; its text is one line for the reader.

    Attributes
    ----------
    field : str
        Name of the field that it stands in; empty when it is about the whole form.
    """

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def build_event(
    kind: str | EventKind, entries: Mapping[str, str], today: Date | None = None
) -> ClinicalEvent:
    """Turn what the reader typed into an event.

    Parameters
    ----------
    kind : str or EventKind
        Its ``case.toml`` word.
    entries : mapping of field name to text
        Fields the form does not ask for are left out.
    today : date, optional
        Nothing can have happened later.

    Raises
    ------
    EventError
        One line: what is missing or cannot be.

    Examples
    --------
    >>> build_event("kps", {"date": "2025-03-01", "value": "70"}).value
    70.0
    >>> build_event("kps", {"date": "2025-03-01", "value": "75"})
    Traceback (most recent call last):
    RNAssessLib.panel.course.events.EventError: KPS: 75 is not a multiple of 10
    """
    try:
        form = form_of(EventKind(kind))
    except ValueError:
        raise EventError(f"{kind!r} is no kind of event") from None
    taken: dict[str, Any] = {}
    for asked in form.fields:
        text = str(entries.get(asked.name) or "").strip()
        if not text and asked.required:
            raise EventError(f"{form.name}: {asked.label} is missing", asked.name)
        if text:
            taken[asked.name] = _read(form, asked, text, str(entries.get("drug") or ""))
    asked_for = ANY_OF.get(form.kind, ())
    if asked_for and not set(asked_for) & set(taken):
        labels = [f.label for f in form.fields if f.name in asked_for]
        raise EventError(f"{form.name}: none of {', '.join(labels)} is given")
    event = ClinicalEvent(form.kind, **taken)
    _check_dates(form, event, today or Date.today())
    return event


def _read(form: EventForm, asked: EventField, text: str, drug: str) -> Date | float | str:
    where = asked.label if form.name.startswith(asked.label) else f"{form.name}: {asked.label}"
    if asked.name in ("date", "end"):
        try:
            return Date.fromisoformat(text)
        except ValueError:
            told = read_day(text, event_days(None, Date.today(), asked.label)).told
            raise EventError(f"{where}: {told}", asked.name) from None
    if asked.name in EVENT_NUMBERS:
        return _read_number(form, asked, text, drug)
    if asked.choices:
        known = {choice.lower(): choice for choice in asked.choices}
        if text.lower() not in known:
            told = f"{where}: {text!r} is none of {', '.join(asked.choices)}"
            raise EventError(told, asked.name)
        return known[text.lower()]
    return " ".join(text.split())


def _read_number(form: EventForm, asked: EventField, text: str, drug: str) -> float:
    entry = read_number(text, bounds_of_event(asked.name, drug))
    if entry.value is None:
        told = entry.told.removeprefix(f"{form.name}: ")
        raise EventError(f"{form.name}: {told}", asked.name)
    return entry.value


def _check_dates(form: EventForm, event: ClinicalEvent, today: Date) -> None:
    for name, day in (("date", event.date), ("end", event.end)):
        if day is None:
            continue
        words = "day" if name == "date" else "last day"
        found = judge_day(day, event_days(None, today, words, last=name == "end"))
        if found.verdict is Verdict.REFUSED:
            raise EventError(f"{form.name}: {found.told}", name)
    if event.end is not None and event.end < event.date:
        raise EventError(f"{form.name}: ends {event.end.isoformat()}, before its first day", "end")


# --- lists ----------------------------------------------------------------------------------------


def add_event(events: Sequence[ClinicalEvent], event: ClinicalEvent) -> tuple[ClinicalEvent, ...]:
    """Return the list with one event more; raises EventError when it is there already."""
    if event in events:
        name = EVENT_NAMES[event.kind]
        raise EventError(f"{name} of {event.date.isoformat()} is there already")
    return tuple(sorted((*events, event), key=lambda e: e.date))


def change_event(
    events: Sequence[ClinicalEvent], index: int, event: ClinicalEvent
) -> tuple[ClinicalEvent, ...]:
    """Return the list with the event at `index` replaced; raises EventError."""
    if _at(events, index) == event:
        return tuple(events)
    return add_event(remove_event(events, index), event)


def remove_event(events: Sequence[ClinicalEvent], index: int) -> tuple[ClinicalEvent, ...]:
    """Return the list without the event at `index`; raises EventError."""
    _at(events, index)
    return (*events[:index], *events[index + 1 :])


def _at(events: Sequence[ClinicalEvent], index: int) -> ClinicalEvent:
    if not 0 <= index < len(events):
        raise EventError(f"there is no event {index + 1}")
    return events[index]


# --- words ----------------------------------------------------------------------------------------


def event_words(event: ClinicalEvent) -> str:
    """Return an event in one line, without its day.

    Examples
    --------
    >>> event_words(build_event("steroid", {"date": "2025-01-05", "drug": "prednisolone",
    ...                                     "dose_mg_per_day": "50"}))
    'Corticosteroid prednisolone 50 mg/day (like 7.5 mg/day dexamethasone)'
    """
    parts = [EVENT_NAMES[event.kind], event.drug]
    if event.dose_mg_per_kg is not None:
        parts.append(f"{event.dose_mg_per_kg:g} mg/kg")
    if event.dose_mg_per_day is not None:
        parts.append(f"{event.dose_mg_per_day:g} mg/day{_equivalent(event)}")
    if event.value is not None:
        parts.append(f"{event.value:g}")
    parts += _examined(event)
    if event.text:
        parts[-1] = f"{parts[-1]}:" if parts[-1] else parts[-1]
        parts.append(event.text)
    if event.end is not None:
        parts.append(f"until {event.end.isoformat()}")
    return " ".join(part for part in parts if part)


def _examined(event: ClinicalEvent) -> list[str]:
    """What only examinations have: lesion, curve, ratios."""
    labels = {f.name: f.label for f in form_of(event.kind).fields}
    told = [f"of {event.target}"] if event.target else []
    told += [f"curve {event.curve}"] if event.curve else []
    given = [(n, getattr(event, n)) for n in RATIOS]
    told += [f"{labels.get(n, n)} {value:g}" for n, value in given if value is not None]
    if event.kind is EventKind.SPECTROSCOPY and event.text:
        told.append("lipid-lactate peak")
    return told


def _equivalent(event: ClinicalEvent) -> str:
    name = event.drug.strip().lower()
    if event.kind is not EventKind.STEROID or name in ("", "dexamethasone"):
        return ""
    try:
        dose = convert_to_dexamethasone(event.drug, event.dose_mg_per_day or 0.0)
    except ValueError:
        return ", dexamethasone equivalent not known"
    return f" (like {dose:.3g} mg/day dexamethasone)"


def event_entries(event: ClinicalEvent) -> dict[str, str]:
    """Return what a form shows when the event is edited: field name to text."""
    return {asked.name: _entry(getattr(event, asked.name)) for asked in form_of(event.kind).fields}


def _entry(value: Date | float | str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, Date):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, float | int) else value


# --- JSON -----------------------------------------------------------------------------------------


def describe_event(event: ClinicalEvent) -> dict[str, Any]:
    """Return an event as a JSON object, in the words of ``case.toml``; empty fields left out."""
    row: dict[str, Any] = {"kind": event.kind.value, "date": event.date.isoformat()}
    for item in fields(event):
        value = getattr(event, item.name)
        if item.name not in row and value not in (None, ""):
            row[item.name] = value.isoformat() if isinstance(value, Date) else value
    return row


def parse_event(row: Mapping[str, Any]) -> ClinicalEvent:
    """Read what `describe_event` gave; raises ValueError, KeyError or TypeError."""
    values = dict(row)
    kind, day = EventKind(values.pop("kind")), Date.fromisoformat(values.pop("date"))
    end = values.pop("end", None)
    for name in ("dose_mg_per_kg", "dose_mg_per_day", "value", *RATIOS):
        if name in values:
            values[name] = float(values[name])
    return ClinicalEvent(kind, day, end and Date.fromisoformat(end), **values)
