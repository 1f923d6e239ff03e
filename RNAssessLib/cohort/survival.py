"""Survival and local control: Kaplan-Meier, log-rank (PP23 Results, Survival outcomes)."""

from __future__ import annotations

from typing import Any

import numpy as np

from RNAssessLib.evidence import Thresholds

from .charts import draw_lines
from .extras import need
from .intervals import Estimate
from .outcome import NECROSIS_WORD, PROGRESSION_WORD
from .result import Analysis, Cell, ResultTable

PRINTED = {NECROSIS_WORD: "66.3 (56.8-75.9; Results print 58-75.9)",
           PROGRESSION_WORD: "39.6 (29.2-50.0; Results print 25.4-53.8)"}  # fmt: skip
YEARS = (12.0, 24.0, 60.0)
FEWEST = 5  # patients or lesions per curve (engineering default)
TITLES = {"survival": "Overall survival", "local": "Local control"}


def median_time(months: Any, event: Any) -> Estimate:
    """Kaplan-Meier median with its interval (lifelines: log-log, Brookmeyer-Crowley)."""
    lifelines = need("lifelines")
    fitted = lifelines.KaplanMeierFitter().fit(months, event)
    median = float(fitted.median_survival_time_)
    if not np.isfinite(median):
        return Estimate(None, why="the curve does not fall to one half")
    ends = need("lifelines.utils").median_survival_times(fitted.confidence_interval_)
    low, high = (float(v) for v in ends.to_numpy().ravel())
    return Estimate(median, low, high if np.isfinite(high) else None, "log-log")


def logrank_p(months: Any, event: Any, group: Any) -> float:
    """P of the log-rank test between all groups."""
    found = need("lifelines.statistics").multivariate_logrank_test(months, group, event)
    return float(found.p_value)


def analyse_survival(frame: Any) -> tuple[Analysis, ...]:
    """Survival per patient by whether any lesion progressed, local control per lesion."""
    return (_survival(frame), _local(frame))


def _survival(frame: Any) -> Analysis:
    title = TITLES["survival"]
    if not {"survival_months", "died"} <= set(frame.columns):
        return Analysis("survival", title, not_done="survival_months and died are not given")
    known = frame[frame["reference"].isin([NECROSIS_WORD, PROGRESSION_WORD])]
    worst = known.assign(p=known["reference"] == PROGRESSION_WORD).groupby("patient")["p"].any()
    people = known.groupby("patient")[["survival_months", "died"]].first()
    people["group"] = np.where(worst.reindex(people.index), PROGRESSION_WORD, NECROSIS_WORD)
    complete = people.dropna()
    names = (NECROSIS_WORD, PROGRESSION_WORD)
    return _analyse(
        "survival", complete["survival_months"], complete["died"] == "yes", complete["group"],
        names, f"{len(complete)} patients", len(people) - len(complete), PRINTED,
        "Overall survival from radiotherapy was estimated by Kaplan-Meier, per patient, and "
        "compared between patients with any progressive lesion and those with necrosis only by "
        "the log-rank test.",
        ("the groups are known only later than time 0 (a lesion must live to show what it is): "
         "immortal time favours both, as in PP23",),
    )  # fmt: skip


def _local(frame: Any) -> Analysis:
    title = TITLES["local"]
    if not {"local_months", "local_failure"} <= set(frame.columns):
        return Analysis("local", title, not_done="local_months and local_failure are not given")
    if "nomogram_gtv_cm3" not in frame:
        return Analysis("local", title, not_done="nomogram_gtv_cm3 is not in the table")
    cut, size = Thresholds()["nomogram.gtv_low_cm3"], frame["nomogram_gtv_cm3"]
    names = (f"GTV < {cut:g} cm³", f"GTV ≥ {cut:g} cm³")
    used = frame.assign(group=np.where(size >= cut, names[1], names[0]))
    complete = used[used["local_months"].notna() & used["local_failure"].notna() & size.notna()]
    return _analyse(
        "local", complete["local_months"], complete["local_failure"] == "yes", complete["group"],
        names, f"{len(complete)} lesions in {complete['patient'].nunique()} patients",
        len(frame) - len(complete), dict.fromkeys(names, "whole group, 1 year: 84.4 %"),
        "Local control from radiotherapy was estimated by Kaplan-Meier, per lesion, and compared "
        "between GTV classes by the log-rank test.",
        ("death without local progression is censored: the curve is of lesions whose patients "
         "live on, and failure is overestimated where death is common (competing risk)",
         "lesions of one patient are taken as independent by the log-rank test"),
    )  # fmt: skip


def _analyse(
    key: str, months: Any, event: Any, group: Any, names: tuple[str, ...], n: str, missing: int,
    printed: dict[str, str], methods: str, checks: tuple[str, ...],
) -> Analysis:  # fmt: skip
    counts = {name: int((group == name).sum()) for name in names}
    if min(counts.values()) < FEWEST:
        why = f"fewer than {FEWEST} in a group: " + ", ".join(f"{k} {v}" for k, v in counts.items())
        return Analysis(key, TITLES[key], n=n, not_done=why)
    rows: list[tuple[Cell, ...]] = []
    curve: list[tuple[Cell, ...]] = []
    for name in names:
        own = group == name
        fitted = need("lifelines").KaplanMeierFitter().fit(months[own], event[own])
        median = median_time(months[own], event[own])
        at = [float(v) if t <= months[own].max() else None
              for t, v in zip(YEARS, fitted.predict(list(YEARS)), strict=True)]  # fmt: skip
        rows.append((name, counts[name], int(event[own].sum()), median.value, median.low,
                     median.high, *at, printed.get(name, "")))  # fmt: skip
        low, high = fitted.confidence_interval_.to_numpy().T
        steps = zip(fitted.survival_function_.index, fitted.survival_function_.iloc[:, 0], low,
                    high, strict=True)  # fmt: skip
        curve += [(name, *(float(v) for v in step)) for step in steps]
    p = logrank_p(months, event, group)
    data = ResultTable(f"km_{key}", TITLES[key], ("group", "months", "share", "low", "high"),
                       tuple(curve))  # fmt: skip
    return Analysis(
        key, TITLES[key], n=n, missing=(("time or event", missing),), checks=checks,
        methods=methods,
        tables=(ResultTable(
            key, f"{TITLES[key]}; log-rank P {p:.3g}",
            ("group", "n", "events", "median months", "low", "high", "at 1 year", "at 2 years",
             "at 5 years", "PP23 prints"), tuple(rows)),),
        figures=(draw_lines(data, ("months since radiotherapy", "share"), steps=True,
                            limits=(0.0, 1.02)),),
    )  # fmt: skip
