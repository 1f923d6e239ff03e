"""What a typed number or day may be: taken, asked about, or refused with the reason.

A reader's slip must not become a figure: 2000 for 20 Gy, a KPS of 7, a date in 2052. Every typed
number has *plausible* bounds, from the plan and the field where these say something, and *possible*
bounds around them. Both name their source; most are engineering defaults and say so.
"""

from .check_case import check_case
from .day import DayBounds, judge_day, read_day
from .entry import Bounds, Entry, Verdict, judge, read_number
from .ranges import (
    alpha_beta_bounds,
    bevacizumab_bounds,
    fraction_count_bounds,
    isodose_line_bounds,
    kps_bounds,
    level_bounds,
    prescription_bounds,
    steroid_bounds,
)
from .thresholds import threshold_bounds

__all__ = [
    "Bounds", "DayBounds", "Entry", "Verdict", "alpha_beta_bounds", "bevacizumab_bounds",
    "check_case", "fraction_count_bounds", "isodose_line_bounds", "judge", "judge_day",
    "kps_bounds", "level_bounds", "prescription_bounds", "read_day", "read_number",
    "steroid_bounds", "threshold_bounds",
]  # fmt: skip
