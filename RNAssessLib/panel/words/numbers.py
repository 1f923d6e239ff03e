"""How figures are written: decimals by unit, never finer than their uncertainty allows."""

from __future__ import annotations

import math

from RNAssessLib.case import Quantity

from .wording import unit_text

DECIMALS = {"percent": 1, "mm": 1, "months": 1, "count": 0, "Gy": 2, "days": 0}
MOST_DECIMALS = {"cm3": 3}
SIGNIFICANT = 3
MISSING = "–"


def decimals_of(value: float, unit: str) -> int:
    """Return how many decimals a value of this unit is written with."""
    if unit in DECIMALS:
        return DECIMALS[unit]
    if value == 0:
        return 2
    wanted = max(SIGNIFICANT - 1 - math.floor(math.log10(abs(value))), 0)
    return min(wanted, MOST_DECIMALS.get(unit, wanted))


def format_number(value: float, unit: str) -> str:
    """Format a figure: decimals by unit, else three significant digits.

    Examples
    --------
    >>> format_number(5.0236, "cm3"), format_number(97.31, "percent"), format_number(0.61397, "1")
    ('5.02', '97.3', '0.614')
    >>> format_number(0.0, "cm3"), format_number(1234.6, "cm3"), format_number(-0.04, "months")
    ('0', '1235', '0.0')
    >>> format_number(0.00341, "cm3"), format_number(0.0002, "cm3")
    ('0.003', '< 0.001')
    """
    if value == 0 and unit not in DECIMALS:
        return "0"
    decimals = decimals_of(value, unit)
    if unit in MOST_DECIMALS and 0 < value < 0.5 * 10**-decimals:
        return f"< {10**-decimals:.{decimals}f}"
    return _fixed(value, decimals)


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
    value, spread = quantity.value, quantity.uncertainty
    if value is None:
        return MISSING
    if spread is None or spread <= 0:
        return format_number(value, quantity.unit)
    meaningful = 1 - math.floor(math.log10(spread))
    decimals = max(min(decimals_of(value, quantity.unit), meaningful), 0)
    step = 10.0**-decimals
    rounded_up = math.ceil(spread / step - 1e-9) * step
    return f"{_fixed(value, decimals)} ± {_fixed(rounded_up, decimals)}"


def format_with_unit(value: float, unit: str) -> str:
    """Format a figure with its unit.

    Examples
    --------
    >>> format_with_unit(12.0, "Gy"), format_with_unit(80.0, "percent"), format_with_unit(3, "1")
    ('12.00 Gy', '80.0 %', '3.00')
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
    return "> 99" if percent > 99.0 else f"{percent:.0f}"


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


def _fixed(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        return text.lstrip("-")
    return text.replace("-", "−")
