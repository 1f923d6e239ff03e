"""Where the cases of a cohort are assessed: here, in processes of this machine, on a Dask cluster.

Every way yields the same results; only their order of arrival differs.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from RNAssessLib.case import CancelledError, InputError, Progress, silent
from RNAssessLib.evidence import Thresholds
from RNAssessLib.preparation.together import share_cores

from . import table
from .extras import CLUSTER, need
from .kept import Rows

TRIES = 3  # a worker that dies takes its case with it; after so many deaths the case is at fault


@dataclass(frozen=True)
class CaseTask:
    """One case to assess.

    Attributes
    ----------
    number : int
        Place in the order given.
    path : Path
    changed : dict of str to float
        Thresholds changed on the command line.
    computed_only : bool
    keep : bool
        Keep the assessed case beside its input.
    """

    number: int
    path: Path
    changed: dict[str, float]
    computed_only: bool = False
    keep: bool = False


@dataclass(frozen=True)
class CaseResult:
    """Its rows, or why there are none."""

    number: int
    rows: Rows
    reason: str = ""


def run_task(task: CaseTask, progress: Progress = silent) -> CaseResult:
    """Assess one case; input that cannot be used and defects become a reason."""
    try:
        rows = table.assess_case(
            task.path, Thresholds(task.changed),
            computed_only=task.computed_only, keep=task.keep, progress=progress,
        )  # fmt: skip
    except InputError as error:
        return CaseResult(task.number, [], str(error))
    except (CancelledError, KeyboardInterrupt):
        raise
    except Exception as error:  # one case must not stop the other 499; it is named with its cause
        kind = type(error).__name__
        return CaseResult(task.number, [], f"{task.path}: defect ({kind}: {_line(error)})")
    return CaseResult(task.number, rows)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or "no message"


def run_here(tasks: Sequence[CaseTask], progress: Progress) -> Iterator[CaseResult]:
    """One after the other in this process."""
    for task in tasks:
        yield run_task(task, progress)


def run_processes(tasks: Sequence[CaseTask], jobs: int) -> Iterator[CaseResult]:
    """In `jobs` processes of this machine.

    A process that dies (out of memory) breaks the pool: what was not finished starts in a new one,
    a case at a time after `TRIES` broken pools, so that the one at fault is known.
    """
    left = {task.number: task for task in tasks}
    for count in (*(jobs for _ in range(TRIES)), 1):
        for result in _run_pool(list(left.values()), count, alone=count == 1):
            del left[result.number]
            yield result
        if not left:
            return


def _run_pool(tasks: Sequence[CaseTask], jobs: int, *, alone: bool) -> Iterator[CaseResult]:
    """Results of one pool until it breaks; `alone` gives each case a pool of its own."""
    # a fresh interpreter: the imaging libraries' threads do not survive a fork
    context = multiprocessing.get_context("spawn")
    for group in [[t] for t in tasks] if alone else [list(tasks)]:
        with ProcessPoolExecutor(jobs, context, share_cores, (jobs,)) as pool:
            waiting = {pool.submit(run_task, task): task for task in group}
            for future in as_completed(waiting):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    if alone:
                        yield _died(waiting[future])


def _died(task: CaseTask) -> CaseResult:
    return CaseResult(
        task.number, [],
        f"{task.path}: the process that assessed it died {TRIES} times (out of memory?)",
    )  # fmt: skip


def run_dask(
    tasks: Sequence[CaseTask], scheduler: str, progress: Progress = silent
) -> Iterator[CaseResult]:
    """On a Dask cluster: cases are tasks, rows come back.

    Input paths must mean the same on every worker. A dead worker's cases are given to another one;
    a case that was running on `TRIES` workers that died is left out.

    Raises
    ------
    InputError
        Dask is not installed, or nobody answers at the address.
    """
    distributed = need("distributed", CLUSTER)
    try:
        client = distributed.Client(scheduler, timeout="20s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(scheduler, f"no Dask scheduler answers: {_line(error)}") from None
    with client, client.as_current():
        if not client.scheduler_info()["workers"]:
            progress(0.0, f"{scheduler} has no worker yet: waiting for one")
        waiting = {client.submit(run_task, task, pure=False): task for task in tasks}
        for future in distributed.as_completed(waiting):
            if future.status == "finished":
                yield future.result()
                continue
            yield _lost(waiting[future], future.exception())


def _lost(task: CaseTask, error: BaseException) -> CaseResult:
    """A case that Dask gave up: its workers died, or its result could not be had."""
    name = type(error).__name__
    if name == "KilledWorker":
        return _died(task)
    return CaseResult(task.number, [], f"{task.path}: {name}: {_line(error)}")
