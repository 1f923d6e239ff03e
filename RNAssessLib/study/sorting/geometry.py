"""Whether slices make a volume: even spacing, harmless jitter, a slice that is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .header import SliceHeader

SAME_PLACE_MM = 0.05
SAME_DIRECTION = 1e-3  # largest difference of direction cosines within one stack
# Scanners round positions: a slice this far off the even lattice lies within the rounding and
# below what a slice's own thickness blurs. (engineering default)
JITTER_MM = 0.15
JITTER_SHARE = 0.05  # of the spacing


@dataclass(frozen=True)
class Spacing:
    """Distance of the slices in mm and a remark; `problem` says why they make no volume."""

    mm: float
    problem: str = ""


def axes_of(header: SliceHeader) -> npt.NDArray[np.float64]:
    """Rows: direction of columns (i), of rows (j), normal; LPS unit vectors."""
    i, j = np.array(header.orientation[:3]), np.array(header.orientation[3:])
    i, j = i / max(np.linalg.norm(i), 1e-12), j / max(np.linalg.norm(j), 1e-12)
    return np.stack([i, j, np.cross(i, j)])


def ordered(slices: Sequence[SliceHeader]) -> list[SliceHeader]:
    """Slices along the normal of the first."""
    normal = axes_of(slices[0])[2]
    return sorted(slices, key=lambda s: (float(np.dot(s.position, normal)), s.instance_number))


def measure_spacing(slices: Sequence[SliceHeader]) -> Spacing:
    """Spacing of ordered slices of one orientation.

    Steps are compared with the usual one. A step of twice the usual or more is a missing slice;
    one that keeps the slice within `JITTER_MM` (or `JITTER_SHARE` of the spacing) of the even
    lattice is the scanner's rounding.
    """
    first = slices[0]
    if len(slices) == 1:
        depth = first.spacing_between or first.thickness
        if not depth:
            return Spacing(0.0, "a single slice without SliceThickness has no depth")
        return Spacing(depth)
    normal = axes_of(first)[2]
    places = np.array([s.position for s in slices])
    heights = places @ normal
    steps = np.diff(heights)
    at = int(np.argmin(steps))
    if steps[at] < SAME_PLACE_MM:
        return Spacing(
            0.0, f"{slices[at + 1].path.name} lies at the same place as {slices[at].path.name}"
        )
    usual = float(np.median(steps))
    numbers = np.concatenate([[0], np.cumsum(np.maximum(np.rint(steps / usual), 1))])
    mean = float((heights[-1] - heights[0]) / numbers[-1])
    offset = float(np.mean(heights - mean * numbers))
    wrong = np.flatnonzero(np.rint(steps / usual) > 1)
    if len(wrong):
        return Spacing(0.0, _gap(slices, steps, usual, int(wrong[0])))
    off = np.abs(heights - offset - mean * numbers)
    if off.max() > max(JITTER_MM, JITTER_SHARE * usual) + 1e-6:
        at = int(np.argmax(np.abs(steps - usual)))
        return Spacing(0.0, _gap(slices, steps, usual, at))
    drift = np.diff(places, axis=0) - steps[:, None] * normal
    if np.abs(drift).max() > SAME_PLACE_MM + 0.02 * usual:
        return Spacing(0.0, "slices are shifted against one another (gantry tilt)")
    return Spacing(mean)


def _gap(
    slices: Sequence[SliceHeader], steps: npt.NDArray[np.float64], usual: float, at: int
) -> str:
    missing = " (a slice is missing?)" if steps[at] > 1.5 * usual else ""
    return (
        f"slices are not evenly spaced: {steps[at]:.2f} mm after {slices[at].path.name}, "
        f"{usual:.2f} mm elsewhere{missing}"
    )
