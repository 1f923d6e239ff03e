"""One typed number beside the bounds of its field."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import Enum

ENGINEERING = "engineering default"
NUMBER = re.compile(r"([+-]?)([0-9][0-9.,]*|[.,][0-9]+)(e[+-]?[0-9]{1,4})?\s*(\S.*)?", re.ASCII)
# what may be typed behind a number, and what it is worth in the unit of the field
SUFFIXES = {
    "Gy": {"gy": 1.0, "cgy": 0.01},
    "%": {"%": 1.0, "percent": 1.0},
    "mm": {"mm": 1.0, "cm": 10.0},
    "mg/kg": {"mg/kg": 1.0},
    "mg/day": {"mg/day": 1.0, "mg/d": 1.0, "mg": 1.0},
    "cm³": {"cm³": 1.0, "cm3": 1.0, "ml": 1.0},
}
CGY_FROM = 100.0  # as many cGy are one Gy: smaller numbers are not a habit of cGy


class Verdict(Enum):
    """What becomes of an entry."""

    TAKEN = "taken"
    ASKED = "asked"
    REFUSED = "refused"


@dataclass(frozen=True)
class Bounds:
    """What the number of one field may be.

    Attributes
    ----------
    name : str
        Of the field, as it stands in a sentence: ``prescription of GTV1``.
    unit : str
        Empty for a pure number.
    low, high : float
        Plausible, both included; beyond them the reader is asked.
    least, most : float
        Possible, both included; beyond them it is refused.
    source : str
        Where both pairs come from.
    above_least : bool
        Whether `least` itself is refused, too.
    whole : bool
        Whole numbers alone.
    step : float or None
        Multiples of it alone.
    optional : bool
        Whether the field may stay empty.
    """

    name: str
    unit: str
    low: float
    high: float
    least: float
    most: float
    source: str = ENGINEERING
    above_least: bool = False
    whole: bool = False
    step: float | None = None
    optional: bool = False

    def text(self, value: float) -> str:
        """Return a value with the field's unit.

        Examples
        --------
        >>> Bounds("dose", "Gy", 10, 25, 0, 150).text(20.0)
        '20 Gy'
        """
        return f"{value:.6g} {self.unit}".rstrip()

    def span(self, low: float, high: float) -> str:
        """Return a range with the field's unit."""
        return f"{low:.4g} to {self.text(float(f'{high:.4g}'))}"


@dataclass(frozen=True)
class Entry:
    """What was typed and what becomes of it.

    Attributes
    ----------
    typed : str
        As it stands in the field.
    verdict : Verdict
    value : float or None
        In the field's unit; None when refused, or when an optional field is empty.
    told : str
        One sentence for the reader; empty when taken.
    instead : float or None
        What was probably meant, in the field's unit.
    """

    typed: str
    verdict: Verdict
    value: float | None
    told: str = ""
    instead: float | None = None

    @property
    def is_taken(self) -> bool:
        """Whether it is used without a word."""
        return self.verdict is Verdict.TAKEN


def read_number(typed: object, bounds: Bounds) -> Entry:
    """Read what was typed into a field.

    A decimal comma is read where nothing else can be meant, a unit behind the number where it is
    one of the field's.

    Parameters
    ----------
    typed : object
        Text, or a number that a form sends.
    bounds : Bounds

    Examples
    --------
    >>> dose = Bounds("prescription of GTV1", "Gy", 10, 25, 0, 150, above_least=True)
    >>> read_number("20,5", dose).value, read_number("1800 cGy", dose).value
    (20.5, 18.0)
    >>> read_number("2000", dose).told, read_number("2000", dose).instead
    ('2000 Gy cannot be the prescription of GTV1: above 0 and up to 150 Gy (engineering default). \
2000 looks like cGy: 20 Gy?', 20.0)
    >>> read_number("1,250", dose).told
    "'1,250' may be 1.25 or 1250: write it with a decimal point"
    """
    text = str(typed).strip().replace("\u2212", "-").replace("\u00a0", " ")
    if not text:
        if bounds.optional:
            return Entry(text, Verdict.TAKEN, None)
        return _refused(text, f"{_capital(bounds.name)}: a number is missing")
    found = NUMBER.fullmatch(text) or NUMBER.fullmatch(text.lower())
    if found is None:
        return _refused(text, f"{text[:40]!r} is not a number")
    sign, digits, power, suffix = found.groups()
    plain, problem = _with_point(digits)
    if problem:
        return _refused(text, problem)
    value = float(f"{sign}{plain}{power or ''}")
    if not math.isfinite(value):
        return _refused(text, f"{text[:40]!r} is not a number")
    if suffix:
        worth = SUFFIXES.get(bounds.unit, {bounds.unit.lower(): 1.0}).get(suffix.strip().lower())
        if worth is None:
            field = f"in {bounds.unit}" if bounds.unit else "without a unit"
            return _refused(text, f"{suffix.strip()[:20]!r} does not belong here: a number {field}")
        value *= worth
    return judge(value, bounds, text)


