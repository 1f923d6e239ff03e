"""Dark cavity of a treated lesion, found from its target, and the weak thin rim around it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from RNAssessLib.evidence import Thresholds

from .enclosure import keep_enclosed
from .enhancement import GROUND_SIGMA_MM, EnhancementMap
from .morphology import (
    Bools,
    box_around,
    depth_inside,
    distance_to,
    label_components,
    smooth_within,
)

CAVITY_DARK, CAVITY_CORE_MM, CAVITY_REACH_MM, CAVITY_SHARE = 0.6, 1.6, 40.0, 0.6
CAVITY_GROWTH_MM = 8.0
OEDEMA_LEVEL = 0.8
RIM_MM, WALL_SHARE = 3.0, 0.5


def find_rimmed_cavity(
    found: EnhancementMap,
    target: Bools,
    brain: Bools,
    avoid: Bools,
    spacing: tuple[float, float, float],
    thresholds: Thresholds | None = None,
) -> tuple[Bools, Bools]:
    """Dark cavity of a treated lesion and the weak thin rim around it.

    A rim one or two voxels thick between a dark cyst and dark oedema is hardly brighter than white
    matter, yet plainly brighter than both its sides. The cavity is found first, from the target;
    its wall then only has to stand out locally.

    Parameters
    ----------
    found : EnhancementMap
    target : (K, J, I) bool array
        Treated volume.
    brain, avoid : (K, J, I) bool array
        `avoid` holds ventricles and what else is dark and normal.

    Returns
    -------
    cavity, rim : (K, J, I) bool array
        Both empty when the target holds no dark cavity, or when no enhancing wall closes it in
        (`keep_enclosed`).
    """
    thresholds = thresholds or Thresholds()
    cavity, rim = np.zeros(brain.shape, bool), np.zeros(brain.shape, bool)
    box = box_around(target, spacing, CAVITY_REACH_MM)
    if box is None:
        return cavity, rim
    values, rise, inside = found.t1c[box], found.rise[box], brain[box]
    own = values[target[box] & inside]
    low = float(np.percentile(own, 20)) if own.size else 0.0
    # oedema is dark too: the cut lies halfway between the cavity and oedematous brain
    dark = (values < 0.5 * (low + OEDEMA_LEVEL)) & (low < CAVITY_DARK) & inside & ~avoid[box]
    cores, _ = label_components(depth_inside(dark, spacing) > CAVITY_CORE_MM)
    weak = thresholds["segmentation.rim_rise"]
    near = distance_to(target[box], spacing) <= CAVITY_GROWTH_MM
    for number in np.unique(cores[target[box] & (cores > 0)]):
        core = cores == number
        around = distance_to(core, spacing)
        whole = dark & (around <= CAVITY_CORE_MM + 1.0)
        # a cavity may outgrow its target, but what floods along cortex leaves it behind
        if np.count_nonzero(whole & near) < CAVITY_SHARE * np.count_nonzero(whole):
            continue
        outward = distance_to(whole, spacing)
        wall = (outward > 0) & (outward <= 1.1 * max(spacing)) & inside
        size = [2 * round(RIM_MM / s) + 1 for s in spacing]
        ground, _ = smooth_within(
            values, inside & (outward > RIM_MM + 1.0) & (outward < 8.0),
            [GROUND_SIGMA_MM / s for s in spacing],
        )  # fmt: skip
        # without a T1 the wall is compared with what lies around it
        risen = rise if found.uses_subtraction else values - ground
        bright = ndimage.maximum_filter(np.where(whole, -1.0, risen), size)
        if not wall.any() or float((bright[wall] > weak).mean()) < WALL_SHARE:
            continue
        ring = (outward > 0) & (outward <= RIM_MM + 1.0) & inside & ~avoid[box]
        peak = ndimage.maximum_filter(np.where(ring, values, 0.0), size)
        stands_out = (values > 0.5 * (peak + np.minimum(ground, peak))) & (risen > weak)
        whole = keep_enclosed(whole, (found.mask[box] & ~whole) | (ring & stands_out), spacing,
                              thresholds)  # fmt: skip
        cavity[box] |= whole
        rim[box] |= ring & stands_out & (distance_to(whole, spacing) <= RIM_MM + 1.0)
    return cavity, rim & ~cavity
