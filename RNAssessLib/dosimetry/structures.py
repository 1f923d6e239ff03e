"""Dose statistics of every structure of a plan."""

from __future__ import annotations

from RNAssessLib.case import Quantity, Structure
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.occupancy import DEFAULT_CELLS, EndCap

from .field import DoseField
from .histogram import DoseSamples, sample_structure
from .results import StructureDosimetry

CHECK_CELLS = 60_000
NAMES = {
    "volume_cm3": ("cm3", "sub-voxel occupancy of the contours, ends rounded where they close"),
    "dmin_gy": ("Gy", "lowest dose in the structure"),
    "dmax_gy": ("Gy", "highest dose in the structure"),
    "dmean_gy": ("Gy", "mean dose"),
    "d98_gy": ("Gy", "near-minimum: dose to 98 % of the volume (ICRU 83)"),
    "d95_gy": ("Gy", "dose to 95 % of the volume"),
    "d50_gy": ("Gy", "median dose"),
    "d2_gy": ("Gy", "near-maximum: dose to 2 % of the volume (ICRU 83)"),
    "d0_03cc_gy": ("Gy", "dose to the hottest 0.03 cm³"),
}


def _figures(samples: DoseSamples) -> dict[str, float]:
    figures = {
        "volume_cm3": samples.total_cm3,
        "dmin_gy": samples.min_gy,
        "dmax_gy": samples.max_gy,
        "dmean_gy": samples.mean_gy,
        "d98_gy": samples.dose_to_percent(98),
        "d95_gy": samples.dose_to_percent(95),
        "d50_gy": samples.dose_to_percent(50),
        "d2_gy": samples.dose_to_percent(2),
    }
    if samples.total_cm3 > 0.03:
        figures["d0_03cc_gy"] = samples.dose_to_volume(0.03)
    return figures


def measure_structure(
    field: DoseField,
    structure: Structure,
    thresholds: Thresholds,
    single_plane_mm: float | None = None,
) -> tuple[StructureDosimetry, DoseSamples]:
    """Dose statistics of one structure, with the samples they came from.

    The uncertainty of each figure is its change under the other end-cap rule (half a slice) on a
    coarser lattice: what the contours leave open, plus what the sampling adds.

    Raises
    ------
    ValueError
        When the structure encloses no volume.
    """
    samples = sample_structure(field, structure.shape, single_plane_mm=single_plane_mm)
    other = sample_structure(
        field, structure.shape, cap=EndCap.HALF_SLICE, cells=CHECK_CELLS,
        single_plane_mm=single_plane_mm,
    )  # fmt: skip
    figures, check = _figures(samples), _figures(other)
    quantities = []
    for name, (unit, method) in NAMES.items():
        if name in figures:
            spread = abs(figures[name] - check[name]) if name in check else None
            quantities.append(Quantity(name, figures[name], unit, method, uncertainty=spread))
        else:
            why = "the structure is smaller than 0.03 cm³"
            quantities.append(Quantity(name, None, unit, method, undefined=why))
    measured = StructureDosimetry(
        structure.name,
        structure.role,
        tuple(quantities),
        samples.histogram(),
        _warnings(field, samples, thresholds),
    )
    return measured, samples


def _warnings(field: DoseField, samples: DoseSamples, thresholds: Thresholds) -> tuple[str, ...]:
    warnings = []
    coarsest = max(field.dose.grid.spacing_mm)
    across = (6000.0 * samples.total_cm3 / 3.141592653589793) ** (1 / 3) / coarsest
    if across < thresholds["dose_accuracy.voxels_across"]:
        warnings.append(
            f"only {across:.1f} dose voxels across ({coarsest:g} mm grid): "
            "read its figures with their uncertainty"
        )
    if samples.total_cm3 < thresholds["dose_accuracy.small_volume_cm3"]:
        warnings.append(f"small volume ({samples.total_cm3:.3f} cm³)")
    if samples.outside_share > 0.001:
        warnings.append(
            f"{samples.outside_share:.1%} of it lies beyond the dose grid and counts as 0 Gy"
        )
    return tuple(warnings)


__all__ = ["CHECK_CELLS", "DEFAULT_CELLS", "measure_structure"]
