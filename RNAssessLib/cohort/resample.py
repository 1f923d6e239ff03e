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
    if len(by_patient) < FEWEST:
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


def bootstrap_rows(
    patients: Sequence[Hashable],
    statistic: Callable[[npt.NDArray[np.intp]], float],
    resamples: int = RESAMPLES,
) -> tuple[float, float] | None:
    """Percentile interval of any figure of the chosen rows; None with too few patients."""
    order: dict[Hashable, list[int]] = {}
    for row, patient in enumerate(patients):
        order.setdefault(patient, []).append(row)
    if len(order) < FEWEST:
        return None
    groups = [np.array(rows) for rows in order.values()]
    generator = np.random.default_rng(SEED)
    found = []
    for _ in range(resamples):
        drawn = generator.integers(0, len(groups), len(groups))
        value = statistic(np.concatenate([groups[n] for n in drawn]))
        if np.isfinite(value):
            found.append(value)
    if len(found) < 0.95 * resamples:
        return None
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)
