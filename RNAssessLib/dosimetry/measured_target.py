"""A target with its cells, and which targets belong to one metastasis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from RNAssessLib.case import Target

from .histogram import DoseSamples
from .isodose_volume import Place
from .structures import MeasuredStructure


@dataclass(frozen=True, eq=False)
class MeasuredTarget:
    """A target with its cells, ready for its indices."""

    target: Target
    measured: MeasuredStructure
    place: Place

    @property
    def samples(self) -> DoseSamples:
        """Dose samples of the target."""
        return self.measured.samples


def is_same_lesion(a: MeasuredTarget, b: MeasuredTarget) -> bool:
    """GTV and PTV of one metastasis: told so, or one centre inside the other's half radius."""
    if a.target.lesion is not None and b.target.lesion is not None:
        return a.target.lesion == b.target.lesion
    gap = float(np.linalg.norm(np.subtract(a.place.center_mm, b.place.center_mm)))
    return gap < 0.5 * max(a.place.radius_mm, b.place.radius_mm)
