"""Bounded smooth noise that is a function of position: the same pattern on every lattice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
WAVES = 24  # enough that no direction shows


@dataclass(frozen=True)
class Waves:
    """Sum of random plane waves, halved and cut to -1..1 (standard deviation near 0.5).

    Attributes
    ----------
    seed : int
        Makes two patterns differ.
    length_mm : float
        Correlation falls as exp(-r² / 2 length²).
    """

    seed: int
    length_mm: float

    def at(self, points_mm: Floats) -> Floats:
        """Value at points (..., 3), LPS mm.

        Examples
        --------
        >>> a, b = Waves(1, 5.0).at(np.array([[0.0, 0.0, 0.0], [0.01, 0.0, 0.0]]))
        >>> bool(abs(a - b) < 0.01)
        True
        """
        rng = np.random.default_rng([self.seed, 8191])
        ways = rng.normal(0.0, 1.0 / self.length_mm, (WAVES, 3))
        phases = rng.uniform(0.0, 2 * np.pi, WAVES)
        total = np.zeros(points_mm.shape[:-1])
        for way, phase in zip(ways, phases, strict=True):
            total += np.cos(points_mm @ way + phase)
        return np.asarray(np.clip(0.5 * np.sqrt(2.0 / WAVES) * total, -1.0, 1.0))
