"""A whole head around the skull-stripped template: what an unstripped image is matched with.

The template ends at the brain. Matching it with a head lets scalp, the brightest thing there is,
pull the brain outwards. So the layers around the brain are put back: CSF, bone (dark), scalp
(bright). They are schematic; mutual information needs their order, not their exact depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, Image, Mask

from .atlas_template import load_template

MARGIN_MM = 16
CSF_MM, SKULL_MM, SCALP_MM = 2.0, 6.0, 11.0
CSF_LEVEL, SKULL_LEVEL, SCALP_LEVEL = 0.3, 0.12, 1.4  # of white matter
FACE_BELOW_MM = -30.0  # below this the layers would lie in face and neck (MNI z)


@dataclass(frozen=True, eq=False)
class HeadLayers:
    """The template's brain padded, with distances from it.

    Attributes
    ----------
    grid : Grid
        1 mm, LPS.
    brain : (K, J, I) bool array
        Holes filled.
    outside : (K, J, I) array
        Distance from the brain, mm.
    """

    grid: Grid
    brain: npt.NDArray[np.bool_]
    outside: npt.NDArray[np.float32]


@cache
def load_head_layers() -> HeadLayers:
    """Pad the template and measure distances, once."""
    template = load_template()
    brain = np.pad(ndimage.binary_fill_holes(template.brain.array), MARGIN_MM)
    outside = ndimage.distance_transform_edt(~brain).astype(np.float32)
    x, y, z = (float(v) for v in template.t1.grid.index_to_lps([-MARGIN_MM] * 3))
    k, j, i = brain.shape
    grid = Grid((k, j, i), (x, y, z), template.t1.grid.spacing_mm, template.t1.grid.direction)
    return HeadLayers(grid, brain, outside)


@cache
def load_head_template() -> tuple[Image, Mask]:
    """T1-like head in units of white matter, and where it may be believed (no face, no neck)."""
    template, layers = load_template(), load_head_layers()
    white = template.wm.array > 0.9
    level = float(np.median(template.t1.array[white]))
    head = np.pad(template.t1.array / np.float32(level), MARGIN_MM)
    around = ~layers.brain
    head[around] = 0.0
    head[around & (layers.outside <= SCALP_MM)] = SCALP_LEVEL
    head[around & (layers.outside <= SKULL_MM)] = SKULL_LEVEL
    head[around & (layers.outside <= CSF_MM)] = CSF_LEVEL
    index = np.zeros((layers.brain.shape[0], 3))
    index[:, 0] = np.arange(layers.brain.shape[0])
    high = layers.grid.index_to_lps(index)[:, 2] > FACE_BELOW_MM
    known = layers.brain | ((layers.outside <= SCALP_MM + 3.0) & high[:, None, None])
    return Image(head.astype(np.float32), layers.grid), Mask(known, layers.grid)
