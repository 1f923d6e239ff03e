"""A cohort to look through: rows that a filter leaves, and plots of them.

Ids are new ones and small groups are hidden unless the department asks for its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from RNAssessLib.case import counted

from .columns import NUMBER, READER, Column, find_column
from .extras import need
from .nomogram_study import predict
from .outcome import NECROSIS_WORD, PROGRESSION_WORD
from .plots import Plot, Point, plot_boxes, plot_scatter, plot_shares
from .pp23_study import take_model_data
from .prediction import compute_auc, compute_calibration
from .privacy import SMALLEST, deidentify, draw_ids
from .regression import NotEstimableError

UNKNOWN = "not known"
SHOWN = ("reference", "reference_basis", "technique", "nomogram_gtv_cm3", "bed_gy", "tc_percent",
         "v12_gy_cm3", "latency_months", "last_enhancing_cm3")  # fmt: skip
LEAST = 2  # values of a plot
# columns' names in the field's spelling
TERMS = {word.lower(): word for word in
         ("BED", "GTV", "TC", "V12", "PITV", "GI", "HI", "CI", "FLAIR", "T1c", "T2", "V0", "KPS",
          "SWI", "PET", "FDG", "WBRT", "Paddick")} | {"tc": "target coverage"}  # fmt: skip
UNITS = {"cm3": "cm³", "Gy/cm3": "Gy/cm³", "Gy cm3": "Gy cm³", "percent": "%"}
UNIT_WORDS = {"Gy": "gy", "mg/kg": "mg_per_kg", "cm3": "cm3"}  # as they end a column's name


@dataclass(frozen=True)
class Filters:
    """What a row must be; empty asks for nothing.

    Attributes
    ----------
    reference, technique : str
        A word of the column, or `UNKNOWN`.
    word_column, word : str
        Any column of words, and what it must hold.
    figure, low, high : str, float or None, float or None
        A column of numbers, and the range it must lie in.
    """

    reference: str = ""
    technique: str = ""
    word_column: str = ""
    word: str = ""
    figure: str = ""
    low: float | None = None
    high: float | None = None


class CohortView:
    """A cohort's table, ready to be looked through.

    Parameters
    ----------
    frame : DataFrame
        As `read_frame` and `join_outcomes` give it.
    identified : bool
        Keep the table's ids and show small groups.
    key : Path or None
        File that keeps which new id is whose.

    Raises
    ------
    InputError
        A library of the extra ``cohort`` is missing; the key file is none.

    Attributes
    ----------
    frame : DataFrame
        Rows in the order of their (new) ids.
    origins : tuple of (str, str)
        Case and lesion of each row as the table names them; never shown by this class.
    names : tuple of str
        Case and lesion of each row as the page names them.
    """

    def __init__(self, frame: Any, *, identified: bool = False, key: Path | None = None) -> None:
        for module in ("statsmodels", "sklearn"):
            need(module)
        for name in ("reference", "reference_basis", "reference_items"):
            if name not in frame:
                frame = frame.assign(**{name: None})
        own = list(zip(frame["case"], frame["lesion"], strict=True))
        if not identified:
            frame = deidentify(frame.copy(), draw_ids(sorted(set(frame["patient"])), key))
        frame = frame.reset_index(drop=True).assign(_row=range(len(frame)))
        # the table's order would betray whose row it is
        frame = frame.sort_values(["patient", "case", "_row"], kind="stable")
        self.origins = tuple(own[n] for n in frame["_row"])
        self.frame = frame.drop(columns="_row").reset_index(drop=True)
        self.names = tuple(f"{c} {n}" for c, n in zip(self.frame["case"], self.frame["lesion"],
                                                      strict=True))  # fmt: skip
        self.identified = identified

    def columns(self, kind: str) -> list[Column]:
        """Columns of a kind that hold anything, in the dictionary's words."""
        found = []
        for name in self.frame.columns:
            column = find_column(name)
            if column is None or column.kind != kind or not self.frame[name].notna().any():
                continue
            if name not in ("patient", "case", "lesion", "target", "reference_items"):
                found.append(Column(name, column.kind, column.unit, column.what))
        return found

    def words(self, name: str) -> list[str]:
        """Words that a column holds, sorted; `UNKNOWN` where some rows hold none."""
        if name not in self.frame:
            return []
        known = sorted(set(self.frame[name].dropna()))
        return known + ([UNKNOWN] if self.frame[name].isna().any() else [])

    def choose(self, filters: Filters) -> Any:
        """Rows that the filters leave; none where they are few enough to tell who they are."""
        frame = self.frame
        wanted = (("reference", filters.reference), ("technique", filters.technique),
                  (filters.word_column, filters.word))  # fmt: skip
        for name, word in wanted:
            if name and word and name in frame:
                held = frame[name]
                frame = frame[held.isna() if word == UNKNOWN else held == word]
        if filters.figure in frame:
            values = frame[filters.figure]
            if filters.low is not None:
                frame = frame[values >= filters.low]
            if filters.high is not None:
                frame = frame[frame[filters.figure] <= filters.high]
        return frame if self.may_show(len(frame)) else frame.iloc[:0]

    def may_show(self, count: int) -> bool:
        """Whether a group of this size may be shown."""
        return self.identified or count == 0 or count >= SMALLEST

    def too_few(self, count: int) -> str:
        """Sentence for a group that is not shown."""
        least = LEAST if self.identified else SMALLEST
        return f"Fewer than {least} lesions: not shown." if count else "No lesion has these values."

    # --- plots ------------------------------------------------------------------------------------

    def scatter(self, frame: Any, x: str, y: str, logs: tuple[bool, bool]) -> Plot:
        """One figure against another."""
        title = f"{label_of(y)} against {label_of(x)}"
        if x not in frame or y not in frame:
            return Plot(title, why="No such figure.")
        known = frame[x].notna() & frame[y].notna()
        for name, log in zip((x, y), logs, strict=True):
            known &= (frame[name] > 0) | (not log)
        points = self._points(frame[known], x, y)
        if len(points) < LEAST or not self.may_show(len(points)):
            return Plot(title, why=self.too_few(len(points)))
        return plot_scatter(title, points, (label_of(x), label_of(y)), logs)

    def boxes(self, frame: Any, y: str, by: str, *, log: bool = False) -> Plot:
        """One figure by the words of a column; small groups are left out by name."""
        title = f"{label_of(y)} by {label_of(by)}"
        if y not in frame or by not in frame:
            return Plot(title, why="No such column.")
        known = frame[y].notna() & ((frame[y] > 0) | (not log))
        groups: dict[str, Sequence[Point]] = {}
        hidden = []
        for word in sorted(set(frame.loc[known, by].dropna())):
            rows = frame[known & (frame[by] == word)]
            if len(rows) >= LEAST and self.may_show(len(rows)):
                groups[word] = self._points(rows, None, y)
            else:
                hidden.append(word)
        if not groups:
            return Plot(title, why=self.too_few(len(hidden)))
        least = LEAST if self.identified else SMALLEST
        note = f"Not drawn, fewer than {least} lesions: {', '.join(hidden)}." if hidden else ""
        return plot_boxes(title, groups, label_of(y), log=log, note=note)

    def _points(self, frame: Any, x: str | None, y: str) -> list[Point]:
        kinds = frame["reference"].where(frame["reference"].notna(), UNKNOWN)
        across = frame[x] if x else [0.0] * len(frame)
        found, labels = [], [label_of(name) if name else "" for name in (x, y)]
        for row, kind, *values in zip(frame.index, kinds, across, frame[y], strict=True):
            shown = [f"{n} {v:.3g}" for n, v in zip(labels, values, strict=True) if n]
            text = ", ".join((self.names[row], kind, *shown))
            found.append(Point(int(row), float(values[0]), float(values[1]), kind, text))
        return found

    # --- nomogram ---------------------------------------------------------------------------------

    def roc(self, frame: Any) -> Plot:
        """ROC curve of PP23's nomogram on these rows, area with its interval."""
        title = "ROC curve of PP23's nomogram"
        data = take_model_data(frame)
        fewest = min(int(data.outcome.sum()), int((~data.outcome).sum()))
        if not self.may_show(fewest) or fewest == 0:
            return Plot(title, why=_needs(len(data.outcome), self.identified))
        chance = predict(data)
        try:
            area = compute_auc(data.outcome, chance, data.patients)
        except NotEstimableError as error:
            return Plot(title, why=f"Not computed: {error}.")
        false, true, _ = need("sklearn.metrics").roc_curve(data.outcome, chance)
        places = list(zip(map(float, false), map(float, true), strict=True))
        note = (f"AUC {area.value:.3f} (95 % interval {area.low:.3f}-{area.high:.3f}); PP23 prints "
                f"0.730 (training) and 0.967 (validation, n = 23). {_counts(data)}")  # fmt: skip
        return plot_shares(title, {"nomogram": places}, ("1 - specificity", "sensitivity"),
                           note=note)  # fmt: skip

    def calibration(self, frame: Any) -> Plot:
        """Observed share against predicted chance of progression, by tenths of the chance."""
        title = "Calibration of PP23's nomogram"
        data = take_model_data(frame)
        if not self.may_show(len(data.outcome)) or not len(data.outcome):
            return Plot(title, why=_needs(len(data.outcome), self.identified))
        try:
            fit = compute_calibration(data.outcome, predict(data), data.patients)
        except NotEstimableError as error:
            return Plot(title, why=f"Not computed: {error}.")
        shown = [(p, o) for p, o, count in fit.bins if self.may_show(count)]
        hidden = len(fit.bins) - len(shown)
        if not shown:
            return Plot(title, why=f"Every tenth has fewer than {SMALLEST} lesions: not shown.")
        slope = f"{fit.slope.value:.2f} (95 % interval {fit.slope.low:.2f} to {fit.slope.high:.2f}"
        note = f"Slope {slope}; 1 is ideal), Brier score {fit.brier:.3f}. {_counts(data)}"
        if hidden:
            note += f" {counted(hidden, 'tenth')} of fewer than {SMALLEST} lesions hidden."
        return plot_shares(title, {"tenths": shown}, ("predicted chance", "observed share"),
                           dots=shown, note=note)  # fmt: skip


