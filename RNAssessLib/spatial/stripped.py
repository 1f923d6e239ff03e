"""Whether someone already removed everything but the brain."""

from __future__ import annotations

import numpy as np

from RNAssessLib.case import Image

STRIPPED_ZERO_SHARE = 0.35


def is_skull_stripped(image: Image) -> bool:
    """Whether exact zeros surround what is left of the head."""
    zero = image.array == 0
    border = np.ones(image.grid.shape, bool)
    border[1:-1, 1:-1, 1:-1] = False
    return bool(zero.mean() > STRIPPED_ZERO_SHARE and zero[border].mean() > 0.9)
