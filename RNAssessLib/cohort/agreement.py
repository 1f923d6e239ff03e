"""Agreement between readers, and between reader and computation: Cohen's kappa per item."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from RNAssessLib.findings.registry import REGISTRY

from .accuracy import answer_columns
from .extras import need
from .intervals import Estimate
from .resample import Counts, bootstrap_counts, sum_by_patient
from .result import Analysis, Cell, ResultTable

CATEGORIES = ("present", "absent", "indeterminate")


def compute_kappa(table: Counts) -> Estimate:
    """Cohen's kappa of a square table of counts with its asymptotic interval (statsmodels).

    Undefined, with the reason, where both always give one and the same answer.
    """
    if table.sum() == 0:
        return Estimate(None, why="no lesion was answered by both")
    used = (table.sum(axis=0) + table.sum(axis=1)) > 0
    if used.sum() < 2:
        return Estimate(None, why="both gave one and the same answer throughout")
    result = need("statsmodels.stats.inter_rater").cohens_kappa(table[np.ix_(used, used)])
    return Estimate(float(result.kappa), float(result.kappa_low), float(result.kappa_upp),
                    "asymptotic (Fleiss)")  # fmt: skip


def compare_answers(
    frame: Any, first: str, second: str
) -> tuple[Estimate, Estimate, int, int, float]:
    """Kappa of two columns.

    Returns
    -------
    Estimate, Estimate
        Kappa with its asymptotic interval, and with the bootstrap over patients.
    int, int
        Pairs, and lesions that one of the two left without an answer or called not assessable.
    float
        Share of pairs that agree; NaN without pairs.
    """
    both = frame[first].isin(CATEGORIES) & frame[second].isin(CATEGORIES)
    either = frame[first].notna() | frame[second].notna()
    size = len(CATEGORIES)
    code = {word: n for n, word in enumerate(CATEGORIES)}
    a, b = (frame.loc[both, c].map(code).to_numpy(dtype=int) for c in (first, second))
    pairs = np.zeros((len(frame), size * size))
    pairs[np.flatnonzero(both), a * size + b] = 1
    table = pairs.sum(axis=0).reshape(size, size)
    own = compute_kappa(table)
    clustered = Estimate(None, why=own.why)
    if own.value is not None:
        by_patient = sum_by_patient(frame["patient"].tolist(), pairs)
        clustered = bootstrap_counts(by_patient, _kappas, own.value)
    agree = float(np.trace(table) / table.sum()) if table.sum() else float("nan")
    return own, clustered, int(both.sum()), int((either & ~both).sum()), agree


def _kappas(counts: Counts) -> Counts:
    size = len(CATEGORIES)
    tables = counts.reshape(-1, size, size)
    total = tables.sum(axis=(1, 2))
    observed = np.trace(tables, axis1=1, axis2=2) / total
    expected = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / total**2
    found: Counts = (observed - expected) / (1 - expected)
    return found


def analyse_agreement(frame: Any) -> Analysis:
    """Kappa per item, between each two of the sources of answers."""
    title = "Agreement between readers, and with the computation"
    rows: list[tuple[Cell, ...]] = []
    for item in (i.SPEC.id for i in REGISTRY):
        if item not in frame:
            continue
        columns = answer_columns(frame, item)
        for first, second in combinations(columns, 2):
            own, clustered, pairs, lost, agree = compare_answers(frame, first, second)
            names = [
                "computed" if c == item else c.removesuffix(f"_{item}") for c in (first, second)
            ]
            rows.append((item, *names, pairs, lost, None if agree != agree else agree, own.value,
                         own.low, own.high, clustered.low, clustered.high, own.why))  # fmt: skip
    if not rows:
        return Analysis("agreement", title, not_done="no reader's answer is in the table")
    return Analysis(
        "agreement", title, n=f"{len(frame)} lesions in {frame['patient'].nunique()} patients",
        checks=("kappa falls with the share of the rarer answer: read it beside the agreement",),
        methods="Agreement is given as Cohen's kappa over the answers present, absent and "
        "indeterminate, with its asymptotic 95 % interval and a percentile interval of a "
        "bootstrap over patients.",
        tables=(ResultTable(
            "kappa", "Cohen's kappa",
            ("item", "first", "second", "pairs", "answered by one only or not assessable",
             "agreement", "kappa", "low", "high", "clustered low", "clustered high", "undefined"),
            tuple(rows)),),
    )  # fmt: skip
