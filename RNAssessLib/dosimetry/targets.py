"""Plan indices of one target (clinical.md section 3), each local to that target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from RNAssessLib.case import Quantity, Structure, StructureRole, Target, Vector
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.occupancy import compute_occupancy

from .bed import LQ_CAUTION_GY, compute_bed, compute_eqd2
from .field import DoseField
from .histogram import DoseSamples, samples_at
from .isodose_volume import compute_isodose_volume, localise
from .results import StructureDosimetry, TargetDosimetry

LOCAL_LEVELS_GY = (10.0, 12.0, 14.0, 20.0, 24.0, 25.0)
NO_PRESCRIPTION = "no prescription for this target in plan, case file or command"


@dataclass(frozen=True, eq=False)
class MeasuredTarget:
    """A target with its samples, ready for its indices."""

    target: Target
    structure: Structure
    dosimetry: StructureDosimetry
    samples: DoseSamples
    center_mm: Vector


class _Figures:
    """Collects quantities; what cannot be computed says why."""

    def __init__(self) -> None:
        self.quantities: list[Quantity] = []

    def add(
        self,
        name: str,
        unit: str,
        method: str,
        compute: Callable[[], float],
        missing: str | None = None,
    ) -> None:
        if missing is None:
            try:
                self.quantities.append(Quantity(name, float(compute()), unit, method))
                return
            except ValueError as error:
                missing = str(error)
        self.quantities.append(Quantity(name, None, unit, method, undefined=missing))


def measure_target(
    field: DoseField,
    measured: MeasuredTarget,
    others: tuple[MeasuredTarget, ...],
    fractions: int,
    thresholds: Thresholds,
) -> TargetDosimetry:
    """Every index of one target.

    Parameters
    ----------
    field : DoseField
    measured : MeasuredTarget
    others : tuple of MeasuredTarget
        The remaining targets of the course: GTV of the same lesion, and neighbours.
    fractions : int
    thresholds : Thresholds

    Returns
    -------
    TargetDosimetry
        Its figures first, its DVH statistics after them.
    """
    target = measured.target
    dose = target.prescription_gy
    none = None if dose else NO_PRESCRIPTION
    figures = _Figures()
    warnings = list(measured.dosimetry.warnings)
    neighbours = tuple(o.center_mm for o in others if not _same_lesion(measured, o))
    if dose:
        _add_isodose_indices(figures, field, measured, dose, neighbours, warnings)
    else:
        for name, unit in (("tc_percent", "percent"), ("v95_percent", "percent"),
                           ("piv_cm3", "cm3"), ("pitv", "1"), ("ci_paddick", "1"), ("gi", "1"),
                           ("v50_cm3", "cm3")):  # fmt: skip
            figures.add(name, unit, "", lambda: 0.0, missing=none)
    figures.add("hi", "1", "(D2 - D98) / D50, ICRU 83, as a fraction (PP23)",
                lambda: _homogeneity(measured.samples))  # fmt: skip
    _add_local_volumes(figures, field, measured, neighbours, warnings)
    _add_bed(figures, measured, others, fractions, thresholds, none)
    _add_dropping_zone(figures, field, measured, others, fractions, thresholds)
    if dose and dose / fractions > LQ_CAUTION_GY:
        warnings.append(
            f"BED by the linear-quadratic model at {dose / fractions:g} Gy per fraction: "
            f"the model is uncertain above about {LQ_CAUTION_GY:g} Gy"
        )
    return TargetDosimetry(
        name=measured.dosimetry.name,
        role=target.role,
        quantities=(*figures.quantities, *measured.dosimetry.quantities),
        dvh=measured.dosimetry.dvh,
        warnings=tuple(dict.fromkeys(warnings)),
        prescription_gy=dose,
        prescription_source=target.prescription_source,
        fractions=fractions,
        lesion=target.lesion,
    )


def _same_lesion(a: MeasuredTarget, b: MeasuredTarget) -> bool:
    """GTV and PTV of one metastasis: told so, or one centre inside the other's sphere."""
    if a.target.lesion is not None and b.target.lesion is not None:
        return a.target.lesion == b.target.lesion
    gap = float(np.linalg.norm(np.subtract(a.center_mm, b.center_mm)))
    radius = max(10.0 * (3 * s.samples.total_cm3 / (4 * np.pi)) ** (1 / 3) for s in (a, b))
    return bool(gap < 0.5 * radius)


