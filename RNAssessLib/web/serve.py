"""Start the browser app on this machine only."""

from __future__ import annotations

import socket
import sys
import webbrowser

from RNAssessLib.assessment import Assessment

LOOPBACK = "127.0.0.1"


def free_port(host: str = LOOPBACK) -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def serve(
    assessment: Assessment,
    *,
    port: int = 0,
    host: str = LOOPBACK,
    open_browser: bool = True,
) -> None:
    """Serve an assessment until interrupted (Ctrl-C).

    Parameters
    ----------
    assessment : Assessment
    port : int
        0 takes a free one.
    host : str
        Loopback by default; patient data stays on this machine.
    open_browser : bool
        Open the user's browser at the address, which is printed in any case.
    """
    from .app import RNAssessApp

    port = port or free_port(host)
    app = RNAssessApp(assessment)
    address = f"http://{host}:{port}/"

    @app.server.controller.add("on_server_ready")  # type: ignore[untyped-decorator]
    def announce(**_: object) -> None:
        print(f"RNAssess serves at {address} (Ctrl-C stops it)", file=sys.stderr, flush=True)
        if open_browser:
            webbrowser.open(address)

    app.server.start(
        host=host,
        port=port,
        open_browser=False,
        show_connection_info=False,
        timeout=0,
    )
