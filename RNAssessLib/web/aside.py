"""Long computations beside the page: one at a time, with its progress and a way out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from trame_server import Server

from RNAssessLib.case import CancelledError, InputError, Progress

T = TypeVar("T")
IDLE = {"on": False, "what": "", "text": "", "share": 0.0}


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

    @property
    def is_busy(self) -> bool:
        """Whether something is being computed."""
        return self._task is not None

    def bind(self) -> None:
        """Take the page's requests."""
        self._server.trigger("cancel_work")(self.cancel)

    def fill(self) -> None:
        """Put the page's variables there."""
        self._state.work = dict(IDLE)

    def cancel(self) -> None:
        """Stop at the next report of progress, or drop the result: nothing has changed then."""
        self._cancelled = True

    def close(self) -> None:
        """Stop without a word: the case is closed, another one may be on the page."""
        self._cancelled = self._closed = True

    def start(
        self,
        what: str,
        compute: Callable[[Progress], T],
        then: Callable[[T], None],
        said: Callable[[str], None],
    ) -> None:
        """Compute in another thread, then go on with the result in this one.

        Parameters
        ----------
        what : str
            Said in the strip.
        compute : callable
            ``compute(progress)``, touching neither page nor scene.
        then : callable
            Takes the result.
        said : callable
            Takes the line to say when it was cancelled or there is no result.
        """
        if self.is_busy:
            return
        self._cancelled = False
        self._task = asyncio.get_running_loop().create_task(self._run(what, compute, then, said))

    async def _run(
        self,
        what: str,
        compute: Callable[[Progress], T],
        then: Callable[[T], None],
        said: Callable[[str], None],
    ) -> None:
        loop = asyncio.get_running_loop()

        def report(share: float, text: str) -> None:
            if self._cancelled:
                raise CancelledError
            loop.call_soon_threadsafe(self._show, what, share, text)

        self._show(what, 0.0, "")
        try:
            with ThreadPoolExecutor(1, thread_name_prefix="rnassess-work") as pool:
                result = await loop.run_in_executor(pool, lambda: compute(report))
        except CancelledError:
            self._end(lambda: said(f"{what}: cancelled"))
        except InputError as error:
            problem = str(error)
            self._end(lambda: said(problem))
        except Exception as error:
            problem = f"{what} failed: {error}"
            self._end(lambda: said(problem))
            raise
        else:
            if self._cancelled:
                self._end(lambda: said(f"{what}: cancelled"))
            else:
                self._end(lambda: then(result))

    def _show(self, what: str, share: float, text: str) -> None:
        if self.is_busy and not self._closed:
            with self._state:
                self._state.work = {"on": True, "what": what, "text": text, "share": share}

    def _end(self, act: Callable[[], None]) -> None:
        self._task = None
        if self._closed:
            return
        with self._state:
            self._state.work = dict(IDLE)
            act()
