"""How a figure is written: one rule for each unit, from one value, wherever it is told.

Sentences, panels, reports and tables all come here (`Testing/test_one_formatter.py` looks for a
second rounding). What has a known ± and the indices of a plan are written one digit finer; what the
± makes meaningless is never written.
"""

from __future__ import annotations

import math
import re

DECIMALS = {
    "percent": 0, "mm": 1, "months": 1, "count": 0, "Gy": 1, "days": 0, "weeks": 0, "mm2": 0,
    "°": 1, "CNR": 1,
}  # fmt: skip
FINE_DECIMALS = {"percent": 1, "Gy": 2}
# Indices of a plan, whose cut-offs (TC 96 %, BED 73 Gy) need the digit; no sentence tells them.
PLAN_INDEX = re.compile(
    r"(tc|ci|gi|hi|pitv|v\d+|d\d+(_\d+cc)?|dmin|dmax|dmean|near_max|bed|eqd2|prescription_isodose|"
    r"dropping_zone|brain|total|sum|cumulative|new_enhancement_sum)(_|$)"
)
MOST_DECIMALS = {"cm3": 3}
NEVER_NOTHING = {"cm3", "percent"}  # little is not told as none
SIGNIFICANT = 3
RATIO, RATIO_DECIMALS, SMALL_RATIO = "1", 2, 0.1
SIGNAL = "signal"  # values of an image, in whatever unit: three significant digits
MINUS = "−"


def decimals_of(value: float, unit: str, *, fine: bool = False) -> int:
    """Return with how many decimals a value is written; `fine` for a plan index or a known ±.

    Examples
    --------
    >>> decimals_of(97.3, "percent"), decimals_of(97.3, "percent", fine=True)
    (0, 1)
    """
    if unit in DECIMALS:
        return FINE_DECIMALS.get(unit, DECIMALS[unit]) if fine else DECIMALS[unit]
    if value == 0:
        return 2
    wanted = max(SIGNIFICANT - 1 - math.floor(math.log10(abs(value))), 0)
    if unit == RATIO and not fine and abs(value) >= SMALL_RATIO:
        return min(wanted, RATIO_DECIMALS)
    return min(wanted, MOST_DECIMALS.get(unit, wanted))


def is_plan_index(name: str) -> bool:
    """Whether a figure is an index of a plan, by its machine name.

    Examples
    --------
    >>> is_plan_index("tc_percent"), is_plan_index("d0_03cc_gy"), is_plan_index("dose_median_gy")
    (True, True, False)
    """
    return PLAN_INDEX.match(name) is not None


def format_number(value: float, unit: str, *, fine: bool = False) -> str:
    """Format a figure without its unit: decimals by unit, else three significant digits.

    Examples
    --------
    >>> format_number(5.0236, "cm3"), format_number(79.46, "percent"), format_number(0.61397, "1")
    ('5.02', '79', '0.61')
    >>> format_number(0.0, "cm3"), format_number(1234.6, "cm3"), format_number(-0.04, "months")
    ('0', '1235', '0.0')
    >>> format_number(0.00341, "cm3"), format_number(0.0002, "cm3"), format_number(0.3, "percent")
    ('0.003', '< 0.001', '< 1')
    """
    if value == 0 and unit not in DECIMALS:
        return "0"
    decimals = decimals_of(value, unit, fine=fine)
    if unit in NEVER_NOTHING and 0 < value < 0.5 * 10**-decimals:
        return f"< {10**-decimals:.{decimals}f}"
    return fixed(value, decimals)


def format_with_spread(value: float, spread: float | None, unit: str, *, fine: bool = False) -> str:
    """Format value ± spread; the spread is rounded up, no digit is written that it voids.

    Examples
    --------
    >>> format_with_spread(24.851, 2.385, "cm3"), format_with_spread(30.2533, 0.00026, "Gy")
    ('24.9 ± 2.4', '30.25 ± 0.01')
    """
    if spread is None or spread <= 0:
        return format_number(value, unit, fine=fine)
    meaningful = 1 - math.floor(math.log10(spread))
    decimals = max(min(decimals_of(value, unit, fine=True), meaningful), 0)
    step = 10.0**-decimals
    rounded_up = math.ceil(spread / step - 1e-9) * step
    return f"{fixed(value, decimals)} ± {fixed(rounded_up, decimals)}"


def signed(value: float, unit: str) -> str:
    """Format a change with its sign.

    Examples
    --------
    >>> signed(12.4, "percent"), signed(-0.312, "cm3"), signed(0.0, "percent")
    ('+12', '−0.312', '+0')
    """
    text = fixed(value, decimals_of(value, unit))
    return text if text.startswith(MINUS) else f"+{text}"


def fixed(value: float, decimals: int) -> str:
    """Format with so many decimals, a true minus sign, and no minus before nothing.

    Examples
    --------
    >>> fixed(-0.3, 1), fixed(-0.04, 1)
    ('−0.3', '0.0')
    """
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        return text.lstrip("-")
    return text.replace("-", MINUS)


def in_cm3(value: float) -> str:
    """Volume for a sentence, without its unit.

    Examples
    --------
    >>> in_cm3(4.0352), in_cm3(0.1581), in_cm3(24.85)
    ('4.04', '0.158', '24.9')
    """
    return format_number(value, "cm3")


def in_gy(value: float) -> str:
    """Dose for a sentence."""
    return format_number(value, "Gy")


def in_mm(value: float) -> str:
    """Length for a sentence."""
    return format_number(value, "mm")


def in_months(value: float) -> str:
    """Time for a sentence."""
    return format_number(value, "months")


def in_percent(value: float) -> str:
    """Percent for a sentence; `value` is 79.46, not 0.7946."""
    return format_number(value, "percent")


def as_ratio(value: float) -> str:
    """Ratio for a sentence."""
    return format_number(value, RATIO)


def as_cnr(value: float) -> str:
    """Contrast-to-noise ratio for a sentence."""
    return format_number(value, "CNR")
