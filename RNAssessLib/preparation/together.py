"""Timepoints worked on at the same time, each in a thread of its own.

The imaging libraries let go of the interpreter while they compute, so that threads use the cores.
Nothing is shared but what is read: the results are those of one after the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from typing import TypeVar

import SimpleITK as sitk

from RNAssessLib.case import CancelledError, Progress, part

T = TypeVar("T")
Job = Callable[[Progress], T]
MOST = 2  # what each holds meanwhile is as large as its images
LOOK_S = 0.1


def count_workers() -> int:
    """How many at the same time: as SimpleITK may use threads, and there are cores, at most two."""
    free = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    threads = int(sitk.ProcessObject.GetGlobalDefaultNumberOfThreads())
    return max(min(threads, free or 1, MOST), 1)


def share_cores(processes: int) -> None:
    """Let this process use its share of the cores, as one of so many that work beside it."""
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(max((os.cpu_count() or 1) // processes, 1))


def do_together(jobs: Sequence[Job[T]], progress: Progress) -> list[T]:
    """Results of `jobs`, in their order.

    Parameters
    ----------
    jobs : sequence of callable
        ``job(progress)``; what it needs of another must not be changed meanwhile.
    progress : Progress
        Of all of them, called in this thread only: a dialog may be drawn from it.

    Raises
    ------
    Exception
        Of the job that failed first, or what `progress` raised; the others are stopped at their
        next report.
    """
    workers = min(count_workers(), len(jobs))
    if workers < 2:
        count = len(jobs)
        return [job(part(progress, n / count, (n + 1) / count)) for n, job in enumerate(jobs)]
    said: SimpleQueue[tuple[int, float, str]] = SimpleQueue()
    stopped: list[bool] = []

    def report(number: int) -> Progress:
        def say(fraction: float, what: str) -> None:
            if stopped:
                raise CancelledError
            said.put((number, fraction, what))

        return say

    with ThreadPoolExecutor(workers, "timepoint") as pool:
        waiting = [pool.submit(job, report(n)) for n, job in enumerate(jobs)]
        try:
            _pass_on(waiting, said, progress)
        finally:
            stopped.append(True)
            for future in waiting:
                future.cancel()
    return [future.result() for future in waiting]


def _pass_on(
    waiting: Sequence[Future[T]], said: SimpleQueue[tuple[int, float, str]], progress: Progress
) -> None:
    """Say what the workers say until all are done or one has failed."""
    done = [0.0] * len(waiting)
    while True:
        ended = all(f.done() for f in waiting)
        try:
            while True:
                number, done[number], what = said.get(timeout=0.0 if ended else LOOK_S)
                progress(sum(done) / len(done), what)
        except Empty:
            pass
        for future in waiting:
            if future.done():
                future.result()
        if ended:
            wait(waiting)
            return
