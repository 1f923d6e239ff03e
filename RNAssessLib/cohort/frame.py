"""A cohort table in memory, checked by the data dictionary, with the department's own beside."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

from RNAssessLib.case import InputError
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.findings.registry import REGISTRY

from .columns import NUMBER, Column, find_column
from .extras import need
from .outcome import OUTCOMES

OUTCOME_COLUMNS = {"outcome": "reference", "basis": "reference_basis", "items": "reference_items"}
APART = ("by", "on")  # who said so and when: read, kept beside the outcome, never shown
OLDEST = 89.0  # years; ages above identify people (HIPAA safe harbour)


def read_frame(path: Path) -> Any:
    """Read ``cohort.csv``.

    Returns
    -------
    DataFrame
        A row per lesion; numbers as float, words as str, empty cells as NaN or None. ``patient``
        is the case where the table names none.

    Raises
    ------
    InputError
        No such file, no lesion, an unknown column, a cell that is not what its column holds.
    """
    pandas = need("pandas")
    rows = [row for row in _read_rows(path) if row]
    if len(rows) < 2:
        raise InputError(path, "no lesion in it")
    names = rows[0]
    columns = [_known(path, name) for name in names]
    cells = [
        [_read_cell(path, number, column, text) for column, text in zip(columns, row, strict=True)]
        for number, row in enumerate(rows[1:], 2)
        if _fits(path, number, row, names)
    ]
    frame = pandas.DataFrame(cells, columns=names)
    for column in columns:
        if column.kind == NUMBER:
            frame[column.name] = frame[column.name].astype(float)
    for name in ("case", "lesion"):
        if name not in frame:
            raise InputError(path, f"has no column {name!r}")
    if "patient" not in frame:
        frame.insert(0, "patient", frame["case"])
    return frame


def _read_rows(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, f"cannot be read: {error}") from None
    lines = [line for line in text.splitlines() if line.strip() and line != DISCLAIMER]
    return list(csv.reader(lines))


def _known(path: Path, name: str) -> Column:
    column = find_column(name)
    if column is None:
        raise InputError(path, f"unknown column {name!r}, see the data dictionary")
    return column if column.name == name else Column(name, column.kind, column.unit, column.what,
                                                     column.words)  # fmt: skip


def _fits(path: Path, number: int, row: list[str], names: list[str]) -> bool:
    if len(row) != len(names):
        raise InputError(path, f"line {number} has {len(row)} cells, the head {len(names)}")
    return True


def _read_cell(path: Path, number: int, column: Column, text: str) -> float | str | None:
    text = text.strip()
    if not text:
        return None
    if column.kind == NUMBER:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise InputError(path, f"line {number}, {column.name}: {text!r} is no number")
        return min(value, OLDEST + 1.0) if column.name == "age_years" else value
    if column.words and text not in column.words:
        allowed = ", ".join(column.words)
        raise InputError(path, f"line {number}, {column.name}: {text!r} is none of {allowed}")
    return text


def join_outcomes(frame: Any, path: Path) -> Any:
    """Put the department's own table beside the cohort's: outcome, survival, history.

    Its columns: ``case`` (as in the table) and, where a patient has several lesions, ``lesion``;
    ``outcome`` (necrosis, progression, both), ``basis`` (pathology, follow-up, consensus), ``by``
    and ``on`` (who said so and when), ``items`` (checklist items that were used for it, by id,
    space between); ``patient``; and the columns that the data dictionary marks as given. What it
    states wins over what was read from events.

    Raises
    ------
    InputError
        Unknown columns, cases, lesions or words; two rows about one lesion; a consensus or
        follow-up that does not say which items it used.
    """
    rows = _read_rows(path)
    if len(rows) < 2:
        raise InputError(path, "no row in it")
    names = rows[0]
    if "case" not in names:
        raise InputError(path, "has no column 'case'")
    for name in names:
        _check_given(path, name)
    frame = frame.copy()
    done: set[int] = set()
    for number, row in enumerate(rows[1:], 2):
        if not _fits(path, number, row, names):
            continue
        cells = {name: text.strip() for name, text in zip(names, row, strict=True)}
        chosen = frame["case"] == cells["case"]
        if cells.get("lesion"):
            chosen &= frame["lesion"] == cells["lesion"]
        if not chosen.any():
            which = " ".join(filter(None, (cells["case"], cells.get("lesion"))))
            raise InputError(path, f"line {number}: the cohort has no {which!r}")
        if done & set(frame.index[chosen]):
            raise InputError(path, f"line {number}: a second row about the same lesion")
        done |= set(frame.index[chosen])
        _put(frame, chosen, path, number, cells)
    return frame


def _check_given(path: Path, name: str) -> None:
    if name in ("case", "lesion", "patient", *OUTCOME_COLUMNS, *APART):
        return
    column = find_column(name)
    if column is None or not column.given:
        raise InputError(path, f"column {name!r} is not one that may be given")


def _put(frame: Any, chosen: Any, path: Path, number: int, cells: dict[str, str]) -> None:
    if cells.get("outcome"):
        _check_outcome(path, number, cells)
        for name in OUTCOME_COLUMNS:  # an outcome that is given replaces the whole reference
            cells.setdefault(name, "")
    for name, text in cells.items():
        if name in ("case", "lesion", *APART):
            continue
        if name in OUTCOME_COLUMNS and not cells.get("outcome"):
            continue
        target = OUTCOME_COLUMNS.get(name, name)
        column = find_column(target)
        assert column is not None
        value = _read_cell(path, number, column, text)
        if value is None and name not in OUTCOME_COLUMNS:
            continue
        if target not in frame:
            frame[target] = math.nan if column.kind == NUMBER else None
        if column.kind != NUMBER:
            frame[target] = frame[target].astype(object)
        frame.loc[chosen, target] = value


def _check_outcome(path: Path, number: int, cells: dict[str, str]) -> None:
    if cells["outcome"] not in OUTCOMES:
        words = ", ".join(OUTCOMES)
        raise InputError(path, f"line {number}, outcome: {cells['outcome']!r} is none of {words}")
    basis, items = cells.get("basis", ""), cells.get("items", "").split()
    if not basis:
        raise InputError(path, f"line {number}: an outcome needs its basis")
    known = {item.SPEC.id for item in REGISTRY}
    for item in items:
        if item not in known | {"none"}:
            raise InputError(path, f"line {number}, items: no item is called {item!r}")
    if basis != "pathology" and not items:
        raise InputError(
            path,
            f"line {number}: name in 'items' the checklist items that the outcome rests on, or "
            "'none'",
        )
