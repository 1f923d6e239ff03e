"""Digital patients as teaching cases: their script states what a reader should answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from RNAssessLib.assessment import Assessment, assess_prepared
from RNAssessLib.case import Progress, part, silent
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.teaching.file import SUFFIX, Lesson
from RNAssessLib.panel.teaching.score import AnswerKey

from .paper_cases import PAPER_CASES
from .prepared import build_prepared
from .scenario import Scenario

SEED = 0
MAKE_SHARE = 0.75  # of the time; it only steers the progress bar


def _scenario(name: str) -> Scenario:
    return PAPER_CASES[name](np.random.default_rng(SEED), 1.0)


def list_paper_cases() -> tuple[tuple[str, str, str], ...]:
    """Label, name and title of every case of the set, in order."""
    return tuple(
        (f"Case {number}", name, _scenario(name).title)
        for number, name in enumerate(PAPER_CASES, start=1)
    )


SETS: dict[str, Callable[[], tuple[tuple[str, str, str], ...]]] = {"paper": list_paper_cases}


def list_lessons(set_name: str, folder: Path) -> tuple[Lesson, ...]:
    """Lessons of a set; their answers are kept in `folder`. Raises KeyError for another set."""
    return tuple(
        make_lesson(name, label, folder / f"{name}{SUFFIX}") for label, name, _ in SETS[set_name]()
    )


def make_lesson(name: str, label: str, keep_in: Path | None = None) -> Lesson:
    """Lesson of one of the papers' cases; the patient is made when it is opened."""
    script = _scenario(name)

    def load(progress: Progress = silent) -> Assessment:
        progress(0.02, f"{label}: making the digital patient")
        made = build_prepared(name, SEED)
        progress(MAKE_SHARE, f"{label}: reading it")
        return assess_prepared(made.prepared, progress=part(progress, MAKE_SHARE, 1.0))

    answers = {
        (f"L{number}", item): Status(status)
        for number, lesion in enumerate(script.lesions, start=1)
        for item, status in lesion.truth.items()
    }
    return Lesson(
        label, script.title, load, keep_in, script.sees, AnswerKey(answers), len(script.lesions)
    )
