"""Bootstrap over patients: lesions of one patient stay together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .intervals import Estimate

RESAMPLES = 2000
FEWEST = 10  # patients; with fewer the percentiles mean nothing (engineering default)
SEED = 20  # of the resampling, so that a report reads the same twice
Counts = npt.NDArray[np.float64]
METHOD = f"bootstrap over patients, percentile, {RESAMPLES} resamples"


def sum_by_patient(patients: Sequence[Hashable], counts: npt.ArrayLike) -> Counts:
    """Sum rows of `counts` (lesions, k) within each patient: (patients, k)."""
    order = {p: n for n, p in enumerate(dict.fromkeys(patients))}
    values = np.asarray(counts, dtype=float)
    summed = np.zeros((len(order), values.shape[1]))
    np.add.at(summed, [order[p] for p in patients], values)
    return summed


@lru_cache(maxsize=8)
def draw_weights(patients: int) -> Counts:
    """How often each patient is in each resample: (`RESAMPLES`, patients)."""
    generator = np.random.default_rng(SEED)
    drawn = generator.multinomial(patients, np.full(patients, 1 / patients), size=RESAMPLES)
    return drawn.astype(float)  # the product below is then BLAS's


def bootstrap_counts(
    by_patient: Counts, statistic: Callable[[Counts], Counts], value: float | None
) -> Estimate:
    """Interval of a figure that is computed from summed counts.

    Parameters
    ----------
    by_patient : (P, k) array
        Rows of zeros are patients without an answer; they are drawn, too.
    statistic : callable
        Takes (B, k) sums, returns (B,) figures; NaN where undefined.
    value : float or None
        The figure itself.

    Returns
    -------
    Estimate
        Without interval, and with the reason, when there are too few patients or when more than
        one resample in twenty leaves the figure undefined.
    """
    if value is None:
        return Estimate(None, why="undefined")
    if np.count_nonzero(by_patient.any(axis=1)) < FEWEST:
        why = f"fewer than {FEWEST} patients"
        return Estimate(value, method=METHOD, why=why)
    weights = draw_weights(len(by_patient))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = statistic(weights @ by_patient)
    kept = found[np.isfinite(found)]
    if len(kept) < 0.95 * RESAMPLES:
        return Estimate(value, method=METHOD, why="undefined in many resamples")
    low, high = np.percentile(kept, [2.5, 97.5])
    return Estimate(value, float(low), float(high), METHOD)


def bootstrap_spearman(
    patients: Sequence[Hashable], x: Counts, y: Counts
) -> tuple[float, float] | None:
    """Percentile interval of Spearman's rho over patients; None with too few of them.

    Ranks are those within each resample, ties at their mean.
    """
    order = {p: n for n, p in enumerate(dict.fromkeys(patients))}
    if len(order) < FEWEST:
        return None
    weights = draw_weights(len(order))[:, [order[p] for p in patients]]
    found = _weighted_correlation(weights, _weighted_ranks(weights, x), _weighted_ranks(weights, y))
    kept = found[np.isfinite(found)]
    if len(kept) < 0.95 * len(found):
        return None
    low, high = np.percentile(kept, [2.5, 97.5])
    return float(low), float(high)


def _weighted_ranks(weights: Counts, values: Counts) -> Counts:
    """Ranks (B, N) of values that are there `weights` (B, N) times."""
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    starts = np.flatnonzero(np.r_[True, ascending[1:] != ascending[:-1]])
    tied = np.add.reduceat(weights[:, order], starts, axis=1)
    ranks = np.cumsum(tied, axis=1) - tied + (tied + 1) / 2
    sizes = np.diff(np.r_[starts, len(values)])
    found = np.empty_like(weights)
    found[:, order] = np.repeat(ranks, sizes, axis=1)
    return found


def _weighted_correlation(weights: Counts, x: Counts, y: Counts) -> Counts:
    total = weights.sum(axis=1, keepdims=True)
    x = x - (weights * x).sum(axis=1, keepdims=True) / total
    y = y - (weights * y).sum(axis=1, keepdims=True) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Counts = (weights * x * y).sum(axis=1) / np.sqrt(
            (weights * x**2).sum(axis=1) * (weights * y**2).sum(axis=1)
        )
    return found
