"""PP23's own analysis on these patients: Tables 1 to 3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from RNAssessLib.evidence import Thresholds

from .outcome import NECROSIS_WORD, PROGRESSION_WORD
from .prediction import Flags
from .regression import Coefficient, NotEstimableError, Values, fit_logistic
from .result import Analysis, Cell, ResultTable
from .simulated_truth import TERMS, design

INPUTS = ("nomogram_gtv_cm3", "nomogram_bed_gy", "nomogram_tc_percent", "targeted_therapy")
LABELS = dict(zip(TERMS, ("GTV 6-28 cm³", "GTV ≥ 28 cm³", "BED 60-73 Gy", "BED ≥ 73 Gy",
                          "TC ≥ 96 %", "targeted therapy"), strict=True))  # fmt: skip
FACTORS = (TERMS[0:2], TERMS[2:4], TERMS[4:5], TERMS[5:6])  # GTV, BED, TC, targeted therapy
WORDS = ("sex", "primary", "technique", "wbrt", "chemotherapy", "targeted_therapy", "immunotherapy")
NUMBERS = ("age_years", "kps_before", "metastases", "nomogram_gtv_cm3", "latency_months")
# PP23 Table 2: median, mean, standard deviation, lowest, highest
DOSES = {
    "bed_gy": (72.8, 74.5, 15.5, 39.0, 152.0), "tc_percent": (95.7, 93.9, 7.5, 55.0, 100.0),
    "pitv": (1.2, 1.5, 1.0, 0.7, 10.2), "ci_paddick": (0.7, 0.7, 0.2, 0.1, 1.0),
    "hi": (0.1, 0.2, 0.1, 0.0, 0.6), "gi": (3.8, 4.5, 1.0, 0.7, 10.2),
}  # fmt: skip
EVENTS_PER_TERM = 10  # customary


@dataclass(frozen=True)
class ModelData:
    """Lesions with outcome and all four inputs of PP23's model.

    Attributes
    ----------
    frame : DataFrame
    design : (N, 6) array
        Indicators by `TERMS`.
    outcome : (N,) bool array
        Progression.
    patients : list
    missing : tuple of (str, int)
    """

    frame: Any
    design: Values
    outcome: Flags
    patients: list[Any]
    missing: tuple[tuple[str, int], ...]


def take_model_data(frame: Any) -> ModelData:
    """Complete lesions of a frame; what the others lack is counted."""
    known = frame["reference"].isin([NECROSIS_WORD, PROGRESSION_WORD])
    missing = [("reference of one kind", int((~known).sum()))]
    complete = known.copy()
    for name in INPUTS:
        there = frame[name].notna() if name in frame else known & False
        missing.append((name, int((known & ~there).sum())))
        complete &= there
    chosen = frame[complete]
    if not len(chosen):
        return ModelData(chosen, np.zeros((0, len(TERMS))), np.zeros(0, bool), [], tuple(missing))
    gtv, bed, coverage, targeted = (chosen[name] for name in INPUTS)
    return ModelData(chosen, design(gtv, bed, coverage, targeted == "yes"),
                     (chosen["reference"] == PROGRESSION_WORD).to_numpy(),
                     chosen["patient"].tolist(), tuple(missing))  # fmt: skip


def analyse_pp23(frame: Any) -> tuple[Analysis, ...]:
    """Characteristics, plan parameters and odds ratios."""
    known = frame[frame["reference"].isin([NECROSIS_WORD, PROGRESSION_WORD])]
    if known["reference"].nunique() < 2:
        why = "necroses and progressions are both needed"
        return (Analysis("pp23", "PP23: progression against necrosis", not_done=why),)
    return (_characteristics(known), _doses(known), _odds(take_model_data(frame)))


def _of(frame: Any) -> str:
    return f"{len(frame)} lesions in {frame['patient'].nunique()} patients"


def _characteristics(frame: Any) -> Analysis:
    rows: list[tuple[Cell, ...]] = []
    missing = []
    side = frame["reference"] == PROGRESSION_WORD
    for name in NUMBERS:
        if name not in frame or frame[name].notna().sum() < 5:
            continue
        known = frame[name].notna()
        missing.append((name, int((~known).sum())))
        parts = [frame.loc[known & s, name].to_numpy() for s in (~side, side)]
        p = float(stats.mannwhitneyu(*parts).pvalue) if all(map(len, parts)) else None
        cells = [_quartiles(part) for part in parts]
        rows.append((name, "median (quartiles)", *cells, p, "Mann-Whitney"))
    for name in WORDS:
        if name not in frame or frame[name].notna().sum() < 5:
            continue
        known = frame[name].notna()
        missing.append((name, int((~known).sum())))
        levels = sorted(frame.loc[known, name].unique())
        counts = np.array([[int((known & s & (frame[name] == v)).sum()) for v in levels]
                           for s in (~side, side)])  # fmt: skip
        p, test = _association(counts)
        for n, level in enumerate(levels):
            cells = [f"{c[n]} ({100 * c[n] / max(1, c.sum()):.1f} %)" for c in counts]
            rows.append((name, level, *cells, p if n == 0 else None, test if n == 0 else ""))
    return Analysis(
        "pp23_table1", "PP23 Table 1: characteristics", n=_of(frame), missing=tuple(missing),
        checks=("per lesion: a patient with two lesions counts twice, and P takes them as "
                "independent",),
        methods="Continuous variables are given as median with quartiles and compared with the "
        "Mann-Whitney U test, categories as counts and compared with the chi-squared test, or "
        "Fisher's exact test where an expected count is below 5 in a 2 x 2 table.",
        tables=(ResultTable("characteristics", "Characteristics by outcome",
                            ("variable", "level", NECROSIS_WORD, PROGRESSION_WORD, "P", "test"),
                            tuple(rows)),),
    )  # fmt: skip


def _quartiles(values: Any) -> str | None:
    if not len(values):
        return None
    low, middle, high = np.percentile(values, [25, 50, 75])
    return f"{middle:.3g} ({low:.3g}-{high:.3g})"


def _association(counts: Any) -> tuple[float | None, str]:
    if min(counts.shape) < 2 or not counts.sum(axis=1).all():
        return None, ""
    found = stats.chi2_contingency(counts, correction=False)
    if counts.shape == (2, 2) and found.expected_freq.min() < 5:
        return float(stats.fisher_exact(counts).pvalue), "Fisher"
    return float(found.pvalue), "chi-squared"


def _doses(frame: Any) -> Analysis:
    rows: list[tuple[Cell, ...]] = []
    missing = []
    for name, printed in DOSES.items():
        known = frame[name].dropna().to_numpy() if name in frame else np.zeros(0)
        missing.append((name, len(frame) - len(known)))
        if len(known) > 1:
            rows.append((name, len(known), float(np.median(known)), float(known.mean()),
                         float(known.std(ddof=1)), float(known.min()), float(known.max()),
                         *printed))  # fmt: skip
    heads = ("parameter", "n", "median", "mean", "SD", "lowest", "highest", "PP23 median",
             "PP23 mean", "PP23 SD", "PP23 lowest", "PP23 highest")  # fmt: skip
    return Analysis(
        "pp23_table2", "PP23 Table 2: plan parameters", n=_of(frame), missing=tuple(missing),
        methods="Plan parameters are described by median, mean and standard deviation, and range.",
        tables=(ResultTable("plan", "Plan parameters beside PP23's", heads, tuple(rows),
                            "PP23's range of GI repeats PITV's: a GI below 1 is impossible"),),
    )  # fmt: skip


def fit_factors(data: ModelData) -> dict[str, Coefficient | str]:
    """Univariate fits, factor by factor; a text where one cannot be estimated."""
    found: dict[str, Coefficient | str] = {}
    for factor in FACTORS:
        columns = [TERMS.index(term) for term in factor]
        try:
            fit = fit_logistic(data.design[:, columns], factor, data.outcome, data.patients)
            found |= {c.name: c for c in fit[1:]}
        except NotEstimableError as error:
            found |= dict.fromkeys(factor, str(error))
    return found


def fit_model(data: ModelData) -> tuple[Coefficient, ...]:
    """PP23's multivariable model on these lesions; raises NotEstimableError."""
    return fit_logistic(data.design, TERMS, data.outcome, data.patients)


