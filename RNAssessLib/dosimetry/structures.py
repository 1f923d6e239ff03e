"""Dose statistics of every structure of a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from RNAssessLib.case import Mask, Structure
from RNAssessLib.case.numbers import fixed, in_cm3, in_percent
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.occupancy import EndCap, Occupancy

from .field import DoseField
from .figures import Figures, combine
from .histogram import DoseSamples, occupy, sample_occupancy
from .isodose_volume import Place
from .results import StructureDosimetry

NEAR_MAX_CM3 = 0.035
HOT_SPOT_CM3 = 0.03
OUTSIDE_SHARE = 0.001
LARGEST_POINTS = 400
NUMERICAL_SHARE = 5e-4  # of the maximum: what cells of this size leave open (dose_accuracy)


@dataclass(frozen=True, eq=False)
class MeasuredStructure:
    """A structure with what its figures came from.

    Attributes
    ----------
    structure : Structure
    occupancy : Occupancy
    samples : DoseSamples
    dose_doubt_gy : float
        Half-width of the dose between the voxels, inside the structure.
    dosimetry : StructureDosimetry
    """

    structure: Structure
    occupancy: Occupancy
    samples: DoseSamples
    dose_doubt_gy: float
    dosimetry: StructureDosimetry

    @property
    def volume_doubt_cm3(self) -> float:
        """Half-width of the volume."""
        return self.occupancy.uncertainty_cm3

    def place(self) -> Place:
        """Where it is."""
        points, weight = self.occupancy.samples()
        x, y, z = np.average(points, axis=0, weights=weight)
        inner = points[weight > 0.5 * weight.max()]
        chosen = inner[:: max(len(inner) // LARGEST_POINTS, 1)]
        radius = (3000 * self.samples.total_cm3 / (4 * np.pi)) ** (1 / 3)
        return Place(chosen, (float(x), float(y), float(z)), float(radius))


def measure_structure(
    field: DoseField,
    structure: Structure,
    thresholds: Thresholds,
    cap: EndCap = EndCap.ROUNDED,
    slice_mm: float | None = None,
) -> MeasuredStructure:
    """Dose statistics of one structure, with the cells they came from.

    The uncertainty of a dose figure combines what the dose grid leaves open between its voxels
    with what the contour slices leave open about the outermost shell.

    Raises
    ------
    ValueError
        When the structure encloses no volume.
    """
    occupancy = occupy(field, structure.shape, cap=cap, slice_mm=slice_mm)
    samples = sample_occupancy(field, occupancy)
    between = field.doubt_on(occupancy.grid, (0.9 * samples.min_gy, 1.1 * samples.max_gy))
    doubt = combine(
        between, NUMERICAL_SHARE * samples.max_gy, _placing_doubt(field, occupancy, samples)
    )
    figures = _figures(samples, occupancy, doubt, structure, cap)
    dosimetry = StructureDosimetry(
        structure.name,
        structure.role,
        tuple(figures.quantities),
        samples.histogram(),
        _warnings(field, samples, occupancy, thresholds),
    )
    return MeasuredStructure(structure, occupancy, samples, doubt, dosimetry)


def _placing_doubt(field: DoseField, occupancy: Occupancy, samples: DoseSamples) -> float:
    """Change of the mean dose in Gy when a structure drawn once lies to one side of its slice."""
    if not occupancy.slack_mm:
        return 0.0
    points, weight = occupancy.samples()
    along = np.reshape(occupancy.grid.direction, (3, 3))[:, 2] * occupancy.slack_mm
    moved = [np.average(field.at(points + sign * along), weights=weight) for sign in (-1, 1)]
    return float(max(abs(m - samples.mean_gy) for m in moved))


def _figures(
    samples: DoseSamples, occupancy: Occupancy, doubt: float, structure: Structure, cap: EndCap
) -> Figures:
    figures = Figures()
    volume, shell = samples.total_cm3, min(occupancy.uncertainty_cm3, 0.5 * samples.total_cm3)
    how = (
        "voxels of the label map"
        if isinstance(structure.shape, Mask)
        else f"sub-voxel occupancy of the contours, ends: {cap.value}"
    )
    figures.add("volume_cm3", volume, "cm3", how, uncertainty=occupancy.uncertainty_cm3)
    near_min = samples.dose_to_percent(98)
    slope = (near_min - samples.min_gy) / (0.02 * volume)
    figures.add("dmin_gy", samples.min_gy, "Gy", "lowest dose in the structure",
                uncertainty=combine(doubt, slope * shell))  # fmt: skip
    figures.add("dmax_gy", samples.max_gy, "Gy", "highest dose in the structure",
                uncertainty=doubt)  # fmt: skip
    mean = samples.mean_gy
    of_shell = (mean - samples.min_gy) * shell / volume
    figures.add("dmean_gy", mean, "Gy", "mean dose", uncertainty=combine(doubt, of_shell))
    for percent, text in (
        (98, "near-minimum: dose to 98 % of the volume (ICRU 83)"),
        (95, "dose to 95 % of the volume"),
        (50, "median dose"),
        (2, "near-maximum: dose to 2 % of the volume (ICRU 83)"),
    ):
        figures.add(f"d{percent}_gy", samples.dose_to_percent(percent), "Gy", text,
                    uncertainty=percent_doubt(samples, percent, shell, doubt))  # fmt: skip
    for name, size in (("d0_03cc_gy", HOT_SPOT_CM3), ("d0_035cc_gy", NEAR_MAX_CM3)):
        why = f"the structure is smaller than {size:g} cm³" if volume <= size else None
        text = "dose to the hottest 0.03 cm³"
        if size == NEAR_MAX_CM3:
            text = "dose to the hottest 35 mm³, near-maximum of small targets (ICRU 91)"
        figures.add(name, samples.dose_to_volume(size), "Gy", text, uncertainty=doubt, why=why)
    return figures


def percent_doubt(samples: DoseSamples, percent: float, shell: float, doubt: float) -> float:
    """Half-width of D`percent`: a shell more or less at the cold end shifts it."""
    moved = shell * percent / 100
    at = samples.total_cm3 * percent / 100
    shift = abs(samples.dose_to_volume(max(at - moved, 0.0)) - samples.dose_to_volume(at))
    return combine(doubt, shift)


def _warnings(
    field: DoseField, samples: DoseSamples, occupancy: Occupancy, thresholds: Thresholds
) -> tuple[str, ...]:
    warnings = list(occupancy.notes)
    coarsest = max(field.dose.grid.spacing_mm)
    across = (6000.0 * samples.total_cm3 / np.pi) ** (1 / 3) / coarsest
    if across < thresholds["dose_accuracy.voxels_across"]:
        warnings.append(
            f"only {fixed(across, 1)} dose voxels across ({coarsest:g} mm grid): "
            "read its figures with their uncertainty"
        )
    if samples.total_cm3 < thresholds["dose_accuracy.small_volume_cm3"]:
        warnings.append(f"small volume ({in_cm3(samples.total_cm3)} cm³)")
    if occupancy.uncertainty_cm3 > thresholds["dose_accuracy.volume_doubt"] * samples.total_cm3:
        warnings.append(
            f"its slices leave the volume open by {occupancy.uncertainty_cm3:.2g} cm³ "
            f"({in_percent(100 * occupancy.uncertainty_cm3 / samples.total_cm3)} %)"
        )
    if samples.outside_share > OUTSIDE_SHARE:
        warnings.append(
            f"{fixed(100 * samples.outside_share, 1)} % of it lies beyond the dose grid and counts "
            "as 0 Gy"
        )
    return tuple(warnings)
