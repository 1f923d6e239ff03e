"""Every analysis of a cohort, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from RNAssessLib.case import Progress, silent

from .accuracy import analyse_accuracy
from .agreement import analyse_agreement
from .flow import analyse_flow
from .li21_study import analyse_li21
from .nomogram_study import analyse_nomogram
from .pp23_study import analyse_pp23
from .result import Analysis
from .survival import analyse_survival
from .v12_study import analyse_v12

REFERENCE = ("reference", "reference_basis", "reference_items")


def analyse_cohort(
    frame: Any, left_out: int | None = None, progress: Progress = silent
) -> tuple[Analysis, ...]:
    """Run every analysis; what the cohort cannot answer says why.

    Parameters
    ----------
    frame : DataFrame
        As `read_frame` and `join_outcomes` give it.
    left_out : int or None
        Cases that could not be used.
    progress : Progress
    """
    frame = frame.copy()
    for name in REFERENCE:
        if name not in frame:
            frame[name] = None
    steps: tuple[tuple[str, Callable[[], Analysis | tuple[Analysis, ...]]], ...] = (
        ("flow", lambda: analyse_flow(frame, left_out)),
        ("accuracy", lambda: analyse_accuracy(frame)),
        ("agreement", lambda: analyse_agreement(frame)),
        ("LI21", lambda: analyse_li21(frame)),
        ("PP23", lambda: analyse_pp23(frame)),
        ("nomogram", lambda: analyse_nomogram(frame)),
        ("survival", lambda: analyse_survival(frame)),
        ("V12", lambda: analyse_v12(frame)),
    )
    found: list[Analysis] = []
    for number, (name, run) in enumerate(steps):
        progress(number / len(steps), f"cohort: {name}")
        result = run()
        found += result if isinstance(result, tuple) else [result]
    progress(1.0, "cohort: analysed")
    return tuple(found)
