"""Diffusion restriction in the core and in the rim of a lesion (LA25 §2.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Lesion,
    PreparedCase,
    PreparedTimepoint,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.morphology import erode, spacing_kji

from .blood import Blood, find_blood
from .memory import changed_by_reader, remembered
from .reference_tissue import contralateral_level

BoolArray = npt.NDArray[np.bool_]


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
        Core farther than half a DWI voxel (its longest side) from anything else.
    restricted_core : (K, J, I) bool array
        T1c grid.
    where : str
        What served as normal tissue.
    blood : Blood or None
        In the core; None without a core.
    core_t2_ratio : float or None
        Median T2 of the core over normal white matter: fluid is bright, solid tissue less so; None
        without a core or a T2.
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
    core_t2_ratio: float | None = None

    def may_hide(self, thresholds: Thresholds) -> bool:
        """Whether the core is too thin for DWI and hardly brighter on ADC than its rim.

        Mixed with its surroundings a restricted core looks like the rim, a fluid one brighter.
        """
        smallest_cm3 = thresholds["central_diffusion_restriction.smallest_core_cm3"]
        factor = thresholds["central_diffusion_restriction.hidden_ratio"]
        if self.core_adc_ratio is None or self.inner_core_cm3 >= smallest_cm3:
            return False
        return self.rim_adc_ratio is None or self.core_adc_ratio <= factor * self.rim_adc_ratio


def measure_restriction(
    prepared: PreparedCase, timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> Restriction:
    """Measure DWI and ADC of core and rim against normal white matter.

    Restricted is a voxel with low ADC and high DWI at once. A DWI voxel shared by core and rim
    must be mostly core to fall below the limit, so spill-over from a restricted core reaches hardly
    1 % of a normal rim, while a restricted rim of 2 mm still shows 40 % and more (measured on
    phantoms, Testing/benchmarks/findings).

    Raises
    ------
    NotAssessableError
        Without normal white matter.
    """
    key = ("restriction", lesion, prepared.anatomy, changed_by_reader(thresholds))
    return remembered(timepoint, key, lambda: _measure(prepared, timepoint, lesion, thresholds))


def _measure(
    prepared: PreparedCase, timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> Restriction:
    adc = timepoint.images[SequenceRole.ADC].array
    dwi = timepoint.images[SequenceRole.DWI].array
    adc_level = contralateral_level(prepared, timepoint, lesion, SequenceRole.ADC)
    dwi_level = contralateral_level(prepared, timepoint, lesion, SequenceRole.DWI)
    low = adc <= thresholds["central_diffusion_restriction.adc_ratio"] * adc_level.value
    high = dwi >= thresholds["central_diffusion_restriction.dwi_ratio"] * dwi_level.value
    restricted = low & high
    masks = timepoint.lesions[lesion.id]
    core = masks.necrotic_core.array
    rim = masks.enhancing.array
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
        core_t2_ratio=_t2_ratio(prepared, timepoint, lesion, core),
    )


def _t2_ratio(
    prepared: PreparedCase, timepoint: PreparedTimepoint, lesion: Lesion, core: BoolArray
) -> float | None:
    image = timepoint.images.get(SequenceRole.T2)
    if image is None or not core.any():
        return None
    level = contralateral_level(prepared, timepoint, lesion, SequenceRole.T2)
    return _median_ratio(image.array, core, level.value)


def _inner_cm3(timepoint: PreparedTimepoint, core: BoolArray) -> float:
    """Volume of the core that whole DWI voxels can show."""
    grid = timepoint.nawm.grid
    native = timepoint.timepoint.sequences[SequenceRole.ADC].grid
    inner = erode(core, spacing_kji(grid.spacing_mm), 0.5 * max(native.spacing_mm))
    return float(np.count_nonzero(inner)) * grid.voxel_volume_cm3


def _share(restricted: BoolArray, region: BoolArray) -> float:
    return float(restricted[region].mean()) if region.any() else 0.0


def _median_ratio(image: npt.NDArray[np.float32], region: BoolArray, level: float) -> float | None:
    return float(np.median(image[region])) / level if region.any() else None
