"""What a lesion is made of at one timepoint, as shapes in reference space (mm)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import SequenceRole, Vector

from .roughness import Roughness

FloatArray = npt.NDArray[np.floating[Any]]
SOFT_MM = 0.5
SMALL_SHARE = 0.3  # of the border's roughness that a satellite has
BLOBS = ("body", "satellites", "nodules", "swi_foci", "holes", "opening", "blood")


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


@dataclass(frozen=True)
class Tube:
    """Straight vessel."""

    start_mm: Vector
    end_mm: Vector
    radius_mm: float

    def depth(self, points_mm: FloatArray) -> FloatArray:
        """Depth below the surface in mm (negative outside) of points (..., 3)."""
        start, way = np.asarray(self.start_mm), np.subtract(self.end_mm, self.start_mm)
        along = np.clip((points_mm - start) @ way / (way @ way), 0.0, 1.0)
        offset = points_mm - start - along[..., None] * way
        return np.asarray(self.radius_mm - np.linalg.norm(offset, axis=-1))


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
    core_restricted, rim_restricted : bool
        High DWI and low ADC inside the rim, and in the rim itself.
    swi_foci : tuple of Blob
    holes : tuple of Blob
        Non-enhancing holes in the body beside its core.
    opening : tuple of Blob
        Where the rim does not enhance (an open ring).
    spares : tuple of str
        Tissues of the head that the lesion leaves alone: ``grey``, ``csf``.
    blood : tuple of Blob
        Haemorrhage inside the body.
    vessels : tuple of Tube
        Enhancing on T1c and dark on SWI.
    signal : mapping of SequenceRole to float
        Signal of the enhancing part over white matter where it is not the usual one.
    rough : Roughness or None
        Irregular border, rim, uptake and oedema; None keeps the smooth shapes.
    """

    body: tuple[Blob, ...]
    rim_mm: float
    satellites: tuple[Blob, ...] = ()
    nodules: tuple[Blob, ...] = ()
    oedema_mm: float = 6.0
    core_restricted: bool = False
    swi_foci: tuple[Blob, ...] = field(default=())
    rim_restricted: bool = False
    holes: tuple[Blob, ...] = ()
    opening: tuple[Blob, ...] = ()
    spares: tuple[str, ...] = ()
    blood: tuple[Blob, ...] = ()
    vessels: tuple[Tube, ...] = ()
    signal: Mapping[SequenceRole, float] = field(default_factory=dict)
    rough: Roughness | None = None

    def parts(
        self, points_mm: FloatArray, spared: FloatArray | None = None
    ) -> dict[str, FloatArray]:
        """Shares of ``enhancing core oedema swi blood vessel`` at points (..., 3).

        Parameters
        ----------
        points_mm : (..., 3) array
        spared : (...) array, optional
            Share of spared tissue at the same points; needed only when `spares` is not empty.

        Returns
        -------
        dict of str to (...) array
            Core and enhancing part are disjoint.
        """
        depth, apart_depth, rim_mm = self._borders(points_mm)
        inside = soft(depth)
        core = soft(depth - rim_mm)
        if self.holes:
            core = np.maximum(core, inside * soft(union_depth(self.holes, points_mm)))
        if self.opening:
            core = np.maximum(core, inside * soft(union_depth(self.opening, points_mm)))
        core = core * (1.0 - soft(union_depth(self.nodules, points_mm)))
        apart = soft(apart_depth)
        enhancing = np.maximum(inside - core, apart)
        around = np.maximum(depth, apart_depth)
        oedema = self._oedema(around, points_mm) * (1.0 - np.maximum(inside, apart))
        if spared is not None and self.spares:
            enhancing, core = enhancing * (1.0 - spared), core * (1.0 - spared)
        return {
            "enhancing": enhancing,
            "core": core,
            "oedema": oedema,
            "swi": soft(union_depth(self.swi_foci, points_mm)),
            "blood": soft(union_depth(self.blood, points_mm)) * inside,
            "vessel": soft(_tube_depth(self.vessels, points_mm)),
        }

    def _borders(self, points_mm: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray | float]:
        """Depth in the body and in the satellites, and the rim's thickness there (mm)."""
        depth = union_depth(self.body, points_mm)
        apart = union_depth(self.satellites, points_mm)
        if self.rough is None:
            return depth, apart, self.rim_mm
        near = np.maximum(depth, apart) > -2.0 * self.rough.border_mm - SOFT_MM
        shift = self.rough.border(points_mm[near])
        rim = np.full(depth.shape, self.rim_mm)
        rim[near] *= self.rough.rim(points_mm[near])
        depth[near] += shift
        apart[near] += SMALL_SHARE * shift
        return depth, apart, rim

    def _oedema(self, around: FloatArray, points_mm: FloatArray) -> FloatArray:
        """Share of oedema by depth under the surface of all enhancement (negative outside)."""
        if self.rough is None:
            return soft(around + self.oedema_mm)
        fade = self.rough.fade_mm
        near = around > -self.oedema_mm * (1.0 + self.rough.reach_share) - fade
        share = np.zeros(around.shape)
        reach = self.oedema_mm * self.rough.reach(points_mm[near])
        # a border nearer than the fade would leave a veil over the lesion itself
        width = np.minimum(fade, np.maximum(reach, SOFT_MM))
        share[near] = np.clip(0.5 + (around[near] + reach) / (2 * width), 0.0, 1.0)
        return share

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there (not yet, or no more)."""
        return not any(getattr(self, name) for name in (*BLOBS, "vessels"))

    def reach_mm(self) -> tuple[FloatArray, FloatArray]:
        """Corners (low, high) of a box that holds everything; of an empty box for nothing."""
        if self.is_empty:
            return np.full(3, np.inf), np.full(3, -np.inf)
        blobs = (*self.body, *self.satellites, *self.swi_foci)
        margin = self.oedema_mm + 3.0
        if self.rough is not None:
            margin += self.rough.reach_share * self.oedema_mm + self.rough.fade_mm
        lows = [np.subtract(b.center_mm, b.radii_mm) for b in blobs]
        highs = [np.add(b.center_mm, b.radii_mm) for b in blobs]
        for tube in self.vessels:
            lows.append(np.minimum(tube.start_mm, tube.end_mm))
            highs.append(np.maximum(tube.start_mm, tube.end_mm))
        return np.min(lows, axis=0) - margin, np.max(highs, axis=0) + margin


def _tube_depth(tubes: tuple[Tube, ...], points_mm: FloatArray) -> FloatArray:
    if not tubes:
        return np.full(points_mm.shape[:-1], -np.inf)
    return np.asarray(np.maximum.reduce([t.depth(points_mm) for t in tubes]))


def move_state(state: LesionState, place: Callable[[Vector], Vector]) -> LesionState:
    """Carry every position of a state by `place`; sizes stay."""
    changes: dict[str, Any] = {
        name: tuple(replace(b, center_mm=place(b.center_mm)) for b in getattr(state, name))
        for name in BLOBS
    }
    changes["vessels"] = tuple(
        replace(t, start_mm=place(t.start_mm), end_mm=place(t.end_mm)) for t in state.vessels
    )
    return replace(state, **changes)
