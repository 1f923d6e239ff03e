"""Compartments and tissue of a patient on one grid."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from .geometry import Grid
from .registration import RegistrationQuality


class Compartment(IntEnum):
    """Compartments of the head; values of `Anatomy.compartments`."""

    OUTSIDE = 0
    LEFT_CEREBRUM = 1
    RIGHT_CEREBRUM = 2
    LEFT_CEREBELLUM = 3
    RIGHT_CEREBELLUM = 4
    BRAINSTEM = 5
    CORPUS_CALLOSUM = 6
    LEFT_LATERAL_VENTRICLE = 7
    RIGHT_LATERAL_VENTRICLE = 8
    THIRD_VENTRICLE = 9
    FOURTH_VENTRICLE = 10


class Tissue(IntEnum):
    """Tissue classes; values of `Anatomy.tissue`."""

    BACKGROUND = 0
    CSF = 1
    GREY_MATTER = 2
    WHITE_MATTER = 3


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Anatomy of the patient on the common grid.

    Attributes
    ----------
    grid : Grid
        `PreparedCase.common_grid`.
    compartments : (K, J, I) uint8 array of Compartment
    tissue : (K, J, I) uint8 array of Tissue
        CSF covers ventricles and sulci.
    source : str
        ``user label map`` or ``ICBM152 atlas registration``.
    boundary_error_mm : float
        How far a boundary may lie from where it is drawn.
    quality : RegistrationQuality or None
        Of the atlas registration.
    csf_error_mm : float or None
        How far the borders of ventricles and sulci may lie, where they were drawn on the patient's
        own image; None when they are no better known than other boundaries.
    dura : (K, J, I) bool array or None
        Where falx and tentorium were drawn on the patient's own enhancing dura.
    dura_error_mm : float or None
        How far they may lie there.
    """

    grid: Grid
    compartments: npt.NDArray[np.uint8]
    tissue: npt.NDArray[np.uint8]
    source: str
    boundary_error_mm: float
    quality: RegistrationQuality | None = None
    csf_error_mm: float | None = None
    dura: npt.NDArray[np.bool_] | None = None
    dura_error_mm: float | None = None
