"""Long computations beside the page: one at a time, with its progress and a way out."""

from __future__ import annotations

import asyncio
import ctypes
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from trame_server import Server

from RNAssessLib.case import CancelledError, InputError, Progress
from RNAssessLib.panel.reading.running import Said

T = TypeVar("T")
Act = Callable[[], None]
IDLE = {"on": False, "what": "", "text": "", "share": 0.0, "figures": False}


async def in_thread(
    compute: Callable[[Progress], T], show: Progress, is_cancelled: Callable[[], bool]
) -> T:
    """Compute in another thread while the loop runs on.

    Parameters
    ----------
    compute : callable
        ``compute(progress)``; it ends with `CancelledError` at its next report once cancelled.
    show : Progress
        Called in the loop's own thread.
    is_cancelled : callable
    """
    loop = asyncio.get_running_loop()

    def report(share: float, text: str) -> None:
        if is_cancelled():
            raise CancelledError
        loop.call_soon_threadsafe(show, share, text)

    with ThreadPoolExecutor(1, thread_name_prefix="rnassess-work") as pool:
        try:
            return await loop.run_in_executor(pool, lambda: compute(report))
        finally:
            await loop.run_in_executor(pool, give_back)


def give_back() -> None:
    """Return memory that is free to the system, where the C library has a way (glibc).

    Every computation takes and frees large arrays between small ones that stay; glibc keeps what
    lies between them, and the process grows by some MiB with each (Testing/benchmarks/soak).
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


class Aside:
    """What is being computed; the page shows it in a strip above the panel (static/work.html).

    Parameters
    ----------
    server : trame Server
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._state: Any = server.state
        self._task: asyncio.Task[None] | None = None
        self._cancelled = self._closed = False
        self._figures = True

    @property
    def is_busy(self) -> bool:
        """Whether something is being computed."""
        return self._task is not None

    def bind(self) -> None:
        """Take the page's requests."""
        self._server.trigger("cancel_work")(self.cancel)

    def escape(self) -> bool:
        """Cancel what is being computed; False when nothing is."""
        if self.is_busy:
            self.cancel()
        return self.is_busy

    def fill(self) -> None:
        """Put the page's variables there."""
        self._state.work = dict(IDLE)

    def cancel(self) -> None:
        """Stop at the next report of progress, or drop the result: nothing has changed then."""
        self._cancelled = True

    def close(self) -> None:
        """Stop without a word: the case is closed, another one may be on the page."""
        self._cancelled = self._closed = True

    def run(
        self,
        what: str,
        compute: Callable[[Progress], T],
        then: Callable[[T], None],
        said: Said,
        *,
        figures: bool = True,
    ) -> None:
        """Compute in another thread, then go on with the result in this one; as `Runner.run`."""
        if self.is_busy:
            said(f"{what}: something is being computed, try again when it is done")
            return
        self._cancelled, self._figures = False, figures
        run = self._run(what, lambda tell: partial(then, compute(tell)), said)
        self._task = asyncio.get_running_loop().create_task(run)
        self._show(what, 0.0, "")  # with the answer to the request: no moment without it

    async def _run(self, what: str, compute: Callable[[Progress], Act], said: Said) -> None:
        show = partial(self._show, what)
        try:
            act = await in_thread(compute, show, lambda: self._cancelled)
            if self._cancelled:  # too late for a report of progress
                raise CancelledError
        except CancelledError:
            act = partial(said, f"{what}: cancelled")
        except InputError as error:
            act = partial(said, str(error))
        except Exception as error:
            self._end(partial(said, f"{what} failed: {error}"))
            raise
        self._end(act)

    def _show(self, what: str, share: float, text: str) -> None:
        if self.is_busy and not self._closed:
            with self._state:
                self._state.work = {
                    "on": True, "what": what, "text": text, "share": share,
                    "figures": self._figures,
                }  # fmt: skip

    def _end(self, act: Act) -> None:
        self._task = None
        if self._closed:
            return
        with self._state:
            self._state.work = dict(IDLE)
            act()
