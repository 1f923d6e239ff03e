"""Between RNAssess images and SimpleITK, without copying more than once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from RNAssessLib.case import Grid, RigidTransform
from RNAssessLib.study.itk_grid import grid_of

__all__ = ["SEED", "grid_of", "repeatable", "sample", "to_sitk", "to_sitk_transform"]

# ITK jitters even a regular sample; without a seed the clock would choose the jitter
SEED = 22


def to_sitk(array: npt.NDArray[Any], grid: Grid) -> sitk.Image:
    """Return a SimpleITK image of `array` (K, J, I) on `grid`; booleans become uint8."""
    values = array.astype(np.uint8) if array.dtype == np.bool_ else array
    image = sitk.GetImageFromArray(values)
    image.SetOrigin(grid.origin_mm)
    image.SetSpacing(grid.spacing_mm)
    image.SetDirection(grid.direction)
    return image


def sample(
    image: sitk.Image,
    grid: Grid,
    transform: sitk.Transform,
    interpolator: int = sitk.sitkLinear,
    outside: float = 0.0,
) -> npt.NDArray[np.float32]:
    """Values of `image` at the voxel centres of `grid`, (K, J, I).

    Parameters
    ----------
    image : SimpleITK.Image
    grid : Grid
    transform : SimpleITK.Transform
        Carries points of `grid` to points of the image.
    interpolator : int
        Of SimpleITK.
    outside : float
        Value beyond the image.
    """
    sampled = sitk.Resample(
        image, [int(n) for n in grid.shape[::-1]], transform, interpolator, grid.origin_mm,
        grid.spacing_mm, grid.direction, outside, sitk.sitkFloat32,
    )  # fmt: skip
    return np.asarray(sitk.GetArrayFromImage(sampled), np.float32)


def to_sitk_transform(moving_to_fixed: RigidTransform) -> sitk.AffineTransform:
    """Return ITK's resampling transform: it carries fixed points to moving points."""
    matrix = moving_to_fixed.inverse().moving_to_fixed
    transform = sitk.AffineTransform(3)
    transform.SetMatrix(matrix[:3, :3].ravel().tolist())
    transform.SetTranslation(matrix[:3, 3].tolist())
    return transform


def repeatable(method: sitk.ImageRegistrationMethod) -> sitk.ImageRegistrationMethod:
    """Registration whose sums are formed in one order on any number of cores, in place.

    The mutual information adds up as many partial sums as there are threads, in the order in which
    they end; one thread is hardly slower on samples this small.
    """
    method.SetNumberOfThreads(1)
    method.SetNumberOfWorkUnits(1)
    return method
