"""Nodules of a lesion's wall, solid or with a small necrotic centre of their own (LA25 §2.1)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.morphology import Bools, depth_inside, distance_to, find_components

from .workspace import HALF

Spacing = tuple[float, ...]
CAVITY_SHARE = 0.5  # of the widest ball in the core: what such a ball does not reach is a side room


def fit_balls(inside: Bools, spacing: Spacing, diameter_mm: float) -> Bools:
    """What balls of a diameter cover that fit into `inside` (isotropic lattice)."""
    # the nearest outside voxel's centre lies half a voxel beyond the border
    middle = depth_inside(inside, spacing) >= HALF * diameter_mm + HALF * spacing[0]
    return np.asarray(inside & (distance_to(middle, spacing) <= HALF * diameter_mm))


def find_hollow_nodules(
    enhancing: Bools,
    core: Bools,
    thickness_mm: npt.NDArray[np.floating[Any]],
    spacing: Spacing,
    thresholds: Thresholds,
) -> Bools:
    """Enhancing part of the bulges of a wall that are nodules around a small centre.

    A nodule in the wall of a cyst may be necrotic itself: no ball fits into its own wall, yet it is
    nothing like the thin rim beside it. The main cavity is what the widest balls of the core cover.
    A bulge is where a ball of the nodule's diameter fits between it and the outer surface, and is
    a nodule when most of it enhances and its wall is thicker than the rim by
    ``rim_morphology.hollow_wall_ratio``. A thin-walled chamber beside the cavity is none.

    Parameters
    ----------
    enhancing, core : (K, J, I) bool array
        Disjoint, isotropic lattice; the core is not empty.
    thickness_mm : (K, J, I) array
        Of the wall at its outer surface, NaN elsewhere.
    spacing : tuple of float
        (k, j, i) in mm.
    thresholds : Thresholds
    """
    wall = ndimage.binary_fill_holes(enhancing | core) & ~_main_cavity(core, spacing)
    surface = np.isfinite(thickness_mm)
    rim_mm = float(np.median(thickness_mm[surface])) if surface.any() else 0.0
    out = np.zeros(enhancing.shape, bool)
    for bulge in find_components(fit_balls(wall, spacing, thresholds["rim_morphology.nodule_mm"])):
        own = bulge.mask & enhancing[bulge.box]
        outer = own & surface[bulge.box]
        if not outer.any() or own.sum() < HALF * bulge.size:
            continue
        thick_mm = float(np.median(thickness_mm[bulge.box][outer]))
        if thick_mm >= thresholds["rim_morphology.hollow_wall_ratio"] * rim_mm:
            out[bulge.box] |= own
    return out


def _main_cavity(core: npt.NDArray[Any], spacing: Spacing) -> Bools:
    radius = CAVITY_SHARE * float(depth_inside(core, spacing).max())
    return fit_balls(core, spacing, 2.0 * radius)
