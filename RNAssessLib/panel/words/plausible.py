"""Bounds of every field of the panels where a number or day is typed, the same in both shells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date as Date
from datetime import timedelta
from typing import TYPE_CHECKING

from RNAssessLib.case import Course
from RNAssessLib.plausible import (
    Bounds,
    DayBounds,
    Verdict,
    bevacizumab_bounds,
    kps_bounds,
    level_bounds,
    prescription_bounds,
    read_day,
    read_number,
    steroid_bounds,
)
from RNAssessLib.plausible.check_case import max_dose_gy
from RNAssessLib.plausible.day import EARLIEST

from .prescriptions import highest_prescription

if TYPE_CHECKING:
    from RNAssessLib.assessment import Assessment

RATIOS = {"cho_cr": "Cho/Cr", "cho_naa": "Cho/NAA", "lipid_lactate_cr": "Lipid-lactate/Cr"}
EVENT_NUMBERS = ("dose_mg_per_kg", "dose_mg_per_day", "value", *RATIOS)
YEARS_BEFORE = 10  # events further back than this before the first treatment are asked about
TOOL = "limit of the tool"
SMALLEST_MM, LARGEST_MM = 0.5, 30.0  # of the brush
MOST_STEP = 50.0
MOST_BRIGHTNESS = 20.0  # times white matter


def bounds_of_prescription(assessment: Assessment, course_id: str, target: str) -> Bounds:
    """Bounds of a target's prescription; raises KeyError for an unknown course."""
    course = _course(assessment, course_id)
    name = f"prescription of {target}"
    return prescription_bounds(name, course.fractions, max_dose_gy(course))


def bounds_of_level(assessment: Assessment, unit: str) -> Bounds:
    """Bounds of an isodose level in ``Gy`` or ``%``."""
    reached = [max_dose_gy(p.course) for p in assessment.prepared.courses]
    highest = max((dose for dose in reached if dose is not None), default=None)
    return level_bounds(unit, highest, highest_prescription(assessment))


def bounds_of_tool(name: str) -> Bounds:
    """Bounds of the brush (``radius``, ``low``, ``high``) and of moving by hand (``step``)."""
    if name == "radius":
        return Bounds("radius of the brush", "mm", SMALLEST_MM, LARGEST_MM, SMALLEST_MM,
                      LARGEST_MM, TOOL)  # fmt: skip
    if name == "step":
        return Bounds("step", "", 0.0, MOST_STEP, 0.0, MOST_STEP, TOOL, above_least=True)
    words = {"low": "lowest", "high": "highest"}[name]
    return Bounds(f"{words} brightness", "", 0.0, MOST_BRIGHTNESS, 0.0, MOST_BRIGHTNESS,
                  f"{TOOL}, times white matter", above_least=True, optional=True)  # fmt: skip


# --- clinical events ------------------------------------------------------------------------------


def bounds_of_event(name: str, drug: str = "") -> Bounds:
    """Bounds of a number in the form of an event; raises KeyError for another field."""
    if name in RATIOS:
        return Bounds(RATIOS[name], "", 0.2, 15.0, 0.0, 100.0,
                      "engineering default, ratio of two peaks", above_least=True)  # fmt: skip
    make: Mapping[str, Callable[[], Bounds]] = {
        "dose_mg_per_kg": bevacizumab_bounds,
        "dose_mg_per_day": lambda: steroid_bounds(drug),
        "value": kps_bounds,
    }
    return make[name]()


def event_days(
    first_treatment: Date | None, today: Date, name: str, *, last: bool = False
) -> DayBounds:
    """Bounds of an event's day; a last day may lie ahead by a year."""
    low = EARLIEST
    if first_treatment is not None:
        low = first_treatment - timedelta(days=round(365.25 * YEARS_BEFORE))
    until = today + timedelta(days=366) if last else today
    return DayBounds(name, low, until, EARLIEST, until, optional=last)


def odd_entries(
    entries: Mapping[str, str], first_treatment: Date | None, today: Date
) -> tuple[str, ...]:
    """One sentence for each entry of an event's form that is possible but unusual.

    What cannot be is for `RNAssessLib.panel.course.events.build_event`, which refuses it.
    """
    told = []
    for name, typed in entries.items():
        text = str(typed or "").strip()
        if not text:
            continue
        if name in ("date", "end"):
            words = "day of the event" if name == "date" else "last day"
            found = read_day(text, event_days(first_treatment, today, words, last=name == "end"))
            if found.verdict is Verdict.ASKED:
                told.append(found.told)
        elif name in EVENT_NUMBERS:
            entry = read_number(text, bounds_of_event(name, str(entries.get("drug") or "")))
            if entry.verdict is Verdict.ASKED:
                told.append(entry.told)
    return tuple(told)


def first_treatment(assessment: Assessment) -> Date | None:
    """Return the day of the first course, None without one."""
    return min((p.course.date for p in assessment.prepared.courses), default=None)


def _course(assessment: Assessment, course_id: str) -> Course:
    for placed in assessment.prepared.courses:
        if placed.course.id == course_id:
            return placed.course
    raise KeyError(course_id)
