"""A file written in one step: a kill at any moment leaves the former one or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

HIDDEN = ".rnassess-"  # what a killed run may leave behind begins with it
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


def why_not_written(error: OSError) -> str:
    """Say in plain words why a file could not be written.

    Examples
    --------
    >>> why_not_written(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full'
    """
    known = REASONS.get(error.errno or 0)
    return known or error.strerror or str(error)


def write_whole(path: Path, data: str | bytes) -> None:
    """Write a file in one step; raises OSError, and then what was there before is still there.

    Parameters
    ----------
    path : Path
        A link is followed: what it names is replaced, not the link.
    data : str or bytes
        Text is written as UTF-8.
    """
    path = place_of(path)
    with written(path, data) as part:
        os.replace(part, path)  # noqa: PTH105 - atomic on one file system
    sync_folder(path.parent)


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Yield a hidden place of the same ending that another writer fills; it then becomes `path`.

    Raises
    ------
    OSError
        It was not written; `path` is as it was.
    """
    path = place_of(path)
    name = f"{HIDDEN}{os.getpid()}-{secrets.token_hex(4)}{''.join(path.suffixes[-2:])}"
    part = path.with_name(name)
    try:
        yield part
        sync(part)
        os.replace(part, path)  # noqa: PTH105 - atomic on one file system
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def place_of(path: Path) -> Path:
    """Where a file really lies; raises OSError for a place that takes no file."""
    place = Path(os.path.realpath(path))
    if place.exists():
        if not place.is_file():
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        if not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
    return place


@contextlib.contextmanager
def written(path: Path, data: str | bytes) -> Iterator[Path]:
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


def sync(path: Path) -> None:
    """Force a file to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk, where the system can."""
    with contextlib.suppress(OSError):  # Windows, some network disks
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
