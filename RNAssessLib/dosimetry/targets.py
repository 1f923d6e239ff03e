"""Plan indices of one target (clinical.md section 3), each local to that target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from RNAssessLib.case import StructureRole
from RNAssessLib.evidence import Thresholds

from .field import DoseField
from .figures import Figures, combine, ratio_doubt
from .histogram import DoseSamples, sample_occupancy
from .isodose_volume import IsodoseVolume, Place, compute_local_isodose
from .measured_target import MeasuredTarget, is_same_lesion
from .prescription import NO_PRESCRIPTION, Prescription, resolve_prescription
from .results import TargetDosimetry
from .structures import MeasuredStructure
from .target_bed import add_bed, add_dropping_zone, add_surrounding_v14

LOCAL_LEVELS_GY = (10.0, 12.0, 14.0, 20.0, 24.0, 25.0, 30.0)
SMALL_PTV_CM3 = 2.0
DEFINITIONS = {
    "tc_percent": ("percent", "TV_PIV / TV x 100 (PP23); TV is this structure"),
    "v95_percent": ("percent", "share of TV receiving at least 95 % of Dp (PP23)"),
    "v90_percent": ("percent", "share of TV receiving at least 90 % of Dp; PP23 asked for 95 %"),
    "piv_cm3": ("cm3", "volume inside the prescription isodose around this target"),
    "pitv": ("1", "PIV / TV (RTOG conformity index, PP23)"),
    "ci_paddick": ("1", "TV_PIV² / (TV x PIV) (Paddick, PP23)"),
    "ci_inverse": ("1", "TV x PIV / TV_PIV², the inverse of Paddick's index"),
    "gi": ("1", "PIV at 50 % of Dp / PIV at Dp (Paddick & Lippitz, PP23)"),
    "v50_cm3": ("cm3", "volume inside half the prescription around this target"),
    "hi_rtog": ("1", "Dmax / Dp (RTOG)"),
    "prescription_isodose_percent": ("percent", "Dp / Dmax x 100"),
}


def measure_target(
    field: DoseField,
    measured: MeasuredTarget,
    others: Sequence[MeasuredTarget],
    fractions: int,
    thresholds: Thresholds,
) -> TargetDosimetry:
    """Every index of one target.

    Parameters
    ----------
    field : DoseField
    measured : MeasuredTarget
    others : sequence of MeasuredTarget
        The remaining targets of the course: GTV of the same lesion, and neighbours.
    fractions : int
    thresholds : Thresholds

    Returns
    -------
    TargetDosimetry
        Its figures first, its DVH statistics after them.
    """
    target, dosimetry = measured.target, measured.measured.dosimetry
    prescription = resolve_prescription(target, measured.samples.max_gy)
    figures = Figures()
    warnings = list(dosimetry.warnings)
    if prescription.warning:
        warnings.append(prescription.warning)
    neighbours = [o.place for o in others if not is_same_lesion(measured, o)]
    _add_isodose_indices(figures, field, measured, prescription, neighbours, warnings)
    _add_homogeneity(figures, measured)
    _add_local_volumes(figures, field, measured, neighbours, warnings)
    add_surrounding_v14(figures, field, measured, neighbours, fractions, thresholds)
    gtv = _gtv_of(measured, others)
    add_bed(figures, prescription.dose_gy, gtv, fractions, thresholds)
    if target.role is StructureRole.PTV:
        zone, why = _dropping_zone(field, measured, gtv)
        add_dropping_zone(figures, zone, why, prescription.dose_gy, fractions, thresholds)
    dose, caution = prescription.dose_gy, thresholds["bed.lq_caution_gy"]
    if dose and dose / fractions > caution:
        warnings.append(
            f"BED by the linear-quadratic model at {dose / fractions:g} Gy per fraction: "
            f"the model is uncertain above about {caution:g} Gy"
        )
    return TargetDosimetry(
        name=dosimetry.name,
        role=target.role,
        quantities=(*figures.quantities, *dosimetry.quantities),
        dvh=dosimetry.dvh,
        warnings=tuple(dict.fromkeys(warnings)),
        prescription_gy=dose,
        prescription_source=prescription.source,
        fractions=fractions,
        lesion=target.lesion,
    )


def _add_isodose_indices(
    figures: Figures,
    field: DoseField,
    measured: MeasuredTarget,
    prescription: Prescription,
    neighbours: list[Place],
    warnings: list[str],
) -> None:
    dose = prescription.dose_gy
    if not dose:
        for name, (unit, method) in DEFINITIONS.items():
            figures.add(name, None, unit, method, why=NO_PRESCRIPTION)
        return
    samples, volume = measured.samples, measured.samples.total_cm3
    used = f"; Dp {prescription.text}"
    piv = compute_local_isodose(field, dose, measured.place, neighbours)
    half = compute_local_isodose(field, dose / 2, measured.place, neighbours)
    _warn_of_bridges(warnings, ((dose, piv), (dose / 2, half)))
    covered = samples.volume_above(dose)
    near = samples.volume_above(0.95 * dose)
    least = samples.volume_above(0.9 * dose)
    empty = None if piv.volume_cm3 > 0 else f"nothing around the target reaches {dose:g} Gy"
    covered_doubt = _covered_doubt(measured, dose)
    near_doubt = _covered_doubt(measured, 0.95 * dose)
    shell, isodose = measured.measured.volume_doubt_cm3, piv.uncertainty_cm3
    whole = (volume, shell, -1.0)
    values: dict[str, tuple[float | None, float, str | None]] = {
        "tc_percent": (100 * covered / volume, 100 * covered_doubt / volume, None),
        "v95_percent": (100 * near / volume, 100 * near_doubt / volume, None),
        "v90_percent": (
            100 * least / volume,
            100 * _covered_doubt(measured, 0.9 * dose) / volume,
            None,
        ),
        "piv_cm3": (piv.volume_cm3, isodose, empty),
        "v50_cm3": (half.volume_cm3, half.uncertainty_cm3, None),
        "hi_rtog": (samples.max_gy / dose, measured.measured.dose_doubt_gy / dose, None),
        "prescription_isodose_percent": (
            100 * dose / samples.max_gy if samples.max_gy > 0 else None,
            100 * dose * measured.measured.dose_doubt_gy / max(samples.max_gy, 1e-9) ** 2,
            None if samples.max_gy > 0 else "the target receives no dose",
        ),
    }
    for name in ("pitv", "ci_paddick", "ci_inverse", "gi"):
        values[name] = (None, 0.0, empty)
    if not empty:
        around = (piv.volume_cm3, isodose, 1.0)
        pitv = piv.volume_cm3 / volume
        values["pitv"] = (pitv, ratio_doubt(pitv, [around, whole]), None)
        index = covered**2 / (volume * piv.volume_cm3)
        # in a covered target TV_PIV is TV: its error is the volume's, once
        inner = (covered, covered_doubt, 2.0) if covered < 0.999 * volume else (1.0, 0.0, 1.0)
        index_doubt = ratio_doubt(index, [inner, whole, around])
        values["ci_paddick"] = (index, index_doubt, None)
        why = None if index > 0 else f"no part of the target reaches {dose:g} Gy"
        values["ci_inverse"] = (
            1 / index if index > 0 else None, index_doubt / index**2 if index > 0 else 0.0, why
        )  # fmt: skip
        gradient = half.volume_cm3 / piv.volume_cm3
        parts = [(half.volume_cm3, half.uncertainty_cm3, 1.0), around]
        values["gi"] = (gradient, ratio_doubt(gradient, parts), None)
    for name, (unit, method) in DEFINITIONS.items():
        value, doubt, why = values[name]
        figures.add(name, value, unit, method + used, uncertainty=doubt, why=why)


def _covered_doubt(measured: MeasuredTarget, dose: float) -> float:
    """Half-width of the target volume above a dose."""
    samples = measured.samples
    doubt = measured.measured.dose_doubt_gy
    here = samples.volume_above(dose)
    # both sides: below the prescription the curve of an undersampled peak may have ended already
    sides = (samples.volume_above(dose - doubt) - here, here - samples.volume_above(dose + doubt))
    slope = samples.slope_cm3_per_gy(dose, max(doubt, 0.002 * dose))
    # a shell more or less at the border is covered, too, unless the border is below the dose
    shell = measured.measured.volume_doubt_cm3 if samples.dose_to_percent(98) < dose else 0.0
    return combine(max(slope * doubt, *sides), shell)


def _add_homogeneity(figures: Figures, measured: MeasuredTarget) -> None:
    samples, doubt = measured.samples, measured.measured.dose_doubt_gy
    d98, d50, d2 = (samples.dose_to_percent(p) for p in (98, 50, 2))
    method = "(D2 - D98) / D50, ICRU 83, as a fraction (PP23)"
    if d50 <= 0:
        figures.add("hi", None, "1", method, why="the median dose is 0 Gy")
        return
    edge = measured.measured.dosimetry.quantity("d98_gy").uncertainty or 0.0
    figures.add("hi", (d2 - d98) / d50, "1", method, uncertainty=combine(doubt, edge) / d50)
    small = samples.total_cm3 < SMALL_PTV_CM3
    name = "d0_035cc_gy" if small else "d2_gy"
    chosen = measured.measured.dosimetry.quantity(name)
    text = (
        "D35mm³ (ICRU 91: target below 2 cm³)" if small else "D2 (ICRU 91: target of 2 cm³ or more)"
    )
    figures.add("near_max_gy", chosen.value, "Gy", f"near-maximum: {text}",
                uncertainty=chosen.uncertainty, why=chosen.undefined)  # fmt: skip


def _add_local_volumes(
    figures: Figures,
    field: DoseField,
    measured: MeasuredTarget,
    neighbours: list[Place],
    warnings: list[str],
) -> None:
    found = []
    for level in LOCAL_LEVELS_GY:
        volume = compute_local_isodose(field, level, measured.place, neighbours)
        found.append((level, volume))
        inside = measured.samples.volume_above(level)
        inside_doubt = _covered_doubt(measured, level)
        figures.add(f"v{level:g}_gy_cm3", volume.volume_cm3, "cm3",
                    f"tissue receiving at least {level:g} Gy around this target, the target "
                    "included", uncertainty=volume.uncertainty_cm3)  # fmt: skip
        figures.add(f"v{level:g}_gy_without_target_cm3", max(volume.volume_cm3 - inside, 0.0),
                    "cm3", f"the same without {measured.target.name}",
                    uncertainty=combine(volume.uncertainty_cm3, inside_doubt))  # fmt: skip
    _warn_of_bridges(warnings, [f for f in found if f[0] == 12.0])


def _warn_of_bridges(warnings: list[str], isodoses: Sequence[tuple[float, IsodoseVolume]]) -> None:
    warnings.extend(
        f"the {level:g} Gy isodose joins another target: each cell counted for the target whose "
        "surface is nearest"
        for level, volume in isodoses
        if volume.bridged
    )


def _gtv_of(measured: MeasuredTarget, others: Sequence[MeasuredTarget]) -> MeasuredTarget | None:
    if measured.target.role is StructureRole.GTV:
        return measured
    same = (o for o in others if o.target.role is StructureRole.GTV and is_same_lesion(measured, o))
    return next(same, None)


def _dropping_zone(
    field: DoseField, measured: MeasuredTarget, gtv: MeasuredTarget | None
) -> tuple[DoseSamples | None, str | None]:
    """PTV minus GTV (PP23)."""
    if gtv is None:
        return None, "no GTV belongs to this target"
    zone = samples_without(field, measured.measured, [gtv.measured])
    if zone is None:
        return None, "the GTV fills the PTV"
    return zone, None


def samples_without(
    field: DoseField, outer: MeasuredStructure, inner: Sequence[MeasuredStructure]
) -> DoseSamples | None:
    """Dose samples of a structure outside others; None when (almost) nothing is left."""
    grid = outer.occupancy.grid
    cells = np.argwhere(outer.occupancy.share > 0)
    points = grid.index_to_lps(cells)
    left = np.ones(len(cells))
    for structure in inner:
        left *= 1.0 - structure.occupancy.share_at(points)
    keep = np.zeros(grid.shape, np.float32)
    keep[tuple(cells.T)] = np.where(left < 1e-3, 0.0, left)
    remaining = float((outer.occupancy.share * keep).sum(dtype=np.float64))
    if remaining * grid.voxel_volume_cm3 < 1e-3 * outer.samples.total_cm3:
        return None
    return sample_occupancy(field, outer.occupancy, keep)
