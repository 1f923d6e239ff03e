"""The browser app: a case in the serial grid on the left, the panel on the right."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trame.app import get_server
from trame_server import Server

from RNAssessLib.case import CancelledError, InputError, Progress
from RNAssessLib.disclaimer import DISCLAIMER

from ..reading.aside import in_thread
from ..reading.pages import build_page
from ..reading.shortcuts import fill_shortcuts

# Images, views and what measures are loaded while the browser loads the page.
if TYPE_CHECKING:
    from RNAssessLib.assessment import Assessment
    from RNAssessLib.panel.session.keeping import Keeping
    from RNAssessLib.panel.session.session import ReaderSession

    from ..reading.room import ReadingRoom

STATIC = Path(__file__).parents[1] / "static"
Loader = Callable[[Progress], "Assessment"]
BASE = "__rnassess"
PROGRAM = "the browser panel"
# keys are taken in this order
SCRIPTS = ("pictures", "fields", "answers", "hints", "correction", "rnassess", "sheet")
STYLES = ("rnassess", "correction", "class")


def load_room() -> type[ReadingRoom]:
    """Load images and views; takes two seconds."""
    from .libraries import list_folders_once

    list_folders_once()
    from vtkmodules.vtkCommonCore import vtkMultiThreader

    from ..reading.room import ReadingRoom

    # Threads for every small slice cost more than they save, and take the browser's cores.
    vtkMultiThreader.SetGlobalMaximumNumberOfThreads(1)
    return ReadingRoom


class RNAssessApp:
    """RNAssess in the browser.

    Parameters
    ----------
    source : Assessment or callable
        What to show, or ``load(progress) -> Assessment``, run aside while the page shows its
        progress and offers to cancel it.
    server : trame Server, optional
    session : ReaderSession, optional
        Decisions made before.
    keep_in : Path, optional
        File that every decision is saved to at once, and taken up from.
    case_file : Path, optional
        File that edited clinical events are written to on request.

    Attributes
    ----------
    room : ReadingRoom or None
        The case on the page, None until it is loaded.
    """

    def __init__(
        self,
        source: Assessment | Loader,
        server: Server | None = None,
        session: ReaderSession | None = None,
        keep_in: Path | None = None,
        case_file: Path | None = None,
    ) -> None:
        self._source = source
        self._session = session
        self._keep_in = keep_in
        self._case_file = case_file
        self._cancelled = False
        self._keeping: Keeping | None = None
        self._make_room: Callable[..., ReadingRoom] | None = None
        self.room: ReadingRoom | None = None
        self.server = server or get_server("rnassess", client_type="vue3")
        # Mesa's software renderer draws in the thread that asks: its own take the browser's cores.
        os.environ.setdefault("LP_NUM_THREADS", "0")
        self._set_up_page()

    @property
    def state(self) -> Any:  # noqa: ANN401 - trame's state has the page's variables as attributes
        """State shared with the page."""
        return self.server.state

    def _set_up_page(self) -> None:
        from trame_plotly import module as plotly_module
        from trame_rca import module as rca_module

        self.server.enable_module(rca_module)
        self.server.enable_module(plotly_module)
        self.server.enable_module(
            {
                "serve": {BASE: str(STATIC)},
                "styles": [f"{BASE}/{name}.css" for name in STYLES],
                "scripts": [f"{BASE}/{name}.js" for name in SCRIPTS],
            }
        )
        self.state.trame__title = "RNAssess"
        self.state.loading_text = "Opening"
        self.state.loading_share = 0.0
        self.state.loading_on = callable(self._source)
        self.state.loading_error = ""
        self.state.disclaimer = DISCLAIMER
        fill_shortcuts(self.state)
        self.state.teach, self.state.marking, self.state.in_set = None, False, False
        self.state.class_on = False
        self.state.list_on, self.state.can_close = False, False
        build_page(self.server, "loading")
        self.server.trigger("cancel_loading")(self.cancel_loading)
        self.server.controller.on_server_ready.add(lambda **_: self._begin())
        self.server.controller.on_server_exited.add(lambda **_: self.close())

    def _load_anew(self, text: str = "Opening") -> None:
        """Show the page of progress, and load."""
        state = self.state
        self._cancelled = False
        state.loading_on, state.loading_error = True, ""
        state.loading_text, state.loading_share = text, 0.0
        build_page(self.server, "loading")
        self._begin_loading()

    def _begin(self) -> None:
        self._begin_loading()

    def _begin_loading(self) -> None:
        self._loading = asyncio.get_running_loop().create_task(self.load())

    # --- loading ----------------------------------------------------------------------------------

    def cancel_loading(self) -> None:
        """Stop a load; it ends at its next report of progress."""
        self._cancelled = True

    async def load(self) -> None:
        """Get the assessment and put it on the page; errors are said there in one line."""
        try:
            room, assessment = await asyncio.gather(
                asyncio.to_thread(load_room), self._get_assessment()
            )
            await self._tell(0.97, "Opening the views")
            session = self._open_session(assessment.prepared.case.id)
            self.room = (self._make_room or room)(
                self.server, assessment, session, self._keeping, self._case_file
            )
            await self.room.open()
            self._opened()
        except CancelledError:
            self._fail("Cancelled.")
        except InputError as error:
            self._fail(str(error))
        except Exception as error:
            self._fail(f"RNAssess failed: {error}")
            raise
        finally:
            gc.enable()  # a command may have held it back until here

    def _open_session(self, case_id: str) -> ReaderSession | None:
        """Take up what is kept; says on the console, too, when another process keeps it."""
        self._keeping = None
        if self._session is not None or self._keep_in is None:
            return self._session
        from RNAssessLib.panel.session.keeping import Keeping

        keeping = Keeping(self._keep_in, PROGRAM)
        session = keeping.open(case_id)
        self._keeping = keeping
        if keeping.sentence:
            print(f"rnassess: {keeping.sentence}", file=sys.stderr, flush=True)
        return session

    def _opened(self) -> None:
        """Do what follows once a case is on the page; nothing here."""

    def _fail(self, text: str) -> None:
        with self.state:
            self.state.loading_on = False
            self.state.loading_error = text

    async def _get_assessment(self) -> Assessment:
        if not callable(self._source):
            return self._source
        return await in_thread(
            self._source,
            lambda share, what: self._show_progress(0.95 * share, what),
            lambda: self._cancelled,
        )

    def _show_progress(self, share: float, what: str) -> None:
        with self.state:
            self.state.loading_share = share
            self.state.loading_text = what

    async def _tell(self, share: float, what: str) -> None:
        self._show_progress(share, what)
        await asyncio.sleep(0)

    def close(self) -> None:
        """Release views and threads."""
        self._cancelled = True
        if self.room is not None:
            self.room.close()
        if self._keeping is not None:
            self._keeping.close()
