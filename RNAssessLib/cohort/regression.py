"""Regressions with errors that allow for several lesions of one patient."""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from .extras import need
from .intervals import Z95, Estimate
from .resample import bootstrap_spearman

Values = npt.NDArray[np.float64]
MODEL_BASED, CLUSTERED = "model-based", "clustered by patient"


@dataclass(frozen=True)
class Coefficient:
    """One coefficient: of log odds (logistic) or of the response (linear).

    Attributes
    ----------
    name : str
    value, error, low, high, p : float
    errors : str
        ``model-based`` or ``clustered by patient``.
    """

    name: str
    value: float
    error: float
    low: float
    high: float
    p: float
    errors: str

    @property
    def odds_ratio(self) -> Estimate:
        """With its interval."""
        return Estimate(math.exp(self.value), _exp(self.low), _exp(self.high), self.errors)


def _exp(value: float) -> float:
    return math.exp(min(value, 700.0))


class NotEstimableError(Exception):
    """The data cannot answer; the message says why."""


def fit_logistic(
    design: Values,
    names: Sequence[str],
    outcome: npt.NDArray[np.bool_],
    patients: Sequence[Hashable],
) -> tuple[Coefficient, ...]:
    """Maximum likelihood (statsmodels); intercept first, then one coefficient per column.

    Errors are clustered by patient as soon as one has several lesions.

    Raises
    ------
    NotEstimableError
        One outcome only, or a class in which all or none have the outcome (separation).
    """
    if outcome.all() or not outcome.any():
        raise NotEstimableError("all lesions have the same outcome")
    _check_classes(design, names, outcome)
    matrix = np.column_stack([np.ones(len(outcome)), design])
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        raise NotEstimableError("the classes overlap completely; one of them is redundant")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            model = need("statsmodels.discrete.discrete_model").Logit(outcome.astype(float), matrix)
            fitted = model.fit(disp=0, maxiter=100, **_errors(patients))
        except (Warning, np.linalg.LinAlgError) as error:
            raise NotEstimableError(f"the fit does not converge ({error})") from None
    return _coefficients(fitted, ("intercept", *names), patients)


def _check_classes(design: Values, names: Sequence[str], outcome: npt.NDArray[np.bool_]) -> None:
    for column, name in zip(design.T, names, strict=True):
        if not set(np.unique(column)) <= {0.0, 1.0}:
            continue
        for level in (0.0, 1.0):
            inside = outcome[column == level]
            where = name if level else f"not {name}"
            if len(inside) == 0:
                raise NotEstimableError(f"no lesion is in the class {where!r}")
            if inside.all() or not inside.any():
                share = "all" if inside.all() else "none"
                raise NotEstimableError(f"{share} of the lesions of the class {where!r} recurred")


def _errors(patients: Sequence[Hashable]) -> dict[str, Any]:
    codes = {p: n for n, p in enumerate(dict.fromkeys(patients))}
    if len(codes) == len(patients):
        return {}
    return {"cov_type": "cluster", "cov_kwds": {"groups": np.array([codes[p] for p in patients])}}


def _coefficients(
    fitted: Any, names: Sequence[str], patients: Sequence[Hashable]
) -> tuple[Coefficient, ...]:
    errors = CLUSTERED if len(set(patients)) < len(patients) else MODEL_BASED
    intervals = np.asarray(fitted.conf_int())
    return tuple(
        Coefficient(
            name, float(fitted.params[n]), float(fitted.bse[n]), float(intervals[n, 0]),
            float(intervals[n, 1]), float(fitted.pvalues[n]), errors,
        )
        for n, name in enumerate(names)
    )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """Straight line through two variables.

    Attributes
    ----------
    intercept, slope : Coefficient
    r2 : float
    normal_p, level_p : float
        Shapiro-Wilk of the residuals; Breusch-Pagan for a spread that changes.
    """

    intercept: Coefficient
    slope: Coefficient
    r2: float
    normal_p: float
    level_p: float


def fit_line(x: Values, y: Values, patients: Sequence[Hashable]) -> Line:
    """Ordinary least squares (statsmodels); raises NotEstimableError below four lesions."""
    if len(x) < 4 or np.ptp(x) == 0:
        raise NotEstimableError("fewer than four lesions, or all alike")
    matrix = np.column_stack([np.ones(len(x)), x])
    errors = _errors(patients)
    extra = errors | {"use_t": True} if errors else {}
    fitted = need("statsmodels.regression.linear_model").OLS(y, matrix).fit(**extra)
    first, second = _coefficients(fitted, ("intercept", "slope"), patients)
    residuals = np.asarray(fitted.resid)
    level = need("statsmodels.stats.diagnostic").het_breuschpagan(residuals, matrix)[1]
    return Line(first, second, float(fitted.rsquared),
                float(stats.shapiro(residuals[:4999]).pvalue), float(level))  # fmt: skip


def rank_correlation(x: Values, y: Values, patients: Sequence[Hashable]) -> tuple[Estimate, float]:
    """Spearman's rho with its 95 % interval, and P.

    One lesion per patient: Fisher's z with the error of Bonett and Wright 2000 (Psychometrika
    65:23). Else the percentile interval of a bootstrap over patients; P then still takes lesions
    as independent.

    Raises
    ------
    NotEstimableError
        Fewer than five lesions, or all alike.
    """
    if len(x) < 5 or np.ptp(x) == 0 or np.ptp(y) == 0:
        raise NotEstimableError("fewer than five lesions, or all alike")
    found = stats.spearmanr(x, y)
    rho, p = float(found.statistic), float(found.pvalue)
    if len(set(patients)) == len(patients):
        error = math.sqrt((1 + rho**2 / 2) / (len(x) - 3))
        z = math.atanh(max(-0.999999, min(0.999999, rho)))
        low, high = math.tanh(z - Z95 * error), math.tanh(z + Z95 * error)
        return Estimate(rho, low, high, "Fisher's z (Bonett-Wright)"), p
    interval = bootstrap_spearman(patients, x, y)
    if interval is None:
        return Estimate(rho, method="bootstrap over patients", why="too few patients"), p
    return Estimate(rho, *interval, "bootstrap over patients"), p
