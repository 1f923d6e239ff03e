"""What white matter looks like at one timepoint, and where ordinary structures enhance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from scipy import ndimage

from RNAssessLib.anatomy.boundaries import VENTRICLES
from RNAssessLib.case import (
    Anatomy,
    Compartment,
    Grid,
    Image,
    Mask,
    RigidTransform,
    SequenceRole,
    Tissue,
)
from RNAssessLib.spatial.resampling import resample_array

FIELD_MM = 25.0  # reach of the receive field's estimate
BORDER_MM = 3.0
MIDLINE_MM = 2.5


@dataclass(frozen=True, eq=False)
class TissueLevels:
    """Local white-matter level and where ordinary structures enhance.

    Attributes
    ----------
    white : mapping of SequenceRole to (K, J, I) float32 array
        Local white-matter signal (receive field included), per sequence.
    brain : Mask
    ordinary : (K, J, I) bool array
        Dura, sinuses, choroid plexus and what lies within reach of the brain's border.
    """

    white: Mapping[SequenceRole, npt.NDArray[np.float32]]
    brain: Mask
    ordinary: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Levels:
    """Levels for segmentation, and white matter as a mask (lesions not yet removed)."""

    tissue: TissueLevels
    white_matter: npt.NDArray[np.bool_]


def compute_levels(
    images: Mapping[SequenceRole, Image],
    brain: Mask,
    anatomy: Anatomy | None,
    common: Grid,
    common_to_native: RigidTransform,
    lesion_area: npt.NDArray[np.bool_],
) -> Levels:
    """Local white-matter level of each sequence.

    White matter is taken from the anatomy where there is one, else from the peak of the T1c's
    histogram; its smoothed signal is the level, so that the receive field drops out.
    """
    grid = brain.grid
    t1c = images[SequenceRole.T1C]
    white, ordinary = _from_anatomy(anatomy, common, common_to_native, grid, brain)
    if white is None:
        white = _from_histogram(t1c, brain)
    white &= brain.array & ~lesion_area
    # partial volume and vessels out: keep what is near the typical signal
    typical = float(np.median(t1c.array[white])) if white.any() else 1.0
    pure = white & (np.abs(t1c.array - typical) < 0.35 * typical)
    levels = {}
    for role, image in images.items():
        levels[role] = _local_level(image, pure)
    return Levels(TissueLevels(levels, brain, ordinary), pure)


def _local_level(image: Image, white: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Smoothed white-matter signal, estimated on a coarse copy (the field is smooth)."""
    if not white.any():
        level = float(np.median(image.array[image.array > 0])) if (image.array > 0).any() else 1.0
        return np.full(image.grid.shape, level, np.float32)
    step = [max(int(4.0 / s), 1) for s in image.grid.spacing_mm[::-1]]
    thin = tuple(slice(None, None, n) for n in step)
    mask = white[thin].astype(np.float32)
    values = image.array[thin] * mask
    sigma = [FIELD_MM / (s * n) for s, n in zip(image.grid.spacing_mm[::-1], step, strict=True)]
    weight = ndimage.gaussian_filter(mask, sigma) + 1e-4
    typical = float(np.median(image.array[white]))
    field = (ndimage.gaussian_filter(values, sigma) + 1e-4 * typical) / weight
    zoomed = ndimage.affine_transform(
        field, [1.0 / n for n in step], output_shape=image.grid.shape, order=1, mode="nearest"
    )
    return np.asarray(zoomed, np.float32)


def _from_anatomy(
    anatomy: Anatomy | None,
    common: Grid,
    common_to_native: RigidTransform,
    grid: Grid,
    brain: Mask,
) -> tuple[npt.NDArray[np.bool_] | None, npt.NDArray[np.bool_]]:
    inside = ndimage.distance_transform_edt(brain.array, sampling=grid.spacing_mm[::-1])
    ordinary = inside < BORDER_MM
    if anatomy is None:
        return None, ordinary

    def carry(where: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        share = resample_array(where, common, grid, common_to_native, interpolator=sitk.sitkLinear)
        return np.asarray(share >= 0.5)

    ordinary |= carry(np.isin(anatomy.compartments, VENTRICLES))
    left = anatomy.compartments == Compartment.LEFT_CEREBRUM
    right = anatomy.compartments == Compartment.RIGHT_CEREBRUM
    reach = MIDLINE_MM
    midline = (ndimage.distance_transform_edt(~left) < reach) & (
        ndimage.distance_transform_edt(~right) < reach
    )
    ordinary |= carry(midline & (anatomy.compartments != Compartment.CORPUS_CALLOSUM))
    white = anatomy.tissue == Tissue.WHITE_MATTER
    return carry(ndimage.binary_erosion(white)), ordinary


def _from_histogram(t1c: Image, brain: Mask) -> npt.NDArray[np.bool_]:
    values = t1c.array[brain.array]
    low, high = np.percentile(values, (20, 99))
    counts, edges = np.histogram(values, 80, (float(low), float(high)))
    smooth = ndimage.gaussian_filter1d(counts.astype(float), 2)
    peak = float(edges[int(smooth.argmax())])
    return np.asarray(brain.array & (np.abs(t1c.array - peak) < 0.1 * peak))
