"""Shares and likelihood ratios of a 2 x 2 table, with 95 % intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import binomtest

Z95 = 1.959964
LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval.

    Attributes
    ----------
    value : float or None
        None when it is undefined; then `why`.
    low, high : float or None
    method : str
        Of the interval.
    why : str
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    method: str = ""
    why: str = ""


@dataclass(frozen=True)
class TwoByTwo:
    """Counts of lesions: item positive or negative, target condition there or not.

    Attributes
    ----------
    tp, fp, fn, tn : int
    """

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def total(self) -> int:
        """All four."""
        return self.tp + self.fp + self.fn + self.tn

    def sensitivity(self) -> Estimate:
        """Positive among those with the condition (Wilson)."""
        return share(self.tp, self.tp + self.fn)

    def specificity(self) -> Estimate:
        """Negative among those without it (Wilson)."""
        return share(self.tn, self.tn + self.fp)

    def ppv(self) -> Estimate:
        """With the condition among the positive (Wilson); holds at this cohort's share only."""
        return share(self.tp, self.tp + self.fp)

    def npv(self) -> Estimate:
        """Without it among the negative (Wilson); holds at this cohort's share only."""
        return share(self.tn, self.tn + self.fn)

    def positive_ratio(self) -> Estimate:
        """Likelihood ratio of a positive answer: sensitivity / (1 - specificity)."""
        return likelihood_ratio(self.tp, self.tp + self.fn, self.fp, self.fp + self.tn)

    def negative_ratio(self) -> Estimate:
        """Likelihood ratio of a negative answer: (1 - sensitivity) / specificity."""
        return likelihood_ratio(self.fn, self.tp + self.fn, self.tn, self.fp + self.tn)


def share(count: int, total: int, method: str = "wilson") -> Estimate:
    """Share with its 95 % interval.

    Parameters
    ----------
    count, total : int
    method : str
        ``wilson`` (score, without continuity correction; Wilson 1927) or ``exact``
        (Clopper-Pearson).

    Examples
    --------
    >>> hainc = share(19, 23)  # prints 83 % (63-93)
    >>> round(hainc.value, 2), round(hainc.low, 2), round(hainc.high, 2)
    (0.83, 0.63, 0.93)
    """
    if total == 0:
        return Estimate(None, why="no lesion in the denominator")
    found = binomtest(count, total).proportion_ci(LEVEL, method=method)
    name = "Wilson" if method == "wilson" else "exact (Clopper-Pearson)"
    return Estimate(count / total, float(found.low), float(found.high), name)


def likelihood_ratio(first: int, diseased: int, second: int, healthy: int) -> Estimate:
    """Ratio of two shares with the interval of its logarithm (Simel 1991, J Clin Epidemiol 44:763).

    Where a count is 0 the ratio and its interval are of counts with 0.5 added to each cell, and the
    method says so.

    Examples
    --------
    >>> found = likelihood_ratio(19, 23, 13, 36)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (2.29, 1.43, 3.67)
    """
    if diseased == 0 or healthy == 0:
        return Estimate(None, why="one of the two groups is empty")
    a, n, b, m, method = float(first), float(diseased), float(second), float(healthy), "log (Simel)"
    if 0 in (first, second):
        a, n, b, m = a + 0.5, n + 1.0, b + 0.5, m + 1.0
        method += ", 0.5 added to each cell"
    ratio = (a / n) / (b / m)
    width = Z95 * math.sqrt(max(0.0, 1 / a - 1 / n + 1 / b - 1 / m))
    return Estimate(ratio, ratio * math.exp(-width), ratio * math.exp(width), method)
