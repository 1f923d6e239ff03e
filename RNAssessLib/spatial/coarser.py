"""Copies of an image to be matched: without its brightest voxels, smoothed, on coarser lattices."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from scipy import sparse

from RNAssessLib.case import Image

from .itk import to_sitk
from .separable import weigh_along

# of the new spacing: as much as keeps what is finer from posing as coarse structure
BLUR, CUT_OFF = 0.4, 4.0


def clip_glare(image: Image) -> Image:
    """Fat and vessels clipped: a few bright voxels must not take most bins of the histogram."""
    values = image.array[::2, ::2, ::2]
    inside = values[values > 0]
    if inside.size == 0:
        return image
    low, high = float(values.min()), float(np.percentile(inside, 99.5))
    if high <= low:
        return image
    return Image(np.clip(image.array, low, high), image.grid, image.frame_of_reference_uid,
                 image.source)  # fmt: skip


def make_coarser(image: Image, spacing_mm: float) -> sitk.Image:
    """Smoothed copy at about `spacing_mm`, never finer than the data, for SimpleITK.

    Parameters
    ----------
    image : Image
    spacing_mm : float
        Wanted along every axis; an axis with thicker slices keeps its own.

    Returns
    -------
    SimpleITK.Image
        Float, on the same axes and field of view. Only the values that are kept are computed, one
        axis after the other: a Gaussian of 0.4 of the new spacing, then linear between voxels.
    """
    i, j, k = (max(spacing_mm, s) for s in image.grid.spacing_mm)
    grid = image.grid.resized((i, j, k))
    array = image.array.astype(np.float32, copy=False)
    for axis, own in enumerate(image.grid.spacing_mm[::-1]):
        new = grid.spacing_mm[2 - axis]
        blur = BLUR * new / own if new > 1.2 * own else 0.0
        at = _places(array.shape[axis], grid.shape[axis], new / own)
        array = weigh_along(array, axis, _weights(at, array.shape[axis], blur))
    return to_sitk(array, grid)


def _places(size: int, count: int, step: float) -> npt.NDArray[np.float64]:
    """Where the new voxels lie among the old; both lattices share their middle."""
    return np.asarray((size - 1) / 2.0 + (np.arange(count) - (count - 1) / 2.0) * step, float)


def _weights(at: npt.NDArray[np.float64], size: int, blur: float) -> sparse.csr_array:
    """Share of every old voxel in each new one; beyond its ends the image goes on as it ended."""
    reach = int(np.ceil(CUT_OFF * blur))
    steps = np.arange(-reach, reach + 1)
    bell = np.exp(-0.5 * (steps / blur) ** 2) if blur else np.ones(1)
    bell /= bell.sum()
    low = np.floor(at).astype(int)
    share = at - low
    row = np.repeat(np.arange(len(at)), 2 * len(steps))
    column = (low[:, None, None] + np.array([0, 1])[:, None] + steps).clip(0, size - 1)
    weight = np.stack([1.0 - share, share], axis=1)[:, :, None] * bell
    entries = (weight.ravel(), (row, column.ravel()))
    return sparse.coo_array(entries, shape=(len(at), size)).tocsr().astype(np.float32)
