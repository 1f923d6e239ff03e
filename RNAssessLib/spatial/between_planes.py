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
# Height of the cone on an end that does not close, in half slices: least at the full outline, one
# where it tapers. Volumes of three plans (two of Eclipse, 2.5 mm slices; one with 3 mm) lie here.
BLUNT_HEIGHT = 0.3
WIDENING = 1.001  # per slice; what the pixels of equal outlines differ by is less
CUT_SHARE = {1: 0.95, 2: 0.84}  # 95 % of one overhang, and of the sum of two, even up to a slice
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
        95 % half-width of the volume beyond the plane; of a flat end half of all it may hold.
    own_mm3, half_mm3 : float
        Volume beyond the plane, and what half a slice of the same outline would hold.
    """

    reach_mm: float
    slope: float
    bend: float
    flat: bool
    uncertainty_mm3: float
    own_mm3: float
    half_mm3: float


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
        """Mean area of the layers between consecutive edges."""
        return self.mean_between(edges_mm[:-1], edges_mm[1:])

    def mean_between(self, low_mm: FloatArray, high_mm: FloatArray) -> FloatArray:
        """Mean area of layers (midpoint rule, finely)."""
        steps = (np.arange(FINE) + 0.5) / FINE
        points = low_mm[:, None] + steps * (high_mm - low_mm)[:, None]
        mean: FloatArray = self.at(points.ravel()).reshape(points.shape).mean(axis=1)
        return mean

    @property
    def uncertainty_mm3(self) -> float:
        """95 % half-width of the volume: open ends add up, the rest is independent.

        Never less than to hold both conventions: nothing beyond the last contours, and half a
        slice of the same outline.
        """
        flat = [e for e in self.ends if e.flat]
        cut = sum(2 * e.uncertainty_mm3 for e in flat) * CUT_SHARE.get(len(flat), 0.0)
        cut = max(cut - sum(e.own_mm3 for e in flat), 0.0)
        rest = [e.uncertainty_mm3 for e in self.ends if not e.flat]
        bulge = 0.0
        if len(self.heights_mm) > 1:
            width = np.diff(self.heights_mm)
            # integral of bend t (1 - t) w² / 2 over the gap
            doubt = BULGE_DOUBT.get(len(self.heights_mm), 0.25)
            bulge = doubt * float(np.abs(self.bends.mean(axis=1) * width**3 / 12).sum())
        own, half = (
            sum(v) for v in zip(*[(e.own_mm3, e.half_mm3) for e in self.ends], strict=True)
        )
        left_open = float(cut + np.sqrt(sum(r * r for r in rest) + bulge * bulge))
        return float(max(left_open, own, half - own))


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
    sides = limit_bends(bends) if len(bends) > 1 else np.zeros((0, 2))
    ends = tuple(_reach(heights_mm, areas_mm2, bends, end, spacing_mm, cap) for end in (0, -1))
    return AreaCourse(heights_mm, areas_mm2, sides, (ends[0], ends[1]))


def second_differences(z: FloatArray, values: FloatArray) -> FloatArray:
    """Second derivative (P, ...) at three planes or more; the end planes take their neighbour's."""
    wide = (slice(None), *[None] * (values.ndim - 1))
    slope = np.diff(values, axis=0) / np.diff(z)[wide]
    inner = 2 * np.diff(slope, axis=0) / (z[2:] - z[:-2])[wide]
    return np.concatenate([inner[:1], inner, inner[-1:]])


def limit_bends(bends: FloatArray) -> FloatArray:
    """Both sides' bends (P - 1, 2, ...) of every gap, limited so that a jump does not ring."""
    left, right = bends[:-1], bends[1:]
    least = BEND_LIMIT * np.minimum(np.abs(left), np.abs(right))
    same = left * right > 0
    return np.stack(
        [np.where(same, np.sign(b) * np.minimum(np.abs(b), least), 0.0) for b in (left, right)],
        axis=1,
    )


def _bends(z: FloatArray, a: FloatArray) -> FloatArray:
    """Second derivative of the area at the planes; two or one plane: that of a sphere."""
    return np.full(len(z), SPHERE_BEND) if len(z) < 3 else second_differences(z, a)


def _reach(
    z: FloatArray, a: FloatArray, bends: FloatArray, end: int, spacing: float, cap: EndCap
) -> EndReach:
    area = float(a[end])
    half = area * spacing / 2
    if cap is EndCap.NONE:
        return EndReach(0.0, 0.0, 0.0, True, half, 0.0, half)
    if (
        cap is EndCap.HALF_SLICE
        or _widens(a, end)
        or (len(z) == 1 and not _closes(area, bends, spacing))
    ):
        return EndReach(spacing / 2, 0.0, 0.0, True, half, half, half)
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
    beyond = max(float(beyond), 0.0)
    return EndReach(reach, slope, bend, False, doubt * beyond, beyond, half)


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


def _closes(area: float, bends: FloatArray, spacing: float) -> bool:
    """Whether a structure drawn once is taken for a ball that no other slice meets."""
    close = _closing(area, 0.0, float(bends[0]))
    return close is not None and close <= CLOSING_SLICES * spacing


def _widens(a: FloatArray, end: int) -> bool:
    """Whether the outlines still grow toward an end: an organ drawn so far and cut through.

    Eclipse and CERR let such an end go on for half a slice (rectum of the prostate plan).
    """
    if len(a) < 3:
        return False
    last, before, third = a[:3] if end == 0 else a[-1:-4:-1]
    return bool(last > WIDENING * before > WIDENING**2 * third)


def _blunt_end(area: float, taper: float, slope: float, spacing: float) -> EndReach:
    """End that does not close before the next slice.

    With its full outline it was cut off somewhere before the next slice. Planning systems end it
    at or shortly after the last contour, and so does this: a low cone. Where the outlines shrink
    the cone is half a slice high.
    """
    half = area * spacing / 2
    reach = (BLUNT_HEIGHT + (1 - BLUNT_HEIGHT) * taper) * spacing / 2
    flat = taper < 0.5
    own = area * reach / 3
    # area (1 - x / reach)²
    return EndReach(
        reach,
        -2 * area / reach,
        2 * area / reach**2,
        flat,
        (half + max(slope, 0.0) * spacing**2 / 8) if flat else 0.67 * half,
        own,
        half,
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
