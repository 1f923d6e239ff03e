"""LI21's own analysis on these patients: Tables 2 and 3, group comparisons, correlations.

Its patients were necroses treated with bevacizumab; here lesions whose reference is necrosis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from RNAssessLib.course.treatment import LI21_MONTHS
from RNAssessLib.evidence import Thresholds

from .charts import draw_boxes, draw_points
from .outcome import NECROSIS_WORD
from .regression import NotEstimableError, fit_line, rank_correlation
from .result import Analysis, Cell, ResultFigure, ResultTable

INDICES = (("bed_per_gtv", "BED / GTV (Gy/cm³)"), ("bed_times_gtv", "BED x GTV (Gy cm³)"))
RESPONSES = (
    ("latency_months", "latency (months)"),
    ("v0_flair_cm3", "oedema V_T2 (cm³)"),
    ("half_steroid_days", "time to half steroid dose (days)"),
)
PRINTED = {
    ("bed_per_gtv", "latency_months"): "negative, r² 0.13 (Results), 0.21 (Abstract)",
    ("bed_per_gtv", "half_steroid_days"): "positive, r² 0.21 (Results), 0.13 (Abstract)",
    ("bed_times_gtv", "latency_months"): "shorter with higher BED x GTV (Fig 4, no figure)",
    ("bed_times_gtv", "v0_flair_cm3"): "larger with higher BED x GTV (Fig 4, no figure)",
}
BASELINE = (
    ("latency_months", "latency", "median"), ("v0_t1c_with_core_cm3", "v0_t1c", "mean"),
    ("v0_flair_cm3", "v0_t2", "mean"), ("v0_t2_t1c_ratio", "ratio", "median"),
    ("half_steroid_days", "half_steroid", "median"),
)  # fmt: skip
FEWEST = 5  # lesions, below which nothing is tested (engineering default)


@dataclass(frozen=True)
class _Groups:
    response: str
    label: str
    by: str
    names: tuple[str, str]
    printed: str


COMPARISONS = (
    _Groups("v0_flair_cm3", "oedema V_T2 (cm³)", "wbrt", ("no", "yes"),
            "larger with whole-brain radiotherapy, P < 0.05 (Fig 2B)"),
    _Groups("v0_flair_cm3", "oedema V_T2 (cm³)", "chemotherapy", ("no", "yes"),
            "no difference, P > 0.05 (Fig 2A)"),
    _Groups("flair_reduction_1_percent", "reduction of V_T2 at 1 month (%)", "dose",
            ("5 mg/kg", "10 mg/kg"), "no difference, P > 0.05 (Fig 5C)"),
    _Groups("flair_reduction_1_percent", "reduction of V_T2 at 1 month (%)", "cycles",
            ("2 cycles", "> 2 cycles"), "no difference, P > 0.05 (Fig 5D)"),
)  # fmt: skip


def analyse_li21(frame: Any) -> tuple[Analysis, ...]:
    """Correlations, tables and comparisons on the necroses of a frame."""
    chosen = frame[frame["reference"] == NECROSIS_WORD]
    if len(chosen) < FEWEST:
        why = f"{len(chosen)} lesions have necrosis as reference; {FEWEST} are the least"
        return (Analysis("li21", "LI21: dose, volume and course of necrosis", not_done=why),)
    return (_correlations(chosen), _tables(chosen), _comparisons(chosen))


def _values(frame: Any, name: str) -> Any:
    return frame[name] if name in frame else frame["patient"].map(lambda _: np.nan).astype(float)


def _of(frame: Any) -> str:
    return f"{len(frame)} necroses in {frame['patient'].nunique()} patients"


def _correlations(frame: Any) -> Analysis:
    rows: list[tuple[Cell, ...]] = []
    checks, figures, missing = [], [], []
    for index, index_label in INDICES:
        for response, label in RESPONSES:
            x, y = _values(frame, index), _values(frame, response)
            known = (x > 0) & (y > 0)
            missing.append((f"{index} or {response}", int((~known).sum())))
            pair = frame.loc[known, "patient"].tolist(), x[known].to_numpy(), y[known].to_numpy()
            row, check = _correlate(index, response, *pair)
            rows.append(row)
            checks += check
            if known.sum() >= FEWEST:
                figures.append(_scatter(frame[known], index, response, (index_label, label)))
    return Analysis(
        "li21_correlations", "LI21: BED x GTV and BED / GTV against latency, oedema and steroid",
        n=_of(frame), missing=tuple(missing), checks=tuple(checks),
        methods="Associations were tested with Spearman's rank correlation (two-sided; interval by "
        "Fisher's z with the error of Bonett and Wright, or by a bootstrap over patients where one "
        "had several lesions) and with linear regression of the logarithms, errors clustered by "
        "patient. P values are not corrected for the number of tests.",
        tables=(ResultTable(
            "correlations", "Correlations among necroses",
            ("index", "response", "n", "Spearman rho", "low", "high", "P", "slope (log-log)",
             "slope low", "slope high", "slope P", "r² (log-log)", "r² (as measured)", "LI21"),
            tuple(rows)),),
        figures=tuple(figures),
        warnings=("both indices hold GTV, and so may the response: part of a correlation may be "
                  "GTV's own",),
    )  # fmt: skip


def _correlate(
    index: str, response: str, patients: list[Any], x: Any, y: Any
) -> tuple[tuple[Cell, ...], list[str]]:
    printed = PRINTED.get((index, response), "")
    try:
        rho, p = rank_correlation(x, y, patients)
        line = fit_line(np.log(x), np.log(y), patients)
        plain = fit_line(x, y, patients).r2
    except NotEstimableError:
        return (index, response, len(x), *[None] * 10, printed), []
    told = f"{index}, {response}: residuals of the logarithms, Shapiro-Wilk P {line.normal_p:.2g}"
    told += f", Breusch-Pagan P {line.level_p:.2g}"
    slope = line.slope
    row = (index, response, len(x), rho.value, rho.low, rho.high, p, slope.value, slope.low,
           slope.high, slope.p, line.r2, plain, printed)  # fmt: skip
    return row, [told]


def _scatter(frame: Any, index: str, response: str, labels: tuple[str, str]) -> ResultFigure:
    cells = frame[["case", "lesion", index, response]].itertuples(index=False, name=None)
    rows = tuple(sorted(cells))
    data = ResultTable(f"scatter_{index}_{response}", f"{labels[1]} against {labels[0]}",
                       ("case", "lesion", index, response), rows)  # fmt: skip
    return draw_points(data, labels, "Both axes logarithmic; one point per necrosis.", logs=True)


def _tables(frame: Any) -> Analysis:
    limits = Thresholds()
    first: list[tuple[Cell, ...]] = []
    for name, key, what in BASELINE:
        known = _values(frame, name).dropna().to_numpy()
        printed = limits[f"li21.{key}_mid"], limits[f"li21.{key}_low"], limits[f"li21.{key}_high"]
        first.append((name, len(known), *_summary(known), what, *printed))
    second: list[tuple[Cell, ...]] = []
    for short in ("t1c", "flair"):
        for month in LI21_MONTHS:
            name = f"{short}_reduction_{month}_percent"
            known = _values(frame, name).dropna().to_numpy()
            mean, low, high, p = _reduction(known)
            own = [limits[f"li21.{short}_reduction_{month}_{k}"] for k in ("mid", "low", "high")]
            second.append((name, len(known), mean, low, high, *_ends(known), p, *own))
    kps = _values(frame, "kps_change").dropna().to_numpy()
    third = ("kps_change", len(kps), *_summary(kps), _signed_rank(kps), "50 to 70, P < 0.001")
    return Analysis(
        "li21_tables", "LI21 Tables 2 and 3: baseline and reductions after bevacizumab",
        n=_of(frame),
        missing=tuple((str(r[0]), len(frame) - int(str(r[1]))) for r in (*first, *second)),
        checks=("the interval of a mean reduction is Student's; lesions of one patient are taken "
                "as independent", "a reduction under bevacizumab is no evidence of necrosis "
                "(LA25 §6)"),
        methods="Reductions of volume are (V0 - Vt) / V0 against the last scan before bevacizumab, "
        "as mean with Student's 95 % interval, tested against 0 with the Wilcoxon signed-rank "
        "test.",
        tables=(
            ResultTable("baseline", "Baseline (LI21 Table 2)",
                        ("figure", "n", "mean", "median", "lowest", "highest", "LI21 prints",
                         "LI21", "LI21 lowest", "LI21 highest"), tuple(first)),
            ResultTable("reductions", "Reductions (LI21 Table 3)",
                        ("figure", "n", "mean %", "low", "high", "lowest", "highest", "P",
                         "LI21 mean", "LI21 lowest", "LI21 highest"), tuple(second)),
            ResultTable("kps", "Karnofsky performance status",
                        ("figure", "n", "mean", "median", "lowest", "highest", "P",
                         "LI21 medians"), (third,)),
        ),
    )  # fmt: skip


def _ends(values: Any) -> tuple[Cell, Cell]:
    return (float(values.min()), float(values.max())) if len(values) else (None, None)


def _summary(values: Any) -> tuple[Cell, ...]:
    if not len(values):
        return (None,) * 4
    return (float(values.mean()), float(np.median(values)), *_ends(values))


def _reduction(values: Any) -> tuple[Cell, ...]:
    if len(values) < FEWEST:
        return (float(values.mean()) if len(values) else None, None, None, None)
    half = float(stats.t.ppf(0.975, len(values) - 1) * stats.sem(values))
    mean = float(values.mean())
    return mean, mean - half, mean + half, _signed_rank(values)


def _signed_rank(values: Any) -> float | None:
    if len(values) < FEWEST or not np.any(values):
        return None
    return float(stats.wilcoxon(values).pvalue)


def _comparisons(frame: Any) -> Analysis:
    rows: list[tuple[Cell, ...]] = []
    figures, missing = [], []
    for each in COMPARISONS:
        response, group = _values(frame, each.response), _group(frame, each.by)
        known = response.notna() & group.notna()
        missing.append((f"{each.response} or {each.by}", int((~known).sum())))
        parts = {n: response[known & (group == n)].to_numpy() for n in each.names}
        rows.append((each.label, each.by, *_compare(*parts.values()), each.printed))
        if all(len(p) >= FEWEST for p in parts.values()):
            columns = (frame.loc[known, "case"], frame.loc[known, "lesion"], group[known])
            cells = tuple(sorted(zip(*columns, response[known], strict=True)))
            data = ResultTable(f"box_{each.response}_{each.by}", f"{each.label} by {each.by}",
                               ("case", "lesion", each.by, each.response), cells)  # fmt: skip
            figures.append(draw_boxes(data, parts, each.label))
    return Analysis(
        "li21_groups", "LI21: oedema by treatment", n=_of(frame), missing=tuple(missing),
        checks=("Shapiro-Wilk P of both groups stands in the table; where one is small, read the "
                "Mann-Whitney test rather than Welch's",
                "treatment was not assigned at random"),
        methods="Groups were compared with the Mann-Whitney U test and Welch's t test, two-sided, "
        "not corrected for the number of comparisons.",
        tables=(ResultTable(
            "groups", "Group comparisons",
            ("response", "by", "n first", "n second", "median first", "median second",
             "Mann-Whitney P", "Welch P", "Shapiro-Wilk P, lower of the two", "LI21"),
            tuple(rows)),),
        figures=tuple(figures),
    )  # fmt: skip


def _group(frame: Any, by: str) -> Any:
    if by == "dose":
        return _values(frame, "bevacizumab_mg_per_kg").map({5.0: "5 mg/kg", 10.0: "10 mg/kg"})
    if by == "cycles":
        cycles = _values(frame, "bevacizumab_cycles")
        return cycles.map(lambda n: "2 cycles" if n == 2 else "> 2 cycles" if n > 2 else None)
    return frame[by] if by in frame else frame["patient"].map(lambda _: None)


def _compare(first: Any, second: Any) -> tuple[Cell, ...]:
    sizes = (len(first), len(second))
    medians = tuple(float(np.median(p)) if len(p) else None for p in (first, second))
    if min(sizes) < FEWEST:
        return (*sizes, *medians, None, None, None)
    normal = min(float(stats.shapiro(p[:4999]).pvalue) for p in (first, second))
    return (*sizes, *medians, float(stats.mannwhitneyu(first, second).pvalue),
            float(stats.ttest_ind(first, second, equal_var=False).pvalue), normal)  # fmt: skip
