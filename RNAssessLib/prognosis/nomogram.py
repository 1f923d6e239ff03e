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

from .inputs import INPUT_WORDS, NomogramInputs

Z95 = 1.959964
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
class FactorClass:
    """One class of a factor.

    Attributes
    ----------
    category : str
    odds_ratio, low, high : float
        Published, with 95 % interval; all 1 in the reference class.
    points : float
        On the nomogram's scale.
    """

    category: str
    odds_ratio: float
    low: float
    high: float
    points: float

    @property
    def log_odds(self) -> float:
        """Natural logarithm of the odds ratio."""
        return math.log(self.odds_ratio)

    @property
    def log_interval(self) -> tuple[float, float]:
        """95 % interval of `log_odds`, from the upper limit (lower ones are printed as 0.00)."""
        if self.odds_ratio == self.high:
            return (self.log_odds, self.log_odds)
        half = Z95 * standard_error(self.odds_ratio, self.high)
        return (self.log_odds - half, self.log_odds + half)


@dataclass(frozen=True)
class Factor:
    """One factor of the model for one patient.

    Attributes
    ----------
    name : str
    category, reference : str
        The patient's class, and the class with odds ratio 1.
    odds_ratio : float
    low, high : float
        Published 95 % interval; all 1 in the reference class.
    points : float
        0-100 score on the nomogram's scale: proportional to the log of the odds ratio, 0 at the
        factor's lowest class, 100 for the widest factor.
    in_model : bool
        False for a factor that was screened only.
    classes : tuple of FactorClass
        Every class, the reference first; empty for a factor that was screened only.
    """

    name: str
    category: str
    reference: str
    odds_ratio: float
    low: float
    high: float
    points: float
    in_model: bool = True
    classes: tuple[FactorClass, ...] = ()

    @property
    def chosen(self) -> FactorClass:
        """The patient's class."""
        return FactorClass(self.category, self.odds_ratio, self.low, self.high, self.points)


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
    widest = max(
        _span(limits, names)
        for names in (("gtv_6_28", "gtv_28"), ("bed_60_73", "bed_73"), ("tc_96",), ("targeted",))
    )
    factors = tuple(_factors(inputs, limits, widest))
    if inputs.dropping_zone_bed_gy is not None:
        screened = _dropping_zone(inputs.dropping_zone_bed_gy, limits)
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


def _factors(inputs: NomogramInputs, limits: Thresholds, widest: float) -> list[Factor]:
    found = []
    if inputs.gtv_cm3 is not None:
        low, high = limits["nomogram.gtv_low_cm3"], limits["nomogram.gtv_high_cm3"]
        key = _class(inputs.gtv_cm3, (low, "gtv_6_28"), (high, "gtv_28"))
        name = {None: f"< {low:g} cm³", "gtv_6_28": f"{low:g}-{high:g} cm³",
                "gtv_28": f"≥ {high:g} cm³"}  # fmt: skip
        found.append(_factor("GTV", key, name, limits, widest, ("gtv_6_28", "gtv_28")))
    if inputs.bed_gy is not None:
        low, high = limits["nomogram.bed_low_gy"], limits["nomogram.bed_high_gy"]
        key = _class(inputs.bed_gy, (low, "bed_60_73"), (high, "bed_73"))
        name = {None: f"< {low:g} Gy", "bed_60_73": f"{low:g}-{high:g} Gy",
                "bed_73": f"≥ {high:g} Gy"}  # fmt: skip
        found.append(_factor("BED", key, name, limits, widest, ("bed_60_73", "bed_73")))
    if inputs.tc_percent is not None:
        cut = limits["nomogram.tc_percent"]
        key = _class(inputs.tc_percent, (cut, "tc_96"))
        name = {None: f"< {cut:g} %", "tc_96": f"≥ {cut:g} %"}
        found.append(_factor("TC", key, name, limits, widest, ("tc_96",)))
    if inputs.targeted_therapy is not None:
        key = "targeted" if inputs.targeted_therapy else None
        name = {None: "no", "targeted": "yes"}
        found.append(_factor("Targeted therapy", key, name, limits, widest, ("targeted",)))
    return found


def _class(value: float, *cuts: tuple[float, str]) -> str | None:
    """Key of the highest class reached, None in the reference class."""
    reached = [key for cut, key in cuts if value >= cut]
    return reached[-1] if reached else None


def _published(key: str, limits: Thresholds) -> tuple[float, float, float]:
    return (
        limits[f"nomogram.or_{key}"],
        limits[f"nomogram.or_{key}_low"],
        limits[f"nomogram.or_{key}_high"],
    )


def _factor(
    name: str,
    key: str | None,
    labels: dict[str | None, str],
    limits: Thresholds,
    widest: float,
    classes: tuple[str, ...],
) -> Factor:
    lowest = min(0.0, *(math.log(_published(c, limits)[0]) for c in classes))
    known = {}
    for each in (None, *classes):
        ratio, low, high = (1.0, 1.0, 1.0) if each is None else _published(each, limits)
        points = 100.0 * (math.log(ratio) - lowest) / widest
        known[each] = FactorClass(labels[each], ratio, low, high, points)
    own = known[key]
    return Factor(
        name, own.category, labels[None], own.odds_ratio, own.low, own.high, own.points,
        classes=tuple(known.values()),
    )  # fmt: skip


def _span(limits: Thresholds, classes: tuple[str, ...]) -> float:
    logs = [0.0, *(math.log(_published(c, limits)[0]) for c in classes)]
    return max(logs) - min(logs)


def _dropping_zone(bed_gy: float, limits: Thresholds) -> tuple[Factor, ...]:
    cut = limits["nomogram.dropping_zone_gy"]
    key = _class(bed_gy, (cut, "dropping_zone"))
    ratio, low, high = (1.0, 1.0, 1.0) if key is None else _published(key, limits)
    label = f"≥ {cut:g} Gy" if key else f"< {cut:g} Gy"
    name = "Dose-dropping zone, mean BED (screened only)"
    return (Factor(name, label, f"< {cut:g} Gy", ratio, low, high, 0.0, in_model=False),)


def standard_error(odds_ratio: float, high: float) -> float:
    """Standard error of the log odds ratio from its upper limit.

    The lower limits are printed to two decimals (0.00, 0.01) and would not do.

    Examples
    --------
    >>> round(standard_error(0.04, 0.59), 3)  # P = 0.019 gives 1.373 as well
    1.373
    """
    return math.log(high / odds_ratio) / Z95


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
    typical = math.prod(f.odds_ratio for f in _factors(_typical(limits), limits, 1.0))
    typical *= limits["nomogram.or_targeted"] ** (limits["nomogram.targeted_percent"] / 100.0)
    scaled = odds / typical * rate / (1.0 - rate)
    return float(scaled / (1.0 + scaled))


def _alternatives(inputs: NomogramInputs, limits: Thresholds) -> tuple[Quantity, ...]:
    """Both answers where only targeted therapy is not known."""
    if None in (inputs.gtv_cm3, inputs.bed_gy, inputs.tc_percent):
        return ()
    found = []
    for given, word in ((False, "without"), (True, "with")):
        factors = _factors(replace(inputs, targeted_therapy=given), limits, 1.0)
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
