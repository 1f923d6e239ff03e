"""What leaves the department: ids replaced, small cells hidden, by default."""

from __future__ import annotations

import csv
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from RNAssessLib.case import InputError
from RNAssessLib.disclaimer import DISCLAIMER

from .result import Analysis, Cell, ResultTable

SMALLEST = 5  # counts below it may identify (customary in published tables; engineering default)
HIDDEN = f"< {SMALLEST}"
DROPPED = ("target",)  # free text
# tables of counts: column names that hold them
COUNTS = re.compile(r"^(count|tp|fp|fn|tn|lesions|necroses|events|n( first| second)?|pairs|patients"
                    r"|in the 2 x 2 table|indeterminate|not assessable|no answer|left out.*"
                    r"|answered by one only.*)$")  # fmt: skip
COUNT_IN_TEXT = re.compile(r"^(\d+) \(.*%\)$")


def draw_ids(patients: Sequence[str], key: Path | None) -> dict[str, str]:
    """New ids for patients, in random order.

    Parameters
    ----------
    patients : sequence of str
    key : Path or None
        File that holds which id is whose: an existing one is kept to, new patients are added; None
        keeps no key, and nobody can go back.

    Raises
    ------
    InputError
        When the key file is not one.
    """
    known = {} if key is None or not key.is_file() else _read_key(key)
    fresh = sorted(set(patients) - set(known))
    numbers = [
        n for n in range(1, len(known) + len(fresh) + 1) if f"P{n:04d}" not in known.values()
    ]
    secrets.SystemRandom().shuffle(fresh)
    known |= {patient: f"P{n:04d}" for patient, n in zip(fresh, numbers, strict=False)}
    if key is not None:
        with key.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerows([("patient", "id"), *sorted(known.items())])
            file.write(f"{DISCLAIMER}\n")
    return known


def _read_key(key: Path) -> dict[str, str]:
    try:
        rows = list(csv.reader(key.read_text(encoding="utf-8").splitlines()))
        if rows[0] != ["patient", "id"]:
            raise ValueError
        return {row[0]: row[1] for row in rows[1:] if len(row) == 2}
    except (OSError, ValueError, IndexError):
        raise InputError(key, "is no key of cohort ids") from None


def deidentify(frame: Any, ids: dict[str, str]) -> Any:
    """Return the frame with new ids of patients, cases and lesions, in its own order.

    Free text (names of targets) is dropped; ages above 89 were written 90 while reading.
    """
    frame = frame.drop(columns=[c for c in DROPPED if c in frame])
    frame["patient"] = frame["patient"].map(ids)
    number = frame.groupby("patient").cumcount() + 1
    case = frame.groupby("patient")["case"].transform(lambda c: c.factorize()[0] + 1)
    several = frame.groupby("patient")["case"].transform("nunique") > 1
    frame["case"] = [
        f"{p}-{c}" if more else p
        for p, c, more in zip(frame["patient"], case, several, strict=True)
    ]
    frame["lesion"] = [f"L{n}" for n in number]
    return frame


def suppress(analysis: Analysis) -> Analysis:
    """Return the analysis with counts of 1 to 4 hidden, and the figures of their rows.

    Points of figures stay: they carry new ids.
    """
    tables = tuple(_hide(table) for table in analysis.tables)
    return replace(analysis, tables=tables)


def _hide(table: ResultTable) -> ResultTable:
    counted = [n for n, name in enumerate(table.columns) if COUNTS.match(name)]
    rows = tuple(_hide_row(row, counted) for row in table.rows)
    if rows == table.rows:
        return table
    note = f"counts of 1 to {SMALLEST - 1} and the figures that rest on them are hidden"
    return replace(table, rows=rows, note="; ".join(filter(None, (table.note, note))))


def _hide_row(row: tuple[Cell, ...], counted: Sequence[int]) -> tuple[Cell, ...]:
    """A small count takes every figure of its row with it: a share would give it away."""
    small = [n for n in counted if isinstance(row[n], int) and 0 < int(str(row[n])) < SMALLEST]
    texts = [_hide_text(cell) for cell in row]
    if not small:
        return tuple(texts)
    return tuple(
        HIDDEN if n in small else cell if isinstance(cell, str) else None
        for n, cell in enumerate(texts)
    )


def _hide_text(cell: Cell) -> Cell:
    match = COUNT_IN_TEXT.match(cell) if isinstance(cell, str) else None
    return HIDDEN if match and 0 < int(match[1]) < SMALLEST else cell
