"""One file for plain data and arrays: a ZIP of JSON and ``.npy``, readable by anything.

Masks and what else packs well are compressed. Images are stored at places that can be mapped into
memory: opening a case then reads only the slices that are looked at.
"""

from __future__ import annotations

import io
import json
import mmap
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from RNAssessLib.storage import replaced

from .packing import pack, unpack

Array = npt.NDArray[Any]
HEAD, DATA, KINDS, ALIGNED = "head.json", "case.json", "arrays.json", 64
SAMPLE, WORTH_IT, LEVEL = 1 << 18, 0.6, 1  # bytes tried, share left, of zlib; engineering defaults
IMAGE_AXES, IMAGE_WORTH_IT = 3, 0.1  # an image is mapped unless nearly empty; engineering default
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
DAMAGE = (zipfile.BadZipFile, KeyError, zlib.error, EOFError, UnicodeDecodeError, struct.error)


class Contents(NamedTuple):
    """What one container holds."""

    head: Any
    data: Any
    arrays: list[Array]


def write_container(
    path: Path, head: Mapping[str, Any], data: Mapping[str, Any], arrays: Sequence[Array]
) -> None:
    """Write the file whole or not at all, for its owner's eyes only.

    Parameters
    ----------
    path : Path
        Replaced when it is there.
    head : mapping
        JSON that is read by itself.
    data : mapping
        JSON.
    arrays : sequence of ndarray
        Of numbers.

    Raises
    ------
    OSError
        No room, or no right to write; what was there stays.
    """
    with replaced(path) as part:
        part.touch(mode=0o600)
        with zipfile.ZipFile(part, "w", allowZip64=True) as archive:
            for name, held in ((HEAD, head), (DATA, data)):
                _add(archive, name, json.dumps(held, allow_nan=False).encode(), packed=True)
            kinds = []
            for index, array in enumerate(arrays):
                written, how = pack(array)
                _add(archive, _member(index), *_npy(written))
                kinds.append([how, list(np.shape(array))])
            _add(archive, KINDS, json.dumps(kinds).encode(), packed=True)


def read_head(path: Path) -> Any:  # noqa: ANN401 - JSON
    """Return the head of a container.

    Raises
    ------
    ValueError
        Not such a file, or a damaged one.
    OSError
    """
    return _read(path, HEAD)


def read_data(path: Path) -> Any:  # noqa: ANN401 - JSON
    """Return the data of a container; raises as `read_head`."""
    return _read(path, DATA)


def _read(path: Path, member: str) -> Any:  # noqa: ANN401 - JSON
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read(member))
    except DAMAGE as error:
        raise ValueError(f"is no kept case: {error}") from None


def read_arrays(path: Path) -> list[Array]:
    """Return the arrays of a container; see `read_container`."""
    return read_container(path).arrays


def read_container(path: Path) -> Contents:
    """Return all of one file, also when another takes its place meanwhile.

    Arrays that are stored unpacked are mapped, private to this process: writing into one changes
    memory only.

    Raises
    ------
    ValueError
        A damaged file.
    OSError
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            head, data, kinds = (json.loads(archive.read(name)) for name in (HEAD, DATA, KINDS))
            if len(kinds) != len(archive.infolist()) - len((HEAD, DATA, KINDS)):
                raise ValueError("is damaged: arrays are missing")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
            arrays = [
                unpack(_read_array(archive, archive.getinfo(_member(n)), mapped, file), how, shape)
                for n, (how, shape) in enumerate(kinds)
            ]
            return Contents(head, data, arrays)
    except DAMAGE as error:
        raise ValueError(f"is damaged: {error}") from None


def _read_array(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, mapped: mmap.mmap, file: BinaryIO
) -> Array:
    if info.compress_type == zipfile.ZIP_STORED:
        return _map(mapped, info, file)
    body = io.BytesIO(archive.read(info))
    found: Array = np.lib.format.read_array(body, allow_pickle=False)
    return found


def _member(index: int) -> str:
    return f"{index:05d}.npy"


def _npy(array: Array) -> tuple[bytes, bool]:
    """Return an array as ``.npy``, and whether packing it is worth it.

    Images, of 16 or 32 bit, are not packed: inflating those of one case took 2.5 s.
    """
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array, order="C"), allow_pickle=False)
    body = file.getvalue()
    middle = max(0, (len(body) - SAMPLE) // 2)
    sample = body[middle : middle + SAMPLE]
    is_image = array.ndim == IMAGE_AXES and array.dtype.itemsize > 1
    share = IMAGE_WORTH_IT if is_image else WORTH_IT
    return body, len(zlib.compress(sample, LEVEL)) < share * len(sample)


def _add(archive: zipfile.ZipFile, name: str, body: bytes, packed: bool) -> None:
    info = zipfile.ZipInfo(name)  # no time: the same case is the same file
    info.external_attr = 0o600 << 16
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    if not packed and archive.fp is not None:  # the array's numbers begin at a multiple of ALIGNED
        start = archive.fp.tell() + LOCAL_HEADER.size + len(name.encode())
        info.extra = _padding(-start % ALIGNED)
    archive.writestr(info, body, compresslevel=LEVEL)


def _padding(size: int) -> bytes:
    size += ALIGNED if size < 4 else 0
    return struct.pack("<HH", 0x7772, size - 4) + bytes(size - 4)


def _map(mapped: mmap.mmap, info: zipfile.ZipInfo, file: BinaryIO) -> Array:
    file.seek(info.header_offset)
    *_, name, extra = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    file.seek(info.header_offset + LOCAL_HEADER.size + name + extra)
    start = file.tell()
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"is damaged: {info.filename}")
    shape, fortran, kind = np.lib.format.read_array_header_1_0(file)
    offset, size = file.tell(), int(np.prod(shape)) * kind.itemsize
    if fortran or kind.hasobject or offset + size - start != info.file_size:
        raise ValueError(f"is damaged: {info.filename}")
    flat = np.frombuffer(mapped, kind, count=int(np.prod(shape)), offset=offset)
    return flat.reshape(shape)
