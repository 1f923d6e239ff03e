"""What simulated cohorts are drawn with: the papers' coefficients, and what had to be invented.

Recurrence follows PP23 Table 3's odds ratios (the model of `RNAssessLib.prognosis`); among
necroses, log latency and log steroid-halving time fall and rise with log(BED / GTV) at LI21's r²
(0.13 and 0.21, as its Results pair them).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from RNAssessLib.course.treatment import LI21_MONTHS
from RNAssessLib.dosimetry.bed import compute_bed
from RNAssessLib.evidence import Thresholds

from .outcome import NECROSIS_WORD, PROGRESSION_WORD

Values = npt.NDArray[np.float64]
TERMS = ("gtv_6_28", "gtv_28", "bed_60_73", "bed_73", "tc_96", "targeted")
LI21_R2 = {"latency": 0.13, "half_steroid": 0.21}
LI21_SIGN = {"latency": -1.0, "half_steroid": 1.0}
# of log latency and log days; LI21 prints ranges only (7-35 months, 2-22 days): about 4 of them
SPREAD = {"latency": math.log(35 / 7) / 4, "half_steroid": math.log(22 / 2) / 4}
SHARED = 0.2  # of the latent variance, between lesions of one patient
# schedules in use (Gy, fractions, share; invented), so that every class of BED is met often
# enough and V12 has single fractions; PP23 had few below 60 Gy: its interval is 0.00-0.59
SCHEDULES = ((20.0, 1, 0.2), (24.0, 1, 0.15), (16.0, 1, 0.1), (27.0, 3, 0.1), (40.0, 10, 0.15),
             (45.0, 10, 0.15), (52.5, 15, 0.15))  # fmt: skip
GTV_MEDIAN_CM3, GTV_LOG_SD = 8.4, 1.1  # PP23: median 8.4 cm³ (0.1-125.8)
RECURRENCE = 0.382  # PP23 Results
V12_SLOPE, V12_AT_5 = (math.log(0.2 / 0.8) - math.log(0.1 / 0.9)) / 10.0, 0.10  # PP23 Discussion
SURVIVAL_MONTHS = {NECROSIS_WORD: 66.3, PROGRESSION_WORD: 39.6}  # medians, PP23 Results
PILOT = 200_000
# item: share of necroses and of progressions that it is present in (the first two of Hainc 2021);
# the other figures are invented for the simulation
ITEMS = {
    "central_diffusion_restriction": (19 / 23, 13 / 36),
    "cross_boundary": (0.35, 0.05), "shape_change": (0.6, 0.15), "swi_foci": (0.7, 0.4),
    "rim_morphology": (0.65, 0.45), "open_ring": (0.3, 0.15), "swiss_cheese": (0.4, 0.2),
    "perfusion": (0.2, 0.8), "amino_acid_pet": (6 / 29, 18 / 21),
}  # fmt: skip
NOT_ASSESSABLE, INDETERMINATE = 0.12, 0.06
READERS = {"reader": 0.9, "reader2": 0.85}  # chance of giving the computed answer (invented)
HAS_PATHOLOGY = 0.5


@dataclass(frozen=True)
class CohortTruth:
    """What the simulated tables were drawn with.

    Attributes
    ----------
    log_odds : dict of str to float
        PP23's coefficients by `TERMS`, and ``intercept``.
    slopes : dict of str to float
        Of log latency and log steroid-halving time on log(BED / GTV), among necroses.
    spearman : dict of str to float
        Rank correlation of the same, by a pilot of `PILOT` lesions.
    r2 : dict of str to float
    v12_log_odds_per_cm3 : float
    sensitivity, specificity : dict of str to float
        Per item, for its own target condition.
    median_survival_months : dict of str to float
    reduction_percent : dict of str to float
        Mean reductions after bevacizumab (LI21 Table 3).
    """

    log_odds: dict[str, float]
    slopes: dict[str, float]
    spearman: dict[str, float]
    r2: dict[str, float]
    v12_log_odds_per_cm3: float
    sensitivity: dict[str, float]
    specificity: dict[str, float]
    median_survival_months: dict[str, float]
    reduction_percent: dict[str, float]


def draw_plan(generator: np.random.Generator, count: int) -> dict[str, Any]:
    """Draw schedules, BED (Gy), GTV (cm³), TC (%) and targeted therapy of `count` lesions."""
    which = generator.choice(len(SCHEDULES), count, p=[s[2] for s in SCHEDULES])
    beta = Thresholds()["bed.alpha_beta_tumour"]
    bed = np.array([compute_bed(dose, n, beta) for dose, n, _ in SCHEDULES])[which]
    gtv = GTV_MEDIAN_CM3 * np.exp(GTV_LOG_SD * generator.standard_normal(count))
    coverage = 100.0 - generator.gamma(2.0, 2.5, count).clip(0.0, 45.0)
    return {
        "schedule": which, "bed": bed, "gtv": gtv, "tc": coverage,
        "targeted": generator.random(count) < 0.496,
    }  # fmt: skip


def design(gtv: Any, bed: Any, coverage: Any, targeted: Any) -> Values:
    """Indicators (N, 6) of PP23's classes, by `TERMS`; cut-offs of ``evidence.toml``."""
    limits = Thresholds()
    low, high = limits["nomogram.gtv_low_cm3"], limits["nomogram.gtv_high_cm3"]
    bed_low, bed_high = limits["nomogram.bed_low_gy"], limits["nomogram.bed_high_gy"]
    gtv, bed, coverage = (np.asarray(v, dtype=float) for v in (gtv, bed, coverage))
    columns = (
        (gtv >= low) & (gtv < high), gtv >= high, (bed >= bed_low) & (bed < bed_high),
        bed >= bed_high, coverage >= limits["nomogram.tc_percent"],
        np.asarray(targeted, dtype=bool),
    )  # fmt: skip
    return np.stack(columns, axis=1).astype(float)


