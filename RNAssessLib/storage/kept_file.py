"""A file with its last good version beside it: damaged or gone, the backup is taken up."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

from RNAssessLib.case import InputError

from .leftovers import clear_leftovers
from .whole_file import HIDDEN, place_of, sync_folder, write_whole, written

T = TypeVar("T")
BACKUP, DAMAGED = ".bak", ".damaged-"


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


def backup_of(path: Path) -> Path:
    """Where the last good version of a file is kept."""
    return path.with_name(path.name + BACKUP)


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
    path = place_of(path)
    with written(path, data) as part:
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
    sync_folder(path.parent)


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
    sync_folder(path.parent)
    return place


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