def _homogeneity(samples: DoseSamples) -> float:
    median = samples.dose_to_percent(50)
    if median <= 0:
        raise ValueError("the median dose is 0 Gy")
    return (samples.dose_to_percent(2) - samples.dose_to_percent(98)) / median


def _points(measured: MeasuredTarget) -> np.ndarray:
    points, _ = compute_occupancy(measured.structure.shape, cells=4000,
                                  single_plane_mm=1.0).samples()  # fmt: skip
    return points


def _add_isodose_indices(
    figures: _Figures,
    field: DoseField,
    measured: MeasuredTarget,
    dose: float,
    neighbours: tuple[Vector, ...],
    warnings: list[str],
) -> None:
    points = _points(measured)
    samples, volume = measured.samples, measured.samples.total_cm3
    piv = localise(compute_isodose_volume(field, dose), points, measured.center_mm, neighbours)
    half = localise(compute_isodose_volume(field, dose / 2), points, measured.center_mm, neighbours)
    for isodose, level in ((piv, dose), (half, dose / 2)):
        if isodose.bridged:
            warnings.append(
                f"the {level:g} Gy isodose joins another target: "
                "each cell counted for the target whose centre is nearest"
            )
    covered = samples.volume_above(dose)
    empty = None if piv.volume_cm3 > 0 else f"nothing around the target reaches {dose:g} Gy"
    figures.add("tc_percent", "percent", "TV_PIV / TV x 100 (PP23); TV is this structure",
                lambda: 100 * covered / volume)  # fmt: skip
    figures.add("v95_percent", "percent", "share of TV receiving at least 95 % of Dp (PP23)",
                lambda: 100 * samples.volume_above(0.95 * dose) / volume)  # fmt: skip
    figures.add("piv_cm3", "cm3", "volume inside the prescription isodose around this target",
                lambda: piv.volume_cm3, empty)  # fmt: skip
    figures.add("pitv", "1", "PIV / TV (RTOG, PP23)", lambda: piv.volume_cm3 / volume, empty)
    figures.add("ci_paddick", "1", "TV_PIV² / (TV x PIV) (Paddick, PP23)",
                lambda: covered**2 / (volume * piv.volume_cm3), empty)  # fmt: skip
    figures.add("gi", "1", "PIV at 50 % of Dp / PIV at Dp (Paddick & Lippitz, PP23)",
                lambda: half.volume_cm3 / piv.volume_cm3, empty)  # fmt: skip
    figures.add("v50_cm3", "cm3", "volume inside half the prescription around this target",
                lambda: half.volume_cm3)  # fmt: skip


def _add_local_volumes(
    figures: _Figures,
    field: DoseField,
    measured: MeasuredTarget,
    neighbours: tuple[Vector, ...],
    warnings: list[str],
) -> None:
    points = _points(measured)
    for level in LOCAL_LEVELS_GY:
        if level > float(field.dose.dose_gy.max()) * 1.2:
            continue
        volume = localise(
            compute_isodose_volume(field, level), points, measured.center_mm, neighbours
        )
        name = f"v{level:g}_gy"
        figures.add(f"{name}_cm3", "cm3", f"tissue receiving at least {level:g} Gy around this "
                    "target, the target included", lambda v=volume: v.volume_cm3)  # type: ignore[misc]  # fmt: skip
        inside = measured.samples.volume_above(level)
        figures.add(f"{name}_without_target_cm3", "cm3", f"the same without {measured.target.name}",
                    lambda v=volume, i=inside: max(v.volume_cm3 - i, 0.0))  # type: ignore[misc]  # fmt: skip
        if volume.bridged and level == 12.0:
            warnings.append("the 12 Gy isodose joins another target; V12 is divided by nearness")
    if not any(q.name == "v12_gy_cm3" for q in figures.quantities):
        for name in ("v12_gy_cm3", "v12_gy_without_target_cm3"):
            figures.add(name, "cm3", "tissue receiving at least 12 Gy", lambda: 0.0)


