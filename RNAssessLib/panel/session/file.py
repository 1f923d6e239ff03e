"""Reader sessions on disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from RNAssessLib.case import InputError
from RNAssessLib.storage import read_kept, write_kept

from .session import ReaderSession


def read_session(path: Path) -> ReaderSession:
    """Read a saved session, or its backup; raises InputError where there is no good one."""
    kept = read_kept(path, ReaderSession.from_json)
    if kept is None:
        raise InputError(path, "is not there")
    return replace(kept.value, notice=kept.notice)


def open_session(path: Path, case_id: str, *, to_write: bool = False) -> ReaderSession:
    """Take up the decisions kept in a file, or start a session when there is none yet.

    When the file is damaged or gone its backup is taken up, and `ReaderSession.notice` says so.

    Parameters
    ----------
    path : Path
    case_id : str
    to_write : bool
        Answers will be saved there: a damaged file is set aside, so that it is kept.

    Raises
    ------
    InputError
        The file is damaged and has no good backup, comes from a newer version, or belongs to
        another case: it would be overwritten.
    """
    kept = read_kept(path, ReaderSession.from_json, to_write=to_write)
    if kept is None:
        return ReaderSession(case_id=case_id)
    session = kept.value
    if session.case_id and session.case_id != case_id:
        raise InputError(path, f"holds the decisions of case {session.case_id!r}, not {case_id!r}")
    return replace(session.for_case(case_id), notice=kept.notice)


def write_session(session: ReaderSession, path: Path) -> None:
    """Save a session whole; the last good one stays beside it as ``.bak``.

    Raises
    ------
    OSError
        It could not be saved; the file is as it was.
    NewerVersionError
        A newer version of RNAssess wrote the file meanwhile.
    """
    write_kept(path, session.to_json() + "\n", ReaderSession.from_json)


def restore_session(text: str, case_id: str) -> ReaderSession:
    """Take up decisions that were kept for the same case, else start afresh.

    Parameters
    ----------
    text : str
        What `ReaderSession.to_json` gave; anything else (empty, another version, another case)
        starts a new session.
    case_id : str

    Examples
    --------
    >>> kept = ReaderSession(case_id="a").set_threshold("bed.alpha_beta_tumour", 12.0)
    >>> restore_session(kept.to_json(), "a") == kept, restore_session(kept.to_json(), "b").records
    (True, ())
    """
    try:
        return ReaderSession.from_json(text).for_case(case_id)
    except ValueError:
        return ReaderSession(case_id=case_id)


def beside(case: Path, what: str = "session") -> Path:
    """Where decisions on a case, or answers to it, are kept: beside it, never among its images.

    Examples
    --------
    >>> beside(Path("p/case.toml")).as_posix(), beside(Path("p/study")).as_posix()
    ('p/case.session.json', 'p/study.session.json')
    """
    case = case.resolve() if case.name in ("", "..") else case
    return case.with_name(f"{case.stem if case.suffix == '.toml' else case.name}.{what}.json")


def newest_session(texts: Iterable[str], case_id: str) -> ReaderSession:
    """Of several that were kept for one case, take up the one that was worked on last.

    Parameters
    ----------
    texts : iterable of str
        As for `restore_session`; what does not belong to the case is left out.
    case_id : str

    Examples
    --------
    >>> kept = ReaderSession(case_id="a").set_threshold("bed.alpha_beta_tumour", 12.0)
    >>> newest_session(["", kept.to_json(), "{}"], "a") == kept
    True
    """
    sessions = [restore_session(text, case_id) for text in texts]
    empty = ReaderSession(case_id=case_id)
    return max(sessions, key=lambda s: s.records[-1].at if s.records else "", default=empty)
