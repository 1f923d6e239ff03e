"""How well predicted chances fit what happened: ROC, calibration, Brier score, decision curve."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from scipy.stats import rankdata

from .extras import need
from .intervals import Z95, Estimate
from .regression import Coefficient, NotEstimableError, fit_logistic

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
BINS = 10  # groups of the calibration plot, customary
CLOSE = 1e-6


def compute_auc(outcome: Flags, score: Values, patients: Sequence[Hashable]) -> Estimate:
    """Area under the ROC curve with a 95 % interval that allows for clusters.

    Obuchowski 1997 (Biometrics 53:567); with one lesion per patient it is DeLong 1988.

    Raises
    ------
    NotEstimableError
        Fewer than two lesions of one outcome.
    """
    cases, controls = score[outcome], score[~outcome]
    m, n = len(cases), len(controls)
    if min(m, n) < 2:
        raise NotEstimableError("fewer than two lesions of one outcome")
    both = rankdata(np.concatenate([cases, controls]))
    auc = (both[:m].sum() - m * (m + 1) / 2) / (m * n)
    by_case = (both[:m] - rankdata(cases)) / n  # share of controls below each case
    by_control = 1 - (both[m:] - rankdata(controls)) / m
    codes = {p: k for k, p in enumerate(dict.fromkeys(patients))}
    group = np.array([codes[p] for p in patients])
    cases_sum, controls_sum = np.zeros(len(codes)), np.zeros(len(codes))
    np.add.at(cases_sum, group[outcome], by_case - auc)
    np.add.at(controls_sum, group[~outcome], by_control - auc)
    with_case = len(set(group[outcome]))
    with_control = len(set(group[~outcome]))
    if min(with_case, with_control) < 2 or len(codes) < 2:
        raise NotEstimableError("the lesions of one outcome are of one patient")
    s10 = with_case / ((with_case - 1) * m) * (cases_sum**2).sum()
    s01 = with_control / ((with_control - 1) * n) * (controls_sum**2).sum()
    s11 = len(codes) / (len(codes) - 1) * (cases_sum * controls_sum).sum()
    variance = max(0.0, s10 / m + s01 / n + 2 * s11 / (m * n))
    half = Z95 * float(np.sqrt(variance))
    return Estimate(float(auc), max(0.0, float(auc) - half), min(1.0, float(auc) + half),
                    "Obuchowski (DeLong with one lesion per patient)")  # fmt: skip


@dataclass(frozen=True)
class Calibration:
    """Predicted against observed.

    Attributes
    ----------
    slope, intercept : Coefficient
        Of log odds on predicted log odds; 1 and 0 are ideal.
    in_the_large : float
        Mean observed minus mean predicted.
    brier, brier_scaled : float
        Mean squared error, and its share of improvement over the cohort's mean.
    mean_error : float
        Mean absolute difference of the bins, weighted (PP23 prints 0.041 and 0.038).
    bins : tuple of (float, float, int)
        Mean predicted, observed share, lesions.
    """

    slope: Coefficient
    intercept: Coefficient
    in_the_large: float
    brier: float
    brier_scaled: float
    mean_error: float
    bins: tuple[tuple[float, float, int], ...]


def compute_calibration(
    outcome: Flags, chance: Values, patients: Sequence[Hashable]
) -> Calibration:
    """Calibration of predicted chances (0-1); raises NotEstimableError as `fit_logistic`."""
    chance = np.clip(chance, CLOSE, 1 - CLOSE)
    linear = logit(chance)
    if np.ptp(linear) == 0:
        raise NotEstimableError("all lesions have the same predicted chance")
    intercept, slope = fit_logistic(linear[:, None], ("slope",), outcome, patients)
    observed = outcome.astype(float)
    brier = float(np.mean((chance - observed) ** 2))
    flat = float(observed.mean() * (1 - observed.mean()))
    bins = tuple(
        (float(chance[part].mean()), float(observed[part].mean()), len(part))
        for part in _tenths(chance)
    )
    error = sum(abs(p - o) * k for p, o, k in bins) / len(outcome)
    return Calibration(slope, intercept, float(observed.mean() - chance.mean()), brier,
                       1 - brier / flat, error, bins)  # fmt: skip


def _tenths(chance: Values) -> list[npt.NDArray[np.intp]]:
    """Rows in ten groups of rising chance, about alike in size.

    Rows of the same chance stay together: which of them came first in the table must not matter.
    """
    order = np.argsort(chance, kind="stable")
    ends = np.concatenate([np.flatnonzero(np.diff(chance[order])) + 1, [len(chance)]])
    wanted = np.arange(1, BINS) * len(chance) / BINS
    cuts = {int(ends[np.abs(ends - cut).argmin()]) for cut in wanted}
    return [group for group in np.split(order, sorted(cuts)) if len(group)]


def decision_curve(
    outcome: Flags, models: dict[str, Values], thresholds: Sequence[float]
) -> dict[str, tuple[float, ...]]:
    """Net benefit (Vickers 2006) of each model, of treating all and of treating none (dcurves).

    Parameters
    ----------
    outcome : (N,) bool array
    models : dict of name to (N,) chances
    thresholds : sequence of float
        Between 0 and 1, exclusive.
    """
    frame = need("pandas").DataFrame({"outcome": outcome.astype(int), **models})
    found = need("dcurves").dca(
        data=frame, outcome="outcome", modelnames=list(models), thresholds=list(thresholds)
    )
    return {
        name: tuple(
            found[found["model"] == name].sort_values("threshold")["net_benefit"].astype(float)
        )
        for name in (*models, "all", "none")
    }


@dataclass(frozen=True)
class Refit:
    """A model fitted to this cohort, with Harrell's correction for optimism.

    Attributes
    ----------
    coefficients : tuple of Coefficient
    auc, auc_corrected, slope_corrected, brier, brier_corrected : float
    resamples : int
        That could be fitted, of those drawn.
    drawn : int
    """

    coefficients: tuple[Coefficient, ...]
    auc: float
    auc_corrected: float
    slope_corrected: float
    brier: float
    brier_corrected: float
    resamples: int
    drawn: int


def refit_corrected(
    design: Values, names: Sequence[str], outcome: Flags, patients: Sequence[Hashable],
    resamples: int = 200, seed: int = 20,
) -> Refit:  # fmt: skip
    """Fit a logistic model and correct its figures for optimism by a bootstrap over patients.

    Harrell, Regression Modeling Strategies, §5.3: what a resample's model loses between its own
    data and the cohort is taken off the apparent figure.

    Raises
    ------
    NotEstimableError
        As `fit_logistic`; or when fewer than half of the resamples can be fitted.
    """
    full = fit_logistic(design, names, outcome, patients)
    own = _figures(full, design, outcome, patients)
    rows: dict[Hashable, list[int]] = {}
    for row, patient in enumerate(patients):
        rows.setdefault(patient, []).append(row)
    groups, generator, losses = list(rows.values()), np.random.default_rng(seed), []
    for _ in range(resamples):
        drawn = generator.integers(0, len(groups), len(groups))
        chosen = np.array([r for g in drawn for r in groups[g]])
        # a patient drawn twice is two patients
        names_of = [n for n, g in enumerate(drawn) for _ in groups[g]]
        try:
            model = fit_logistic(design[chosen], names, outcome[chosen], names_of)
            there = _figures(model, design[chosen], outcome[chosen], names_of)
            here = _figures(model, design, outcome, patients)
        except NotEstimableError:
            continue
        losses.append(np.subtract(there, here))
    if len(losses) < resamples / 2:
        raise NotEstimableError("more than half of the resamples cannot be fitted")
    loss = np.mean(losses, axis=0)
    corrected = [float(figure - lost) for figure, lost in zip(own, loss, strict=True)]
    return Refit(full, own[0], corrected[0], corrected[1], own[2], corrected[2], len(losses),
                 resamples)  # fmt: skip


def _figures(
    model: Sequence[Coefficient], design: Values, outcome: Flags, patients: Sequence[Hashable]
) -> tuple[float, float, float]:
    """AUC, calibration slope and Brier score of a model on some data."""
    linear = model[0].value + design @ np.array([c.value for c in model[1:]])
    chance = expit(linear)
    auc = compute_auc(outcome, linear, patients).value
    assert auc is not None
    slope = fit_logistic(linear[:, None], ("slope",), outcome, range(len(outcome)))[1].value
    return auc, slope, float(np.mean((chance - outcome) ** 2))