def judge(value: float, bounds: Bounds, typed: str = "") -> Entry:
    """Put a number beside the bounds of its field.

    Parameters
    ----------
    value : float
        In the field's unit.
    bounds : Bounds
    typed : str, optional
        As it was written.

    Examples
    --------
    >>> kps = Bounds("KPS", "", 10, 100, 0, 100, "Karnofsky scale", step=10)
    >>> judge(75, kps).told
    'KPS: 75 is not a multiple of 10'
    >>> judge(0, kps).verdict.value
    'asked'
    """
    typed = typed or f"{value:g}"
    name, shown = bounds.name, bounds.text(value)
    if not math.isfinite(value):
        return _refused(typed, f"{typed!r} is not a number")
    if bounds.whole and value != int(value):
        return _refused(typed, f"{_capital(name)}: {value:g} is not a whole number")
    if value < bounds.least or value > bounds.most or (
        bounds.above_least and value == bounds.least
    ):  # fmt: skip
        start = f"above {bounds.least:g}" if bounds.above_least else f"from {bounds.least:g}"
        told = f"{shown} cannot be the {name}: {start} and up to {bounds.text(bounds.most)}"
        return _with_guess(Entry(typed, Verdict.REFUSED, None, f"{told} ({bounds.source})."),
                           value, bounds)  # fmt: skip
    if bounds.step and abs(value / bounds.step - round(value / bounds.step)) > 1e-9:
        return _refused(typed, f"{_capital(name)}: {value:g} is not a multiple of {bounds.step:g}")
    if bounds.low <= value <= bounds.high:
        return Entry(typed, Verdict.TAKEN, value)
    told = f"{shown} is unusual as the {name}: plausible is {bounds.span(bounds.low, bounds.high)}"
    return _with_guess(Entry(typed, Verdict.ASKED, value, f"{told} ({bounds.source})."),
                       value, bounds)  # fmt: skip


def _with_point(digits: str) -> tuple[str, str]:
    """Return digits with a decimal point, or what is wrong with them."""
    commas, points = digits.count(","), digits.count(".")
    if commas == 0 and points <= 1:
        return digits, ""
    if commas == 1 and points == 0:
        whole, part = digits.split(",")
        if len(part) == 3 and 0 < len(whole) <= 3 and whole.strip("0"):
            told = f"may be {whole}.{part.rstrip('0') or '0'} or {whole}{part}"
            return "", f"{digits!r} {told}: write it with a decimal point"
        return f"{whole}.{part}", ""
    return "", f"{digits[:40]!r} is not clear: write it with one decimal point, nothing else"


def _with_guess(entry: Entry, value: float, bounds: Bounds) -> Entry:
    """Add what was probably meant, where one habit explains the number."""
    guess, habit = None, ""
    if bounds.unit == "Gy" and value >= CGY_FROM:
        guess, habit = value / 100.0, "cGy"
    elif bounds.unit == "%" and 0 < value <= 1.0:
        guess, habit = value * 100.0, "a share"
    elif bounds.unit == "mm" and 0 < value < bounds.low and bounds.low >= 1.0:
        guess, habit = value * 10.0, "cm"
    if guess is None or not bounds.low <= guess <= bounds.high:
        return entry
    told = f"{entry.told} {value:g} looks like {habit}: {bounds.text(guess)}?"
    return Entry(entry.typed, entry.verdict, entry.value, told, guess)


def _refused(typed: str, told: str) -> Entry:
    return Entry(typed, Verdict.REFUSED, None, told)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