def linear_predictor(plan: dict[str, Any]) -> Values:
    """Log odds over PP23's reference patient."""
    limits = Thresholds()
    beta = np.array([math.log(limits[f"nomogram.or_{term}"]) for term in TERMS])
    found: Values = design(plan["gtv"], plan["bed"], plan["tc"], plan["targeted"]) @ beta
    return found


@cache
def pp23_truth() -> dict[str, float]:
    """PP23's log odds ratios, and the intercept that gives its share of recurrence."""
    limits = Thresholds()
    found = {term: math.log(limits[f"nomogram.or_{term}"]) for term in TERMS}
    base = linear_predictor(draw_plan(np.random.default_rng(1), PILOT))
    low, high = -10.0, 10.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if expit(base + middle).mean() < RECURRENCE else (low, middle)
    return found | {"intercept": (low + high) / 2}


@cache
def pilot() -> Values:
    """log(BED / GTV) of many necroses."""
    generator = np.random.default_rng(2)
    plan = draw_plan(generator, PILOT)
    stays = generator.random(PILOT) >= expit(linear_predictor(plan) + pp23_truth()["intercept"])
    found: Values = np.log(plan["bed"] / plan["gtv"])[stays]
    return found


@cache
def li21_truth(name: str) -> tuple[float, float]:
    """Slope on log(BED / GTV) and residual deviation that give LI21's r² and the spread."""
    share = LI21_R2[name]
    slope = LI21_SIGN[name] * math.sqrt(share) * SPREAD[name] / float(pilot().std())
    return slope, SPREAD[name] * math.sqrt(1 - share)


def log_response(generator: np.random.Generator, name: str, x: Values, median: float) -> Values:
    """Draw the log of a response (`LI21_R2`) at x = log(BED / GTV)."""
    slope, deviation = li21_truth(name)
    found: Values = math.log(median) + slope * (x - pilot().mean())
    return found + deviation * generator.standard_normal(len(x))


@cache
def cohort_truth() -> CohortTruth:
    """Everything that a simulated cohort was drawn with."""
    limits = Thresholds()
    x = pilot()
    spearman = {}
    for name in LI21_R2:
        y = log_response(np.random.default_rng(3), name, x, 1.0)
        ranks = np.corrcoef(np.argsort(np.argsort(x)), np.argsort(np.argsort(y)))
        spearman[name] = float(ranks[0, 1])
    sensitivity, specificity = {}, {}
    for item, (necrosis, progression) in ITEMS.items():
        rising = progression > necrosis
        sensitivity[item] = progression if rising else necrosis
        specificity[item] = 1.0 - (necrosis if rising else progression)
    return CohortTruth(
        pp23_truth(), {name: li21_truth(name)[0] for name in LI21_R2}, spearman, dict(LI21_R2),
        V12_SLOPE, sensitivity, specificity, dict(SURVIVAL_MONTHS),
        {f"{s}_reduction_{m}_percent": limits[f"li21.{s}_reduction_{m}_mid"]
         for s in ("t1c", "flair") for m in LI21_MONTHS},
    )  # fmt: skip
