"""The one rule of change in volume: items, warnings and patterns all compare by it."""

from __future__ import annotations

from enum import Enum

from RNAssessLib.evidence import Criterion, Thresholds

CRITERIA = ("latency.growth_percent", "latency.growth_cm3")


class Step(Enum):
    """Direction of change between two volumes."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


def compare_volumes(
    before: float, after: float, thresholds: Thresholds, doubt_cm3: float = 0.0
) -> Step:
    """Whether a volume (cm³) changed by more than a share, an absolute amount and its ±.

    `doubt_cm3` is what the ± of both explain: `doubt_between`.

    Examples
    --------
    >>> compare_volumes(1.0, 2.0, Thresholds()).value, compare_volumes(1.0, 1.1, Thresholds()).value
    ('up', 'same')
    >>> compare_volumes(1.0, 2.0, Thresholds(), doubt_cm3=1.2).value
    'same'
    """
    if abs(after - before) <= doubt_cm3:
        return Step.SAME
    share = thresholds["latency.growth_percent"] / 100.0
    least = thresholds["latency.growth_cm3"]
    if after > max(before * (1 + share), before + least):
        return Step.UP
    if before > max(after * (1 + share), after + least):
        return Step.DOWN
    return Step.SAME


def doubt_between(before: float, after: float) -> float:
    """Difference of two sizes that their ± explain: up to their sum, as long as the ranges touch.

    Not in quadrature: what moves a border most (thickness and direction of slices, the contrast
    curve of a scanner) is not a chance of its own at each visit, and a reader who sees two ranges
    overlap rightly sees no change.
    """
    return before + after


def change_criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    """Return the thresholds `compare_volumes` uses."""
    return tuple(thresholds.criterion(name) for name in CRITERIA)
