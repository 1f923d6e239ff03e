"""How much every voxel resembles its neighbours, and where a block of that is found again.

MIND (Heinrich et al. 2012, doi 10.1016/j.media.2012.05.008): contrast, gain and receive field
leave it alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

FloatArray = npt.NDArray[np.float64]
Array = npt.NDArray[np.float32]


def compute_self_similarity(array: Array) -> Array:
    """MIND descriptor, 1 where a voxel's surroundings equal its neighbour's, towards 0 elsewhere.

    Parameters
    ----------
    array : (K, J, I) array

    Returns
    -------
    (6, K, J, I) float32 array
    """
    distance = np.empty((6, *array.shape), np.float32)
    number = 0
    for axis in range(3):
        for step in (-1, 1):
            other = np.roll(array, step, axis)
            distance[number] = ndimage.uniform_filter((array - other) ** 2, 3)
            number += 1
    spread = distance.mean(axis=0)
    middle = float(spread.mean())
    spread = np.clip(spread, 0.001 * middle + 1e-12, 1000 * middle + 1e-12)
    return np.asarray(np.exp(-(distance - distance.min(axis=0)) / spread), np.float32)


def find_shift(block: Array, window: Array, reach: int) -> FloatArray:
    """Shift in voxels with the least squared difference, between voxels by a parabola.

    Parameters
    ----------
    block : (C, K, J, I) array
        Descriptors of the block.
    window : (C, K + 2 reach, J + 2 reach, I + 2 reach) array
        Of where it is searched.
    reach : int

    Returns
    -------
    (3,) array
        At the edge of what was searched: astray.
    """
    # every second voxel is enough: the descriptor is smooth over three
    part = block[:, ::2, ::2, ::2].reshape(len(block), 1, -1)
    views = np.lib.stride_tricks.sliding_window_view(window, block.shape[1:], axis=(1, 2, 3))
    gap = views[..., ::2, ::2, ::2].reshape(len(block), -1, part.shape[2])
    gap -= part
    np.multiply(gap, gap, out=gap)
    cost = gap.sum(axis=2).sum(axis=0, dtype=np.float64).reshape((2 * reach + 1,) * 3)
    best = np.array(np.unravel_index(int(cost.argmin()), cost.shape))
    shift = best.astype(float) - reach
    if best.min() == 0 or best.max() == 2 * reach:
        return shift
    for axis in range(3):
        step = np.eye(3, dtype=int)[axis]
        low, mid, high = (float(cost[tuple(best + s * step)]) for s in (-1, 0, 1))
        curve = low - 2 * mid + high
        if curve > 0:
            shift[axis] += 0.5 * (low - high) / curve
    return shift
