"""Uptake of contrast medium: what T1c shows beyond what normal tissue of this head shows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from .morphology import Bools, Floats, smooth_within
from .white_matter import upsample

BINS, FEWEST_IN_BIN = 40, 30
DRIFT_SIGMA_MM, DRIFT_WIDTHS, COARSE_MM = 15.0, (0.30, 0.21, 0.15), 3.0
MAD_TO_SD = 1.4826  # of a normal distribution
BRIGHT_DOUBT, BESIDE_MM = 0.2, 1.5
STEEP_PERCENT = 90.0
EVERY = 3


@dataclass(frozen=True, eq=False)
class Uptake:
    """Uptake of one timepoint, in units of white matter.

    Attributes
    ----------
    rise : (K, J, I) float32 array
        T1c minus what normal tissue of this head, as bright before contrast, shows on T1c.
    spread : (K, J, I) float32 array
        Standard deviation of the same in normal tissue as bright and as near to an edge.
    """

    rise: Floats
    spread: Floats


def measure_uptake(
    before: Floats, after: Floats, normal: Bools, spacing: tuple[float, float, float]
) -> Uptake | None:
    """Calibrate T1 against T1c on the head's own normal tissue, and subtract.

    Two sequences of one head differ in contrast, so that grey matter and CSF differ from white
    matter by other amounts before and after. The median T1c of all normal voxels equally bright
    on T1 says what no uptake looks like; vessels, a few percent, do not move a median. What is
    left varies slowly in place (the receive fields are known in white matter only) and is taken
    out. The spread comes from the lower half of the rest, which vessels do not reach.

    Brighter before contrast than any normal tissue are blood and fat: there one unit before is one
    unit after, and the doubt grows with the brightness.

    Parameters
    ----------
    before, after : (K, J, I) float32 array
        T1 and T1c in units of white matter, on one grid.
    normal : (K, J, I) bool array
        Brain away from lesions.
    spacing : tuple of float
        (k, j, i) in mm.

    Returns
    -------
    Uptake or None
        None where too little normal tissue is seen on both.
    """
    known = normal & (before > 0.05) & (after > 0.0)
    if np.count_nonzero(known) < BINS * FEWEST_IN_BIN:
        return None
    drift = np.zeros_like(after)
    for _ in range(2):
        levels, typical, _ = _calibrate(before, after - drift, known)
        drift = _find_drift(before, after, known, (levels, typical), spacing)
    levels, typical, _ = _calibrate(before, after - drift, known)
    rise = (after - drift - _expected(before, levels, typical)).astype(np.float32)
    return Uptake(rise, _spread(before, rise, known, levels, spacing))


def _calibrate(
    before: Floats, after: Floats, known: Bools
) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """T1, median T1c and its spread below the median, in bins of equally many voxels."""
    x, y = before[known][::EVERY], after[known][::EVERY]
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    cuts = np.linspace(0.002 * len(x), 0.998 * len(x), BINS + 1).astype(int)
    rows = []
    for low, high in pairwise(cuts):
        if high - low < FEWEST_IN_BIN // EVERY:
            continue
        middle = float(np.median(y[low:high]))
        below = middle - y[low:high][y[low:high] <= middle]
        rows.append((float(np.median(x[low:high])), middle, MAD_TO_SD * float(np.median(below))))
    table = np.asarray(rows)
    return table[:, 0], table[:, 1], table[:, 2]


def _expected(
    before: Floats, levels: npt.NDArray[np.floating], typical: npt.NDArray[np.floating]
) -> Floats:
    """T1c of normal tissue as bright before contrast; one unit for one above white matter."""
    tissue = np.minimum(before, max(float(levels[-1]), 1.0))
    return np.asarray(np.interp(tissue, levels, typical) + (before - tissue), np.float32)


def _find_drift(
    before: Floats,
    after: Floats,
    known: Bools,
    table: tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]],
    spacing: tuple[float, float, float],
) -> Floats:
    """Slow variation of what is left in normal tissue, vessels and lesions left out."""
    step = tuple(max(round(COARSE_MM / s), 1) for s in spacing)
    thin = tuple(slice(n // 2, None, n) for n in step)
    part, seen = after[thin] - _expected(before[thin], *table), known[thin]
    sigma = [DRIFT_SIGMA_MM / (s * n) for s, n in zip(spacing, step, strict=True)]
    drift = np.zeros_like(part)
    for width in DRIFT_WIDTHS:
        left = part - drift
        weight = np.where(seen, np.exp(-((left / width) ** 2)), 0.0)
        change, found = smooth_within(left, weight, sigma)
        drift += np.where(found > 1e-4, change, 0.0).astype(drift.dtype)
    return upsample(drift, after.shape, step)


def _spread(
    before: Floats,
    rise: Floats,
    known: Bools,
    levels: npt.NDArray[np.floating],
    spacing: tuple[float, float, float],
) -> Floats:
    """Spread of normal tissue by brightness before contrast and by nearness to an edge."""
    at, _, wide = _calibrate(before, rise, known)
    base = np.interp(before, at, wide)
    steep = _steepness(before)
    edge = known & (steep >= np.percentile(steep[known][::EVERY], STEEP_PERCENT)) & (rise <= 0)
    slip = 0.0
    if np.count_nonzero(edge) >= FEWEST_IN_BIN:
        there = MAD_TO_SD * float(np.median(-rise[edge]))
        usual = float(np.median(base[edge]))
        slip = np.sqrt(max(there**2 - usual**2, 0.0)) / max(float(np.median(steep[edge])), 1e-3)
    excess = np.maximum(before - max(float(levels[-1]), 1.0), 0.0)
    # voxels beside blood or fat hold a part of it
    excess = ndimage.maximum_filter(excess, [max(2 * round(BESIDE_MM / s) + 1, 3) for s in spacing])
    total = base**2 + (slip * steep) ** 2 + (BRIGHT_DOUBT * excess) ** 2
    return np.asarray(np.sqrt(total), np.float32)


def _steepness(values: Floats) -> Floats:
    """Largest difference to the neighbours along any axis, halved: what half a voxel can do."""
    total = np.zeros_like(values)
    for axis in range(3):
        slope = ndimage.correlate1d(values, [-0.5, 0.0, 0.5], axis, mode="nearest")
        total += slope * slope
    return np.asarray(np.sqrt(total))
