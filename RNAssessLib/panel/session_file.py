"""Reader sessions on disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from RNAssessLib.case import InputError

from .session import ReaderSession


def read_session(path: Path) -> ReaderSession:
    """Read a saved session; raises InputError for a file that is not one."""
    try:
        return ReaderSession.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(path, str(error)) from None


def open_session(path: Path, case_id: str) -> ReaderSession:
    """Take up the decisions kept in a file, or start a session when there is none yet.

    Raises
    ------
    InputError
        The file is no session, or one of another case: it would be overwritten.
    """
    if not path.exists():
        return ReaderSession(case_id=case_id)
    kept = read_session(path)
    if kept.case_id and kept.case_id != case_id:
        raise InputError(path, f"holds the decisions of case {kept.case_id!r}, not {case_id!r}")
    return kept.for_case(case_id)


def write_session(session: ReaderSession, path: Path) -> None:
    """Save a session whole: a file beside it is replaced in one step, never half-written."""
    part = path.with_name(path.name + ".part")
    part.write_text(session.to_json() + "\n", encoding="utf-8")
    part.replace(path)


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
