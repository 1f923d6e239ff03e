"""What is asked for each kind of clinical event."""

from __future__ import annotations

from dataclasses import dataclass, replace

from RNAssessLib.case import EventKind
from RNAssessLib.case.timeline import LIPID_NOT_SEEN, LIPID_SEEN, PERFUSION_READINGS
from RNAssessLib.course.treatment import DRUGS

from ..words.wording import EVENT_NAMES

RATIOS = ("cho_cr", "cho_naa", "lipid_lactate_cr")  # of a spectrum


@dataclass(frozen=True)
class EventField:
    """One thing a form asks for.

    Attributes
    ----------
    name : str
        Attribute of ClinicalEvent.
    label, unit : str
    required : bool
    choices : tuple of str
        Words to choose from; empty for free entry.
    hint : str
    """

    name: str
    label: str
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class EventForm:
    """What is asked for one kind of event.

    Attributes
    ----------
    kind : EventKind
    name : str
        For people.
    fields : tuple of EventField
        The day first.
    """

    kind: EventKind
    name: str
    fields: tuple[EventField, ...]


DAY = EventField("date", "Day", required=True)
FIRST = EventField("date", "First day", required=True)
LAST = EventField("end", "Last day", hint="empty while it goes on")
DRUG = EventField("drug", "Drug")
WORDS = EventField("text", "In words", required=True)
LESION = EventField("target", "Lesion", hint="L1, or its target: needed where several were treated")
_THERAPY = (FIRST, LAST, DRUG)
_FIELDS: dict[EventKind, tuple[EventField, ...]] = {
    EventKind.BEVACIZUMAB: (DAY, EventField("dose_mg_per_kg", "Dose", "mg/kg")),
    EventKind.STEROID: (
        FIRST,
        EventField("end", "Last day", hint="empty: until the next entry"),
        EventField("drug", "Drug", required=True, choices=DRUGS),
        EventField("dose_mg_per_day", "Dose", "mg/day", required=True),
    ),
    EventKind.CHEMOTHERAPY: _THERAPY,
    EventKind.TARGETED: (
        FIRST,
        LAST,
        EventField("drug", "Drug", hint='"none" states that none was given'),
    ),
    EventKind.IMMUNOTHERAPY: _THERAPY,
    EventKind.SURGERY: (DAY, replace(WORDS, required=False)),
    EventKind.WBRT: (DAY, replace(WORDS, required=False, hint="dose and place, if known")),
    EventKind.KPS: (DAY, EventField("value", "KPS", required=True, hint="0 to 100 in tens")),
    EventKind.SYMPTOM: (FIRST, LAST, WORDS),
    EventKind.HISTOLOGY: (DAY, WORDS),
    EventKind.PATHOLOGY: (DAY, WORDS),
    EventKind.AMINO_ACID_PET: (
        DAY,
        EventField("drug", "Tracer", choices=("FET", "FDOPA", "MET", "fluciclovine")),
        EventField(
            "curve", "Uptake curve", choices=("I", "II", "III"),
            hint="I rising, II early peak and plateau, III early peak and fall",
        ),
        LESION,
    ),
    EventKind.SPECTROSCOPY: (
        DAY,
        EventField("cho_cr", "Cho/Cr"),
        EventField("cho_naa", "Cho/NAA"),
        EventField("lipid_lactate_cr", "Lipid-lactate/Cr"),
        EventField("text", "Lipid-lactate peak", choices=(LIPID_SEEN, LIPID_NOT_SEEN)),
        LESION,
    ),
    EventKind.PERFUSION: (
        DAY,
        EventField("text", "Blood volume", required=True, choices=PERFUSION_READINGS),
        LESION,
    ),
}  # fmt: skip
ANY_OF = {
    EventKind.AMINO_ACID_PET: ("drug", "curve"),
    EventKind.SPECTROSCOPY: (*RATIOS, "text"),
}  # without one of these an entry says nothing
FORMS: tuple[EventForm, ...] = tuple(
    EventForm(kind, EVENT_NAMES[kind], asked) for kind, asked in _FIELDS.items()
)


def form_of(kind: EventKind) -> EventForm:
    """Return the form of one kind of event."""
    return next(form for form in FORMS if form.kind is kind)
