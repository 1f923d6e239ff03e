"""V12 and symptomatic necrosis in single-fraction lesions, beside the published points."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit

from RNAssessLib.evidence import published_accuracy

from .charts import draw_lines
from .intervals import share
from .regression import NotEstimableError, fit_logistic
from .result import Analysis, Cell, ResultTable

CLASSES = ((0.0, 5.0), (5.0, 10.0), (10.0, 15.0), (15.0, float("inf")))
PUBLISHED = ((5.0, 0.10), (10.0, 0.15), (15.0, 0.20))  # PP23 Discussion, as in evidence.toml


def analyse_v12(frame: Any) -> Analysis:
    """Logistic regression of symptomatic necrosis on V12 (cm³), one fraction only."""
    title = "V12 and symptomatic necrosis"
    if "symptomatic_necrosis" not in frame or "v12_gy_cm3" not in frame:
        return Analysis("v12", title, not_done="symptomatic_necrosis is not given")
    single = frame[frame["fractions"] == 1]
    known = single[single["symptomatic_necrosis"].notna() & single["v12_gy_cm3"].notna()]
    event = (known["symptomatic_necrosis"] == "yes").to_numpy()
    volume = known["v12_gy_cm3"].to_numpy(dtype=float)
    try:
        fit = fit_logistic(volume[:, None], ("V12 per cm³",), event, known["patient"].tolist())
    except NotEstimableError as error:
        return Analysis("v12", title, n=f"{len(known)} single-fraction lesions",
                        not_done=str(error))  # fmt: skip
    odds = fit[1].odds_ratio
    rows: list[tuple[Cell, ...]] = []
    for low, high in CLASSES:
        inside = (volume >= low) & (volume < high)
        found = share(int(event[inside].sum()), int(inside.sum()))
        name = f"{low:g}-{high:g} cm³" if np.isfinite(high) else f"{low:g} cm³ or more"
        rows.append((name, int(inside.sum()), int(event[inside].sum()), found.value, found.low,
                     found.high))  # fmt: skip
    grid = np.linspace(0.0, max(20.0, float(np.quantile(volume, 0.98))), 41)
    curve: list[tuple[Cell, ...]] = [
        ("these lesions", float(v), float(expit(fit[0].value + fit[1].value * v))) for v in grid
    ]
    curve += [("PP23 Discussion (meta-analysis)", v, p) for v, p in PUBLISHED]
    texts = tuple((f.text, f.source) for f in published_accuracy("risk_v12"))
    return Analysis(
        "v12", title,
        n=f"{len(known)} single-fraction lesions in {known['patient'].nunique()} patients, "
        f"{int(event.sum())} with symptomatic necrosis",
        missing=(("symptomatic_necrosis or V12", len(single) - len(known)),
                 ("more than one fraction or not known", len(frame) - len(single))),
        checks=(f"{int(event.sum())} events for one coefficient (10 or more are asked for)",
                "V12 includes the target here; papers differ (HyTEC includes it, Inoue does not)",
                "a necrosis counts whenever it came: follow-up is not the same for all"),
        methods="The chance of symptomatic necrosis was modelled by logistic regression on V12 "
        "(tissue and target, single-fraction treatments), errors clustered by patient.",
        tables=(
            ResultTable("v12_model", "Logistic regression",
                        ("term", "odds ratio", "low", "high", "P"),
                        (("V12 per cm³", odds.value, odds.low, odds.high, fit[1].p),)),
            ResultTable("v12_classes", "Observed by class",
                        ("V12", "lesions", "necroses", "share", "low", "high"), tuple(rows),
                        "Wilson intervals"),
            ResultTable("v12_published", "Published figures", ("text", "source"), texts),
        ),
        figures=(draw_lines(
            ResultTable("v12_curve", title, ("curve", "V12 cm³", "share"), tuple(curve)),
            ("V12 (cm³)", "chance of symptomatic necrosis")),),
    )  # fmt: skip
