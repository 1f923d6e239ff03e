"""One finding as the sentences see it: its figures by name, the days its own sentence names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date

from RNAssessLib.findings.finding import Finding
from RNAssessLib.panel.checklist.answers import Answer

from .catalogue import Say
from .free_text import translate_free

DAY = re.compile(r"\d{4}-\d\d-\d\d")


class MissingFigureError(Exception):
    """A figure that a sentence needs is not there: the finding's own sentence is told instead."""


@dataclass(frozen=True)
class Told:
    """A finding, ready to be told.

    Attributes
    ----------
    answer : Answer
    say : Say
    dates : mapping of timepoint id to date
    """

    answer: Answer
    say: Say
    dates: Mapping[str, Date]

    @property
    def finding(self) -> Finding:
        """What was computed."""
        return self.answer.finding

    def value(self, name: str) -> float:
        """Figure `name`; raises MissingFigureError."""
        for quantity in self.finding.measurements:
            if quantity.name == name and quantity.value is not None:
                return quantity.value
        raise MissingFigureError(name)

    def has(self, name: str) -> bool:
        """Whether the finding holds the figure."""
        return any(q.name == name and q.value is not None for q in self.finding.measurements)

    def method(self, name: str) -> str:
        """Definition of figure `name`; raises MissingFigureError."""
        for quantity in self.finding.measurements:
            if quantity.name == name:
                return quantity.method
        raise MissingFigureError(name)

    def figure(self, name: str) -> str:
        """Figure with its unit, in the report's language."""
        unit = next((q.unit for q in self.finding.measurements if q.name == name), "1")
        return self.say.figure(self.value(name), unit)

    def percent(self, name: str) -> str:
        """Share in whole percent."""
        return self.say.percent(self.value(name))

    def count(self, name: str) -> int:
        """Figure as a count."""
        return round(self.value(name))

    @property
    def days(self) -> list[str]:
        """Days of the studies that the finding's sentence names, in its order."""
        return [self.say.day(day) for day in named_days(self.finding.sentence, self.dates)]

    def day(self, place: int) -> str:
        """One of `days`; raises MissingFigureError."""
        try:
            return self.days[place]
        except IndexError:
            raise MissingFigureError("day") from None

    @property
    def doubt(self) -> str:
        """First caveat, the one that the answer hangs on; raises MissingFigureError."""
        if not self.finding.caveats:
            raise MissingFigureError("doubt")
        return self.free(self.finding.caveats[0])

    def free(self, text: str) -> str:
        """Words of another module in the report's language, dates instead of ids."""
        return translate_free(self.say, name_dates(text, iso_dates(self.dates)))


def iso_dates(dates: Mapping[str, Date]) -> dict[str, str]:
    """Dates as they stand in English texts."""
    return {key: day.isoformat() for key, day in dates.items()}


def named_days(text: str, dates: Mapping[str, Date]) -> list[Date]:
    """Days of the timepoints and dates named in a text, in order of appearance, each once.

    Examples
    --------
    >>> named_days("From t2 to t3, 1 cm³", {"t2": Date(2025, 8, 27), "t3": Date(2025, 12, 10)})
    [datetime.date(2025, 8, 27), datetime.date(2025, 12, 10)]
    """
    plain = name_dates(text, iso_dates(dates))
    return list(dict.fromkeys(Date.fromisoformat(day) for day in DAY.findall(plain)))


def name_dates(words: str, dates: Mapping[str, str]) -> str:
    """Replace timepoint ids by dates; an id without a letter is left, it may be any number.

    Examples
    --------
    >>> name_dates("At t1 9 foci (t0 2).", {"t0": "2025-01-08", "t1": "2025-04-09"})
    'On 2025-04-09, 9 foci (2025-01-08: 2).'
    """
    known = {k: v for k, v in dates.items() if re.search("[A-Za-z]", k)}
    if not known:
        return words
    longest_first = sorted(known, key=len, reverse=True)
    pattern = rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})(?![\w-])"
    named = re.sub(pattern, lambda m: known[m.group(1)], words)
    day = DAY.pattern
    named = re.sub(rf"\b([Aa])t (?={day})", lambda m: "On " if m.group(1) == "A" else "on ", named)
    named = re.sub(rf"\bOn ({day}) (?=\d)", r"On \1, ", named)
    return re.sub(rf"({day}) (?=\d)", r"\1: ", named)
