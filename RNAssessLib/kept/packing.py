"""Arrays as they are written: masks as bits, images of whole numbers as such, the rest unchanged.

What comes back is the same to the bit. A mask takes an eighth and an image a half before anything
is compressed, so that opening a case inflates next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
AS_IS, BITS, WHOLE = "as is", "bits", "whole"
SMALL = 1 << 16  # bytes: below this nothing is gained


def pack(array: Array) -> tuple[Array, str]:
    """Return an array as it is written, and the word for how.

    Parameters
    ----------
    array : ndarray

    Returns
    -------
    ndarray, str
        ``bits``: of a mask, eight voxels to the byte, flat. ``whole``: 16 bit integers that turn
        into the same single precision numbers. ``as is`` else.
    """
    if array.nbytes >= SMALL and array.dtype == np.bool_:
        return np.packbits(np.ascontiguousarray(array).ravel()), BITS
    if array.nbytes >= SMALL and array.dtype == np.float32:
        for kind in (np.int16, np.uint16):
            whole = _as_whole(array, np.dtype(kind))
            if whole is not None:
                return whole, WHOLE
    return array, AS_IS


def unpack(written: Array, how: str, shape: Sequence[int]) -> Array:
    """Return the array that `pack` was given.

    Raises
    ------
    ValueError
        No word of `pack`, or another size.
    """
    if how == AS_IS:
        found = written
    elif how == WHOLE and written.dtype in (np.int16, np.uint16):
        found = written.astype(np.float32)
    elif how == BITS and written.dtype == np.uint8 and written.size == -(-int(np.prod(shape)) // 8):
        found = np.unpackbits(written, count=int(np.prod(shape))).view(np.bool_)
    else:
        raise ValueError(f"is damaged: an array as {how!r}")
    return found.reshape(tuple(shape))


def _as_whole(array: Array, kind: np.dtype[Any]) -> Array | None:
    """The same numbers as integers, None where one of them would not come back to the bit."""
    first = array.reshape(-1)[: SMALL // 4]
    with np.errstate(invalid="ignore"):
        if not _same(first, first.astype(kind)):
            return None
        whole = array.astype(kind)
    return whole if _same(array, whole) else None


def _same(array: Array, whole: Array) -> bool:
    again = whole.astype(np.float32)
    return bool(np.array_equal(again.view(np.uint32), np.ascontiguousarray(array).view(np.uint32)))
