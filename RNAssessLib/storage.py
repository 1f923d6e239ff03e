"""Files that must never be lost: written whole, with the last good one kept beside them.

A file is written under a hidden name in its own folder, forced to the disk, and takes the place of
the former one in a single step (POSIX ``rename``), so that a kill, a full disk or a power cut at
any moment leaves the former file or the new one, never a part of either. Python's own documentation
promises this of `os.replace`; that the bytes are on the disk before it is what `os.fsync` adds.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

from RNAssessLib.case import InputError

T = TypeVar("T")
BACKUP, DAMAGED = ".bak", ".damaged-"
HIDDEN = ".rnassess-"  # what a killed run may leave behind begins with it
LEFT_BEHIND_S = 86400.0  # older ones belong to nobody any more
UNFINISHED = "UNFINISHED.txt"
UNFINISHED_TEXT = (
    "RNAssess was stopped while it replaced the files of this folder: some are of this run, some "
    "of the one before.\nRun the same command again; this file then goes away.\n"
)
REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EFBIG: "the disk takes no file that large",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.ENOENT: "its folder is gone",
    errno.EIO: "the disk does not answer",
}


class NewerVersionError(ValueError):
    """A file of a later version of RNAssess: not damaged, but not to be read or replaced here."""


@dataclass(frozen=True)
class Kept(Generic[T]):
    """What a file held.

    Attributes
    ----------
    value : T
    notice : str
        A sentence for the reader when it came from the backup, else empty.
    """

    value: T
    notice: str = ""


def why_not_written(error: OSError) -> str:
    """Say in plain words why a file could not be written.

    Examples
    --------
    >>> why_not_written(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full'
    """
    known = REASONS.get(error.errno or 0)
    return known or error.strerror or str(error)


def backup_of(path: Path) -> Path:
    """Where the last good version of a file is kept."""
    return path.with_name(path.name + BACKUP)


def write_whole(path: Path, data: str | bytes) -> None:
    """Write a file in one step; raises OSError, and then what was there before is still there.

    Parameters
    ----------
    path : Path
        A link is followed: what it names is replaced, not the link.
    data : str or bytes
        Text is written as UTF-8.
    """
    path = _place_of(path)
    with _written(path, data) as part:
        os.replace(part, path)  # noqa: PTH105 - atomic on one file system
    _sync_folder(path.parent)


def write_kept(path: Path, data: str | bytes, check: Callable[[str], object]) -> None:
    """Write a file in one step, after the former one has become its backup.

    Parameters
    ----------
    path : Path
    data : str or bytes
    check : callable
        Raises ValueError for text that is no such file. A damaged former file is set aside, and
        its backup stays as it is.

    Raises
    ------
    OSError
        It cannot be written; what was there before is still there.
    NewerVersionError
        A later version of RNAssess wrote what is there.
    """
    path = _place_of(path)
    with _written(path, data) as part:
        if path.exists():
            try:
                check(path.read_text(encoding="utf-8"))
            except NewerVersionError:
                raise
            except ValueError:
                set_aside(path)
            else:
                _back_up(path)
        os.replace(part, path)  # noqa: PTH105 - atomic on one file system
    _sync_folder(path.parent)


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Yield a hidden place of the same ending that another writer fills; it then becomes `path`.

    Raises
    ------
    OSError
        It was not written; `path` is as it was.
    """
    path = _place_of(path)
    name = f"{HIDDEN}{os.getpid()}-{secrets.token_hex(4)}{''.join(path.suffixes[-2:])}"
    part = path.with_name(name)
    try:
        yield part
        _sync(part)
        os.replace(part, path)  # noqa: PTH105 - atomic on one file system
        _sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def read_kept(path: Path, parse: Callable[[str], T], *, to_write: bool = False) -> Kept[T] | None:
    """Read a file, or its backup when the file is damaged or gone; None when there is neither.

    Parameters
    ----------
    path : Path
    parse : callable
        Gives what the text holds; raises ValueError when it is damaged.
    to_write : bool
        The file will be written: a damaged one is renamed first, so that it is kept.

    Raises
    ------
    InputError
        The file cannot be read, comes from a later version, or is damaged without a good backup.
    """
    damage, aside = "", ""
    try:
        found = _parse_file(path, parse)
    except ValueError as error:
        damage = str(error) or "it cannot be read"
        if to_write:
            clear_leftovers(path.parent)
            with contextlib.suppress(OSError):  # a folder that is read-only: it stays where it is
                aside = set_aside(path).name
    else:
        if found is not None:
            return Kept(found)
    kept = backup_of(path)
    try:
        held = _parse_file(kept, parse)
    except ValueError as error:
        held, damage = None, f"{damage or 'it is gone'}; {kept.name} is damaged too: {error}"
    moved = f"; it was set aside as {aside}" if aside else ""
    if held is not None:
        what = f"is damaged ({damage}){moved}" if damage else "is gone"
        day = datetime.fromtimestamp(kept.stat().st_mtime).strftime("%Y-%m-%d %H:%M")
        return Kept(held, f"{path.name} {what}: its backup {kept.name} of {day} was taken up. "
                    "Look whether the last answers are all there.")  # fmt: skip
    if damage:
        hint = "open it again" if aside else "move it away"
        raise InputError(path, f"is damaged ({damage}) and no good backup is beside it{moved}; "
                         f"{hint} to start without it")  # fmt: skip
    return None


def set_aside(path: Path) -> Path:
    """Rename a damaged file so that nothing overwrites it; returns its new place."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    place, number = path.with_name(f"{path.name}{DAMAGED}{stamp}"), 1
    while place.exists():
        number += 1
        place = path.with_name(f"{path.name}{DAMAGED}{stamp}-{number}")
    path.rename(place)
    _sync_folder(path.parent)
    return place


def check_folder(out: Path) -> None:
    """Refuse a place that no folder can be written to, before long work; raises InputError."""
    if out.exists() and not out.is_dir():
        raise InputError(out, "is a file, a folder is needed")
    there = next((p for p in (out, *out.absolute().parents) if p.exists()), out)
    if not there.is_dir():
        raise InputError(out, f"cannot be written: {there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(out, "cannot be written: you may not write there")


@contextlib.contextmanager
def whole_folder(out: Path, *, durable: bool = True) -> Iterator[Path]:
    """Yield a hidden folder to write into; when the block ends its files stand in `out`.

    A folder that is missing or empty appears with all its files at once, readable by its owner
    alone. In one that holds files already they are replaced one after the other; a kill in these
    moments leaves a note, `UNFINISHED`, beside them.

    Parameters
    ----------
    out : Path
    durable : bool
        Force the files to the disk first; not worth its time for what can be made again.

    Raises
    ------
    InputError
        It cannot be written; files of an earlier run are then as they were.
    """
    try:
        fresh = not out.exists() or not any(out.iterdir())
        (out.parent if fresh else out).mkdir(mode=0o700, parents=True, exist_ok=True)
        home = out.parent if fresh else out
        clear_leftovers(home)
        stage = Path(tempfile.mkdtemp(prefix=HIDDEN, dir=home))
    except OSError as error:
        raise InputError(out, f"cannot be written: {why_not_written(error)}") from None
    try:
        yield stage
        for place in sorted(stage.rglob("*")):
            place.chmod(0o700 if place.is_dir() else 0o600)  # about a patient
            if durable and place.is_file():
                _sync(place)
        if fresh:
            if out.exists():
                stage.chmod(stat.S_IMODE(out.stat().st_mode))
                out.rmdir()
            stage.rename(out)
        else:
            _move_files(stage, out)
        _sync_folder(home)
    except OSError as error:
        raise InputError(out, f"cannot be written: {why_not_written(error)}") from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def clear_leftovers(folder: Path) -> None:
    """Remove what killed runs left in a folder more than a day ago."""
    with contextlib.suppress(OSError):
        for left in folder.glob(f"{HIDDEN}*"):
            with contextlib.suppress(OSError):
                if time.time() - left.lstat().st_mtime < LEFT_BEHIND_S:
                    continue
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink()


def _move_files(stage: Path, out: Path) -> None:
    note = out / UNFINISHED
    note.write_text(UNFINISHED_TEXT, encoding="utf-8")
    for made in sorted(stage.iterdir()):
        os.replace(made, out / made.name)  # noqa: PTH105 - atomic on one file system
    _sync_folder(out)
    note.unlink()


def _place_of(path: Path) -> Path:
    """Where a file really lies; raises OSError for a place that takes no file."""
    place = Path(os.path.realpath(path))
    if place.exists():
        if not place.is_file():
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        if not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
    return place


@contextlib.contextmanager
def _written(path: Path, data: str | bytes) -> Iterator[Path]:
    """Yield a file beside `path` that holds `data` and is on the disk."""
    part = path.with_name(f"{HIDDEN}{os.getpid()}-{secrets.token_hex(4)}.part")
    content = data.encode() if isinstance(data, str) else data
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:  # noqa: PTH123
            if path.exists():
                with contextlib.suppress(OSError):
                    part.chmod(stat.S_IMODE(path.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield part
    finally:
        part.unlink(missing_ok=True)


def _back_up(path: Path) -> None:
    """Make a good file its own backup: a second name, which needs no room on the disk."""
    kept = backup_of(path)
    name = path.with_name(f"{HIDDEN}{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        os.link(path, name)
        os.replace(name, kept)  # noqa: PTH105 - atomic on one file system
    except OSError:  # a file system without second names
        write_whole(kept, path.read_bytes())
    finally:
        name.unlink(missing_ok=True)  # stays when both are one file already: a kill between steps


def _parse_file(path: Path, parse: Callable[[str], T]) -> T | None:
    """What a file holds, None when it is not there; raises ValueError when it is damaged."""
    try:
        if not path.exists():
            return None
        if not path.is_file():
            raise InputError(path, "is no regular file")
        text = path.read_text(encoding="utf-8")
        return parse(text)
    except NewerVersionError as error:
        raise InputError(path, str(error)) from None
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from None


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk, where the system can."""
    with contextlib.suppress(OSError):  # Windows, some network disks
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
