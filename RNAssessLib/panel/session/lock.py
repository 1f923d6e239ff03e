"""Which process keeps a case's decisions: a small file beside them, so that two notice."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from .process_identity import own_host, own_space, start_of

SCHEMA_ID = "rnassess/lock/1"
MODE = 0o600


@dataclass(frozen=True)
class Holder:
    """The process that a lock names.

    Attributes
    ----------
    host : str
        Name of its machine.
    process : int
        Its number there.
    space : str
        What tells processes of a machine from those of a container on it.
    started : str
        When the process was started, in the system's own words.
    since : str
        ISO time at which it opened the case.
    program : str
        ``the browser panel`` or ``3D Slicer``.
    key : str
        Drawn anew for every lock.
    """

    host: str
    process: int
    space: str
    started: str
    since: str
    program: str
    key: str

    @classmethod
    def of_this_process(cls, program: str) -> Holder:
        """Describe the process that runs this."""
        number = os.getpid()
        since = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(own_host(), number, own_space(), start_of(number), since, program,
                   secrets.token_hex(8))  # fmt: skip

    @property
    def is_here(self) -> bool:
        """Whether its process can be looked up on this machine."""
        return self.host == own_host() and self.space == own_space()

    @property
    def is_gone(self) -> bool:
        """Whether its process is known to have ended; of another machine that is not known."""
        return self.is_here and start_of(self.process) != self.started

    def is_of(self, other: Holder) -> bool:
        """Whether it is the same process."""
        mine, theirs = ((h.host, h.space, h.process, h.started) for h in (self, other))
        return mine == theirs

    @property
    def words(self) -> str:
        """Who it is: ``the browser panel (process 12)``, with the machine when it is another."""
        where = "" if self.is_here else f" on {self.host}"
        return f"{self.program} (process {self.process}{where})"

    @property
    def since_words(self) -> str:
        """When it opened the case, in this machine's time."""
        return datetime.fromisoformat(self.since).astimezone().strftime("%d %b %Y, %H:%M")


def lock_path(session: Path) -> Path:
    """Where the lock of a session's file lies.

    Examples
    --------
    >>> lock_path(Path("p/case.session.json")).as_posix()
    'p/case.session.lock'
    """
    return session.with_name(session.name.removesuffix(".json") + ".lock")


def read_holder(path: Path) -> Holder | None:
    """Return whom a lock names; None when there is none, or nothing that can be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("schema") != SCHEMA_ID:
            return None
        datetime.fromisoformat(data["since"])
        return Holder(**data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


class SessionLock:
    """The lock of one session's file, as this process sees it.

    Parameters
    ----------
    session : Path
        The file whose writing it stands for.
    program : str
        What this process is called in the other one's sentence.

    Attributes
    ----------
    own : Holder
    """

    def __init__(self, session: Path, program: str) -> None:
        self.path = lock_path(session)
        self.own = Holder.of_this_process(program)

    def take(self) -> Holder | None:
        """Take the lock; returns who holds it when that is another process that may still run.

        Raises
        ------
        OSError
            When no file can be made there.
        """
        if self._create():
            return None
        holder = read_holder(self.path)
        if holder is not None and not holder.is_gone and holder.key != self.own.key:
            return holder
        self.take_over()  # left behind by a process that ended without a word, or unreadable
        return self.other()

    def take_over(self) -> None:
        """Put this process in the lock, whoever holds it; that one notices.

        Raises
        ------
        OSError
            When the file cannot be replaced.
        """
        part = self.path.with_name(f"{self.path.name}.{self.own.key}")
        try:
            self._write(part)
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)

    def other(self) -> Holder | None:
        """Return the holder when it is not this process; None, too, when there is no lock."""
        holder = read_holder(self.path)
        return None if holder is None or holder.key == self.own.key else holder

    def is_own(self) -> bool:
        """Whether this process holds the lock now."""
        holder = read_holder(self.path)
        return holder is not None and holder.key == self.own.key

    def release(self) -> None:
        """Take the lock away, where it is this process's."""
        if self.is_own():
            with suppress(OSError):
                self.path.unlink()

    def _create(self) -> bool:
        try:
            self._write(self.path)
        except FileExistsError:
            return False
        return True

    def _write(self, path: Path) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps({"schema": SCHEMA_ID, **asdict(self.own)}) + "\n")
