"""Many cases, one table: a row for each lesion."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from RNAssessLib.assessment import DISCLAIMER, Assessment, LesionAssessment, assess
from RNAssessLib.case import InputError, Progress, part, silent
from RNAssessLib.case.plain_text import safe_cell
from RNAssessLib.evidence import Thresholds
from RNAssessLib.panel.reader_case import follow_session
from RNAssessLib.panel.reader_work import held_decisions
from RNAssessLib.panel.session import ReaderSession
from RNAssessLib.panel.session_file import beside, open_session
from RNAssessLib.study import read_case

TABLE = "cohort.csv"
TARGET_FIGURES = (
    "tc_percent",
    "pitv",
    "ci_paddick",
    "gi",
    "hi",
    "v12_gy_cm3",
    "bed_gy",
    "bed_times_gtv",
    "bed_per_gtv",
)
SERIAL_FIGURES = ("enhancing_cm3", "flair_cm3", "longest_diameter_mm", "t2_t1c_ratio")


def build_rows(assessment: Assessment, session: ReaderSession) -> list[dict[str, object]]:
    """Return one row per lesion: plan indices, first and last size, every checklist status.

    Computed answers and the reader's stand side by side (``reader_<item>``); an undefined figure
    and an item without decision are empty cells.
    """
    return [_build_row(assessment, assessed, session) for assessed in assessment.lesions]


def _build_row(
    assessment: Assessment, assessed: LesionAssessment, session: ReaderSession
) -> dict[str, object]:
    row: dict[str, object] = {
        "case": assessment.prepared.case.id,
        "lesion": assessed.lesion.id,
        "target": assessed.lesion.name,
    }
    lesion = assessed.lesion
    own = lesion.targets[0].name if lesion.targets else lesion.name
    figures = {
        quantity.name: quantity.value
        for course in assessment.courses
        for target in course.targets
        if target.name == own and course.course_id == lesion.course_id
        for quantity in target.quantities
    }
    row |= {name: figures.get(name) for name in TARGET_FIGURES}
    for label, entry in (("first", assessed.serial[0]), ("last", assessed.serial[-1])):
        row[f"{label}_months"] = entry.months_after_treatment
        sizes = {q.name: q.value for q in entry.quantities}
        row |= {f"{label}_{name}": sizes.get(name) for name in SERIAL_FIGURES}
    row |= {finding.spec.id: finding.status.value for finding in assessed.findings}
    decided = {d.finding: d.status.value for d in held_decisions(session)
               if d.lesion == assessed.lesion.id}  # fmt: skip
    return row | {
        f"reader_{finding.spec.id}": decided.get(finding.spec.id) for finding in assessed.findings
    }


def assess_cohort(
    cases: Sequence[Path],
    out: Path,
    thresholds: Thresholds | None = None,
    progress: Progress = silent,
    *,
    computed_only: bool = False,
) -> Path:
    """Assess every case with what its reader did, and write ``cohort.csv``.

    Parameters
    ----------
    cases : sequence of Path
        DICOM folders or case files.
    out : Path
        Folder, created when missing.
    computed_only : bool
        Leave the sessions beside the cases out.

    Returns
    -------
    Path
        The table; replaced only when every case could be read.

    Raises
    ------
    InputError
        Naming the first case that cannot be read or that holds no lesion, or a session that does
        not belong to it.
    """
    rows: list[dict[str, object]] = []
    for index, path in enumerate(cases):
        share = part(progress, index / len(cases), (index + 1) / len(cases))
        case = read_case(path, progress=silent)
        session = ReaderSession(case_id=case.id)
        if not computed_only:
            session = open_session(beside(path), case.id)
        used = session.thresholds(thresholds)
        computed = assess(case, used, part(share, 0.0, 0.9))
        assessment = follow_session(computed, session, part(share, 0.9, 1.0))
        if not assessment.lesions:
            raise InputError(path, "no treated target, nothing to put in a cohort table")
        rows += build_rows(assessment, session)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=out, suffix=".csv", delete=False, newline="", encoding="utf-8"
    ) as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({name: safe_cell(cell) for name, cell in row.items()} for row in rows)
        file.write(f"{DISCLAIMER}\n")
    os.replace(file.name, out / TABLE)  # noqa: PTH105 - atomic on one file system
    return out / TABLE
