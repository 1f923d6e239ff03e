"""A NIfTI header checked before its voxels are read: what it says must agree with itself.

Offsets and meanings after nifti1.h (NIfTI-1 data format, NIMH 2004): two ways of placing the
voxels, the quaternion (qform) and the affine matrix (sform), of which programs take one or the
other; where both are given and differ, two programs show the same file at two places.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import InputError

from .readable import check_count, count_bytes, open_plain

SIZE, SIZE_2 = 348, 540
SINGLE_FILE = b"n+1\0"
DISAGREE_MM = 1.0  # (engineering default) corners of the volume further apart than this
BYTES = {1: 1, 2: 8, 4: 16, 8: 32, 16: 32, 32: 64, 64: 64, 128: 24, 256: 8, 512: 16, 768: 32,
         1024: 64, 1280: 64, 1536: 128, 1792: 128, 2048: 256, 2304: 32}  # fmt: skip # bits
FLOATS = {16: "f4", 64: "f8"}
Matrix = npt.NDArray[np.float64]


def is_nifti(path: Path) -> bool:
    """Whether a file is called like NIfTI."""
    return path.name.lower().endswith((".nii", ".nii.gz"))


def check_nifti(path: Path) -> None:
    """Refuse a NIfTI-1 file whose header is damaged or says two things.

    Raises
    ------
    InputError
        No NIfTI magic, sizes that are not positive, a type that does not fit its bits, fewer or
        more voxels than told, a scale that is infinite, no orientation, or two orientations that
        place a corner more than `DISAGREE_MM` apart.
    """
    with open_plain(path) as file:
        head = _read(file.read, SIZE, path)
        if len(head) < SIZE:
            raise InputError(path, "cannot be read: too short for a NIfTI header")
        order = next((o for o in "<>" if struct.unpack_from(f"{o}i", head)[0] == SIZE), "")
        if not order:
            if any(struct.unpack_from(f"{o}i", head)[0] == SIZE_2 for o in "<>"):
                return  # NIfTI-2
            raise InputError(path, "is no NIfTI file (its first number is not 348)")
        if head[344:348] != SINGLE_FILE:
            raise InputError(path, "has no NIfTI magic (n+1)")
        told, kind = _check_size(head, order, path)
        _check_scale(head, order, path)
        _check_place(head, order, path)
        offset = struct.unpack_from(f"{order}f", head, 108)[0]
        if not SIZE + 4 <= offset <= 1e9:  # NaN as well
            raise InputError(path, f"is damaged: its voxels begin at byte {offset:g}")
        _read(file.read, int(offset) - SIZE, path)
        proof = _finite_proof(path, f"{order}{kind}") if kind else None
        check_count(path, count_bytes(file, path, told, proof), told)


def _finite_proof(path: Path, kind: str) -> Callable[[bytes], None]:
    """Refuse NaN and infinity: the reader behind SimpleITK would make 0 of them in silence."""

    def prove(chunk: bytes) -> None:
        values = np.frombuffer(chunk[: len(chunk) // 8 * 8], kind)
        if not np.all(np.isfinite(values)):
            raise InputError(path, "holds values that are not finite; set them to 0 where nothing "
                             "was measured")  # fmt: skip

    return prove


def _read(read, count: int, path: Path) -> bytes:  # type: ignore[no-untyped-def]  # noqa: ANN001
    try:
        return bytes(read(count))
    except (EOFError, OSError, ValueError) as error:
        raise InputError(path, f"is damaged or truncated ({error})") from None


def _check_size(head: bytes, order: str, path: Path) -> tuple[int, str]:
    """Bytes of voxels that the header tells of, and their numpy kind where they may be NaN."""
    count, *sizes = struct.unpack_from(f"{order}8h", head, 40)
    used = sizes[: max(count, 0)]
    if not 1 <= count <= 7 or min(used) < 1:
        raise InputError(path, f"is damaged: {count} dimensions of {tuple(sizes)} voxels")
    kind, bits = struct.unpack_from(f"{order}2h", head, 70)
    if BYTES.get(kind) != bits:
        raise InputError(path, f"is damaged: datatype {kind} with {bits} bits for each voxel")
    return math.prod(int(n) for n in used) * int(bits) // 8, FLOATS.get(kind, "")


def _check_scale(head: bytes, order: str, path: Path) -> None:
    slope, intercept = struct.unpack_from(f"{order}2f", head, 112)
    if np.isinf(slope) or (np.isfinite(slope) and slope != 0 and not np.isfinite(intercept)):
        raise InputError(path, f"is damaged: scales its values by {slope} and {intercept}")


def _check_place(head: bytes, order: str, path: Path) -> None:
    q_code, s_code = struct.unpack_from(f"{order}2h", head, 252)
    if q_code <= 0 and s_code <= 0:
        raise InputError(path, "tells no orientation (qform_code and sform_code are 0): left and "
                         "right cannot be known; set one of them")  # fmt: skip
    sform = np.reshape(struct.unpack_from(f"{order}12f", head, 280), (3, 4)).astype(float)
    qform = _qform(head, order)
    if q_code > 0 and not np.isfinite(qform).all():
        raise InputError(path, "is damaged: its qform is not finite")
    if s_code > 0 and not np.isfinite(sform).all():
        raise InputError(path, "is damaged: its sform is not finite")
    if q_code <= 0 or s_code <= 0:
        return
    sizes = np.maximum(struct.unpack_from(f"{order}3h", head, 42), 1) - 1
    corners = np.array(np.meshgrid(*[(0, n) for n in sizes])).reshape(3, -1)
    gap = (sform[:, :3] - qform[:, :3]) @ corners + (sform[:, 3] - qform[:, 3])[:, None]
    apart = float(np.linalg.norm(gap, axis=0).max())
    if apart > DISAGREE_MM:
        raise InputError(path, f"qform and sform place its voxels up to {apart:.4g} mm apart: set "
                         "the code of the wrong one to 0")  # fmt: skip


def _qform(head: bytes, order: str) -> Matrix:
    """Affine of the quaternion (nifti1.h, method 2)."""
    qfac, *spacing = struct.unpack_from(f"{order}4f", head, 76)
    b, c, d, *offset = struct.unpack_from(f"{order}6f", head, 256)
    rest = 1.0 - (b * b + c * c + d * d)
    if not rest > -1e-3:
        return np.full((3, 4), np.nan)
    a = np.sqrt(max(rest, 0.0))
    turn = np.array([
        [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
        [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
        [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
    ])  # fmt: skip
    scale = np.array(spacing) * [1.0, 1.0, -1.0 if qfac < 0 else 1.0]
    return np.column_stack([turn * scale, offset])
