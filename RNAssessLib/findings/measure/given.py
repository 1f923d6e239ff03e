"""Which treatment other than the radiotherapy itself may explain a change between two scans."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta

import numpy as np

from RNAssessLib.case import (
    ClinicalEvent,
    EventKind,
    Lesion,
    NotAssessableError,
    PreparedCase,
    PreparedCourse,
    Technique,
)
from RNAssessLib.case.timeline import DAYS_PER_MONTH
from RNAssessLib.course.treatment import steroid_dose_on
from RNAssessLib.evidence import Thresholds

from .timepoints import events_of
from .workspace import dose_at

SYSTEMIC = {
    EventKind.CHEMOTHERAPY: "chemotherapy",
    EventKind.TARGETED: "targeted therapy",
    EventKind.IMMUNOTHERAPY: "immunotherapy",
}


def acting_bevacizumab(
    prepared: PreparedCase, since: Date, until: Date, thresholds: Thresholds
) -> ClinicalEvent | None:
    """First cycle that acts on a change: given in the interval, or shortly before it.

    A cycle goes on acting, and its end on the rebound, for ``bevacizumab.effect_months``: the
    earlier of two scans may show suppressed enhancement as well as the later one (LA25 §6).
    """
    start = since - _effect(thresholds)
    for event in events_of(prepared, EventKind.BEVACIZUMAB):
        if event.date <= until and (event.end or event.date) >= start:
            return event
    return None


def changed_steroid(
    prepared: PreparedCase, since: Date, until: Date, thresholds: Thresholds
) -> ClinicalEvent | None:
    """First corticosteroid entry that begins, changes or ends in the interval or shortly before."""
    start = since - _effect(thresholds)
    for event in events_of(prepared, EventKind.STEROID):
        ends = event.end is not None and start <= event.end <= until
        if start <= event.date <= until or ends:
            return event
    return None


def other_explanations(
    prepared: PreparedCase, lesion: Lesion, since: Date, until: Date, thresholds: Thresholds
) -> list[str]:
    """What was done after one day and up to another that could make enhancement shrink or halt.

    Parameters
    ----------
    prepared : PreparedCase
    lesion : Lesion
    since, until : date
        Surgery, radiotherapy, a raised corticosteroid and a new systemic drug count from the day
        after `since`; bevacizumab as in `acting_bevacizumab`.
    thresholds : Thresholds

    Returns
    -------
    list of str
        Each with its day; empty when the record holds none.
    """
    found = []
    for event in events_of(prepared, EventKind.SURGERY):
        if since < event.date <= until:
            found.append(f"surgery on {event.date.isoformat()}")
    found += further_radiotherapy(prepared, lesion, since, until, thresholds)
    drug = acting_bevacizumab(prepared, since, until, thresholds)
    if drug is not None:
        found.append(f"bevacizumab on {drug.date.isoformat()} (LA25 §6)")
    raised = _raised_steroid(prepared, since, until)
    if raised is not None:
        found.append(f"corticosteroid raised on {raised.isoformat()}")
    for kind, name in SYSTEMIC.items():
        for event in events_of(prepared, kind):
            if since < event.date <= until:
                named = f"{name} ({event.drug})" if event.drug else name
                found.append(f"new {named} on {event.date.isoformat()}")
    return found


def _effect(thresholds: Thresholds) -> timedelta:
    return timedelta(days=thresholds["bevacizumab.effect_months"] * DAYS_PER_MONTH)


def further_radiotherapy(
    prepared: PreparedCase, lesion: Lesion, since: Date, until: Date, thresholds: Thresholds
) -> list[str]:
    """Whole-brain radiotherapy, and courses that dosed the lesion, after one day and up to another.

    A course whose dose is not known may have.
    """
    found = [
        f"whole-brain radiotherapy on {event.date.isoformat()}"
        for event in events_of(prepared, EventKind.WBRT)
        if since < event.date <= until
    ]
    for placed in prepared.courses:
        day = placed.course.date
        if since < day <= until and _may_reach(placed, lesion, thresholds):
            found.append(f"further radiotherapy on {day.isoformat()}")
    return found


def _may_reach(placed: PreparedCourse, lesion: Lesion, thresholds: Thresholds) -> bool:
    """Whether a course dosed the lesion; one whose dose is not known may have."""
    doses = [t.prescription_gy for t in placed.course.targets if t.prescription_gy]
    if placed.course.technique is Technique.WBRT or not doses:
        return True
    try:
        here = float(dose_at(placed, np.asarray([lesion.center_lps_mm]))[0])
    except NotAssessableError:
        return True
    return 100.0 * here >= thresholds["cross_boundary.irradiated_percent"] * max(doses)


def _raised_steroid(prepared: PreparedCase, since: Date, until: Date) -> Date | None:
    """Day on which the dexamethasone equivalent rose; an entry without a dose counts as a rise."""
    events = prepared.case.events
    for event in events_of(prepared, EventKind.STEROID):
        if not since < event.date <= until:
            continue
        try:
            before = steroid_dose_on(events, event.date - timedelta(days=1)) or 0.0
            now = steroid_dose_on(events, event.date) or 0.0
        except ValueError:  # a drug without a known equivalent
            return event.date
        if event.dose_mg_per_day is None or now > before:
            return event.date
    return None
