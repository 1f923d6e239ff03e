"""Sizes of a lesion over time with everything that was done: what every shell draws.

Three parts over one axis of months: volumes; treatments and results, one lane each; corticosteroid
and KPS. Curves differ in dash and marker as well as in colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import ClinicalEvent, EventKind, Technique, months_between
from RNAssessLib.course.treatment import steroid_dose_on

from ..words.style import BLUE, GREEN, ORANGE, PURPLE, VERMILION
from ..words.wording import EVENT_NAMES, TECHNIQUE_NAMES
from .case_section import prescription_text
from .events import event_words

# quantity, name, colour, dash, marker (plotly's words), plot
CURVES = (
    ("enhancing_cm3", "Enhancing (T1c)", VERMILION, "solid", "circle", 0),
    ("flair_cm3", "FLAIR hyperintensity", BLUE, "dash", "triangle-up", 1),
    ("necrotic_core_cm3", "Necrotic core", GREEN, "dot", "square", 0),
)
STEROID_COLOUR, KPS_COLOUR = PURPLE, ORANGE
# From the top; the last ones are results rather than treatments.
LANES = (
    EventKind.SURGERY, EventKind.WBRT, EventKind.BEVACIZUMAB, EventKind.CHEMOTHERAPY,
    EventKind.TARGETED, EventKind.IMMUNOTHERAPY, EventKind.SYMPTOM, EventKind.HISTOLOGY,
    EventKind.PATHOLOGY,
)  # fmt: skip
LASTING = (
    EventKind.CHEMOTHERAPY, EventKind.TARGETED, EventKind.IMMUNOTHERAPY,
)  # fmt: skip
COURSES = "Radiotherapy"


@dataclass(frozen=True)
class TimelineCurve:
    """One volume over time.

    Attributes
    ----------
    months, values : tuple of float
    spread : tuple of float
        Half-width of the 95 % interval, 0 where it is not known.
    labels : tuple of str
        Timepoints.
    dash, marker : str
        In plotly's words.
    part : int
        Which of the two volume plots it stands in: 0 the enhancing lesion, 1 the oedema.
    """

    name: str
    months: tuple[float, ...]
    values: tuple[float, ...]
    spread: tuple[float, ...]
    labels: tuple[str, ...]
    colour: str
    dash: str
    marker: str
    part: int = 0


@dataclass(frozen=True)
class TimelineBar:
    """One treatment or result.

    Attributes
    ----------
    start, stop : float
        Months; equal for something of one day.
    text : str
        Day and everything that is known.
    short : str
        What fits beside it: drug, dose or words.
    is_open : bool
        Whether it goes on, as far as is known.
    """

    start: float
    stop: float
    text: str
    short: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class TimelineLane:
    """Treatments or results of one kind, in order of date."""

    name: str
    bars: tuple[TimelineBar, ...]

    @property
    def words(self) -> str:
        """What stands beside the lane: how many, and what, where it is always the same.

        Examples
        --------
        >>> cycle = TimelineBar(1.0, 1.0, "2025-02-01 Bevacizumab 5 mg/kg", "5 mg/kg")
        >>> TimelineLane("Bevacizumab", (cycle, cycle)).words
        '2 × 5 mg/kg'
        """
        shorts = list(dict.fromkeys(bar.short for bar in self.bars if bar.short))
        count = f"{len(self.bars)} × " if len(self.bars) > 1 else ""
        if len(shorts) > 1 and len(self.bars) == len(shorts):
            return "; ".join(shorts)
        return f"{count}{', '.join(shorts)}".strip()


@dataclass(frozen=True)
class Timeline:
    """Everything that is drawn for one lesion.

    Attributes
    ----------
    title, axis : str
    curves : tuple of TimelineCurve
    lanes : tuple of TimelineLane
        Radiotherapy first.
    steroid : tuple of (float, float)
        Month and mg/day of dexamethasone equivalent from then on; empty when none is recorded.
    kps : tuple of (float, float)
        Month and score.
    first, last : float
        Ends of the axis in months.
    note : str
        What cannot be drawn, and why.
    """

    title: str
    axis: str
    curves: tuple[TimelineCurve, ...]
    lanes: tuple[TimelineLane, ...]
    steroid: tuple[tuple[float, float], ...]
    kps: tuple[tuple[float, float], ...]
    first: float
    last: float
    note: str = ""

    @property
    def radiotherapy(self) -> tuple[TimelineBar, ...]:
        """Courses, drawn through all parts."""
        return self.lanes[0].bars if self.lanes and self.lanes[0].name == COURSES else ()


def build_timeline(assessment: Assessment, assessed: LesionAssessment) -> Timeline:
    """Build the timeline of one lesion, in months from its treatment (else from its first scan)."""
    prepared = assessment.prepared
    course = prepared.course_of(assessed.lesion)
    origin = course.course.date if course else prepared.timepoints[0].date
    events = prepared.case.events
    dates = [t.date for t in prepared.timepoints]
    dates += [d for e in events for d in (e.date, e.end) if d is not None]
    dates += [p.course.date for p in prepared.courses]
    last = max(dates)
    steroid, note = _steroid(events, last)
    scores = [e for e in events if e.kind is EventKind.KPS and e.value is not None]
    return Timeline(
        title=f"{assessed.lesion.id} {assessed.lesion.name}",
        axis="Months after treatment" if course else "Months after the first scan",
        curves=_curves(assessment, assessed, origin),
        lanes=_lanes(assessment, origin, last),
        steroid=tuple((months_between(origin, day), dose) for day, dose in steroid),
        kps=tuple((months_between(origin, e.date), float(e.value or 0)) for e in scores),
        first=months_between(origin, min(dates)),
        last=months_between(origin, last),
        note=note,
    )


def _curves(
    assessment: Assessment, assessed: LesionAssessment, origin: Date
) -> tuple[TimelineCurve, ...]:
    dates = {t.id: t.date for t in assessment.prepared.timepoints}
    found = []
    for name, label, colour, dash, marker, place in CURVES:
        known = [
            (months_between(origin, dates[entry.timepoint]), q.value, q.uncertainty or 0.0,
             entry.timepoint)
            for entry in assessed.serial
            for q in entry.quantities
            if q.name == name and q.value is not None
        ]  # fmt: skip
        if known:
            months, values, spread, labels = zip(*known, strict=True)
            found.append(
                TimelineCurve(label, months, values, spread, labels, colour, dash, marker, place)
            )
    return tuple(found)


def _lanes(assessment: Assessment, origin: Date, last: Date) -> tuple[TimelineLane, ...]:
    courses = []
    for placed in assessment.prepared.courses:
        course, at = placed.course, months_between(origin, placed.course.date)
        doses = [t.prescription_gy for t in course.targets if t.prescription_gy is not None]
        what = "WBRT" if course.technique is Technique.WBRT else TECHNIQUE_NAMES[course.technique]
        dose = f", {prescription_text(max(doses), course.fractions)}" if doses else ""
        courses.append(TimelineBar(at, at, f"{course.date.isoformat()} {what}{dose}", what + dose))
    lanes = [TimelineLane(COURSES, tuple(courses))] if courses else []
    for kind in LANES:
        every = assessment.prepared.case.events
        events = [e for e in every if e.kind is kind and not e.is_denied]
        if events:
            bars = tuple(_bar(event, origin, last) for event in events)
            lanes.append(TimelineLane(EVENT_NAMES[kind], bars))
    return tuple(lanes)


def _bar(event: ClinicalEvent, origin: Date, last: Date) -> TimelineBar:
    goes_on = event.end is None and event.kind in LASTING
    stop = last if goes_on else event.end or event.date
    text = f"{event.date.isoformat()} {event_words(event)}"
    return TimelineBar(
        months_between(origin, event.date),
        months_between(origin, stop),
        text,
        _short(event),
        goes_on,
    )


def _short(event: ClinicalEvent) -> str:
    dose = "" if event.dose_mg_per_kg is None else f"{event.dose_mg_per_kg:g} mg/kg"
    return " ".join(part for part in (event.drug, dose, event.text) if part)


def _steroid(
    events: Sequence[ClinicalEvent], last: Date
) -> tuple[tuple[tuple[Date, float], ...], str]:
    """Day and dose from each change on, and what could not be converted."""
    entries = [e for e in events if e.kind is EventKind.STEROID and e.dose_mg_per_day is not None]
    days = {e.date for e in entries} | {last}
    days |= {e.end + timedelta(days=1) for e in entries if e.end is not None and e.end < last}
    try:
        doses = tuple((day, steroid_dose_on(events, day) or 0.0) for day in sorted(days))
    except ValueError as error:
        return (), f"Corticosteroid is not drawn: {error}"
    return (doses if entries else ()), ""
