"""The page of progress that is there until a case is; what brings the case runs behind it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from trame_server import Server

from RNAssessLib.case import CancelledError, InputError, Progress

from ..reading.aside import in_thread
from ..reading.pages import build_page

if TYPE_CHECKING:
    from RNAssessLib.panel.reading.running import Said

T = TypeVar("T")
COMPUTED, VIEWS = 0.95, (0.97, "Opening the views")


class LoadingPage:
    """Runs what brings a case before the reader (`CaseRunner`): in a thread, then on the page.

    Parameters
    ----------
    server : trame Server
    meanwhile : callable
        Called in another thread meanwhile: what showing needs is loaded there.
    """

    def __init__(self, server: Server, meanwhile: Callable[[], object]) -> None:
        self._state: Any = server.state
        self._server, self._meanwhile = server, meanwhile
        self.is_cancelled = False

    def fill(self, text: str = "Opening", *, on: bool = True) -> None:
        """Put the page's variables there, and the page."""
        self._state.loading_on, self._state.loading_error = on, ""
        self._show(0.0, text)
        build_page(self._server, "loading")

    def cancel(self) -> None:
        """Stop a load; it ends at its next report of progress."""
        self.is_cancelled = True

    def fail(self, text: str) -> None:
        """Say there why no case came."""
        with self._state:
            self._state.loading_on = False
            self._state.loading_error = text

    def load(
        self,
        what: str,
        compute: Callable[[Progress], T],
        show: Callable[[T, Progress], None],
        said: Said,
    ) -> None:
        """Compute and show; as `CaseRunner.load`."""
        self.is_cancelled = False
        self._task = asyncio.get_running_loop().create_task(self._load(compute, show, said))

    async def _load(
        self, compute: Callable[[Progress], T], show: Callable[[T, Progress], None], said: Said
    ) -> None:
        def tell(share: float, text: str) -> None:
            self._tell(COMPUTED * share, text)

        try:
            _, found = await asyncio.gather(
                asyncio.to_thread(self._meanwhile),
                in_thread(compute, tell, lambda: self.is_cancelled),
            )
            self._tell(*VIEWS)
            await asyncio.sleep(0)
            show(found, self._tell)
        except CancelledError:
            said("Cancelled.")
        except InputError as error:
            said(str(error))
        except Exception as error:
            said(f"RNAssess failed: {error}")
            raise
        finally:
            gc.enable()  # a command may have held it back until here

    def _tell(self, share: float, text: str) -> None:
        with self._state:
            self._show(share, text)

    def _show(self, share: float, text: str) -> None:
        self._state.loading_share, self._state.loading_text = share, text
