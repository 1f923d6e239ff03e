"""Serve a case on this machine and stop cleanly."""

from __future__ import annotations

import socket
import sys
import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from RNAssessLib.case import InputError
from RNAssessLib.evidence import Thresholds

from .access import Access, guard, needs_token
from .app import Loader, RNAssessApp
from .front_door import open_door
from .open_browser import open_privately
from .own_page import refuse_others

# The page of one case is served before what the other pages need is loaded.
if TYPE_CHECKING:
    from trame_server import Server

    from RNAssessLib.assessment import Assessment
    from RNAssessLib.panel.opening.role_chooser import RoleChooser
    from RNAssessLib.panel.session.session import ReaderSession
    from RNAssessLib.panel.teaching.classroom import Classroom
    from RNAssessLib.panel.teaching.file import Lesson

    from ..opening.role_app import Assess

LOOPBACK = "127.0.0.1"
UNGUARDED = "Without a token: every user of this machine can open this page."


class Alone(TypedDict, total=False):
    """How a page is served to this machine alone; nothing of it has to be given.

    Attributes
    ----------
    port : int
        0 (default) takes a free one. The address is printed on standard output.
    open_browser : bool
        Open the page in the system's browser (default).
    token : bool
        Ask every page for the token that is printed and that the browser is opened with (default):
        loopback is shared by all users of a machine.
    """

    port: int
    open_browser: bool
    token: bool


class Serving(Alone, total=False):
    """The same with a host: loopback by default; one that others can reach needs its token."""

    host: str


def serve(
    source: Assessment | Loader,
    *,
    session: ReaderSession | None = None,
    keep_in: Path | None = None,
    case_file: Path | None = None,
    **how: Unpack[Serving],
) -> None:
    """Show a case in the browser until interrupted (Ctrl-C).

    Parameters
    ----------
    source : Assessment or callable
        What to show, or ``load(progress) -> Assessment``: then the page opens at once, shows the
        progress and offers to cancel.
    session : ReaderSession, optional
        Decisions made before.
    keep_in : Path, optional
        File that every decision is saved to at once, and taken up from when it is there.
    case_file : Path, optional
        File that edited clinical events are written to on request.
    """
    run(RNAssessApp(source, session=session, keep_in=keep_in, case_file=case_file), **how)


def serve_folder(
    folder: Path, thresholds: Thresholds, beside: Callable[[Path], Path], **how: Unpack[Alone]
) -> None:
    """List the cases of a folder and show the one that is chosen; as `ChooserApp`.

    Files of this machine are listed: nobody else may connect.
    """
    from ..opening.chooser_app import ChooserApp

    run(ChooserApp(folder, thresholds, beside), **how)


def serve_roles(
    chooser: RoleChooser, assess: Assess, keep_in: Path, case_file: Path, **how: Unpack[Alone]
) -> None:
    """Show what each series of a folder is for, then the case; as `RoleApp`.

    Files of this machine are named: nobody else may connect.
    """
    from ..opening.role_app import RoleApp

    run(RoleApp(chooser, assess, keep_in, case_file), **how)


def serve_teaching(
    lessons: Sequence[Lesson],
    *,
    for_class: bool = False,
    learners: int = 0,
    **how: Unpack[Serving],
) -> None:
    """Show cases with hidden answers until interrupted.

    Parameters
    ----------
    lessons : sequence of Lesson
        One is opened at once, several are listed.
    for_class : bool
        Print an address for a class too, which follows the leader's page and changes nothing.
    learners : int
        Print that many addresses more, each of one learner's own sheet of answers.
    """
    from RNAssessLib.panel.teaching.classroom import Classroom

    from ..teaching.app import TeachingApp

    classroom = Classroom(learners) if learners else None
    app = TeachingApp(lessons, classroom=classroom)
    reached = needs_token(how.get("host", LOOPBACK))
    run(app, for_class=for_class or reached, classroom=classroom, **how)


def run(
    app: RNAssessApp,
    *,
    for_class: bool = False,
    classroom: Classroom | None = None,
    **how: Unpack[Serving],
) -> None:
    """Serve an app until interrupted.

    Raises
    ------
    ValueError
        A host that others can reach, or a class, without a token.
    InputError
        An address that this machine cannot serve at.
    """
    host, port = how.get("host", LOOPBACK), how.get("port", 0)
    guarded = how.get("token", True)
    if not guarded and (for_class or classroom is not None or needs_token(host)):
        raise ValueError(f"{host} can be reached by others: a token is needed")
    _try_address(host, port)
    clean_up: list[Callable[[], None]] = []

    def forget_opening() -> None:
        while clean_up:
            clean_up.pop()()

    learners = len(classroom.learners) if classroom is not None else 0
    access = replace(Access.generate(learners), on_exchange=forget_opening) if guarded else None
    _let_in(app.server, host, access, classroom)

    def announce(**_: object) -> None:
        base = f"http://{host}:{app.server.port}"
        url = f"{base}/index.html" if access is None else f"{base}/?token={access.leader_token}"
        print(f"RNAssess: {url}  (stop with Ctrl-C)", flush=True)
        if access is None:
            print(UNGUARDED, flush=True)
        for line in _class_lines(base, access, for_class):
            print(line, flush=True)
        if not how.get("open_browser", True):
            return
        if access is None:  # trame's way prints advice that is not ours
            webbrowser.open(url)
        else:
            clean_up.append(open_privately(url))

    app.server.controller.on_server_ready.add(announce)
    try:
        _start(app.server, host, port)
    finally:
        forget_opening()
        app.close()


def _let_in(server: Server, host: str, access: Access | None, classroom: Classroom | None) -> None:
    """Let in whoever may come, to the pages that there are."""
    refuse_others(server, loopback=not needs_token(host))
    if access is not None:
        guard(server, access)
    if access is not None and classroom is not None:
        from ..teaching.class_pages import open_class

        open_class(server, classroom, access)
    open_door(server)


def _start(server: Server, host: str, port: int) -> None:
    """Serve until interrupted, without trame's own words."""
    arguments = sys.argv
    # trame reads the process's command line; ours is not meant for it. Pictures are JPEG already:
    # deflating them again takes longer than drawing them.
    sys.argv = [*arguments[:1], "--no-ws-compress"]
    try:
        server.start(
            port=port, host=host, open_browser=False, show_connection_info=False,
            disable_logging=True, timeout=0,
        )  # fmt: skip
    finally:
        sys.argv = arguments


def _class_lines(base: str, access: Access | None, for_class: bool) -> list[str]:
    """Addresses for a class; none are told where nobody else is let in."""
    if access is None or not (for_class or access.learner_tokens):
        return []
    lines = [f"For the class, read-only: {base}/?token={access.viewer_token}"] if for_class else []
    for number, own in enumerate(access.learner_tokens, start=1):
        lines.append(f"Learner {number}: {base}/?token={own}")
    if access.learner_tokens:
        lines.append(f"All sheets, for you alone: {base}/class (after the address above)")
    return [*lines, "Not encrypted: use it in a network that you trust."]


def _try_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{host}:{port}", f"cannot serve there: {reason.lower()}") from None