def _counts(data: Any) -> str:
    return f"{len(data.outcome)} lesions in {len(set(data.patients))} patients."


def _needs(count: int, identified: bool) -> str:
    if not count:
        return "No lesion has outcome, GTV, BED, TC and targeted therapy."
    least = "both outcomes" if identified else f"{SMALLEST} lesions of each outcome"
    return f"Needs {least} ({NECROSIS_WORD}, {PROGRESSION_WORD}) among lesions with all inputs."


def label_of(name: str) -> str:
    """Name of a column in words, with its unit.

    Examples
    --------
    >>> label_of("bed_per_gtv"), label_of("latency_months"), label_of("reader2_swi_foci")
    ('BED per GTV (Gy/cm³)', 'latency (months)', 'reader 2: SWI foci')
    """
    column, reader = find_column(name), READER.fullmatch(name)
    unit = column.unit if column and column.unit not in ("1", "count") else ""
    own = reader[2] if reader else name
    if unit:
        own = own.removesuffix(f"_{UNIT_WORDS.get(unit, unit)}")
    words = " ".join(TERMS.get(word, word) for word in own.split("_"))
    if reader:
        words = f"reader {reader[1]}: {words}" if reader[1] else f"reader: {words}"
    return f"{words} ({UNITS.get(unit, unit)})" if unit else words


def table_rows(view: CohortView, frame: Any, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Rows as the page's table takes them: number of the row, its name, cells as text."""
    kinds = [find_column(name) for name in columns]
    return [
        {"at": int(row), "name": view.names[row],
         "cells": [_shown(cell, kind) for cell, kind in zip(line, kinds, strict=True)]}
        for row, line in zip(frame.index, frame[list(columns)].itertuples(index=False), strict=True)
    ]  # fmt: skip


def _shown(cell: Any, column: Column | None) -> str:
    if cell is None or cell != cell:
        return ""
    return f"{cell:.3g}" if column is not None and column.kind == NUMBER else str(cell)
