"""A whole head around the skull-stripped template: what an unstripped image is matched with.

The template ends at the brain. Matching it with a head lets scalp, the brightest thing there is,
pull the brain outwards. So the layers around the brain are put back: CSF, bone (dark), scalp
(bright). They are schematic; mutual information needs their order, not their exact depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, Image, Mask

from .atlas_template import load_template
from .balls import within

MARGIN_MM = 16
CSF_MM, SKULL_MM, SCALP_MM = 2.0, 6.0, 11.0
CSF_LEVEL, SKULL_LEVEL, SCALP_LEVEL = 0.3, 0.12, 1.4  # of white matter
FACE_BELOW_MM = -30.0  # below this the layers would lie in face and neck (MNI z)


@dataclass(frozen=True, eq=False)
class HeadLayers:
    """The template's brain padded; how far from it is measured for those who ask.

    Attributes
    ----------
    grid : Grid
        1 mm, LPS.
    brain : (K, J, I) bool array
        Holes filled.
    """

    grid: Grid
    brain: npt.NDArray[np.bool_]

    @cached_property
    def outside(self) -> npt.NDArray[np.float32]:
        """Distance from the brain, (K, J, I), mm."""
        return np.asarray(ndimage.distance_transform_edt(~self.brain), np.float32)

    def around(self, reach_mm: float) -> npt.NDArray[np.bool_]:
        """Brain and what lies at most `reach_mm` from it, (K, J, I)."""
        return within(self.brain, (1.0, 1.0, 1.0), reach_mm)


@cache
def load_head_layers() -> HeadLayers:
    """Pad the template, once."""
    template = load_template()
    brain = np.pad(ndimage.binary_fill_holes(template.brain.array), MARGIN_MM)
    x, y, z = (float(v) for v in template.t1.grid.index_to_lps([-MARGIN_MM] * 3))
    k, j, i = brain.shape
    grid = Grid((k, j, i), (x, y, z), template.t1.grid.spacing_mm, template.t1.grid.direction)
    return HeadLayers(grid, brain)


@cache
def load_head_template() -> tuple[Image, Mask]:
    """T1-like head in units of white matter, and where it may be believed (no face, no neck)."""
    template, layers = load_template(), load_head_layers()
    white = template.wm.array > 0.9
    level = float(np.median(template.t1.array[white]))
    head = np.pad(template.t1.array / np.float32(level), MARGIN_MM)
    around = ~layers.brain
    head[around] = 0.0
    for reach, level in ((SCALP_MM, SCALP_LEVEL), (SKULL_MM, SKULL_LEVEL), (CSF_MM, CSF_LEVEL)):
        head[around & layers.around(reach)] = level
    index = np.zeros((layers.brain.shape[0], 3))
    index[:, 0] = np.arange(layers.brain.shape[0])
    high = layers.grid.index_to_lps(index)[:, 2] > FACE_BELOW_MM
    known = layers.brain | (layers.around(SCALP_MM + 3.0) & high[:, None, None])
    return Image(head.astype(np.float32), layers.grid), Mask(known, layers.grid)
