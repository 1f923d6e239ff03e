"""One typed day beside the days that its field may hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as Date

from .entry import ENGINEERING, Verdict

EARLIEST = Date(1900, 1, 1)
OTHER_ORDER = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})", re.ASCII)


@dataclass(frozen=True)
class DayBounds:
    """What the day of one field may be.

    Attributes
    ----------
    name : str
        Of the field, as it stands in a sentence.
    low, high : date
        Plausible, both included.
    least, most : date
        Possible, both included.
    source : str
    optional : bool
        Whether the field may stay empty.
    """

    name: str
    low: Date
    high: Date
    least: Date
    most: Date
    source: str = ENGINEERING
    optional: bool = False


@dataclass(frozen=True)
class DayEntry:
    """What was typed and what becomes of it; `value` is None when refused or left empty."""

    typed: str
    verdict: Verdict
    value: Date | None
    told: str = ""


def read_day(typed: object, bounds: DayBounds) -> DayEntry:
    """Read a day as ``2025-01-31``.

    Examples
    --------
    >>> now = Date(2026, 1, 1)
    >>> day = DayBounds("day of KPS", Date(2020, 1, 1), now, EARLIEST, now)
    >>> read_day("2052-03-01", day).told
    '2052-03-01 cannot be the day of KPS: from 1900-01-01 to 2026-01-01.'
    >>> read_day("3.1.2025", day).told
    "'3.1.2025' is not a date as 2025-01-31: 2025-01-03 or 2025-03-01?"
    """
    text = str(typed).strip()
    if not text:
        if bounds.optional:
            return DayEntry(text, Verdict.TAKEN, None)
        return DayEntry(text, Verdict.REFUSED, None, f"the {bounds.name} is missing")
    try:
        day = Date.fromisoformat(text)
    except ValueError:
        told = f"{text[:40]!r} is not a date as 2025-01-31"
        found = OTHER_ORDER.fullmatch(text)
        meant = _in_both_orders(*(int(n) for n in found.groups())) if found else []
        if meant:
            told += f": {' or '.join(meant)}?"
        return DayEntry(text, Verdict.REFUSED, None, told)
    return judge_day(day, bounds)


def judge_day(day: Date, bounds: DayBounds) -> DayEntry:
    """Put a day beside the bounds of its field."""
    text = day.isoformat()
    if not bounds.least <= day <= bounds.most:
        told = f"{text} cannot be the {bounds.name}: from {bounds.least} to {bounds.most}."
        return DayEntry(text, Verdict.REFUSED, None, told)
    if not bounds.low <= day <= bounds.high:
        told = f"{text} is unusual as the {bounds.name}: plausible is {bounds.low} to {bounds.high}"
        return DayEntry(text, Verdict.ASKED, day, f"{told} ({bounds.source}).")
    return DayEntry(text, Verdict.TAKEN, day)


def _in_both_orders(first: int, second: int, year: int) -> list[str]:
    """Day first, and month first, where these are days."""
    found = []
    for month, day in ((second, first), (first, second)):
        try:
            found.append(Date(year, month, day).isoformat())
        except ValueError:
            continue
    return list(dict.fromkeys(found))
