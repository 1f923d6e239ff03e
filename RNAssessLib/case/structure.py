"""Delineated structures, as contours or as label maps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from .image import Mask
from .plain_text import make_plain


class StructureRole(Enum):
    """Role of a structure in the plan (RT ROI Interpreted Type, or the case file)."""

    GTV = "GTV"
    CTV = "CTV"
    PTV = "PTV"
    OAR = "OAR"
    EXTERNAL = "EXTERNAL"
    OTHER = "OTHER"


@dataclass(frozen=True, eq=False)
class Contour:
    """One closed planar polygon.

    Attributes
    ----------
    points_mm : (N, 3) array
        Vertices in LPS mm, N >= 3, not repeated at the end.
    exclusive_or : bool
        True for CLOSEDPLANAR_XOR: the polygon toggles what lies inside it. Otherwise nested
        polygons of a plane follow the even-odd rule after keyhole edges are resolved by the
        reader.
    """

    points_mm: npt.NDArray[np.float64]
    exclusive_or: bool = False

    def __post_init__(self) -> None:
        if self.points_mm.ndim != 2 or self.points_mm.shape[1:] != (3,) or len(self.points_mm) < 3:
            raise ValueError("a contour needs at least three points in space")


@dataclass(frozen=True, eq=False)
class ContourSet:
    """Parallel planar contours of one structure.

    Attributes
    ----------
    contours : tuple of Contour
        Not empty, planes parallel to one another.
    frame_of_reference_uid : str or None
    """

    contours: tuple[Contour, ...]
    frame_of_reference_uid: str | None = None


@dataclass(frozen=True, eq=False)
class Structure:
    """A named region.

    Attributes
    ----------
    name : str
    role : StructureRole
    shape : ContourSet or Mask
        Contours stay contours: they are rasterised, once, by whoever measures.
    number : int or None
        ROI number in the structure set.
    colour_rgb : tuple of int or None
        Display colour, 0-255.
    """

    name: str
    role: StructureRole
    shape: ContourSet | Mask
    number: int | None = None
    colour_rgb: tuple[int, int, int] | None = None

    def __post_init__(self) -> None:
        make_plain(self, "name")
