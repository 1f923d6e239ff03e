"""How large a structure is between and beyond its contour planes.

Areas are followed along the normal: a quadratic through neighbouring areas is exact for every
ellipsoid and cone, so volumes of small targets do not depend on where the slices happen to fall.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
SPHERE_BEND = -2 * np.pi  # second derivative of the area of a sphere's slices
CLOSING_SLICES = 1.15  # a pole this far out still counts as closing before the next slice
TOUCHING_SHARE = 0.05  # an area that falls below this share of the last one has closed (cone)
BEND_LIMIT = 2.0
STEADY = 2.5
FLAT_SHARE, TAPERED_SHARE = 0.97, 0.90  # last area over the one before it
BULGE_DOUBT = {1: 0.8, 2: 0.8, 3: 0.5}  # share of a bulge or cap that few planes leave open
END_DOUBT = {1: 0.8, 2: 0.8, 3: 0.5}
FINE = 12


class EndCap(Enum):
    """What lies beyond the first and last contour."""

    NONE = "none"
    HALF_SLICE = "half slice"
    ROUNDED = "rounded where it closes"


@dataclass(frozen=True)
class EndReach:
    """One end of a structure.

    Attributes
    ----------
    reach_mm : float
        How far it goes on beyond the last plane.
    slope, bend : float
        Area beyond the plane: ``area + slope x + bend x² / 2``, not more than the last area.
    flat : bool
        Cut off with its full outline: where it ends between two slices is unknown.
    uncertainty_mm3 : float
        95 % half-width of the volume beyond the plane.
    """

    reach_mm: float
    slope: float
    bend: float
    flat: bool
    uncertainty_mm3: float


@dataclass(frozen=True, eq=False)
class AreaCourse:
    """Area of one part of a structure along the normal.

    Attributes
    ----------
    heights_mm, areas_mm2 : (P,) array
    bends : (P - 1, 2) array
        Second derivative of the area at both sides of every gap.
    ends : tuple of EndReach
        Below the first and above the last plane.
    """

    heights_mm: FloatArray
    areas_mm2: FloatArray
    bends: FloatArray
    ends: tuple[EndReach, EndReach]

    @property
    def low_mm(self) -> float:
        """Where the part begins."""
        return float(self.heights_mm[0] - self.ends[0].reach_mm)

    @property
    def high_mm(self) -> float:
        """Where the part ends."""
        return float(self.heights_mm[-1] + self.ends[1].reach_mm)

    def at(self, heights_mm: FloatArray) -> FloatArray:
        """Area in mm² at any height."""
        z, a = self.heights_mm, self.areas_mm2
        area = np.zeros(len(heights_mm))
        for end, sign in ((0, -1.0), (-1, 1.0)):
            beyond = sign * (heights_mm - z[end])
            reach = self.ends[end]
            kept = (beyond >= 0) & (beyond <= reach.reach_mm)
            x = beyond[kept]
            area[kept] = np.clip(a[end] + reach.slope * x + reach.bend * x * x / 2, 0, a[end])
        inner = (heights_mm >= z[0]) & (heights_mm <= z[-1])
        if len(z) > 1 and inner.any():
            x = heights_mm[inner]
            gap = np.clip(np.searchsorted(z, x, side="right") - 1, 0, len(z) - 2)
            width = z[gap + 1] - z[gap]
            t = (x - z[gap]) / width
            bend = (1 - t) * self.bends[gap, 0] + t * self.bends[gap, 1]
            straight = (1 - t) * a[gap] + t * a[gap + 1]
            area[inner] = np.maximum(straight - bend * t * (1 - t) * width**2 / 2, 0.0)
        return area

    def mean_over(self, edges_mm: FloatArray) -> FloatArray:
        """Mean area of the layers between consecutive edges (midpoint rule, finely)."""
        steps = (np.arange(FINE) + 0.5) / FINE
        points = edges_mm[:-1, None] + steps * np.diff(edges_mm)[:, None]
        mean: FloatArray = self.at(points.ravel()).reshape(points.shape).mean(axis=1)
        return mean

    @property
    def uncertainty_mm3(self) -> float:
        """95 % half-width of the volume: open ends add up, the rest is independent."""
        flat = [e.uncertainty_mm3 for e in self.ends if e.flat]
        cut = (0.95 if len(flat) == 1 else 1.0) * sum(flat)  # uniform errors, possibly the same
        rest = [e.uncertainty_mm3 for e in self.ends if not e.flat]
        bulge = 0.0
        if len(self.heights_mm) > 1:
            width = np.diff(self.heights_mm)
            # integral of bend t (1 - t) w² / 2 over the gap
            doubt = BULGE_DOUBT.get(len(self.heights_mm), 0.25)
            bulge = doubt * float(np.abs(self.bends.mean(axis=1) * width**3 / 12).sum())
        return float(cut + np.sqrt(sum(r * r for r in rest) + bulge * bulge))


def follow_areas(
    heights_mm: FloatArray, areas_mm2: FloatArray, spacing_mm: float, cap: EndCap
) -> AreaCourse:
    """Areas between the planes and beyond the ends.

    Parameters
    ----------
    heights_mm, areas_mm2 : (P,) array
        Planes of one connected part.
    spacing_mm : float
        Usual distance of planes: the part ends within this distance, else it would have been
        drawn once more.
    cap : EndCap
        With `ROUNDED` an end closes where the areas say so, else see `_blunt_end`.
    """
    bends = _bends(heights_mm, areas_mm2)
    sides = _bends_per_gap(bends, len(heights_mm))
    ends = tuple(_reach(heights_mm, areas_mm2, bends, end, spacing_mm, cap) for end in (0, -1))
    return AreaCourse(heights_mm, areas_mm2, sides, (ends[0], ends[1]))


def _bends(z: FloatArray, a: FloatArray) -> FloatArray:
    """Second derivative of the area at the planes; two or one plane: that of a sphere."""
    if len(z) < 3:
        return np.full(len(z), SPHERE_BEND)
    slope = np.diff(a) / np.diff(z)
    inner = 2 * np.diff(slope) / (z[2:] - z[:-2])
    return np.concatenate([inner[:1], inner, inner[-1:]])


def _bends_per_gap(bends: FloatArray, count: int) -> FloatArray:
    """Both sides' bends of every gap, limited so that a jump of the area does not ring."""
    if count < 2:
        return np.zeros((0, 2))
    left, right = bends[:-1], bends[1:]
    least = BEND_LIMIT * np.minimum(np.abs(left), np.abs(right))
    same = left * right > 0
    return np.stack(
        [np.where(same, np.sign(b) * np.minimum(np.abs(b), least), 0.0) for b in (left, right)],
        axis=1,
    )


