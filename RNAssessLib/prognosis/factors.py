"""Factors of PP23's model for one patient: class, odds ratio with interval, points."""

from __future__ import annotations

import math
from dataclasses import dataclass

from RNAssessLib.evidence import Thresholds

from .inputs import NomogramInputs

Z95 = 1.959964
WIDEST = (("gtv_6_28", "gtv_28"), ("bed_60_73", "bed_73"), ("tc_96",), ("targeted",))


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


def find_factors(inputs: NomogramInputs, limits: Thresholds) -> tuple[Factor, ...]:
    """Factors of the model whose input is known, in the paper's order."""
    widest = max(_span(limits, names) for names in WIDEST)
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
    return tuple(found)


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


def screen_dropping_zone(bed_gy: float, limits: Thresholds) -> tuple[Factor, ...]:
    """The factor that PP23 screened and left out of its model."""
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