def _odds(data: ModelData) -> Analysis:
    title = "PP23 Table 3: odds of progression"
    limits = Thresholds()
    if not len(data.outcome):
        why = "no lesion has outcome, GTV, BED, TC and targeted therapy"
        return Analysis("pp23_table3", title, missing=data.missing, not_done=why)
    alone, why = fit_factors(data), ""
    try:
        model = {c.name: c for c in fit_model(data)}
    except NotEstimableError as error:
        model, why = {}, str(error)
    rows: list[tuple[Cell, ...]] = []
    for term in TERMS:
        printed = [limits[f"nomogram.or_{term}{end}"] for end in ("", "_low", "_high")]
        rows.append((LABELS[term], int(data.design[:, TERMS.index(term)].sum()),
                     *_ratio(alone[term]), *_ratio(model.get(term, why)), *printed))  # fmt: skip
    events = int(min(data.outcome.sum(), (~data.outcome).sum()))
    per_term = events / len(TERMS)
    enough = "enough" if per_term >= EVENTS_PER_TERM else "too few: the odds ratios are unstable"
    warnings = [f"multivariable model not estimated: {why}"] if why else []
    warnings += [f"{LABELS[t]} alone: {v}" for t, v in alone.items() if isinstance(v, str)]
    return Analysis(
        "pp23_table3", title, n=_of(data.frame) + f", {int(data.outcome.sum())} progressions",
        missing=data.missing,
        checks=(f"{per_term:.1f} lesions of the rarer outcome per coefficient "
                f"({EVENTS_PER_TERM} are customary): {enough}",
                "lesions lacking an input are left out, not filled in"),
        methods="Univariate and multivariable logistic regression of local progression on GTV, "
        "BED, target coverage (classes of PP23) and targeted therapy, by maximum likelihood; "
        "errors clustered by patient where one had several lesions.",
        tables=(ResultTable(
            "odds", "Odds ratios",
            ("class", "lesions", "alone: OR", "low", "high", "P", "model: OR", "low", "high", "P",
             "PP23 OR", "PP23 low", "PP23 high"), tuple(rows),
            "against GTV < 6 cm³, BED < 60 Gy, TC < 96 %, none"),),
        warnings=tuple(warnings),
    )  # fmt: skip


def _ratio(found: Coefficient | str) -> tuple[Cell, ...]:
    if isinstance(found, str):
        return None, None, None, None
    ratio = found.odds_ratio
    return ratio.value, ratio.low, ratio.high, found.p
