"""The browser app: a case in the serial grid on the left, the panel on the right."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trame.app import get_server
from trame_server import Server

from RNAssessLib.case import Progress
from RNAssessLib.disclaimer import DISCLAIMER

from ..reading.shortcuts import fill_shortcuts
from .loading_page import LoadingPage

# Images, views and what measures are loaded while the browser loads the page.
if TYPE_CHECKING:
    from RNAssessLib.assessment import Assessment
    from RNAssessLib.panel.opening.loading import Loaded, Opened
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
    loading : LoadingPage
        What is there until then.
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
        self._make_room: Callable[..., ReadingRoom] | None = None
        self.room: ReadingRoom | None = None
        self.server = server or get_server("rnassess", client_type="vue3")
        self.loading = LoadingPage(self.server, load_room)
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
        self.state.disclaimer = DISCLAIMER
        fill_shortcuts(self.state)
        self.state.teach, self.state.marking, self.state.in_set = None, False, False
        self.state.class_on = False
        self.state.list_on, self.state.can_close = False, False
        self.loading.fill(on=callable(self._source))
        self.server.trigger("cancel_loading")(self.loading.cancel)
        self.server.controller.on_server_ready.add(lambda **_: self._begin())
        self.server.controller.on_server_exited.add(lambda **_: self.close())

    def _load_anew(self, text: str = "Opening") -> None:
        """Show the page of progress, and load."""
        self.loading.fill(text)
        self._begin_loading()

    def _begin(self) -> None:
        self._begin_loading()

    # --- loading ----------------------------------------------------------------------------------

    def _begin_loading(self) -> None:
        """Get the assessment and put it on the page; errors are said there in one line."""
        from RNAssessLib.panel.opening.loading import Source, load_case

        keep_in = None if self._session is not None else self._keep_in
        source = Source(self._read, share=1.0, keep_in=keep_in)
        load_case(self.loading, "Opening", source, self._put_on_page, self._fail, program=PROGRAM)

    def _read(self, progress: Progress) -> Opened:
        from RNAssessLib.panel.opening.loading import Opened

        found = self._source(progress) if callable(self._source) else self._source
        return Opened(found.prepared.case.id, lambda _thresholds, _progress: found)

    def _put_on_page(self, loaded: Loaded, _: Progress) -> None:
        """Put a case on the page; says on the console, too, when another process keeps it."""
        if loaded.store.sentence:
            print(f"rnassess: {loaded.store.sentence}", file=sys.stderr, flush=True)
        make = self._make_room or load_room()
        session = self._session or loaded.session
        self.room = make(self.server, loaded.assessment, session, loaded.store, self._case_file)
        self.room.open()
        self._opened()

    def _opened(self) -> None:
        """Do what follows once a case is on the page; nothing here."""

    def _fail(self, text: str) -> None:
        self.loading.fail(text)

    def _leave_case(self) -> None:
        """Let the case on the page go, or stop its loading."""
        self.close()
        self.room = None

    def close(self) -> None:
        """Release views and threads."""
        self.loading.cancel()
        if self.room is not None:
            self.room.close()
