"""Serve a case on this machine and stop cleanly."""

from __future__ import annotations

import socket
import sys
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import InputError
from RNAssessLib.evidence import Thresholds
from RNAssessLib.panel.role_chooser import RoleChooser
from RNAssessLib.panel.session import ReaderSession
from RNAssessLib.panel.teaching_file import Lesson

from .access import Access, guard, needs_token
from .app import Loader, RNAssessApp
from .chooser_app import ChooserApp
from .own_page import refuse_others
from .role_app import Assess, RoleApp
from .teaching_app import TeachingApp

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
    run(app, port=port, host=host, open_browser=open_browser)


def serve_folder(
    folder: Path,
    thresholds: Thresholds,
    beside: Callable[[Path], Path],
    *,
    port: int = 0,
    open_browser: bool = True,
) -> None:
    """List the cases of a folder and show the one that is chosen, until interrupted.

    Parameters
    ----------
    folder : Path
    thresholds : Thresholds
    beside : callable
        ``beside(case path)`` names the file that keeps the decisions on a case.
    port, open_browser
        As for `serve`. Files of this machine are listed: nobody else may connect.
    """
    app = ChooserApp(folder, thresholds, beside)
    run(app, port=port, host=LOOPBACK, open_browser=open_browser)


def serve_roles(
    chooser: RoleChooser,
    assess: Assess,
    keep_in: Path,
    case_file: Path,
    *,
    port: int = 0,
    open_browser: bool = True,
) -> None:
    """Show what each series of a folder is for, then the case, until interrupted.

    Parameters
    ----------
    chooser : RoleChooser
    assess : callable
        ``assess(case, progress) -> Assessment``.
    keep_in : Path
        File that keeps the decisions.
    case_file : Path
        Where the table is kept.
    port, open_browser
        As for `serve`. Files of this machine are named: nobody else may connect.
    """
    app = RoleApp(chooser, assess, keep_in, case_file)
    run(app, port=port, host=LOOPBACK, open_browser=open_browser)


def serve_teaching(
    lessons: Sequence[Lesson],
    *,
    port: int = 0,
    host: str = LOOPBACK,
    for_class: bool = False,
    open_browser: bool = True,
) -> None:
    """Show cases with hidden answers until interrupted.

    Parameters
    ----------
    lessons : sequence of Lesson
        One is opened at once, several are listed.
    port, host, open_browser
        As for `serve`; a host that others can reach always asks for a token.
    for_class : bool
        Print an address for a class too, which follows the leader's page and changes nothing.
    """
    access = Access.generate() if for_class or needs_token(host) else None
    run(TeachingApp(lessons), port=port, host=host, open_browser=open_browser, access=access)


def run(
    app: RNAssessApp,
    *,
    port: int,
    host: str,
    open_browser: bool,
    access: Access | None = None,
) -> None:
    """Serve an app until interrupted.

    Raises
    ------
    ValueError
        A host that others can reach without `access`.
    InputError
        An address that this machine cannot serve at.
    """
    if access is None and needs_token(host):
        raise ValueError(f"{host} can be reached by others: a token is needed")
    _try_address(host, port)
    refuse_others(app.server, loopback=not needs_token(host))
    if access is not None:
        guard(app.server, access)

    def announce(**_: object) -> None:
        base = f"http://{host}:{app.server.port}"
        url = f"{base}/index.html" if access is None else f"{base}/?token={access.leader_token}"
        print(f"RNAssess: {url}  (stop with Ctrl-C)", flush=True)
        if access is not None:
            print(f"For the class, read-only: {base}/?token={access.viewer_token}", flush=True)
            print("Not encrypted: use it in a network that you trust.", flush=True)
        if open_browser:  # not trame's way, which prints advice about options that we do not have
            webbrowser.open(url)

    app.server.controller.on_server_ready.add(announce)
    arguments = sys.argv
    # trame reads the process's command line; ours is not meant for it. Pictures are JPEG already:
    # deflating them again takes longer than drawing them.
    sys.argv = [*arguments[:1], "--no-ws-compress"]
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


def _try_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{host}:{port}", f"cannot serve there: {reason.lower()}") from None
