"""Carry images and masks to another grid, once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from RNAssessLib.case import Grid, Image, Mask, RigidTransform

from .itk import sample, to_sitk, to_sitk_transform

HALF = 0.5


def resample_array(
    array: npt.NDArray[Any],
    grid: Grid,
    target: Grid,
    moving_to_fixed: RigidTransform | None = None,
    *,
    interpolator: int = sitk.sitkLinear,
    outside: float = 0.0,
) -> npt.NDArray[np.float32]:
    """Sample `array` at the voxel centres of `target`.

    Parameters
    ----------
    array : (K, J, I) array on `grid`
    grid, target : Grid
        Moving and fixed lattice.
    moving_to_fixed : RigidTransform, optional
        Identity when both share one space.
    interpolator : int
        A SimpleITK interpolator.
    outside : float
        Value beyond the moving lattice.

    Returns
    -------
    (K, J, I) float32 array on `target`
    """
    transform = to_sitk_transform(moving_to_fixed or RigidTransform())
    moving = to_sitk(array.astype(np.float32, copy=False), grid)
    return sample(moving, target, transform, interpolator, outside)


def resample_image(
    image: Image, target: Grid, moving_to_fixed: RigidTransform | None = None
) -> Image:
    """Image on another grid, linear interpolation; unchanged when the grid is already that one."""
    if moving_to_fixed is None and image.grid.matches(target):
        return image
    array = resample_array(image.array, image.grid, target, moving_to_fixed)
    return Image(array, target, None, image.source)


def resample_mask(mask: Mask, target: Grid, moving_to_fixed: RigidTransform | None = None) -> Mask:
    """Mask on another grid: linear interpolation of the indicator, cut at one half.

    Volumes are measured on the native mask; the resampled one is for comparison and display.
    """
    if moving_to_fixed is None and mask.grid.matches(target):
        return mask
    share = resample_array(mask.array, mask.grid, target, moving_to_fixed)
    return Mask(share >= HALF, target)
