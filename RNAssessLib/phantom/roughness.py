"""What makes a lesion irregular: border, rim thickness, uptake and oedema that vary with place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .waves import Waves

Floats = npt.NDArray[np.floating[Any]]
LOBES_MM, BUMPS_MM, CLUMPS_MM, FINGERS_MM = 5.0, 2.2, 4.0, 6.0


@dataclass(frozen=True)
class Roughness:
    """Bounded variations of one lesion; fixed in the patient, so they stay between visits.

    Attributes
    ----------
    seed : int
    border_mm : float
        The border lies at most this far from the smooth one.
    rim_share : float
        The rim is at most this share thinner or thicker than the script says.
    uptake_low, uptake_high : float
        Enhancement in units of the usual one; low where it is partial.
    reach_share : float
        Oedema reaches at most this share less or further: its fingers.
    fade_mm : float
        Oedema fades over twice this width instead of ending.
    """

    seed: int
    border_mm: float = 0.9
    rim_share: float = 0.35
    uptake_low: float = 0.5
    uptake_high: float = 1.2
    reach_share: float = 0.55
    fade_mm: float = 2.5

    def border(self, points_mm: Floats) -> Floats:
        """Shift of the border outwards, mm, within `border_mm`."""
        lobes, bumps = self._wave(1, LOBES_MM, points_mm), self._wave(2, BUMPS_MM, points_mm)
        return np.asarray(self.border_mm * (0.7 * lobes + 0.3 * bumps))

    def rim(self, points_mm: Floats) -> Floats:
        """Factor on the rim's thickness."""
        return np.asarray(1.0 + self.rim_share * self._wave(3, CLUMPS_MM, points_mm))

    def reach(self, points_mm: Floats) -> Floats:
        """Factor on the reach of oedema."""
        return np.asarray(1.0 + self.reach_share * self._wave(4, FINGERS_MM, points_mm))

    def uptake(self, points_mm: Floats) -> Floats:
        """Enhancement in units of the usual one."""
        middle = 0.5 * (self.uptake_low + self.uptake_high)
        half = 0.5 * (self.uptake_high - self.uptake_low)
        patches, grain = self._wave(5, CLUMPS_MM, points_mm), self._wave(6, 1.2, points_mm)
        return np.asarray(middle + half * (0.75 * patches + 0.25 * grain))

    def debris(self, points_mm: Floats) -> Floats:
        """Factor on the signal of core and oedema: neither is even."""
        return np.asarray(1.0 + 0.25 * self._wave(7, 2.5, points_mm))

    def _wave(self, number: int, length_mm: float, points_mm: Floats) -> Floats:
        return Waves(self.seed * 16 + number, length_mm).at(points_mm)
