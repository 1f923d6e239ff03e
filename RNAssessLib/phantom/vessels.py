"""Vessels, dura and plexus of one person: what enhances in every head and is taken for a lesion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Compartment

Array = npt.NDArray[np.float32]
Floats = npt.NDArray[np.floating[Any]]
Labels = npt.NDArray[np.uint8]
CORTICAL_VEINS, SULCAL_VESSELS = 14, 12
VENTRICLES = (
    Compartment.LEFT_LATERAL_VENTRICLE, Compartment.RIGHT_LATERAL_VENTRICLE,
    Compartment.THIRD_VENTRICLE, Compartment.FOURTH_VENTRICLE,
)  # fmt: skip
ABOVE = (Compartment.LEFT_CEREBRUM, Compartment.RIGHT_CEREBRUM)
BELOW = (Compartment.LEFT_CEREBELLUM, Compartment.RIGHT_CEREBELLUM)


def draw_vessels(outside: Array, csf: Array, labels: Labels, rng: np.random.Generator) -> Array:
    """Share of cortical veins and of vessels in the sulci, on the template's 1 mm lattice.

    Parameters
    ----------
    outside : (K, J, I) array
        Distance from the brain, mm.
    csf : (K, J, I) array
        Share.
    labels : (K, J, I) uint8 array of Compartment
    """
    share = np.zeros(outside.shape, np.float32)
    middle = np.argwhere(labels > 0).mean(axis=0)
    for _ in range(CORTICAL_VEINS):
        _stamp(share, _cortical_vein(outside, middle, rng), float(rng.uniform(0.7, 1.4)))
    sulci = np.where(np.isin(labels, VENTRICLES) | (labels == 0), 0.0, csf)
    guide = ndimage.gaussian_filter(sulci, 1.0)
    starts = np.argwhere((guide > 0.55) & (labels > 0))
    for _ in range(SULCAL_VESSELS if len(starts) else 0):
        start = starts[rng.integers(len(starts))].astype(float)
        _stamp(share, _sulcal_vessel(guide, start, rng), float(rng.uniform(0.6, 1.1)))
    return share


def measure_sides(labels: Labels) -> tuple[Array, Array]:
    """Distances (voxels) from cerebrum and from cerebellum; they meet at the tentorium."""
    above, below = (
        ndimage.distance_transform_edt(~np.isin(labels, side)).astype(np.float32)
        for side in (ABOVE, BELOW)
    )
    return above, below


def draw_dura(
    outside: Array, distances: tuple[Array, Array], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Share of convexity dura with tentorium, and of the transverse sinuses.

    Parameters
    ----------
    outside : (K, J, I) array
        Distance from the brain, mm.
    distances : tuple of array
        Of `measure_sides`.
    rng : numpy.random.Generator
    """
    patchy = ndimage.gaussian_filter(rng.normal(size=outside.shape).astype(np.float32), 6.0)
    patchy /= np.float32(patchy.std())
    sheet = np.clip(0.35 + 0.12 * patchy, 0.05, 0.7)
    convexity = (outside >= 1.4) & (outside < 2.4)
    above, below = distances
    tentorium = (np.abs(above - below) <= 0.8) & (above + below < 9.0)
    dura = np.where(convexity | tentorium, sheet, 0.0).astype(np.float32)
    back = np.arange(outside.shape[1])[None, :, None] > 0.62 * outside.shape[1]
    sinus = (above < 7.0) & (below < 7.0) & (outside > 0.5) & (outside < 5.0) & back
    return dura, sinus.astype(np.float32)


def draw_plexus(labels: Labels, rng: np.random.Generator) -> Array:
    """Share of choroid plexus: clumps in the back half of the lateral ventricles."""
    share = np.zeros(labels.shape, np.float32)
    clumps = ndimage.gaussian_filter(rng.normal(size=labels.shape).astype(np.float32), 1.2)
    for side in VENTRICLES[:2]:
        inside = labels == side
        where = np.argwhere(inside)
        if not len(where):
            continue
        low, _ = np.percentile(where, [45, 95], axis=0)
        behind = np.arange(labels.shape[1])[None, :, None] > low[1]
        deep = ndimage.distance_transform_edt(inside) >= 1.5
        share[inside & behind & deep & (clumps > 0.6 * clumps.std())] = 0.9
    return share


def _cortical_vein(outside: Array, middle: Floats, rng: np.random.Generator) -> Floats:
    """Points of a vein over the convexity to the sagittal sinus (k, j, i)."""
    side = 1.0 if rng.uniform() < 0.5 else -1.0
    heading = rng.uniform(-0.9, 0.9)  # along front and back, radians from the vertex
    angle = np.arange(0.06, rng.uniform(0.6, 1.25), 0.008)
    sway = ndimage.gaussian_filter1d(rng.normal(size=len(angle)), 12) * 0.35
    sway += heading + rng.uniform(-0.4, 0.4) * angle
    ways = np.stack(
        [np.cos(angle) * np.cos(sway), np.sin(sway), side * np.sin(angle) * np.cos(sway)], -1
    )
    radii = np.arange(125.0, 30.0, -0.5)
    at = middle + ways[:, None, :] * radii[None, :, None]
    found = ndimage.map_coordinates(
        outside, np.moveaxis(at, -1, 0), order=1, mode="constant", cval=99.0
    )
    first = np.argmax(found < 1.3, axis=1)  # from outside inwards
    return np.asarray(at[np.arange(len(angle)), first])


def _sulcal_vessel(guide: Array, start: Floats, rng: np.random.Generator) -> Floats:
    """Walk along CSF from a starting voxel (k, j, i)."""
    ways = np.stack(np.meshgrid(*[(-1, 0, 1)] * 3, indexing="ij"), -1).reshape(-1, 3).astype(float)
    ways = np.delete(ways, 13, axis=0)
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    heading = ways[rng.integers(len(ways))]
    points = [start]
    for _ in range(int(rng.integers(20, 45))):
        there = points[-1] + ways
        value = ndimage.map_coordinates(guide, there.T, order=1, mode="constant")
        value = value + 0.25 * ways @ heading
        best = int(np.argmax(value))
        if ndimage.map_coordinates(guide, there[best][:, None], order=1)[0] < 0.2:
            break
        heading = ways[best]
        points.append(there[best])
    return np.asarray(ndimage.gaussian_filter1d(np.array(points), 1.5, axis=0, mode="nearest"))


def _stamp(share: Array, points: Sequence[Any] | Floats, radius: float) -> None:
    """Draw a tube of the given radius through points, soft over one voxel."""
    reach = int(np.ceil(radius + 1.0))
    offset = np.stack(np.meshgrid(*[np.arange(-reach, reach + 1)] * 3, indexing="ij"), -1)
    for point in np.asarray(points):
        nearest = np.rint(point).astype(int)
        if np.any(nearest < reach) or np.any(nearest + reach >= share.shape):
            continue
        gap = np.linalg.norm(offset - (point - nearest), axis=-1)
        box = tuple(slice(n - reach, n + reach + 1) for n in nearest)
        share[box] = np.maximum(share[box], np.clip(0.5 + radius - gap, 0.0, 1.0))
