"""How far a lesion's measured sizes would differ on a second scan of the same day."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MeasuredSpread:
    """Half-widths of the intervals that hold 95 % of repeated measurements.

    Attributes
    ----------
    enhancing_cm3, necrotic_core_cm3, with_core_cm3 : float
    longest_mm, perpendicular_mm : float
    """

    enhancing_cm3: float
    necrotic_core_cm3: float
    with_core_cm3: float
    longest_mm: float
    perpendicular_mm: float
