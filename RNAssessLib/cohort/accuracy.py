"""How often each item was right in these patients: per lesion, clustered by patient.

The target condition is what the item speaks for when present. Items are judged one by one; nothing
is combined into a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from RNAssessLib.evidence import PublishedTable, published_accuracy, published_tables
from RNAssessLib.findings.finding import Favours, FindingSpec, Status
from RNAssessLib.findings.registry import REGISTRY

from .columns import READER
from .intervals import Estimate, TwoByTwo
from .outcome import NECROSIS_WORD, PROGRESSION_WORD
from .resample import Counts, bootstrap_counts, sum_by_patient
from .result import Analysis, Cell, ResultTable

TARGETS = {Favours.RN: NECROSIS_WORD, Favours.TTP: PROGRESSION_WORD}
MEASURES = ("sensitivity", "specificity", "ppv", "npv", "LR+", "LR-")


@dataclass(frozen=True)
class ItemAccuracy:
    """One item as answered by one source.

    Attributes
    ----------
    item : str
    answers : str
        ``computed``, ``reader`` or ``reader2``…
    target : str
        ``necrosis`` or ``progression``.
    table : TwoByTwo
        Answers *present* and *absent* only.
    estimates : dict of str to Estimate
        By `MEASURES`; Wilson and log intervals, lesions taken as independent.
    clustered : dict of str to Estimate
        The same with the bootstrap over patients.
    worst : TwoByTwo
        With *indeterminate* and *not assessable* counted as wrong (intention to diagnose).
    indeterminate, not_assessable, unanswered : int
        Lesions with a reference that had no definite answer.
    incorporated : int
        Lesions left out because their reference rests on this item.
    patients : int
    """

    item: str
    answers: str
    target: str
    table: TwoByTwo
    estimates: dict[str, Estimate]
    clustered: dict[str, Estimate]
    worst: TwoByTwo
    indeterminate: int
    not_assessable: int
    unanswered: int
    incorporated: int
    patients: int


def compute_accuracy(frame: Any, item: str, column: str = "") -> ItemAccuracy:
    """Judge one item by the reference.

    Parameters
    ----------
    frame : DataFrame
        As `read_frame` gives it, with ``reference``.
    item : str
        Item that speaks for one side when present.
    column : str
        Column of the answers; the computed ones when empty.

    Raises
    ------
    ValueError
        The item speaks for neither side.
    """
    target = _target_of(item)
    column = column or item
    known = frame[frame["reference"].isin([NECROSIS_WORD, PROGRESSION_WORD])]
    used = known["reference_items"].map(lambda text: item in str(text or "").split())
    judged = known[~used.astype(bool)]
    diseased = (judged["reference"] == target).to_numpy()
    answers = judged[column].fillna("").to_numpy() if column in judged else np.full(len(judged), "")
    cells = count_cells(answers == "present", answers == "absent", diseased)
    table = TwoByTwo(*(int(n) for n in cells.sum(axis=0)))
    definite = cells.sum(axis=1) > 0
    wrong = np.zeros_like(cells)
    wrong[~definite & diseased, 2] = 1
    wrong[~definite & ~diseased, 1] = 1
    worst = TwoByTwo(*(int(n) for n in (cells + wrong).sum(axis=0)))
    patients = judged["patient"].to_numpy()
    by_patient = sum_by_patient(patients, cells) if definite.any() else None
    estimates = _estimates(table)
    return ItemAccuracy(
        item, "computed" if column == item else column.removesuffix(f"_{item}"), target, table,
        estimates, _clustered(by_patient, estimates), worst,
        int((answers == Status.INDETERMINATE.value).sum()),
        int((answers == Status.NOT_ASSESSABLE.value).sum()), int((answers == "").sum()),
        int(used.sum()), len(set(patients[definite])),
    )  # fmt: skip


def count_cells(positive: Any, negative: Any, diseased: Any) -> Counts:
    """Indicators (N, 4) of tp, fp, fn, tn; a row of zeros without a definite answer."""
    columns = (positive & diseased, positive & ~diseased, negative & diseased, negative & ~diseased)
    return np.stack(columns, axis=1).astype(float)


def _target_of(item: str) -> str:
    spec = next(i.SPEC for i in REGISTRY if i.SPEC.id == item)
    if spec.favours_when_present is None:
        raise ValueError(f"{item} speaks for neither side")
    return TARGETS[spec.favours_when_present]


def _estimates(table: TwoByTwo) -> dict[str, Estimate]:
    values = (table.sensitivity(), table.specificity(), table.ppv(), table.npv(),
              table.positive_ratio(), table.negative_ratio())  # fmt: skip
    return dict(zip(MEASURES, values, strict=True))


def _measure(counts: Counts, name: str) -> Counts:
    tp, fp, fn, tn = counts.T
    sensitivity, specificity = tp / (tp + fn), tn / (tn + fp)
    found: Counts = {
        "sensitivity": sensitivity, "specificity": specificity,
        "ppv": tp / (tp + fp), "npv": tn / (tn + fn),
        "LR+": sensitivity / (1 - specificity), "LR-": (1 - sensitivity) / specificity,
    }[name]  # fmt: skip
    return found


def _clustered(by_patient: Counts | None, own: dict[str, Estimate]) -> dict[str, Estimate]:
    if by_patient is None:
        return {name: Estimate(None, why="no definite answer") for name in MEASURES}
    found = {}
    for name in MEASURES:
        estimate = own[name]
        if "0.5 added" in estimate.method:  # a cell is empty; resamples of it are too
            found[name] = Estimate(estimate.value, why="a cell of the table is empty")
            continue
        found[name] = bootstrap_counts(by_patient, lambda c, n=name: _measure(c, n), estimate.value)  # type: ignore[misc]
    return found


def judged_items() -> tuple[FindingSpec, ...]:
    """Items that speak for one side when present, in clinical order."""
    return tuple(i.SPEC for i in REGISTRY if i.SPEC.favours_when_present is not None)


def answer_columns(frame: Any, item: str) -> tuple[str, ...]:
    """Columns that answer an item: computed, then each reader's that holds any answer."""
    readers = [
        name
        for name in frame.columns
        if (match := READER.fullmatch(name)) and match[2] == item and frame[name].notna().any()
    ]
    return (item, *readers)


