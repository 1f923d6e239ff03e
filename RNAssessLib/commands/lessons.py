"""``rnassess teach``: which lessons there are, and serving them."""

from __future__ import annotations

from pathlib import Path

from RNAssessLib.assessment import Assessment, assess
from RNAssessLib.case import Progress
from RNAssessLib.evidence import Thresholds
from RNAssessLib.panel.teaching.file import Lesson, open_round
from RNAssessLib.phantom.teaching_set import SETS
from RNAssessLib.study import read_case


def describe_sets() -> str:
    """Every set with the label, name and title of its cases."""
    lines = []
    for name, list_cases in SETS.items():
        lines.append(f"--lessons {name}")
        lines += [f"  {label:<8} {case}: {title}" for label, case, title in list_cases()]
    return "\n".join(lines)


def lesson_of_case(path: Path, keep_in: Path, thresholds: Thresholds, progress: Progress) -> Lesson:
    """Lesson of a case's files; reading comes first, so that bad input ends the command.

    Raises
    ------
    InputError
        Unreadable case, or a file of answers to another one.
    """
    case = read_case(path, progress=progress)
    open_round(keep_in, case.id, to_write=True)

    def load(report: Progress) -> Assessment:
        return assess(case, thresholds, progress=report)

    return Lesson("Teaching case", f"Case {case.id}", load, keep_in)
