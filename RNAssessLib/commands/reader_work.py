"""The reader's session that lies beside a case, for the commands that write files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from RNAssessLib.case import InputError, counted
from RNAssessLib.panel.session.file import beside, open_session
from RNAssessLib.panel.session.session import EventsChange, ReaderSession


def add_session_options(command: argparse.ArgumentParser) -> None:
    """Add ``--session F`` and ``--computed-only``."""
    chosen = command.add_mutually_exclusive_group()
    chosen.add_argument(
        "--session", metavar="F", help="the reader's work, from view (default: beside the case)"
    )
    chosen.add_argument("--computed-only", action="store_true", help="leave the reader's work out")


def take_session(args: argparse.Namespace, case_id: str) -> ReaderSession:
    """Read what the reader did to a case; an empty session where there is nothing.

    Parameters
    ----------
    args : Namespace
        ``case``, ``session`` and ``computed_only``.
    case_id : str

    Raises
    ------
    InputError
        The file is no session, belongs to another case, or was named and is not there.
    """
    if args.computed_only:
        return ReaderSession(case_id=case_id)
    path = Path(args.session) if args.session else beside(Path(args.case))
    if args.session and not path.exists():
        raise InputError(path, "there is no such session file")
    session = open_session(path, case_id)
    if session.notice:
        print(f"note: {session.notice}", file=sys.stderr)
    if session.records:
        print(f"reader's work taken from {path}: {_count(session)}", file=sys.stderr)
    return session


def _count(session: ReaderSession) -> str:
    from RNAssessLib.panel.session.reader_work import held_decisions  # a second to load

    parts = (
        (len(held_decisions(session)), "decision"),
        (len(session.measurements), "measurement"),
        (len({(m.timepoint, m.lesion) for m in session.mask_changes}), "corrected outline"),
        (len(session.changed_thresholds), "threshold"),
    )
    told = [counted(number, word) for number, word in parts if number]
    if any(isinstance(record, EventsChange) for record in session.records):
        told.append("edited events")
    return ", ".join(told) or "nothing that holds"
