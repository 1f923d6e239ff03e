"""PP23's nomogram on these patients: discrimination, calibration, net benefit; and a refit."""

from __future__ import annotations

from typing import Any

import numpy as np

from RNAssessLib.evidence import Thresholds, published_accuracy
from RNAssessLib.prognosis.inputs import NomogramInputs
from RNAssessLib.prognosis.nomogram import compute_nomogram

from .charts import draw_lines, draw_points
from .extras import need
from .pp23_study import LABELS, ModelData, take_model_data
from .prediction import compute_auc, compute_calibration, decision_curve, refit_corrected
from .regression import NotEstimableError, Values
from .result import Analysis, Cell, ResultFigure, ResultTable
from .simulated_truth import TERMS

THRESHOLDS = tuple(round(0.05 * k, 2) for k in range(1, 17))  # PP23: about 0.1 to 0.8
PRINTED = " ".join(f.text for f in published_accuracy("nomogram"))


def predict(data: ModelData) -> Values:
    """Chance (0-1) of progression by PP23's model: the labelled estimate, see `Nomogram`."""
    known: dict[tuple[float, ...], float] = {}
    found = []
    columns = ("nomogram_gtv_cm3", "nomogram_bed_gy", "nomogram_tc_percent")
    for indicators, row in zip(data.design, data.frame.itertuples(index=False), strict=True):
        key = tuple(indicators)
        if key not in known:
            gtv, bed, coverage = (float(getattr(row, name)) for name in columns)
            inputs = NomogramInputs(gtv, bed, coverage, row.targeted_therapy == "yes")
            percent = compute_nomogram(inputs, Thresholds()).calibrated_percent.value
            assert percent is not None
            known[key] = percent / 100.0
        found.append(known[key])
    return np.array(found)


def analyse_nomogram(frame: Any) -> tuple[Analysis, ...]:
    """External validation of the published model, then the model fitted anew."""
    data = take_model_data(frame)
    title = "PP23's nomogram on these patients"
    if not len(data.outcome):
        return (Analysis("nomogram", title, missing=data.missing,
                         not_done="no lesion has outcome and all inputs"),)  # fmt: skip
    return (_validate(data, title), _refit(data))


def _of(data: ModelData) -> str:
    return (f"{len(data.outcome)} lesions in {len(set(data.patients))} patients, "
            f"{int(data.outcome.sum())} progressions")  # fmt: skip


def _validate(data: ModelData, title: str) -> Analysis:
    chance = predict(data)
    try:
        auc = compute_auc(data.outcome, chance, data.patients)
        fit = compute_calibration(data.outcome, chance, data.patients)
    except NotEstimableError as error:
        return Analysis("nomogram", title, n=_of(data), missing=data.missing, not_done=str(error))
    rows: tuple[tuple[Cell, ...], ...] = (
        ("AUC", auc.value, auc.low, auc.high, "0.730 (training), 0.967 (validation, n = 23)"),
        ("calibration slope", fit.slope.value, fit.slope.low, fit.slope.high, "1 is ideal"),
        ("calibration intercept", fit.intercept.value, fit.intercept.low, fit.intercept.high,
         "0 is ideal"),
        ("observed minus predicted share", fit.in_the_large, None, None, "0 is ideal"),
        ("mean absolute error of calibration", fit.mean_error, None, None, "0.041, 0.038"),
        ("Brier score", fit.brier, None, None, ""),
        ("scaled Brier score", fit.brier_scaled, None, None, "1 is perfect, 0 no better than "
         "the cohort's share"),
    )  # fmt: skip
    return Analysis(
        "nomogram", title, n=_of(data), missing=data.missing,
        checks=("the paper prints no intercept: the chances are the labelled estimate calibrated "
                "to its 38.2 %, so calibration in the large tests that assumption, too",
                f"{PRINTED}"),
        methods="PP23's published odds ratios were applied to these lesions without change. "
        "Discrimination is the area under the ROC curve with Obuchowski's interval for clustered "
        "data, calibration the slope and intercept of the observed log odds on the predicted "
        "(errors clustered by patient), overall fit the Brier score, clinical use the net benefit "
        "(decision curve analysis).",
        tables=(ResultTable("validation", "Figures of validation",
                            ("figure", "value", "low", "high", "PP23"), rows),),
        figures=(_roc(data, chance), _calibration(fit.bins), _decision(data, chance)),
    )  # fmt: skip


def _roc(data: ModelData, chance: Values) -> ResultFigure:
    false, true, cut = need("sklearn.metrics").roc_curve(data.outcome, chance)
    rows = tuple(("nomogram", float(f), float(t), float(c))
                 for f, t, c in zip(false, true, cut, strict=True))  # fmt: skip
    table = ResultTable(
        "roc", "ROC curve", ("model", "1 - specificity", "sensitivity", "cut"), rows
    )
    return draw_lines(table, ("1 - specificity", "sensitivity"), diagonal=True, limits=(0, 1.02))


def _calibration(bins: tuple[tuple[float, float, int], ...]) -> ResultFigure:
    rows = tuple((n, p, o) for p, o, n in bins)
    heads = ("lesions", "predicted", "observed")
    table = ResultTable("calibration", "Calibration by tenths", heads, rows)
    return draw_points(table, ("predicted chance", "observed share"), diagonal=True)


def _decision(data: ModelData, chance: Values) -> ResultFigure:
    curves = decision_curve(data.outcome, {"nomogram": chance}, THRESHOLDS)
    names = {"nomogram": "nomogram", "all": "treat all", "none": "treat none"}
    rows = tuple((names[name], t, v) for name, values in curves.items()
                 for t, v in zip(THRESHOLDS, values, strict=True))  # fmt: skip
    table = ResultTable(
        "decision", "Decision curve", ("strategy", "threshold", "net benefit"), rows
    )
    lowest = -0.05
    highest = max(0.1, *(value for name, _, value in rows if name != "treat none")) + 0.02
    return draw_lines(table, ("threshold probability", "net benefit"), limits=(lowest, highest))


def _refit(data: ModelData) -> Analysis:
    title = "PP23's model fitted to these patients"
    try:
        fit = refit_corrected(data.design, TERMS, data.outcome, data.patients)
    except NotEstimableError as error:
        return Analysis("refit", title, n=_of(data), missing=data.missing, not_done=str(error))
    rows = tuple(
        (LABELS.get(c.name, c.name), c.value, c.error, c.low, c.high, c.p) for c in fit.coefficients
    )
    figures: tuple[tuple[Cell, ...], ...] = (
        ("AUC", fit.auc, fit.auc_corrected), ("calibration slope", 1.0, fit.slope_corrected),
        ("Brier score", fit.brier, fit.brier_corrected),
    )  # fmt: skip
    return Analysis(
        "refit", title, n=_of(data), missing=data.missing,
        checks=(f"{fit.resamples} of {fit.drawn} resamples could be fitted",
                "a model fitted here needs other patients before it is believed"),
        methods="The same model was fitted to these lesions and its figures corrected for "
        f"optimism by {fit.drawn} bootstrap resamples of patients (Harrell).",
        tables=(
            ResultTable("refit", "Coefficients (log odds)",
                        ("term", "coefficient", "standard error", "low", "high", "P"), rows),
            ResultTable("optimism", "Corrected for optimism",
                        ("figure", "apparent", "corrected"), figures),
        ),
    )  # fmt: skip
