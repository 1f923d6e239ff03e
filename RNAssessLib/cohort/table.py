"""Many cases, one table: a row for each lesion."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from RNAssessLib.assessment import Assessment, LesionAssessment, assess
from RNAssessLib.case import Case, InputError, Progress, part, silent
from RNAssessLib.case.plain_text import safe_cell
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.evidence import Thresholds
from RNAssessLib.kept.store import KeptPlace, assess_kept, find_kept, kept_id, place_of
from RNAssessLib.panel.reading.reader_case import follow_session
from RNAssessLib.panel.session.file import beside, open_session
from RNAssessLib.panel.session.reader_work import held_decisions
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.storage import why_not_written, write_whole
from RNAssessLib.study import read_case

from .clinical_figures import build_clinical
from .kept import Rows
from .outcome import build_reference

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


def build_rows(
    assessment: Assessment, session: ReaderSession, others: Sequence[ReaderSession] = ()
) -> Rows:
    """Return one row per lesion: plan indices, first and last size, every checklist status.

    Computed answers and the reader's stand side by side (``reader_<item>``, and ``reader2_<item>``
    onwards of further readers); an undefined figure and an item without decision are empty cells.

    Parameters
    ----------
    assessment : Assessment
    session : ReaderSession
        Of the reader whose corrections the assessment follows.
    others : sequence of ReaderSession
        Of further readers: only their answers are taken.
    """
    sessions = (session, *others)
    return [_plain(_build_row(assessment, each, sessions)) for each in assessment.lesions]


def _build_row(
    assessment: Assessment, assessed: LesionAssessment, sessions: Sequence[ReaderSession]
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
    items = [finding.spec.id for finding in assessed.findings]
    row |= {finding.spec.id: finding.status.value for finding in assessed.findings}
    for number, session in enumerate(sessions, 1):
        decided = {d.finding: d.status.value for d in held_decisions(session)
                   if d.lesion == assessed.lesion.id}  # fmt: skip
        prefix = "reader_" if number == 1 else f"reader{number}_"
        row |= {f"{prefix}{item}": decided.get(item) for item in items}
    return row | build_clinical(assessment, assessed) | build_reference(assessment, assessed)


def _plain(row: dict[str, object]) -> dict[str, object]:
    """Plain numbers and words: a row reads the same fresh, kept or sent by another machine."""
    return {
        name: float(value) if isinstance(value, float) else value for name, value in row.items()
    }


def sessions_of(path: Path) -> tuple[Path, ...]:
    """Sessions kept beside a case: the reader's, then ``<case>.<reader>.session.json`` by name.

    The first one may not exist.
    """
    own = beside(path)
    stem = own.name.removesuffix(".session.json")
    others = (p for p in own.parent.glob("*.session.json") if p.name.startswith(f"{stem}."))
    return (own, *sorted(p for p in others if p != own and p.name.count(".") > own.name.count(".")))


def assess_case(
    path: Path,
    thresholds: Thresholds | None = None,
    *,
    computed_only: bool = False,
    keep: bool = False,
    progress: Progress = silent,
) -> Rows:
    """Assess one case with what its readers did and return its rows.

    An assessed case that was kept beside it is opened instead, as far as it still holds; with
    `keep` it is kept when it was not.

    Raises
    ------
    InputError
        The case cannot be read or holds no lesion, or a session does not belong to it.
    """
    limits = thresholds or Thresholds()
    place = place_of(path, limits)
    held = kept_id(place)
    case = read_case(path, progress=silent) if held is None else None
    known = case.id if case is not None else str(held)
    session, others = ReaderSession(case_id=known), []
    if not computed_only:
        own, *further = sessions_of(path)
        session = open_session(own, known)
        if session.notice:
            progress(0.0, session.notice)
        others = [open_session(each, known) for each in further]
    computed = _assess(place, case, session.thresholds(limits), keep, part(progress, 0.0, 0.9))
    assessment = follow_session(computed, session, part(progress, 0.9, 1.0))
    if not assessment.lesions:
        raise InputError(path, "no treated target, nothing to put in a cohort table")
    return build_rows(assessment, session, others)


def _assess(
    place: KeptPlace, case: Case | None, used: Thresholds, keep: bool, progress: Progress
) -> Assessment:
    found = find_kept(place, used, progress) if case is None else None
    if found is not None:
        return found
    read = case or read_case(place.case, progress=silent)
    if not keep:
        return assess(read, used, progress)
    return assess_kept(place, lambda _: read, used, progress, fresh=True,
                       tell=lambda line: progress(0.98, f"{place.case}: {line}"))  # fmt: skip


def write_table(rows: Rows, out: Path) -> Path:
    """Write ``cohort.csv``: columns as they first appear, the reminder as last line.

    The file is replaced whole.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=names)
    writer.writeheader()
    writer.writerows({name: safe_cell(cell) for name, cell in row.items()} for row in rows)
    text.write(f"{DISCLAIMER}\n")
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(out / TABLE, text.getvalue())
    except OSError as error:
        raise InputError(out / TABLE, f"cannot be written: {why_not_written(error)}") from None
    return out / TABLE
