"""PP23's model of local recurrence: odds relative to its reference patient.

The paper prints no intercept (the figure's axis is not in its text), so the odds ratios and the
odds *relative* to the reference patient are what can be given. An absolute probability exists only
as an estimate calibrated to the cohort, under an assumption that is printed with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from RNAssessLib.case import Quantity
from RNAssessLib.evidence import Thresholds, published_accuracy

from .factors import Z95, Factor, FactorClass, find_factors, screen_dropping_zone, standard_error
from .inputs import INPUT_WORDS, NomogramInputs

__all__ = ["Factor", "FactorClass", "Nomogram", "compute_nomogram", "standard_error"]

DISCRIMINATION = " ".join(f"{a.text} ({a.source})" for a in published_accuracy("nomogram"))
INCONSISTENCIES = (
    "PP23 Table 3 prints OR 0.39 for BED of 73 Gy or more, its text 0.04: 0.04 is used, the only "
    "one that fits the interval 0.00-0.59 and P = 0.019.",
    "PP23 Table 3 prints the interval 0.11-1.26 for GTV of 28 cm³ or more, its text 0.01-1.26: "
    "0.01 is used, the only one that fits OR 0.12 and P = 0.077.",
    "PP23 reports lower odds of recurrence for the largest GTV (28 cm³ or more); its authors "
    "explain it by more intense treatment.",
)


@dataclass(frozen=True)
class Nomogram:
    """The model's answer for one lesion.

    Attributes
    ----------
    factors : tuple of Factor
    relative_odds : Quantity
        Product of the factors in the model; interval from the published ones as if independent.
    relative_odds_interval : tuple of float or None
    total_points : Quantity
    calibrated_percent : Quantity
        Labelled estimate.
    calibrated_interval : tuple of float or None
        The interval of the relative odds carried through; never show the estimate without it.
    alternatives : tuple of Quantity
        Relative odds without and with targeted therapy, where only that is not known.
    discrimination : str
    remarks : tuple of str
        Inconsistencies of the paper and how they are handled.
    inputs : NomogramInputs or None
        What it was computed from, so that a reader can check it by hand.
    """

    factors: tuple[Factor, ...]
    relative_odds: Quantity
    relative_odds_interval: tuple[float, float] | None
    total_points: Quantity
    calibrated_percent: Quantity
    discrimination: str = DISCRIMINATION
    remarks: tuple[str, ...] = INCONSISTENCIES
    inputs: NomogramInputs | None = None
    calibrated_interval: tuple[float, float] | None = None
    alternatives: tuple[Quantity, ...] = ()


def compute_nomogram(inputs: NomogramInputs, thresholds: Thresholds | None = None) -> Nomogram:
    """Odds of recurrence relative to PP23's reference patient.

    The reference has a GTV below 6 cm³, a BED below 60 Gy, TC below 96 % and no targeted therapy.

    Examples
    --------
    >>> patient = NomogramInputs(10.0, 79.2, 97.0, True)
    >>> round(compute_nomogram(patient).relative_odds.value, 5)  # 1.65 * 0.04 * 0.32 * 0.30
    0.00634
    """
    limits = thresholds or Thresholds()
    factors = find_factors(inputs, limits)
    if inputs.dropping_zone_bed_gy is not None:
        screened = screen_dropping_zone(inputs.dropping_zone_bed_gy, limits)
    else:
        screened = ()
    why = _why_undefined(inputs)
    if why:
        none = {"undefined": why}
        return Nomogram(
            (*factors, *screened),
            Quantity("relative_odds", None, "1", "PP23", undefined=why),
            None,
            Quantity("nomogram_points", None, "1", "PP23 Fig 4", **none),  # type: ignore[arg-type]
            Quantity("calibrated_recurrence_percent", None, "percent", _assumption(limits),
                     undefined=why),
            inputs=inputs,
            alternatives=_alternatives(inputs, limits),
        )  # fmt: skip
    odds = math.prod(f.odds_ratio for f in factors)
    interval = _interval(factors, odds)
    low, high = (100.0 * _calibrate(end, limits) for end in interval)
    return Nomogram(
        (*factors, *screened),
        Quantity("relative_odds", odds, "1", "odds over PP23's reference patient (product of odds "
                 "ratios)"),
        interval,
        Quantity("nomogram_points", sum(f.points for f in factors), "1",
                 "sum of the factors' points; 100 is the widest factor"),
        Quantity("calibrated_recurrence_percent", 100.0 * _calibrate(odds, limits), "percent",
                 _assumption(limits)),
        inputs=inputs,
        calibrated_interval=(low, high),
    )  # fmt: skip


def _interval(factors: Sequence[Factor], odds: float) -> tuple[float, float]:
    """95 % interval of the product, factors taken as independent (covariances are not printed)."""
    variance = sum(standard_error(f.odds_ratio, f.high) ** 2 for f in factors if f.high != 1.0)
    width = math.exp(Z95 * math.sqrt(variance))
    return odds / width, odds * width


def _typical(limits: Thresholds) -> NomogramInputs:
    """PP23's median patient (Table 2, Results)."""
    names = ("median_gtv_cm3", "median_bed_gy", "median_tc_percent")
    gtv, bed, coverage = (limits[f"nomogram.{name}"] for name in names)
    return NomogramInputs(gtv, bed, coverage, None)


def _assumption(limits: Thresholds) -> str:
    own = _typical(limits)
    return (
        "estimate, not published: assumes that a patient with PP23's median GTV "
        f"({own.gtv_cm3:g} cm³), BED ({own.bed_gy:g} Gy) and TC ({own.tc_percent:g} %) and its "
        f"share of targeted therapy ({limits['nomogram.targeted_percent']:g} %) has the cohort's "
        "recurrence rate"
    )


def _calibrate(odds: float, limits: Thresholds) -> float:
    """Probability at which PP23's median patient has the cohort's rate of recurrence."""
    rate = limits["nomogram.cohort_recurrence_percent"] / 100.0
    typical = math.prod(f.odds_ratio for f in find_factors(_typical(limits), limits))
    typical *= limits["nomogram.or_targeted"] ** (limits["nomogram.targeted_percent"] / 100.0)
    scaled = odds / typical * rate / (1.0 - rate)
    return float(scaled / (1.0 + scaled))


def _alternatives(inputs: NomogramInputs, limits: Thresholds) -> tuple[Quantity, ...]:
    """Both answers where only targeted therapy is not known."""
    if None in (inputs.gtv_cm3, inputs.bed_gy, inputs.tc_percent):
        return ()
    found = []
    for given, word in ((False, "without"), (True, "with")):
        factors = find_factors(replace(inputs, targeted_therapy=given), limits)
        odds = math.prod(f.odds_ratio for f in factors)
        low, high = _interval(factors, odds)
        method = f"if {word} targeted therapy; 95 % interval {low:.2g} to {high:.2g}"
        found.append(Quantity(f"relative_odds_{word}_targeted_therapy", odds, "1", method))
    return tuple(found)


def _why_undefined(inputs: NomogramInputs) -> str:
    told = dict(inputs.why_missing)
    lacking = [name for name in INPUT_WORDS if getattr(inputs, name) is None]
    return "; ".join(
        f"{INPUT_WORDS[name]} not known ({told.get(name, 'not given')})" for name in lacking
    )
