"""What a ball receives from a dose with a formula: no voxel, no contour, no interpolation.

Lengths in mm, volumes in mm³, doses in Gy.
"""

from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq


def ball(radius):
    """Volume of a ball."""
    return 4 / 3 * np.pi * radius**3


def lens(a, b, gap):
    """Volume common to two balls of radius `a` and `b` whose centres are `gap` apart."""
    if a <= 0 or b <= 0 or gap >= a + b:
        return 0.0
    if gap <= abs(a - b):
        return ball(min(a, b))
    return (np.pi * (a + b - gap) ** 2
            * (gap**2 + 2 * gap * (a + b) - 3 * (a - b) ** 2) / (12 * gap))  # fmt: skip


def cap(radius, height):
    """Volume of the part of a ball that lies more than `height` above its centre."""
    h = np.clip(radius - height, 0, 2 * radius)
    return np.pi * h**2 * (3 * radius - h) / 3


@dataclass(frozen=True)
class RadialGaussian:
    """``peak * exp(-r² / 2 sigma²)`` around `center`."""

    center: np.ndarray
    peak: float
    sigma: float

    def at(self, points):
        """Dose at points (..., 3)."""
        square = ((points - self.center) ** 2).sum(-1)
        return self.peak * np.exp(-square / 2 / self.sigma**2)

    def radius_of(self, dose):
        """Radius of an isodose, 0 above the peak."""
        return self.sigma * np.sqrt(2 * np.log(self.peak / dose)) if dose < self.peak else 0.0

    def truth(self, radius, center, prescription):
        """Every compared figure of a ball."""
        gap = float(np.linalg.norm(np.asarray(center) - self.center))
        whole = ball(radius)

        def above(dose):
            return lens(radius, self.radius_of(dose), gap)

        piv, half = (ball(self.radius_of(d)) for d in (prescription, prescription / 2))
        covered = above(prescription)
        lowest = self.peak * np.exp(-((radius + gap) ** 2) / 2 / self.sigma**2)
        return {
            "volume": whole, "v100": covered, "piv": piv, "v50": half,
            "ci_paddick": covered**2 / (whole * piv), "pitv": piv / whole, "gi": half / piv,
            "dmean": _mean(above, whole, lowest, self.peak),
            **_percentiles(above, whole, lowest, self.peak),
        }  # fmt: skip


@dataclass(frozen=True)
class LinearDose:
    """``middle + slope * (direction · (p - center))``, slope in Gy/mm."""

    center: np.ndarray
    middle: float
    slope: float
    direction: np.ndarray

    def at(self, points):
        """Dose at points (..., 3)."""
        return self.middle + self.slope * ((points - self.center) @ self.direction)

    def truth(self, radius, center, prescription):
        """Every compared figure of a ball; its isodoses have no end."""
        offset = float((np.asarray(center) - self.center) @ self.direction)
        whole = ball(radius)

        def above(dose):
            return cap(radius, (dose - self.middle) / self.slope - offset)

        reach = self.slope * radius
        mean = self.middle + self.slope * offset
        return {"volume": whole, "v100": above(prescription), "dmean": mean,
                **_percentiles(above, whole, mean - reach, mean + reach)}  # fmt: skip


def _mean(above, whole, low, high):
    return low + quad(above, low, high, limit=400, epsabs=1e-9, epsrel=1e-9)[0] / whole


def _percentiles(above, whole, low, high):
    return {
        f"d{percent}": brentq(lambda d, p=percent: above(d) / whole - p / 100, low, high)
        for percent in (98, 50, 2)
    }
