"""Long work beside the page: the loop runs on, progress is told, cancelling changes nothing."""

import asyncio
import threading

import pytest
from trame.app import get_server

from RNAssessLib.case import InputError
from RNAssessLib.web.reading.aside import Aside


@pytest.fixture
def aside():
    server = get_server("aside", client_type="vue3")
    made = Aside(server)
    made.fill()
    return made


def run(aside, compute, *, meanwhile=lambda: None):
    """What was taken and said, and the texts that the strip showed."""
    taken, said, shown = [], [], []

    async def go():
        aside.run("Settling", compute, taken.append, said.append)
        while aside.is_busy:
            shown.append((aside._state.work["text"], aside._state.work["share"]))
            meanwhile()
            await asyncio.sleep(0.001)

    asyncio.run(go())
    return taken, said, shown


def test_the_loop_runs_on_and_the_result_comes_back_to_it(aside):
    seen, threads = threading.Event(), []

    def compute(progress):
        threads.append(threading.current_thread())
        progress(0.4, "align t1")
        assert seen.wait(10)
        return 42

    def look():
        if aside._state.work["text"] == "align t1":
            seen.set()

    taken, said, shown = run(aside, compute, meanwhile=look)
    assert (taken, said) == ([42], [])
    assert ("align t1", 0.4) in shown
    assert threads[0] is not threading.current_thread()
    assert not aside._state.work["on"]


def test_cancelled_it_says_so_and_takes_nothing(aside):
    cancelled = threading.Event()

    def compute(progress):
        progress(0.1, "align t1")
        assert cancelled.wait(10)
        progress(0.2, "align t1")
        raise AssertionError("it went on")

    def leave():
        if aside._state.work["text"]:
            aside.cancel()
            cancelled.set()

    taken, said, _ = run(aside, compute, meanwhile=leave)
    assert (taken, said) == ([], ["Settling: cancelled"])


def test_a_result_that_comes_after_cancelling_is_dropped(aside):
    cancelled = threading.Event()

    def compute(progress):
        assert cancelled.wait(10)
        return 42  # no report of progress in between

    def leave():
        aside.cancel()
        cancelled.set()

    assert run(aside, compute, meanwhile=leave)[:2] == ([], ["Settling: cancelled"])


def test_a_closed_case_says_nothing_any_more(aside):
    closed = threading.Event()

    def compute(progress):
        assert closed.wait(10)
        return 42

    def leave():
        aside.close()
        aside._state.work = {"text": "of the next case", "share": 0.0}
        closed.set()

    assert run(aside, compute, meanwhile=leave)[:2] == ([], [])
    assert aside._state.work["text"] == "of the next case"


def test_bad_input_is_said_in_its_own_line(aside):
    def compute(progress):
        raise InputError("t1 T1c", "has no brain")

    assert run(aside, compute)[:2] == ([], ["t1 T1c: has no brain"])


def test_one_at_a_time(aside):
    """What comes meanwhile is neither run nor kept for later; the reader is told."""
    asked, ran, told = threading.Event(), [], []

    def first(progress):
        assert asked.wait(10)
        return 1

    def again():
        if not asked.is_set():
            aside.run("Another", ran.append, ran.append, told.append)
            asked.set()

    assert run(aside, first, meanwhile=again)[:2] == ([1], [])
    assert told == ["Another: something is being computed, try again when it is done"]
    assert ran == []
    assert not aside.is_busy
