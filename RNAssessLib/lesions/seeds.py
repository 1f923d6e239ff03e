"""Where each lesion is looked for, and to which one a voxel is nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from RNAssessLib.case import Grid, Mask, Vector

from .morphology import Bools, Component, box_around, distance_to

Spacing = tuple[float, float, float]
MARGIN_MM = 30.0


@dataclass(frozen=True, eq=False)
class LesionSeed:
    """Where to look for one lesion, on the T1c grid.

    Attributes
    ----------
    lesion_id : str
    center_lps_mm : tuple of float
    target : Mask
        Treated volume (GTV when there is one).
    search : Mask
        Region in which enhancement belongs to this lesion although it need not hang on the target:
        what received a high dose, or a margin around the target. It may reach across the falx.
    """

    lesion_id: str
    center_lps_mm: Vector
    target: Mask
    search: Mask


def union_of(masks: Sequence[Bools], grid: Grid) -> Bools:
    """Voxels of any of the masks; nothing set when there is none."""
    out = np.zeros(grid.shape, bool)
    for mask in masks:
        out |= mask
    return out


def nearest_seed(
    seeds: Sequence[LesionSeed], component: Component, spacing: Spacing
) -> tuple[np.ndarray, np.ndarray]:
    """Index of the nearest target and its distance in mm, for every voxel of a component.

    The target's own voxels count, not its centre: a big target owns its neighbourhood.
    """
    points = component.points() * np.asarray(spacing)
    best = np.full(len(points), np.inf)
    owner = np.zeros(len(points), int)
    for n, seed in enumerate(seeds):
        distance = _distance_to_target(seed, points, spacing)
        closer = distance < best
        best[closer], owner[closer] = distance[closer], n
    return owner, best


def _distance_to_target(seed: LesionSeed, points_mm: np.ndarray, spacing: Spacing) -> np.ndarray:
    target = np.argwhere(seed.target.array)
    if len(target) == 0:
        points = seed.target.grid.lps_to_index(seed.center_lps_mm)[None, :]
        target = np.rint(points).astype(int)
    return np.asarray(cKDTree(target * np.asarray(spacing)).query(points_mm)[0])


def divide(drawn: Bools, lesions: dict[str, Bools], spacing: Spacing) -> dict[str, Bools]:
    """Split a drawn mask between lesions by nearness."""
    out = {name: np.zeros(drawn.shape, bool) for name in lesions}
    present = {name: mask for name, mask in lesions.items() if mask.any()} or lesions
    box = box_around(drawn, spacing, MARGIN_MM)
    if box is None or not lesions:
        return out
    nearest = np.argmin([distance_to(mask[box], spacing) for mask in present.values()], axis=0)
    for n, name in enumerate(present):
        out[name][box] = drawn[box] & (nearest == n)
    return out
