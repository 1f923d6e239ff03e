"""Timepoints worked on at the same time: the same results, one voice, stopped when asked to."""

import threading
import time

import pytest
import SimpleITK as sitk

from RNAssessLib.case import CancelledError, InputError
from RNAssessLib.preparation import together


@pytest.fixture(params=[1, 2])
def workers(request, monkeypatch):
    monkeypatch.setattr(together, "count_workers", lambda: request.param)
    return request.param


def job(number, pause=0.0):
    def work(progress):
        for step in range(3):
            progress(step / 3, f"job {number}")
            time.sleep(pause)
        return number

    return work


def test_results_come_in_the_order_of_the_jobs(workers):
    jobs = [job(0, 0.05), job(1), job(2, 0.02), job(3)]
    assert together.do_together(jobs, lambda fraction, what: None) == [0, 1, 2, 3]


def test_what_is_told_is_told_in_the_caller_s_thread_and_never_goes_back(workers):
    told = []
    together.do_together([job(n, 0.01) for n in range(4)],
                         lambda f, what: told.append((f, what, threading.current_thread())))  # fmt: skip
    assert {what for _, what, _ in told} == {f"job {n}" for n in range(4)}
    assert all(thread is threading.current_thread() for *_, thread in told)
    shares = [f for f, *_ in told]
    assert shares == sorted(shares)
    assert shares[0] >= 0.0
    assert shares[-1] <= 1.0


def test_two_run_at_the_same_time(monkeypatch):
    monkeypatch.setattr(together, "count_workers", lambda: 2)
    meeting = threading.Barrier(2, timeout=20.0)
    together.do_together([lambda _: meeting.wait(), lambda _: meeting.wait()], lambda f, what: None)


def test_cancelled_in_the_middle_all_stop(workers):
    done = []

    def work(progress):
        for _ in range(200):
            progress(0.1, "working")
            time.sleep(0.02)
        done.append(True)

    def cancel(fraction, what):
        raise CancelledError

    with pytest.raises(CancelledError):
        together.do_together([work, work, work], cancel)
    assert not done


def test_the_reason_of_a_job_that_fails_is_the_one_heard(workers):
    def fail(progress):
        raise InputError("t1.nii.gz", "no brain")

    with pytest.raises(InputError, match="no brain"):
        together.do_together([fail, job(1, 0.05)], lambda fraction, what: None)


def test_no_more_at_once_than_simpleitk_may_use_threads():
    before = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    try:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
        assert together.count_workers() == 1
        together.share_cores(10_000)
        assert sitk.ProcessObject.GetGlobalDefaultNumberOfThreads() == 1
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(before)
