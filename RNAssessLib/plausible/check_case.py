"""The typed numbers of a whole case: a case file is written by hand, too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date
from pathlib import Path

from RNAssessLib.case import Case, ClinicalEvent, Course, EventKind, InputError

from .day import EARLIEST, DayBounds, DayEntry, judge_day
from .entry import Entry, Verdict, judge
from .ranges import (
    bevacizumab_bounds,
    fraction_count_bounds,
    isodose_line_bounds,
    kps_bounds,
    prescription_bounds,
    steroid_bounds,
)

TYPED = ("case file", "user")  # a plan's own prescription was not typed here
FIRST_RADIOSURGERY = Date(1968, 1, 1)  # the first Gamma Knife; earlier days are a slip


def check_case(case: Case, path: Path | str, today: Date | None = None) -> tuple[str, ...]:
    """Check prescriptions, fractions, drugs, KPS and days of a case.

    Parameters
    ----------
    case : Case
    path : Path or str
        Named in an error.
    today : date, optional
        Nothing of a case can lie later.

    Returns
    -------
    tuple of str
        One line for each number that is unusual but possible.

    Raises
    ------
    InputError
        A number or day that cannot be.
    """
    now = today or Date.today()
    odd = []
    for where, entry in _entries(case, now):
        if entry.verdict is Verdict.REFUSED:
            raise InputError(path, f"{where}: {entry.told.rstrip('.')}")
        if entry.verdict is Verdict.ASKED:
            odd.append(f"{where}: {entry.told}")
    return tuple(odd)


def max_dose_gy(course: Course) -> float | None:
    """Return the highest dose of a course's grid, None without one."""
    if course.dose is None or course.dose.dose_gy.size == 0:
        return None
    return float(course.dose.dose_gy.max())


def day_bounds(name: str, today: Date, *, optional: bool = False) -> DayBounds:
    """Bounds of a day of a study or treatment."""
    return DayBounds(name, FIRST_RADIOSURGERY, today, EARLIEST, today, optional=optional)


def _entries(case: Case, today: Date) -> Iterator[tuple[str, Entry | DayEntry]]:
    for timepoint in case.timepoints:
        where = f"timepoint {timepoint.id}"
        yield where, judge_day(timepoint.date, day_bounds("date of a study", today))
    for course in case.courses:
        where = f"course {course.id}"
        yield where, judge_day(course.date, day_bounds("first day of a course", today))
        yield where, judge(course.fractions, fraction_count_bounds())
        for target in course.targets:
            place = f"{where} target {target.name}"
            if target.prescription_gy is not None and target.prescription_source in TYPED:
                bounds = prescription_bounds("prescription", course.fractions, max_dose_gy(course))
                yield place, judge(target.prescription_gy, bounds)
            if target.isodose_percent is not None:
                yield place, judge(target.isodose_percent, isodose_line_bounds())
    for event in case.events:
        where = f"event {event.kind.value} of {event.date}"
        yield from ((where, entry) for entry in _of_event(event, today))


def _of_event(event: ClinicalEvent, today: Date) -> Iterator[Entry | DayEntry]:
    yield judge_day(event.date, day_bounds("day of an event", today))
    if event.dose_mg_per_kg is not None:
        yield judge(event.dose_mg_per_kg, bevacizumab_bounds())
    if event.dose_mg_per_day is not None:
        yield judge(event.dose_mg_per_day, steroid_bounds(event.drug))
    if event.value is not None and event.kind is EventKind.KPS:
        yield judge(event.value, kps_bounds())
