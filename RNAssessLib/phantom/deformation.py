"""Another person's anatomy: strong, smooth, invertible maps of the template's lattice.

A velocity is integrated by scaling and squaring (Arsigny 2006), so the map can be inverted and its
Jacobian stays positive whatever the strength. It holds what an affine or block-matching step
cannot undo: several wavelengths down to the width of a gyrus, wide ventricles, and a midline pushed
over while the skull stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Compartment

Floats = npt.NDArray[np.floating[Any]]
STEP = 2  # voxels (mm) of the lattice on which the velocity lives
SQUARINGS = 6
SWELL_MM = 14.0  # how far wide ventricles are felt
SHIFT_REACH_MM = 38.0  # of a midline shift
CORTEX_MM = 5.0  # the same for the short waves that make gyri differ
SKULL_MM = 14.0  # depth over which inner displacements rise from nothing at the skull
LATERAL = (Compartment.LEFT_LATERAL_VENTRICLE, Compartment.RIGHT_LATERAL_VENTRICLE)


@dataclass(frozen=True)
class Build:
    """What is unusual about an anatomy; lengths in mm.

    Attributes
    ----------
    seed : int
        Of the random bends.
    bends : tuple of (float, float)
        Smoothness (Gaussian SD) and strength (SD of the displacement per axis) of each wavelength,
        longest first; only that one bends the skull.
    ventricles_mm : float
        How far the walls of the lateral ventricles are pushed outwards.
    shift_mm : float
        Largest displacement of the midline, toward +x.
    mirrored : bool
        Left and right changed, labels with them.
    atrophy : float
        Share of the cortex beside sulci given to CSF.
    """

    seed: int
    bends: tuple[tuple[float, float], ...] = ((26.0, 3.5), (9.0, 2.0), (4.0, 0.8))
    ventricles_mm: float = 2.0
    shift_mm: float = 0.0
    mirrored: bool = False
    atrophy: float = 0.3


def draw_build(seed: int) -> Build:
    """Random build: ventricles up to 4 mm wider, midline up to 6 mm off, half of them mirrored."""
    rng = np.random.default_rng([seed, 1031])
    return Build(
        seed,
        ventricles_mm=float(rng.uniform(0.0, 4.0)),
        shift_mm=float(rng.uniform(-6.0, 6.0)),
        mirrored=bool(rng.uniform() < 0.5),
        atrophy=float(rng.uniform(0.0, 0.6)),
    )


@dataclass(frozen=True, eq=False)
class Deformation:
    """Invertible map between the template's lattice and the patient's (both the same grid).

    Attributes
    ----------
    back : (3, K, J, I) array
        Displacement, voxels of 1 mm, from a patient voxel to the template's place it shows.
    forward : (3, K, J, I) array
        Displacement from a template voxel to its place in the patient.
    """

    back: Floats
    forward: Floats

    def carry(self, array: npt.NDArray[Any], order: int) -> npt.NDArray[Any]:
        """Template array seen in the patient (order 1 for shares, 0 for labels)."""
        there = np.indices(array.shape, dtype=np.float32) + self.back
        moved = ndimage.map_coordinates(array, there, order=order, mode="nearest")
        return np.asarray(moved)

    def place(self, index: Floats) -> Floats:
        """Patient index (..., 3; k, j, i) of template indices."""
        at = np.asarray(index, float)
        flat = at.reshape(-1, 3).T
        step = [ndimage.map_coordinates(f, flat, order=1, mode="nearest") for f in self.forward]
        return np.asarray(at + np.stack(step, axis=-1).reshape(at.shape))

    def jacobian(self) -> Floats:
        """Volume of the template per volume of the patient at every voxel; positive: no fold."""
        gradient = np.stack([np.stack(np.gradient(f)) for f in self.back])
        gradient += np.eye(3, dtype=gradient.dtype)[:, :, None, None, None]
        (a, b, c), (d, e, f), (g, h, i) = gradient
        return np.asarray(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))


def compute_deformation(build: Build, labels: npt.NDArray[np.uint8]) -> Deformation:
    """Map of one build.

    Parameters
    ----------
    build : Build
        Mirroring and atrophy are not part of the map.
    labels : (K, J, I) uint8 array of Compartment
        The template's, 1 mm.
    """
    coarse = labels[::STEP, ::STEP, ::STEP]
    depth = (ndimage.distance_transform_edt(coarse > 0) * STEP).astype(np.float32)
    inner = np.clip(depth / SKULL_MM, 0.0, 1.0)
    # a skull is smooth: only the longest waves bend it
    velocity = _random_bends(build.bends[:1], build.seed, coarse.shape)
    gyral = np.clip(depth / CORTEX_MM, 0.0, 1.0)
    velocity += gyral * _random_bends(build.bends[1:], build.seed + 1, coarse.shape)
    velocity += inner * (_wide_ventricles(build, coarse) + _midline_shift(build, coarse))
    # forward flow carries tissue along the velocity; an image is drawn by the flow against it
    speed = np.asarray(velocity / STEP, np.float32)
    forward, back = _integrate(speed), _integrate(-speed)
    return Deformation(_refine(back, labels.shape), _refine(forward, labels.shape))


def _random_bends(
    bends: tuple[tuple[float, float], ...], seed: int, shape: tuple[int, ...]
) -> npt.NDArray[np.float32]:
    rng = np.random.default_rng([seed, 2063])
    total = np.zeros((3, *shape), np.float32)
    for smooth_mm, strength_mm in bends:
        for axis in range(3):
            noise = rng.normal(size=shape).astype(np.float32)
            noise = ndimage.gaussian_filter(noise, smooth_mm / STEP, mode="wrap")
            noise -= noise.mean()  # a bend, not a move of the whole head
            total[axis] += noise * np.float32(strength_mm / noise.std())
    return total


def _wide_ventricles(build: Build, coarse: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Velocity away from the lateral ventricles, strongest at their walls."""
    inside = np.isin(coarse, LATERAL)
    outside_mm = ndimage.distance_transform_edt(~inside) * STEP
    signed = outside_mm - ndimage.distance_transform_edt(inside) * STEP
    smooth = ndimage.gaussian_filter(signed, 1.5)
    way = np.stack(np.gradient(smooth, STEP))
    size = build.ventricles_mm * np.exp(-np.maximum(outside_mm, 0.0) / SWELL_MM)
    return np.asarray(way * size, np.float32)


def _midline_shift(build: Build, coarse: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Velocity along x around the middle of the brain."""
    middle = np.argwhere(coarse > 0).mean(axis=0)
    index = np.moveaxis(np.indices(coarse.shape), 0, -1)
    away = np.linalg.norm((index - middle) * STEP, axis=-1)
    found = np.zeros((3, *coarse.shape), np.float32)
    found[2] = build.shift_mm * np.exp(-0.5 * (away / SHIFT_REACH_MM) ** 2)
    return found


def _integrate(velocity: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Displacement of the flow of a velocity (coarse voxels) after unit time."""
    index = np.indices(velocity.shape[1:], dtype=np.float32)
    step = velocity / np.float32(2**SQUARINGS)
    for _ in range(SQUARINGS):
        there = index + step
        step = step + np.stack(
            [ndimage.map_coordinates(s, there, order=1, mode="nearest") for s in step]
        )
    return np.asarray(step)


def _refine(field: npt.NDArray[np.float32], shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Coarse displacement as voxels of the fine lattice."""
    matrix = np.full(3, 1.0 / STEP)
    return np.stack(
        [
            ndimage.affine_transform(f, matrix, output_shape=shape, order=1, mode="nearest")
            * np.float32(STEP)
            for f in field
        ]
    )
