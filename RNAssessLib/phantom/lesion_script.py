"""What a lesion is made of at one timepoint, as shapes in reference space (mm)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Vector

FloatArray = npt.NDArray[np.floating[Any]]
SOFT_MM = 0.5


@dataclass(frozen=True)
class Blob:
    """Ellipsoid whose surface is wavy by a smooth, seeded pattern.

    Attributes
    ----------
    center_mm : tuple of float
        LPS, reference space.
    radii_mm : tuple of float
    waviness_mm : float
        Amplitude of the surface pattern.
    phase : float
        Makes two wavy blobs differ.
    """

    center_mm: Vector
    radii_mm: Vector
    waviness_mm: float = 0.0
    phase: float = 0.0

    def depth(self, points_mm: FloatArray) -> FloatArray:
        """Approximate depth below the surface in mm (negative outside) of points (..., 3)."""
        offset = points_mm - np.asarray(self.center_mm)
        scaled = np.linalg.norm(offset / np.asarray(self.radii_mm), axis=-1)
        size = float(np.mean(self.radii_mm))
        depth = (1.0 - scaled) * size
        if self.waviness_mm:
            wave = np.sin(offset[..., 0] / 2.7 + self.phase) * np.sin(
                offset[..., 1] / 3.1 + 2 * self.phase
            ) + np.sin(offset[..., 2] / 2.3 - self.phase)
            depth = depth + 0.5 * self.waviness_mm * wave
        return np.asarray(depth)


def union_depth(blobs: tuple[Blob, ...], points_mm: FloatArray) -> FloatArray:
    """Depth below the surface of the union of blobs; -inf for none."""
    if not blobs:
        return np.full(points_mm.shape[:-1], -np.inf)
    return np.asarray(np.maximum.reduce([b.depth(points_mm) for b in blobs]))


def soft(depth: FloatArray) -> FloatArray:
    """Share of a voxel inside, from the depth of its centre (half a millimetre of blur)."""
    return np.asarray(np.clip(0.5 + depth / (2 * SOFT_MM), 0.0, 1.0))


@dataclass(frozen=True)
class LesionState:
    """One lesion at one timepoint.

    Attributes
    ----------
    body : tuple of Blob
        Union of everything inside the outer border.
    rim_mm : float
        Thickness of the enhancing rim; larger than the body makes it solid.
    satellites : tuple of Blob
        Separate solid enhancement (across a boundary, nodules apart).
    nodules : tuple of Blob
        Solid enhancement inside the body.
    oedema_mm : float
        Reach of the FLAIR hyperintensity beyond the body, through white matter.
    core_restricted : bool
        High DWI and low ADC inside the rim.
    swi_foci : tuple of Blob
    """

    body: tuple[Blob, ...]
    rim_mm: float
    satellites: tuple[Blob, ...] = ()
    nodules: tuple[Blob, ...] = ()
    oedema_mm: float = 6.0
    core_restricted: bool = False
    swi_foci: tuple[Blob, ...] = field(default=())

    def parts(self, points_mm: FloatArray) -> dict[str, FloatArray]:
        """Shares of ``enhancing core oedema swi`` at points (..., 3); core and rim are disjoint."""
        depth = union_depth(self.body, points_mm)
        inside = soft(depth)
        core = soft(depth - self.rim_mm) * (1.0 - soft(union_depth(self.nodules, points_mm)))
        apart = soft(union_depth(self.satellites, points_mm))
        enhancing = np.maximum(inside - core, apart)
        around = np.maximum(depth, union_depth(self.satellites, points_mm))
        oedema = soft(around + self.oedema_mm) * (1.0 - np.maximum(inside, apart))
        return {
            "enhancing": enhancing,
            "core": core,
            "oedema": oedema,
            "swi": soft(union_depth(self.swi_foci, points_mm)),
        }

    def reach_mm(self) -> tuple[FloatArray, FloatArray]:
        """Corners (low, high) of a box that holds everything."""
        blobs = (*self.body, *self.satellites, *self.swi_foci)
        margin = self.oedema_mm + 3.0
        low = np.min([np.subtract(b.center_mm, b.radii_mm) for b in blobs], axis=0) - margin
        high = np.max([np.add(b.center_mm, b.radii_mm) for b in blobs], axis=0) + margin
        return np.asarray(low), np.asarray(high)
