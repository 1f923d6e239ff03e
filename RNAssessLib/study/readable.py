"""Cheap checks before a file is opened: that it is one, that it may be read, that it is whole."""

from __future__ import annotations

import contextlib
import gzip
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from RNAssessLib.case import InputError

GZIP = b"\x1f\x8b"
CHUNK = 1 << 20


def check_file(path: Path) -> None:
    """Refuse what cannot be read as a file, without opening it: a pipe would never answer.

    Raises
    ------
    InputError
        It is missing, a folder, a pipe or a device, a circle of links, or out of reach.
    """
    try:
        found = path.exists()
    except (OSError, ValueError) as error:  # a name with NUL, or too long
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(str(path)[:200], f"cannot be read: {why}") from None
    if not found:
        why = "is a link that leads nowhere" if path.is_symlink() else "no such file"
        raise InputError(path, why)
    if path.is_dir():
        raise InputError(path, "is a folder, a file is needed")
    if not path.is_file():
        raise InputError(path, "is no regular file but a pipe or a device")


@contextlib.contextmanager
def understanding(path: Path) -> Iterator[None]:
    """Turn whatever a damaged header makes a reader stumble over into one line about the file."""
    try:
        yield
    except InputError:
        raise
    except MemoryError:
        raise InputError(path, "needs more memory than there is: no plausible size") from None
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror or error}") from None
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, EOFError,
            NotImplementedError, RuntimeError, struct.error) as error:  # fmt: skip
        said = " ".join(str(error).split())[:120]
        raise InputError(
            path, f"is damaged: its header cannot be understood ({type(error).__name__}: {said})"
        ) from None


def open_plain(path: Path) -> BinaryIO:
    """Open a file that may be compressed by gzip, whatever it is called."""
    with path.open("rb") as file:
        zipped = file.read(2) == GZIP
    return gzip.open(path, "rb") if zipped else path.open("rb")  # type: ignore[return-value]


def count_bytes(
    file: BinaryIO, path: Path, most: int, proof: Callable[[bytes], None] | None = None
) -> int:
    """How many bytes are left in an open file, its checksum proven; counts little beyond `most`.

    `proof` sees them all, in chunks of `CHUNK`.

    Raises
    ------
    InputError
        The compressed stream is damaged or ends early.
    """
    count = 0
    try:
        while count <= most and (chunk := file.read(CHUNK)):
            count += len(chunk)
            if proof is not None:
                proof(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        said = " ".join(str(error).split())[:80]
        raise InputError(path, f"is damaged or truncated ({said})") from None
    return count


def check_count(path: Path, found: int, told: int) -> None:
    """Refuse a file with fewer or more bytes of voxels than its header tells."""
    if found != told:
        what = "only " if found < told else "more than "
        held = min(found, told) if found > told else found
        raise InputError(path, f"is damaged: holds {what}{held} bytes of voxels, its header tells "
                         f"of {told}")  # fmt: skip
