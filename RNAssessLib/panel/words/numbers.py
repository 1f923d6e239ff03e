"""Figures with their units, as panels and reports write them; the rules are `case.numbers`'s."""

from __future__ import annotations

import re

from RNAssessLib.case import Quantity
from RNAssessLib.case.numbers import (
    DECIMALS,
    fixed,
    format_number,
    format_with_spread,
    is_plan_index,
)

from .wording import unit_text

__all__ = [
    "DECIMALS", "format_chance", "format_months", "format_number", "format_quantity",
    "format_setting", "format_with_unit",
]  # fmt: skip
MISSING = "–"
CLASS = "class"
_CLASSES = re.compile(r"(\d): (.+?)(?=, \d: | \(|$)")
_UNIT = re.compile(r"(cm³|Gy|%)$")


def class_words(quantity: Quantity) -> str:
    """Return what a class stands for, from its definition; its number where that says nothing.

    Examples
    --------
    >>> class_words(Quantity("gtv_class", 1.0, "class", "0: < 6, 1: 6 to 28, 2: >= 28 cm³ (PP23)"))
    '6 to 28 cm³'
    >>> class_words(Quantity("tc_class", 1.0, "class", "0: TC < 96 %, 1: >= 96 % (PP23)"))
    '≥ 96 %'
    """
    known = dict(_CLASSES.findall(quantity.method))
    text = known.get(fixed(quantity.value or 0.0, 0))
    if text is None:
        return fixed(quantity.value or 0.0, 0)
    unit = _UNIT.search(list(known.values())[-1])
    words = text.removeprefix("TC ").replace(">=", "≥")
    return words if unit is None or _UNIT.search(words) else f"{words} {unit[0]}"


def format_quantity(quantity: Quantity) -> str:
    """Format value ± uncertainty without the unit; a dash when undefined.

    The uncertainty is rounded up, and no digit is printed that it makes meaningless.

    Examples
    --------
    >>> format_quantity(Quantity("flair_cm3", 24.851, "cm3", uncertainty=2.385))
    '24.9 ± 2.4'
    >>> format_quantity(Quantity("d2_gy", 30.2533, "Gy", uncertainty=0.00026))
    '30.25 ± 0.01'
    >>> format_quantity(Quantity("volume_cm3", 0.01413, "cm3", uncertainty=0.0121))
    '0.014 ± 0.013'
    >>> format_quantity(Quantity("gi", None, "1", undefined="no prescription"))
    '–'
    """
    if quantity.value is None:
        return MISSING
    if quantity.unit == CLASS:
        return class_words(quantity)
    fine = is_plan_index(quantity.name)
    return format_with_spread(quantity.value, quantity.uncertainty, quantity.unit, fine=fine)


def format_with_unit(value: float, unit: str) -> str:
    """Format a figure with its unit.

    Examples
    --------
    >>> format_with_unit(12.0, "Gy"), format_with_unit(80.0, "percent"), format_with_unit(3, "1")
    ('12.0 Gy', '80 %', '3.00')
    """
    return f"{format_number(value, unit)} {unit_text(unit)}".rstrip()


def format_chance(percent: float) -> str:
    """Format a chance in whole percent; what an estimate cannot tell from 0 or 100 is not told.

    Examples
    --------
    >>> format_chance(26.4), format_chance(0.17), format_chance(99.8)
    ('26', '< 1', '> 99')
    """
    if percent < 1.0:
        return "< 1"
    return "> 99" if percent > 99.0 else format_number(percent, "percent")


def format_setting(value: float, unit: str) -> str:
    """Format a threshold or prescription exactly as it was set.

    Examples
    --------
    >>> format_setting(20.0, "Gy"), format_setting(0.85, "1")
    ('20 Gy', '0.85')
    """
    return f"{value:g} {unit_text(unit)}".rstrip()


def format_months(months: float | None) -> str:
    """Format months after treatment; a dash when there was none.

    Examples
    --------
    >>> format_months(7.5236), format_months(-0.0657), format_months(None)
    ('7.5', '−0.1', '–')
    """
    return MISSING if months is None else format_number(months, "months")
