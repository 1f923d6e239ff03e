"""Diffusion restriction in the core and in the rim of a lesion (LA25 §2.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Lesion,
    PreparedCase,
    PreparedTimepoint,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.morphology import erode, spacing_kji

from .blood import Blood, find_blood
from .reference_tissue import contralateral_level

BoolArray = npt.NDArray[np.bool_]
FEWEST_RIM_VOXELS = 20


@dataclass(frozen=True, eq=False)
class Restriction:
    """Restriction in core and rim at one timepoint.

    Attributes
    ----------
    timepoint : PreparedTimepoint
    core_cm3 : float
    core_share, rim_share : float
        Shares of core and rim that are restricted; 0 where core or rim is empty.
    core_adc_ratio, core_dwi_ratio, rim_adc_ratio : float or None
        Medians over normal white matter; None where the region is empty.
    inner_core_cm3 : float
        Core farther than half a DWI voxel from anything else.
    restricted_core : (K, J, I) bool array
        T1c grid.
    where : str
        What served as normal tissue.
    blood : Blood or None
        In the core; None without a core.
    """

    timepoint: PreparedTimepoint
    core_cm3: float
    core_share: float
    rim_share: float
    core_adc_ratio: float | None
    core_dwi_ratio: float | None
    rim_adc_ratio: float | None
    inner_core_cm3: float
    restricted_core: BoolArray
    where: str
    blood: Blood | None


def measure_restriction(
    prepared: PreparedCase, timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> Restriction:
    """Measure DWI and ADC of core and rim against normal white matter.

    Restricted is a voxel with low ADC and high DWI at once. Of the rim only what lies farther
    from the core than half a DWI voxel counts: nearer, the coarse DWI voxel holds core as well.

    Raises
    ------
    NotAssessableError
        Without normal white matter.
    """
    adc = timepoint.images[SequenceRole.ADC].array
    dwi = timepoint.images[SequenceRole.DWI].array
    adc_level = contralateral_level(prepared, timepoint, lesion, SequenceRole.ADC)
    dwi_level = contralateral_level(prepared, timepoint, lesion, SequenceRole.DWI)
    low = adc <= thresholds["central_diffusion_restriction.adc_ratio"] * adc_level.value
    high = dwi >= thresholds["central_diffusion_restriction.dwi_ratio"] * dwi_level.value
    restricted = low & high
    masks = timepoint.lesions[lesion.id]
    core = masks.necrotic_core.array
    rim = _rim_away_from_core(timepoint, masks.enhancing.array, core)
    return Restriction(
        timepoint=timepoint,
        core_cm3=masks.necrotic_core.volume_cm3,
        core_share=_share(restricted, core),
        rim_share=_share(restricted, rim),
        core_adc_ratio=_median_ratio(adc, core, adc_level.value),
        core_dwi_ratio=_median_ratio(dwi, core, dwi_level.value),
        rim_adc_ratio=_median_ratio(adc, rim, adc_level.value),
        inner_core_cm3=_inner_cm3(timepoint, core),
        restricted_core=restricted & core,
        where=adc_level.where,
        blood=find_blood(prepared, timepoint, lesion, core, thresholds) if core.any() else None,
    )


def _inner_cm3(timepoint: PreparedTimepoint, core: BoolArray) -> float:
    """Volume of the core that whole DWI voxels can show."""
    grid = timepoint.nawm.grid
    inner = erode(core, spacing_kji(grid.spacing_mm), _half_voxel(timepoint))
    return float(np.count_nonzero(inner)) * grid.voxel_volume_cm3


def _half_voxel(timepoint: PreparedTimepoint) -> float:
    native = timepoint.timepoint.sequences[SequenceRole.ADC].grid
    return 0.5 * float(np.median(native.spacing_mm))


def _rim_away_from_core(
    timepoint: PreparedTimepoint, enhancing: BoolArray, core: BoolArray
) -> BoolArray:
    if not core.any() or not enhancing.any():
        return enhancing
    half_voxel = _half_voxel(timepoint)
    box = ndimage.find_objects((enhancing | core).astype(np.uint8))[0]
    spacing = timepoint.nawm.grid.spacing_mm[::-1]
    distance = ndimage.distance_transform_edt(~core[box], sampling=spacing)
    rim = np.zeros(enhancing.shape, bool)
    rim[box] = enhancing[box] & (distance > half_voxel)
    return rim if np.count_nonzero(rim) >= FEWEST_RIM_VOXELS else enhancing


def _share(restricted: BoolArray, region: BoolArray) -> float:
    return float(restricted[region].mean()) if region.any() else 0.0


def _median_ratio(image: npt.NDArray[np.float32], region: BoolArray, level: float) -> float | None:
    return float(np.median(image[region])) / level if region.any() else None
