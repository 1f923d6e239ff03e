"""A cohort from beginning to end: which cases, what is kept, what is left out, the table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from RNAssessLib.case import InputError, Progress, counted, part, silent
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.evidence import Thresholds
from RNAssessLib.study.find_cases import find_cases

from .kept import Begun, KeptCases, Rows
from .table import TABLE, sessions_of, write_table
from .workers import CaseResult, CaseTask, run_dask, run_here, run_processes

LEFT_OUT = "left_out.csv"


@dataclass(frozen=True)
class CohortRun:
    """What became of a run.

    Attributes
    ----------
    table : Path
    cases : int
        Cases in the table.
    kept : int
        Cases of these that were done before and not again.
    left_out : tuple of (str, str)
        Case and reason, in the order given.
    """

    table: Path
    cases: int
    kept: int
    left_out: tuple[tuple[str, str], ...]


def find_cohort(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Cases in the order given; a folder of cases stands for those in it, by name."""
    found: list[Path] = []
    for path in paths:
        try:
            inside = [f.path for f in find_cases(path)] if path.is_dir() else []
        except InputError:
            inside = []  # reading it will say what is wrong
        found += inside or [path]
    return tuple(dict.fromkeys(found))


def assess_cohort(
    cases: Sequence[Path],
    out: Path,
    thresholds: Thresholds | None = None,
    progress: Progress = silent,
    *,
    computed_only: bool = False,
    strict: bool = False,
    jobs: int = 1,
    scheduler: str = "",
    keep: bool = False,
) -> CohortRun:
    """Assess every case with what its readers did; write ``cohort.csv`` and ``left_out.csv``.

    Finished cases are kept in ``cases/`` and not done again while input files, sessions,
    thresholds and version stay the same. The table is the same to the byte whatever `jobs` and
    `scheduler` are.

    Parameters
    ----------
    cases : sequence of Path
        DICOM folders or case files, or folders of such.
    out : Path
        Folder, created when missing.
    computed_only : bool
        Leave the sessions beside the cases out.
    strict : bool
        Stop at the first case that cannot be used.
    jobs : int
        Processes on this machine.
    scheduler : str
        Address of a Dask scheduler; empty without.
    keep : bool
        Keep every assessed case beside its input (some hundred megabytes each), so that other
        thresholds ask for no new preparation. What is kept already is used in any case.

    Raises
    ------
    InputError
        No case can be used, or with `strict` the first one that cannot; the table is then left as
        it was.
    """
    limits = thresholds or Thresholds()
    found, kept = find_cohort(cases), KeptCases(out, limits, computed_only)
    results: dict[int, CaseResult] = {}
    begun: dict[int, Begun | None] = {}
    tasks = []
    for number, path in enumerate(found):
        sessions = () if computed_only else sessions_of(path)
        rows = kept.load(path, sessions)
        if rows is None:
            begun[number] = kept.begin(path, sessions)
            tasks.append(CaseTask(number, path, dict(limits.changed), computed_only, keep))
        else:
            results[number] = CaseResult(number, rows)
            progress(len(results) / len(found), f"{path}: kept from before")
    before = len(results)
    for result in _run(tasks, progress, len(found), before, jobs, scheduler):
        results[result.number] = result
        if result.reason and strict:
            raise _as_input_error(result.reason)
        if not result.reason:
            kept.save(begun[result.number], result.rows)
        what = result.reason or f"{found[result.number]}: done"
        progress(len(results) / len(found), what if not result.reason else f"left out: {what}")
    return _write(found, results, out, before)


def _run(
    tasks: Sequence[CaseTask],
    progress: Progress,
    total: int,
    before: int,
    jobs: int,
    scheduler: str,
) -> Iterator[CaseResult]:
    if not tasks:
        return
    if scheduler:
        yield from run_dask(tasks, scheduler, progress)
    elif jobs > 1:
        yield from run_processes(tasks, jobs)
    else:
        for done, task in enumerate(tasks, before):
            yield from run_here([task], part(progress, done / total, (done + 1) / total))


def _as_input_error(reason: str) -> InputError:
    path, _, why = reason.partition(": ")
    return InputError(path, why)


def _write(
    found: Sequence[Path], results: dict[int, CaseResult], out: Path, kept: int
) -> CohortRun:
    ordered = [results[number] for number in range(len(found))]
    left_out = tuple((str(found[r.number]), r.reason) for r in ordered if r.reason)
    if len(left_out) == len(found):
        first = left_out[0][1] if left_out else "no case given"
        raise InputError(
            TABLE, f"none of {counted(len(found), 'case')} can be used; first: {first}"
        )
    rows: Rows = [row for result in ordered for row in result.rows]
    table = write_table(rows, out)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("case", "reason"))
    writer.writerows(left_out)
    (out / LEFT_OUT).write_text(f"{text.getvalue()}{DISCLAIMER}\n", encoding="utf-8", newline="")
    return CohortRun(table, len(found) - len(left_out), kept, left_out)
