"""The plan of a case from a scene as it is typed: fractions, prescription, first day."""

from __future__ import annotations

from datetime import date as Date

from RNAssessLib.case import InputError
from RNAssessLib.plausible import (
    Bounds,
    Verdict,
    fraction_count_bounds,
    judge_day,
    prescription_bounds,
    read_number,
)
from RNAssessLib.plausible.check_case import day_bounds

FRACTIONS, PRESCRIPTION = "Fractions", "Prescription"


def read_plan(fractions: str, prescription: str) -> tuple[int, float]:
    """Return fractions and dose (Gy); raises InputError for what cannot be."""
    found = []
    for name, text, bounds in _fields(fractions, prescription):
        entry = read_number(text, bounds)
        if entry.value is None:
            raise InputError(name, entry.told)
        found.append(entry.value)
    return int(found[0]), found[1]


def odd_plan(fractions: str, prescription: str, treated: Date | None) -> tuple[str, ...]:
    """Return what is unusual but possible, in words."""
    entries = [read_number(text, bounds) for _, text, bounds in _fields(fractions, prescription)]
    told = [entry.told for entry in entries if entry.verdict is Verdict.ASKED]
    if treated is not None:
        day = judge_day(treated, day_bounds("first day of the course", Date.today()))
        told += [day.told] if day.verdict is Verdict.ASKED else []
    return tuple(told)


def _fields(fractions: str, prescription: str) -> tuple[tuple[str, str, Bounds], ...]:
    count = read_number(fractions, fraction_count_bounds()).value
    bounds = prescription_bounds("prescription", int(count or 1))
    return (FRACTIONS, fractions, fraction_count_bounds()), (PRESCRIPTION, prescription, bounds)