def analyse_accuracy(frame: Any) -> Analysis:
    """Accuracy of every item that speaks for a side, by every source of answers."""
    title = "Accuracy of each item"
    found = [
        compute_accuracy(frame, spec.id, column)
        for spec in judged_items()
        for column in answer_columns(frame, spec.id)
        if column in frame
    ]
    known = frame["reference"].isin([NECROSIS_WORD, PROGRESSION_WORD])
    if not known.any() or not found:
        return Analysis("accuracy", title, not_done="no lesion has a reference standard")
    warnings = tuple(
        f"{a.item} ({a.answers}): {a.incorporated} lesions are left out, because their reference "
        "standard rests on this very item (incorporation)"
        for a in found
        if a.incorporated
    )
    followed = int((frame.loc[known, "reference_basis"] != "pathology").sum())
    if followed:
        warnings += (
            f"{followed} of {int(known.sum())} references do not rest on pathology: items that "
            "follow the same growth may agree with them for that reason",
        )
    return Analysis(
        "accuracy", title,
        n=f"{int(known.sum())} lesions with a reference of {len(frame)}, in "
        f"{frame.loc[known, 'patient'].nunique()} patients",
        missing=(("lesions without a reference of one kind", int((~known).sum())),),
        checks=("lesions of one patient are not independent: the bootstrap over patients keeps "
                "them together, the Wilson interval does not",
                "predictive values hold at this cohort's share of the target condition only"),
        methods="Sensitivity, specificity and predictive values per lesion are given with Wilson "
        "95 % intervals, likelihood ratios with the interval of their logarithm (Simel 1991) and "
        "all with percentile intervals of a bootstrap over patients (2,000 resamples). Only "
        "answers present and absent enter the 2 x 2 table; indeterminate, not assessable and "
        "missing answers are counted and, in a second analysis, taken as wrong (intention to "
        "diagnose). A lesion whose reference standard used an item is not used to judge that item.",
        tables=(_main_table(found), _answers_table(found), _published_table(found)),
        warnings=warnings,
    )  # fmt: skip


def _cells(estimate: Estimate) -> tuple[Cell, Cell, Cell]:
    return estimate.value, estimate.low, estimate.high


def _main_table(found: Sequence[ItemAccuracy]) -> ResultTable:
    heads = ["item", "answers", "target", "tp", "fp", "fn", "tn"]
    for name in MEASURES:
        heads += [name, f"{name} low", f"{name} high", f"{name} clustered low",
                  f"{name} clustered high"]  # fmt: skip
    rows = []
    for a in found:
        row: list[Cell] = [a.item, a.answers, a.target, a.table.tp, a.table.fp, a.table.fn,
                           a.table.tn]  # fmt: skip
        for name in MEASURES:
            row += [*_cells(a.estimates[name]), a.clustered[name].low, a.clustered[name].high]
        rows.append(tuple(row))
    return ResultTable("accuracy", "2 x 2 tables, shares and likelihood ratios", tuple(heads),
                       tuple(rows), "low and high: Wilson (shares) and Simel (ratios); clustered: "
                       "bootstrap over patients")  # fmt: skip


def _answers_table(found: Sequence[ItemAccuracy]) -> ResultTable:
    rows = tuple(
        (a.item, a.answers, a.table.total, a.indeterminate, a.not_assessable, a.unanswered,
         a.incorporated, a.patients, a.worst.sensitivity().value, a.worst.specificity().value)
        for a in found
    )  # fmt: skip
    return ResultTable(
        "answers", "Answers per item, none dropped",
        ("item", "answers", "in the 2 x 2 table", "indeterminate", "not assessable", "no answer",
         "left out (incorporation)", "patients", "sensitivity, all others wrong",
         "specificity, all others wrong"), rows,
    )  # fmt: skip


def _published_table(found: Sequence[ItemAccuracy]) -> ResultTable:
    items = list(dict.fromkeys(a.item for a in found))
    rows: list[tuple[Cell, ...]] = []
    for item in items:
        for table in published_tables(item):
            sens, spec = recompute(table).sensitivity(), recompute(table).specificity()
            rows.append((item, table.target, table.printed, sens.value, spec.value, table.source))
        rows += [(item, "", figure.text, None, None, figure.source)
                 for figure in published_accuracy(item)]  # fmt: skip
    return ResultTable(
        "published", "Published figures beside them",
        ("item", "target", "as printed", "sensitivity recomputed", "specificity recomputed",
         "source"), tuple(rows),
    )  # fmt: skip


def recompute(table: PublishedTable) -> TwoByTwo:
    """Return the counts of a published table, to be computed as a cohort's are."""
    return TwoByTwo(table.tp, table.fp, table.fn, table.tn)
