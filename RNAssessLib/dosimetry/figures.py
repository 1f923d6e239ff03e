"""Collecting figures: value, uncertainty, definition; what cannot be computed says why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from RNAssessLib.case import Quantity


class Figures:
    """Quantities in display order."""

    def __init__(self) -> None:
        self.quantities: list[Quantity] = []

    def add(
        self,
        name: str,
        value: float | None,
        unit: str,
        method: str,
        *,
        uncertainty: float | None = None,
        why: str | None = None,
    ) -> None:
        """Append a figure; without a value, or with a reason `why`, it is undefined."""
        if value is None or why:
            reason = why or "not computed"
            self.quantities.append(Quantity(name, None, unit, method, undefined=reason))
            return
        doubt = None if uncertainty is None else float(uncertainty)
        self.quantities.append(Quantity(name, float(value), unit, method, uncertainty=doubt))


def combine(*uncertainties: float) -> float:
    """Root of the sum of squares of independent half-widths.

    Examples
    --------
    >>> combine(3.0, 4.0)
    5.0
    """
    return float(np.sqrt(np.sum(np.square(uncertainties))))


def ratio_doubt(value: float, parts: Sequence[tuple[float, float, float]]) -> float:
    """Half-width of a product of powers from (factor, half-width, power) of each factor."""
    shares = [power * doubt / factor for factor, doubt, power in parts if factor > 0]
    return abs(value) * combine(*shares)
