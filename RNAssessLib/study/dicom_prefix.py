"""Whether a file is DICOM, by its first bytes: asked of whole folders, without a DICOM library."""

from __future__ import annotations

from pathlib import Path

LAST_FIRST_ELEMENT = 0x18  # a data set begins at the latest with its SOPInstanceUID (0008,0018)


def is_dicom(path: Path) -> bool:
    """Whether the file carries the DICOM prefix, or begins with a data set as old archives write.

    Without the prefix (PS3.10 demands it) a file counts when its first element is one of group 2 or
    of the first of group 8, in explicit or implicit little endian.
    """
    try:
        if not path.is_file():  # a pipe would never answer
            return False
        with path.open("rb") as file:
            start = file.read(132)
    except (OSError, ValueError):  # out of reach, or a name that is none
        return False
    return start[128:] == b"DICM" or _begins_with_element(start)


def _begins_with_element(start: bytes) -> bool:
    if len(start) < 132 or start[:2] not in (b"\x02\x00", b"\x08\x00") or start[3] != 0:
        return False
    if start[2] > LAST_FIRST_ELEMENT:
        return False
    explicit = start[4:6].isalpha() and start[4:6].isupper()
    length = int.from_bytes(start[4:8], "little")
    return explicit or length < len(start)