def _reach(
    z: FloatArray, a: FloatArray, bends: FloatArray, end: int, spacing: float, cap: EndCap
) -> EndReach:
    area = float(a[end])
    half = area * spacing / 2
    if cap is EndCap.NONE:
        return EndReach(0.0, 0.0, 0.0, True, half)
    if cap is EndCap.HALF_SLICE:
        return EndReach(spacing / 2, 0.0, 0.0, True, half)
    bend = float(bends[end])
    slope = 0.0
    if len(z) > 1:
        other = 1 if end == 0 else -2
        gap = abs(float(z[end] - z[other]))
        slope = (area - float(a[other])) / gap + bend * gap / 2
    close = _closing(area, slope, bend)
    if close is None or close > CLOSING_SLICES * spacing or not _is_steady(bends, end):
        return _blunt_end(area, _taper(a, end), slope, spacing)
    reach = min(close, spacing)
    beyond = area * reach + slope * reach**2 / 2 + bend * reach**3 / 6
    doubt = END_DOUBT.get(len(z), 0.25)
    return EndReach(reach, slope, bend, False, doubt * max(beyond, 0.0))


def _is_steady(bends: FloatArray, end: int) -> bool:
    """Whether the last two bends agree: only then do the areas say where they will close."""
    if len(bends) < 4:
        return True
    last, before = (bends[1], bends[2]) if end == 0 else (bends[-2], bends[-3])
    return bool(last * before > 0 and 1 / STEADY < last / before < STEADY)


def _taper(a: FloatArray, end: int) -> float:
    """0 where the last outline is as large as the one before it, 1 where it is clearly smaller."""
    if len(a) < 2:
        return 0.0
    ratio = float(a[end] / a[1 if end == 0 else -2])
    return float(np.clip((FLAT_SHARE - ratio) / (FLAT_SHARE - TAPERED_SHARE), 0.0, 1.0))


def _blunt_end(area: float, taper: float, slope: float, spacing: float) -> EndReach:
    """End that does not close before the next slice.

    With its full outline it was cut off somewhere before the next slice, half-way on average.
    Where the outlines shrink it is rounded off over half a slice, as a cone; Eclipse's volumes of
    tapering organs lie between no cap and half a slice, near this.
    """
    half = area * spacing / 2
    reach = spacing / 2
    # area (1 - taper x / reach)²
    return EndReach(
        reach,
        -2 * taper * area / reach,
        2 * area * (taper / reach) ** 2,
        taper < 0.5,
        (half + max(slope, 0.0) * spacing**2 / 8) if taper < 0.5 else 0.67 * half,
    )


def _closing(area: float, slope: float, bend: float) -> float | None:
    """Distance at which ``area + slope x + bend x² / 2`` reaches (or all but touches) zero."""
    if abs(bend) < 1e-12:
        return -area / slope if slope < 0 else None
    root = slope * slope - 2 * bend * area
    if root >= 0:
        candidates = [(-slope + s * np.sqrt(root)) / bend for s in (1.0, -1.0)]
        positive = [float(c) for c in candidates if c > 0]
        return min(positive) if positive else None
    lowest = -slope / bend
    if lowest > 0 and area - slope * slope / (2 * bend) <= TOUCHING_SHARE * area:
        return float(lowest)
    return None
