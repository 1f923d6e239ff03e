"""An NRRD header checked before its voxels are read (teem.sourceforge.net/nrrd/format.html)."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np

from RNAssessLib.case import InputError

from .readable import check_count, check_file, count_bytes, open_plain

LONGEST = 1 << 20
SIZES = {
    1: "signed char|int8|int8_t|uchar|unsigned char|uint8|uint8_t",
    2: "short|short int|signed short|signed short int|int16|int16_t|ushort|unsigned short|"
       "unsigned short int|uint16|uint16_t",
    4: "int|signed int|int32|int32_t|uint|unsigned int|uint32|uint32_t|float",
    8: "longlong|long long|long long int|signed long long|signed long long int|int64|int64_t|"
       "ulonglong|unsigned long long|unsigned long long int|uint64|uint64_t|double",
}  # fmt: skip
BYTES = {name: size for size, names in SIZES.items() for name in names.split("|")}
PLACE = ("space directions", "space origin")


def check_nrrd(path: Path) -> None:
    """Refuse an NRRD file whose header lacks a place, or does not fit its voxels.

    Raises
    ------
    InputError
        The header is damaged, gives no space directions or origin, or tells of more or fewer bytes
        than there are; the voxels lie in a file that cannot be read.
    """
    with path.open("rb") as file:
        fields = _read_fields(file, path)
        for name in PLACE:
            if name not in fields:
                raise InputError(path, f"tells no {name}: where its voxels lie cannot be known")
        if fields[PLACE[0]].count("(") < 3:
            raise InputError(path, f"tells {fields[PLACE[0]][:40]!r} as space directions, three "
                             "are needed")  # fmt: skip
        if "space" not in fields and "space dimension" not in fields:
            raise InputError(path, "tells no space: left and right cannot be known")
        told = _told_bytes(fields, path)
        where = fields.get("data file") or fields.get("datafile")
        encoding = fields.get("encoding", "").lower()
        if where is not None:
            _check_detached(path.parent / where, where, path)
        if told is None or encoding not in ("raw", "gzip", "gz"):
            return
        if where is None and encoding == "raw":
            check_count(path, count_bytes(file, path, told), told)
        elif where is None:
            import gzip

            with gzip.GzipFile(fileobj=file) as plain:
                check_count(path, count_bytes(plain, path, told), told)  # type: ignore[arg-type]
        else:
            with open_plain(path.parent / where) as voxels:
                check_count(path, count_bytes(voxels, path, told), told)


def _read_fields(file: BinaryIO, path: Path) -> dict[str, str]:
    if not file.readline(100).startswith(b"NRRD"):
        raise InputError(path, "is no NRRD file")
    fields: dict[str, str] = {}
    read = 0
    while line := file.readline(LONGEST):
        read += len(line)
        if read > LONGEST:
            raise InputError(path, "is damaged: its header does not end")
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if not text:
            return fields
        name, colon, value = text.partition(":")
        if text.startswith("#") or not colon or value.startswith("="):
            continue
        if name.strip().lower() in fields:
            raise InputError(path, f"is damaged: tells {name.strip()!r} twice")
        fields[name.strip().lower()] = value.strip()
    return fields


def _told_bytes(fields: dict[str, str], path: Path) -> int | None:
    """Bytes of voxels that the header tells of; None where it skips some."""
    try:
        sizes = [int(n) for n in fields.get("sizes", "").split()]
        count = int(fields.get("dimension", "0"))
    except ValueError:
        raise InputError(path, f"is damaged: sizes {fields.get('sizes')!r}") from None
    if not sizes or min(sizes) < 1 or count != len(sizes):
        raise InputError(path, f"is damaged: dimension {count}, sizes {fields.get('sizes')!r}")
    width = BYTES.get(fields.get("type", "").lower())
    if width is None:
        raise InputError(path, f"is damaged: type {fields.get('type', 'missing')!r}")
    skips = [name for name in fields if name.replace(" ", "") in ("lineskip", "byteskip")]
    if any(fields[name] not in ("0", "") for name in skips):
        return None
    return int(np.prod(np.asarray(sizes, object))) * width


def _check_detached(voxels: Path, name: str, path: Path) -> None:
    if name.upper().startswith("LIST") or "%" in name:
        raise InputError(path, "its voxels lie in several files; save it as one")
    try:
        check_file(voxels)
    except InputError as error:
        raise InputError(path, f"its voxels in {name!r} cannot be read: {error.reason}") from None
