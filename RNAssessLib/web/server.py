"""Serve a case on this machine and stop cleanly."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path

from RNAssessLib.assessment import Assessment
from RNAssessLib.panel.session import ReaderSession

from .app import Loader, RNAssessApp

LOOPBACK = "127.0.0.1"


def serve(
    source: Assessment | Loader,
    *,
    port: int = 0,
    host: str = LOOPBACK,
    open_browser: bool = True,
    session: ReaderSession | None = None,
    keep_in: Path | None = None,
    case_file: Path | None = None,
) -> None:
    """Show a case in the browser until interrupted (Ctrl-C).

    Parameters
    ----------
    source : Assessment or callable
        What to show, or ``load(progress) -> Assessment``: then the page opens at once, shows the
        progress and offers to cancel.
    port : int
        0 takes a free one. The address is printed on standard output.
    host : str
        Loopback by default: nobody but this machine can connect.
    open_browser : bool
        Open the page in the system's browser.
    session : ReaderSession, optional
        Decisions made before.
    keep_in : Path, optional
        File that every decision is saved to at once, and taken up from when it is there.
    case_file : Path, optional
        File that edited clinical events are written to on request.
    """
    app = RNAssessApp(source, session=session, keep_in=keep_in, case_file=case_file)

    def announce(**_: object) -> None:
        url = f"http://{host}:{app.server.port}/index.html"
        print(f"RNAssess: {url}  (stop with Ctrl-C)", flush=True)
        if open_browser:  # not trame's way, which prints advice about options that we do not have
            webbrowser.open(url)

    app.server.controller.on_server_ready.add(announce)
    arguments = sys.argv
    sys.argv = arguments[:1]  # trame reads the process's command line; ours is not meant for it
    try:
        app.server.start(
            port=port,
            host=host,
            open_browser=False,
            show_connection_info=False,
            disable_logging=True,
            timeout=0,
        )
    finally:
        sys.argv = arguments
        app.close()
