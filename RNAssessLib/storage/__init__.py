"""Files that must never be lost: written whole, with the last good one kept beside them.

A file is written under a hidden name in its own folder, forced to the disk, and takes the place of
the former one in a single step (POSIX ``rename``), so that a kill, a full disk or a power cut at
any moment leaves the former file or the new one, never a part of either. Python's own documentation
promises this of `os.replace`; that the bytes are on the disk before it is what `os.fsync` adds.
"""

from __future__ import annotations

from .kept_file import (
    Kept,
    NewerVersionError,
    backup_of,
    read_kept,
    set_aside,
    write_kept,
)
from .leftovers import clear_leftovers
from .whole_file import replaced, why_not_written, write_whole
from .whole_folder import UNFINISHED, check_folder, whole_folder

__all__ = [
    "UNFINISHED", "Kept", "NewerVersionError", "backup_of", "check_folder", "clear_leftovers",
    "read_kept", "replaced", "set_aside", "whole_folder", "why_not_written", "write_kept",
    "write_whole",
]  # fmt: skip
