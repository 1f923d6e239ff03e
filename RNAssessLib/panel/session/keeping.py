"""A session's file as one process keeps it: who may write, and whether it changed meanwhile."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from pathlib import Path

from RNAssessLib.case import InputError

from .file import open_session, write_session
from .keeping_words import OTHER_ENDED, say_changed, say_second, say_taken
from .lock import SessionLock
from .session import ReaderSession

NO_STAMP = (0, 0, 0)
WAIT_S = 1.0  # for another process that writes just now


class Standing(Enum):
    """What this process may do with the file; the value is the page's word."""

    OWN = "own"
    READ_ONLY = "read_only"  # another process had it first
    LOST = "lost"  # another process took it over
    CHANGED = "changed"  # something else wrote it


class NotKeptError(Exception):
    """Nothing was written; the text is one sentence for the reader."""


def merge_sessions(theirs: ReaderSession, ours: ReaderSession) -> ReaderSession:
    """Union of two sessions of one case: what the file holds, then what only this process holds.

    Of two answers to one item the one made here holds, since the reader chose to keep both here;
    the other stays in the record before it.

    Parameters
    ----------
    theirs : ReaderSession
        From the file.
    ours : ReaderSession

    Examples
    --------
    >>> a = ReaderSession(case_id="c").set_threshold("bed.alpha_beta_tumour", 12.0)
    >>> b = ReaderSession(case_id="c").set_threshold("bed.alpha_beta_tumour", 8.0)
    >>> [r.value for r in merge_sessions(a, b).records], merge_sessions(a, a) == a
    ([12.0, 8.0], True)
    """
    new = tuple(record for record in ours.records if record not in theirs.records)
    return replace(theirs, records=(*theirs.records, *new), undone=ours.undone)


class Keeping:
    """The file of a session, its lock, and what this process last read or wrote there.

    Parameters
    ----------
    path : Path
    program : str
        What this process is called in the other one's sentence.

    Attributes
    ----------
    standing : Standing
    sentence : str
        What the reader has to know about it; empty when there is nothing.
    """

    def __init__(self, path: Path, program: str) -> None:
        self.path = path
        self.standing = Standing.OWN
        self.sentence = ""
        self._lock = SessionLock(path, program)
        self._seen, self._stamp = "", NO_STAMP
        self._ended = False

    # --- opening and closing ----------------------------------------------------------------------

    def open(self, case_id: str) -> ReaderSession:
        """Take the lock, or come second and read only; returns what the file holds.

        Raises
        ------
        InputError
            As `open_session`; the lock is let go.
        """
        try:
            holder = self._lock.take()
        except OSError:
            holder = None  # a folder that cannot be written: the first answer says so
        try:
            session = self.read(case_id, to_write=holder is None)
        except InputError:
            self.close()
            raise
        if holder is not None:
            self._set(Standing.READ_ONLY, say_second(holder))
        return session

    def close(self) -> None:
        """Let the lock go."""
        self._ended = True
        self._lock.release()

    def read(self, case_id: str, *, to_write: bool = False) -> ReaderSession:
        """Read the file again; what it holds now is what a later write may replace.

        Parameters
        ----------
        case_id : str
        to_write : bool
            As `open_session`.

        Raises
        ------
        InputError
            As `open_session`.
        """
        stamp, seen = stamp_of(self.path), digest_of(self.path)
        session = open_session(self.path, case_id, to_write=to_write)
        self._stamp, self._seen = stamp, seen
        return session

    # --- writing ----------------------------------------------------------------------------------

    def refusal(self) -> str:
        """Return why nothing may be recorded now, in one sentence; empty when it may."""
        self.look()
        return "" if self.standing is Standing.OWN else self.sentence

    def write(self, session: ReaderSession) -> None:
        """Save a session, unless another process keeps the file or changed it.

        Raises
        ------
        NotKeptError
            Nothing was written.
        OSError
            The file cannot be written.
        """
        with alone_in(self.path.parent):
            refused = self.refusal()
            if refused:
                raise NotKeptError(refused)
            write_session(session, self.path)
            self._stamp, self._seen = stamp_of(self.path), digest_of(self.path)

    def has_changed(self) -> bool:
        """Whether something else wrote the file since this process read or wrote it."""
        stamp = stamp_of(self.path)
        if stamp in (self._stamp, NO_STAMP):
            return False
        if digest_of(self.path) != self._seen:
            return True
        self._stamp = stamp  # the same bytes written again
        return False

    # --- two processes ----------------------------------------------------------------------------

    def look(self) -> bool:
        """Look at lock and file; returns whether `standing` or `sentence` changed."""
        before = (self.standing, self.sentence)
        if self._ended:
            return False
        holder = self._lock.other()
        if self.standing is Standing.OWN and holder is not None:
            self._set(Standing.LOST, say_taken(holder))
        elif self.standing is Standing.OWN and self.has_changed():
            self._set(Standing.CHANGED, say_changed(self.path))
        elif self.standing in (Standing.READ_ONLY, Standing.LOST) and (
            holder is None or holder.is_gone
        ):
            self._set(self.standing, OTHER_ENDED)
        return (self.standing, self.sentence) != before

    def take_over(self, case_id: str) -> ReaderSession:
        """Keep the file from now on; returns what the one before left in it.

        Raises
        ------
        InputError
            The lock or the file cannot be had.
        """
        try:
            self._lock.take_over()
        except OSError as error:
            raise InputError(self.path, f"cannot be taken over: {error.strerror}") from None
        session = self.read(case_id, to_write=True)
        self._set(Standing.OWN, "")
        return session

    def keep_both(self, ours: ReaderSession) -> ReaderSession:
        """After a change from outside: put this process's records behind those of the file.

        Raises
        ------
        InputError
            The file cannot be read.
        """
        return merge_sessions(self.take_over(ours.case_id), ours)

    def _set(self, standing: Standing, sentence: str) -> None:
        self.standing, self.sentence = standing, sentence


def stamp_of(path: Path) -> tuple[int, int, int]:
    """What changes with every writing of a file, without reading it; zeros when there is none."""
    try:
        found = path.stat()
    except OSError:
        return NO_STAMP
    return found.st_mtime_ns, found.st_size, found.st_ino


def digest_of(path: Path) -> str:
    """Digest of a file's bytes; empty when there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes of this machine from writing sessions of a folder meanwhile.

    What a process has seen of a file just before it writes then still holds when it writes. Where
    folders cannot be locked (Windows, some network drives) only the moment between is unguarded.
    """
    handle = _hold(folder)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _hold(folder: Path) -> int | None:
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    end = time.monotonic() + WAIT_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if time.monotonic() > end:
                break
            time.sleep(0.01)
        except OSError:
            break
    os.close(handle)
    return None