def _gtv_of(measured: MeasuredTarget, others: tuple[MeasuredTarget, ...]) -> MeasuredTarget | None:
    if measured.target.role is StructureRole.GTV:
        return measured
    same = [o for o in others if o.target.role is StructureRole.GTV and _same_lesion(measured, o)]
    return same[0] if same else None


def _add_bed(
    figures: _Figures,
    measured: MeasuredTarget,
    others: tuple[MeasuredTarget, ...],
    fractions: int,
    thresholds: Thresholds,
    missing: str | None,
) -> None:
    ratio = thresholds["bed.alpha_beta_tumour"]
    dose = measured.target.prescription_gy or 0.0
    gtv = _gtv_of(measured, others)
    no_gtv = missing or (None if gtv else "no GTV belongs to this target")
    volume = gtv.samples.total_cm3 if gtv else 1.0
    bed = compute_bed(dose, fractions, ratio)
    figures.add("bed_gy", "Gy", f"n d (1 + d / {ratio:g}) of the prescription (LI21, PP23)",
                lambda: bed, missing)  # fmt: skip
    figures.add("eqd2_gy", "Gy", f"in 2 Gy fractions, α/β {ratio:g} Gy",
                lambda: compute_eqd2(dose, fractions, ratio), missing)  # fmt: skip
    figures.add("gtv_cm3", "cm3", "GTV before treatment", lambda: volume,
                None if gtv else "no GTV belongs to this target")  # fmt: skip
    figures.add("bed_times_gtv", "Gy cm3", "BED x GTV (LI21)", lambda: bed * volume, no_gtv)
    figures.add("bed_per_gtv", "Gy/cm3", "BED / GTV (LI21)", lambda: bed / volume, no_gtv)


def _add_dropping_zone(
    figures: _Figures,
    field: DoseField,
    measured: MeasuredTarget,
    others: tuple[MeasuredTarget, ...],
    fractions: int,
    thresholds: Thresholds,
) -> None:
    """PTV minus GTV (PP23)."""
    gtv = _gtv_of(measured, others)
    if measured.target.role is not StructureRole.PTV:
        return
    zone: DoseSamples | None = None
    why = "no GTV belongs to this target"
    if gtv is not None:
        zone = _difference(field, measured.structure, gtv.structure)
        why = "the GTV fills the PTV" if zone is None else ""
    dose = measured.target.prescription_gy
    ratio = thresholds["bed.alpha_beta_tumour"]
    mean = zone.mean_gy if zone else 0.0
    figures.add("dropping_zone_dmean_gy", "Gy", "mean dose of PTV minus GTV (PP23)",
                lambda: mean, why or None)  # fmt: skip
    figures.add("dropping_zone_dmean_bed_gy", "Gy", "the same as BED (PP23)",
                lambda: compute_bed(mean, fractions, ratio), why or None)  # fmt: skip
    figures.add("dropping_zone_v95_percent", "percent", "share of it at 95 % of Dp (PP23)",
                lambda: 100 * zone.volume_above(0.95 * (dose or 0)) / zone.total_cm3
                if zone else 0.0, why or (None if dose else NO_PRESCRIPTION))  # fmt: skip


def _difference(field: DoseField, outer: Structure, inner: Structure) -> DoseSamples | None:
    """Dose samples of `outer` outside `inner`."""
    points, volume = compute_occupancy(outer.shape, single_plane_mm=1.0).samples()
    other = compute_occupancy(inner.shape, single_plane_mm=1.0)
    index = np.rint(other.grid.lps_to_index(points)).astype(int)
    inside = np.all((index >= 0) & (index < other.grid.shape), axis=1)
    share = np.zeros(len(points))
    share[inside] = other.share[tuple(index[inside].T)]
    left = volume * (1.0 - share)
    kept = left > 0
    if left.sum() < 1e-3 * volume.sum():
        return None
    return samples_at(field, points[kept], left[kept])
