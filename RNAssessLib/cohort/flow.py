"""How many lesions went where: the numbers of a STARD flow diagram."""

from __future__ import annotations

from typing import Any

from .outcome import BOTH_WORD, NECROSIS_WORD, PROGRESSION_WORD, RULE
from .result import Analysis, Cell, ResultTable


def analyse_flow(frame: Any, left_out: int | None = None) -> Analysis:
    """Count cases, patients, lesions and references.

    Parameters
    ----------
    frame : DataFrame
    left_out : int or None
        Cases that could not be used; None where no list of them is at hand.
    """
    reference, basis = frame["reference"], frame["reference_basis"]
    rows: list[tuple[Cell, ...]] = [
        ("cases that could not be used", left_out),
        ("cases in the table", int(frame["case"].nunique())),
        ("patients", int(frame["patient"].nunique())),
        ("lesions", len(frame)),
        ("lesions without a reference standard", int(reference.isna().sum())),
        ("lesions with necrosis and progression (in no 2 x 2 table)",
         int((reference == BOTH_WORD).sum())),
    ]  # fmt: skip
    for word in (NECROSIS_WORD, PROGRESSION_WORD):
        rows.append((f"lesions with {word}", int((reference == word).sum())))
        for kind in ("pathology", "follow-up", "consensus"):
            count = int(((reference == word) & (basis == kind)).sum())
            rows.append((f"{word} by {kind}", count))
    return Analysis(
        "flow", "Flow of patients and lesions (STARD)",
        n=f"{len(frame)} lesions in {frame['patient'].nunique()} patients",
        methods=f"The reference standard is the department's own statement where there is one, "
        f"else pathology, else follow-up. {RULE}",
        tables=(ResultTable("flow", "Flow", ("step", "count"), tuple(rows)),),
    )  # fmt: skip
