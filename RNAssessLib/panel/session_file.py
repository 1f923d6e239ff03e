"""Reader sessions on disk."""

from __future__ import annotations

from pathlib import Path

from RNAssessLib.case import InputError

from .session import ReaderSession


def read_session(path: Path) -> ReaderSession:
    """Read a saved session; raises InputError for a file that is not one."""
    try:
        return ReaderSession.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(path, str(error)) from None


def write_session(session: ReaderSession, path: Path) -> None:
    """Save a session whole: a file beside it is replaced in one step, never half-written."""
    part = path.with_name(path.name + ".part")
    part.write_text(session.to_json() + "\n", encoding="utf-8")
    part.replace(path)
