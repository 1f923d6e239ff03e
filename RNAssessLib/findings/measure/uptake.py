"""Signal of a lesion over normal tissue, for perfusion and PET."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    SequenceRole,
)

from .reference_tissue import contralateral_level, ratio_in
from .workspace import whole_mask

BoolArray = npt.NDArray[np.bool_]
FEWEST_VOXELS = 10


@dataclass(frozen=True, eq=False)
class Uptake:
    """Ratio to normal tissue inside a region.

    Attributes
    ----------
    mean, median, high, maximum : float
        `high` is a high percentile, less at the mercy of one noisy voxel than the maximum.
    where : str
        What served as normal tissue.
    hottest : Mask
        Voxels at or above that percentile, T1c grid.
    """

    mean: float
    median: float
    high: float
    maximum: float
    where: str
    hottest: Mask


def measure_uptake(
    prepared: PreparedCase,
    timepoint: PreparedTimepoint,
    lesion: Lesion,
    role: SequenceRole,
    region: BoolArray,
    *,
    hot_percentile: float,
    normal: Mask | None = None,
    name: str = "white matter",
) -> Uptake:
    """Ratio of an image inside `region` (T1c grid) to contralateral normal tissue.

    Raises
    ------
    NotAssessableError
        When the region is too small or normal tissue is not known.
    """
    if np.count_nonzero(region) < FEWEST_VOXELS:
        raise NotAssessableError(f"too little of the lesion enhances at {timepoint.id}")
    level = contralateral_level(prepared, timepoint, lesion, role, tissue=normal, name=name)
    ratio = ratio_in(timepoint, role, region, level.value)
    high = float(np.percentile(ratio, hot_percentile))
    hottest = np.zeros(region.shape, bool)
    hottest[region] = ratio >= high
    return Uptake(
        float(ratio.mean()),
        float(np.median(ratio)),
        high,
        float(ratio.max()),
        level.where,
        Mask(hottest, timepoint.nawm.grid),
    )


def normal_brain(timepoint: PreparedTimepoint) -> Mask:
    """Brain away from every lesion, its oedema and new enhancement: grey and white matter.

    Tumour-to-brain ratios of PET refer to grey and white matter together.
    """
    away = timepoint.new_enhancement.array.copy()
    for masks in timepoint.lesions.values():
        away |= masks.enhancing.array | masks.necrotic_core.array
        if masks.oedema is not None:
            away |= masks.oedema.array
    spacing = timepoint.brain.grid.spacing_mm[::-1]
    steps = max(round(5.0 / max(spacing)), 1)
    away = ndimage.binary_dilation(away, iterations=steps)
    return Mask(timepoint.brain.array & ~away, timepoint.brain.grid)


def whole_lesion_region(timepoint: PreparedTimepoint, lesion: Lesion) -> BoolArray:
    """Enhancement with core, T1c grid."""
    return whole_mask(timepoint, lesion).array
