"""Biological figures of a target: BED, BED with the GTV's volume, dose-dropping zone, classes."""

from __future__ import annotations

from collections.abc import Sequence

from RNAssessLib.case import counted
from RNAssessLib.evidence import Thresholds

from .bed import compute_bed, compute_eqd2
from .field import DoseField
from .figures import Figures, combine
from .histogram import DoseSamples
from .isodose_volume import Place, compute_local_isodose
from .measured_target import MeasuredTarget
from .prescription import NO_PRESCRIPTION

V14_FRACTIONS = (1, 3, 5)
NO_GTV = "no GTV belongs to this target"


def add_bed(
    figures: Figures,
    dose: float | None,
    gtv: MeasuredTarget | None,
    fractions: int,
    thresholds: Thresholds,
) -> None:
    """BED and EQD2 of the prescription, BED x GTV, BED / GTV (LI21), and PP23's classes."""
    ratio = thresholds["bed.alpha_beta_tumour"]
    missing = None if dose else NO_PRESCRIPTION
    volume = gtv.samples.total_cm3 if gtv else None
    doubt = gtv.measured.volume_doubt_cm3 if gtv else 0.0
    bed = compute_bed(dose, fractions, ratio) if dose else None
    eqd2 = compute_eqd2(dose, fractions, ratio) if dose else None
    figures.add("bed_gy", bed, "Gy", f"n d (1 + d / {ratio:g}) of the prescription (LI21, PP23)",
                why=missing)  # fmt: skip
    figures.add("eqd2_gy", eqd2, "Gy", f"in 2 Gy fractions, α/β {ratio:g} Gy", why=missing)
    figures.add("gtv_cm3", volume, "cm3", "GTV before treatment", uncertainty=doubt,
                why=None if gtv else NO_GTV)  # fmt: skip
    why = missing or (None if gtv else NO_GTV)
    times = per = times_doubt = per_doubt = None
    if bed is not None and volume is not None:
        times, times_doubt = bed * volume, bed * doubt
        per, per_doubt = bed / volume, bed / volume**2 * doubt
    figures.add("bed_times_gtv", times, "Gy cm3", "BED x GTV (LI21)", uncertainty=times_doubt,
                why=why)  # fmt: skip
    figures.add("bed_per_gtv", per, "Gy/cm3", "BED / GTV (LI21)", uncertainty=per_doubt, why=why)
    _add_class(figures, "gtv_class", volume, "cm³", "gtv", "cm3", thresholds, NO_GTV)
    _add_class(figures, "bed_class", bed, "Gy", "bed", "gy", thresholds, NO_PRESCRIPTION)
    covered = next((q for q in figures.quantities if q.name == "tc_percent"), None)
    limit = thresholds["nomogram.tc_percent"]
    value = covered.value if covered is not None else None
    figures.add("tc_class", None if value is None else float(value >= limit), "class",
                f"0: TC < {limit:g} %, 1: >= {limit:g} % (PP23)",
                why=NO_PRESCRIPTION if value is None else None)  # fmt: skip


def add_surrounding_v14(
    figures: Figures,
    field: DoseField,
    measured: MeasuredTarget,
    neighbours: Sequence[Place],
    fractions: int,
    thresholds: Thresholds,
) -> None:
    """Volume around the target that received what acts like 14 Gy in one fraction (Inoue).

    In three and five fractions that is the dose Inoue's group used; the target is left out.
    """
    name = "v14_equivalent_surrounding_cm3"
    if fractions not in V14_FRACTIONS:
        why = f"published for 1, 3 and 5 fractions, not for {fractions}"
        figures.add(name, None, "cm3", "single-dose equivalent of 14 Gy", why=why)
        return
    level = thresholds[f"risk.v14_{fractions}f_gy"]
    around = compute_local_isodose(field, level, measured.place, list(neighbours))
    inside = measured.samples.volume_above(level)
    method = (
        f"tissue around {measured.target.name} receiving at least {level:g} Gy in "
        f"{counted(fractions, 'fraction')}, which acts like 14 Gy in one; target left out"
    )
    doubt = combine(around.uncertainty_cm3, measured.measured.volume_doubt_cm3)
    figures.add(name, max(around.volume_cm3 - inside, 0.0), "cm3", method, uncertainty=doubt)


def _add_class(
    figures: Figures,
    name: str,
    value: float | None,
    shown: str,
    key: str,
    unit: str,
    thresholds: Thresholds,
    missing: str,
) -> None:
    low, high = (thresholds[f"nomogram.{key}_{side}_{unit}"] for side in ("low", "high"))
    number = None if value is None else float((value >= low) + (value >= high))
    figures.add(name, number, "class",
                f"0: < {low:g}, 1: {low:g} to {high:g}, 2: >= {high:g} {shown} (PP23)",
                why=missing if value is None else None)  # fmt: skip


def add_dropping_zone(
    figures: Figures,
    zone: DoseSamples | None,
    why: str | None,
    dose: float | None,
    fractions: int,
    thresholds: Thresholds,
) -> None:
    """PTV minus GTV: mean dose, the same as BED, and V95 (PP23)."""
    ratio = thresholds["bed.alpha_beta_tumour"]
    mean = zone.mean_gy if zone else None
    figures.add("dropping_zone_cm3", zone.total_cm3 if zone else None, "cm3",
                "PTV minus GTV (PP23)", why=why)  # fmt: skip
    figures.add("dropping_zone_dmean_gy", mean, "Gy", "mean dose of PTV minus GTV (PP23)", why=why)
    figures.add("dropping_zone_dmean_bed_gy",
                None if mean is None else compute_bed(mean, fractions, ratio), "Gy",
                "the same as BED (PP23)", why=why)  # fmt: skip
    share = 100 * zone.volume_above(0.95 * dose) / zone.total_cm3 if zone and dose else None
    figures.add("dropping_zone_v95_percent", share, "percent", "share of it at 95 % of Dp (PP23)",
                why=why or (None if dose else NO_PRESCRIPTION))  # fmt: skip
