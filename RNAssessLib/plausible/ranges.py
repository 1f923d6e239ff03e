"""Bounds of doses, fractions, α/β, KPS and drugs: what a plan and a treatment look like."""

from __future__ import annotations

from dataclasses import replace

from RNAssessLib.evidence import Thresholds

from .entry import ENGINEERING, Bounds

# Prescriptions of radiosurgery: from an isodose line far outside to a little above the maximum.
LOWEST_SHARE, HIGHEST_SHARE = 0.3, 1.2
OUT_OF_REACH = 3.0  # times the maximum of the dose grid: no isodose of this plan can be meant
LEAST_FRACTION_GY, MOST_FRACTION_GY = 1.0, 25.0
MOST_TOTAL_GY, IMPOSSIBLE_GY = 80.0, 150.0
USUAL_FRACTIONS, MOST_FRACTIONS = 35, 60
LOWEST_LEVEL_GY = 1.0
HIGHEST_FRACTION_WORDS = f"{MOST_FRACTION_GY:g} Gy a fraction"
# α/β, in Gy: (plausible low, plausible high) by tissue
RATIOS = {"tumour": (3.0, 20.0), "brain": (1.0, 4.0)}
# dexamethasone or what acts like it, mg a day: cerebral oedema, and a pulse of methylprednisolone
USUAL_STEROID_MG, MOST_STEROID_MG = 40.0, 400.0


def prescription_bounds(
    name: str, fractions: int, max_gy: float | None = None, unit: str = "Gy"
) -> Bounds:
    """Bounds of the dose of a whole course.

    Parameters
    ----------
    name : str
        Of the field.
    fractions : int
    max_gy : float, optional
        Highest dose of the plan's grid; without it fractionation alone decides.
    unit : str

    Examples
    --------
    >>> found = prescription_bounds("prescription", 1, 40.0)
    >>> found.low, found.high, found.most
    (12.0, 25.0, 120.0)
    """
    count = max(fractions, 1)
    low, high = LEAST_FRACTION_GY * count, min(MOST_FRACTION_GY * count, MOST_TOTAL_GY)
    most, source = IMPOSSIBLE_GY, f"up to {HIGHEST_FRACTION_WORDS}"
    if max_gy is not None and max_gy > 0:
        low = max(low, LOWEST_SHARE * max_gy)
        high = min(high, HIGHEST_SHARE * max_gy)
        most = min(most, OUT_OF_REACH * max_gy)
        source += f", the dose reaches {max_gy:.4g} Gy"
    low = min(low, high)
    return Bounds(name, unit, low, high, 0.0, max(most, high), f"{source}; {ENGINEERING}",
                  above_least=True)  # fmt: skip


def fraction_count_bounds(name: str = "number of fractions") -> Bounds:
    """Bounds of a number of fractions."""
    return Bounds(name, "", 1, USUAL_FRACTIONS, 1, MOST_FRACTIONS, whole=True)


def alpha_beta_bounds(tissue: str) -> Bounds:
    """Bounds of α/β of ``tumour`` or ``brain``."""
    low, high = RATIOS[tissue]
    return Bounds(f"α/β of {tissue}", "Gy", low, high, 0.1, 100.0)


def level_bounds(unit: str, max_gy: float | None, prescription_gy: float | None) -> Bounds:
    """Bounds of an isodose level in ``Gy`` or ``%`` of the prescription.

    Nothing is drawn above the highest dose of the plan.
    """
    reach = max_gy or IMPOSSIBLE_GY
    source = f"the dose reaches {reach:.4g} Gy" if max_gy else ENGINEERING
    low = min(LOWEST_LEVEL_GY, reach)
    found = Bounds("isodose level", "Gy", low, reach, 0.0, reach, source, above_least=True)
    if unit != "%" or not prescription_gy:
        return found
    share = 100.0 / prescription_gy
    return replace(found, unit="%", low=low * share, high=reach * share, most=reach * share)


def isodose_line_bounds(name: str = "isodose line") -> Bounds:
    """Bounds of the line a dose is prescribed to, in percent of the target's maximum."""
    return Bounds(name, "%", 30.0, 100.0, 0.0, 100.0, above_least=True)


def kps_bounds() -> Bounds:
    """Bounds of the Karnofsky performance status; 0 is death and asked about."""
    return Bounds("KPS", "", 10, 100, 0, 100, "Karnofsky scale", step=10)


def bevacizumab_bounds() -> Bounds:
    """Bounds of one dose of bevacizumab."""
    source = f"LI21 Methods: 5 or 10 mg/kg; the range is an {ENGINEERING}"
    return Bounds("dose of bevacizumab", "mg/kg", 2.5, 15.0, 0.0, 30.0, source, above_least=True,
                  optional=True)  # fmt: skip


def steroid_bounds(drug: str) -> Bounds:
    """Bounds of a corticosteroid's daily dose, by what acts like dexamethasone; 0 ends it."""
    limits, name = Thresholds(), drug.strip().lower() or "dexamethasone"
    try:
        factor = limits[f"steroid.{name}_mg"] / limits["steroid.dexamethasone_mg"]
    except KeyError:
        factor, name = 1.0, "corticosteroid"
    source = f"like {USUAL_STEROID_MG:g} mg of dexamethasone a day; {ENGINEERING}"
    return Bounds(f"daily dose of {name}", "mg/day", 0.0, USUAL_STEROID_MG * factor, 0.0,
                  MOST_STEROID_MG * factor, source)  # fmt: skip
