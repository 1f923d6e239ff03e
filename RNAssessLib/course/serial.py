"""Size of a lesion over time."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.case import Quantity


@dataclass(frozen=True)
class SerialEntry:
    """Size of one lesion at one timepoint.

    Attributes
    ----------
    timepoint : str
    months_after_treatment : float or None
    quantities : tuple of Quantity
        ``enhancing_cm3 necrotic_core_cm3 flair_cm3 longest_diameter_mm
        perpendicular_diameter_mm t2_t1c_ratio``.
    """

    timepoint: str
    months_after_treatment: float | None
    quantities: tuple[Quantity, ...]

    def value(self, name: str) -> float | None:
        """Value of quantity `name`, None when undefined; raises KeyError when not measured."""
        for quantity in self.quantities:
            if quantity.name == name:
                return quantity.value
        raise KeyError(name)
