"""A corrected outline as a session keeps it: a few kilobytes of JSON, exact to the voxel.

Kept inside the session itself, not in files beside it: one file is replaced in one step, and undo,
resume and a scene that is opened elsewhere need nothing else.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from RNAssessLib.case import Grid, Mask, MaskKind

from ..alignment.grid_record import describe_grid, parse_grid

LEVEL = 9


@dataclass(frozen=True)
class StoredMask:
    """A mask in little room.

    Attributes
    ----------
    grid : Grid
        Whole lattice.
    low, high : tuple of int
        Box (k, j, i) that holds every set voxel; `high` is one beyond.
    packed : bytes
        Bits of the box, compressed.

    Examples
    --------
    >>> grid = Grid((3, 4, 5), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    >>> mask = Mask(np.arange(60).reshape(3, 4, 5) % 7 == 3, grid)
    >>> bool((StoredMask.of(mask).mask.array == mask.array).all())
    True
    """

    grid: Grid
    low: tuple[int, int, int]
    high: tuple[int, int, int]
    packed: bytes

    @classmethod
    def of(cls, mask: Mask) -> StoredMask:
        """Store a mask."""
        low, high = [0, 0, 0], [0, 0, 0]
        if not mask.is_empty:
            for axis in range(3):
                used = np.flatnonzero(mask.array.any(axis=tuple({0, 1, 2} - {axis})))
                low[axis], high[axis] = int(used[0]), int(used[-1]) + 1
        box = mask.array[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
        packed = zlib.compress(np.packbits(box).tobytes(), LEVEL)
        return cls(mask.grid, (low[0], low[1], low[2]), (high[0], high[1], high[2]), packed)

    @cached_property
    def mask(self) -> Mask:
        """The mask; raises ValueError when what is stored is damaged."""
        shape = tuple(b - a for a, b in zip(self.low, self.high, strict=True))
        count = int(np.prod(shape))
        inside = all(0 <= a <= b <= n for a, b, n in zip(self.low, self.high, self.grid.shape,
                                                         strict=True))  # fmt: skip
        try:
            bits = np.frombuffer(zlib.decompress(self.packed), np.uint8)
        except zlib.error as error:
            raise ValueError(f"a stored outline is damaged: {error}") from None
        if not inside or len(bits) != (count + 7) // 8:
            raise ValueError("a stored outline is damaged: its size does not fit")
        whole = np.zeros(self.grid.shape, bool)
        box = tuple(slice(a, b) for a, b in zip(self.low, self.high, strict=True))
        whole[box] = np.unpackbits(bits, count=count).reshape(shape).astype(bool)
        return Mask(whole, self.grid)


@dataclass(frozen=True)
class MaskChange:
    """Outlines of one lesion at one timepoint as the reader drew them.

    Attributes
    ----------
    timepoint, lesion : str
        Ids.
    masks : tuple of (MaskKind, StoredMask)
        Whole outlines of the parts that were corrected.
    at : str
        ISO time.
    """

    timepoint: str
    lesion: str
    masks: tuple[tuple[MaskKind, StoredMask], ...]
    at: str

    def unpacked(self) -> Mapping[MaskKind, Mask]:
        """Outlines as masks."""
        return {kind: stored.mask for kind, stored in self.masks}


def describe_mask_change(change: MaskChange) -> dict[str, Any]:
    """Return a corrected outline as a JSON object."""
    return {
        "type": "masks",
        "timepoint": change.timepoint,
        "lesion": change.lesion,
        "masks": {kind.value: _describe(stored) for kind, stored in change.masks},
        "at": change.at,
    }


def parse_mask_change(row: dict[str, Any]) -> MaskChange:
    """Read what `describe_mask_change` gave; raises ValueError, KeyError or TypeError."""
    masks = tuple((MaskKind(kind), _parse(stored)) for kind, stored in row["masks"].items())
    if not masks:
        raise ValueError("a corrected outline holds no mask")
    for _, stored in masks:
        _ = stored.mask  # damaged ones are found while reading, not later
    return MaskChange(str(row["timepoint"]), str(row["lesion"]), masks, str(row["at"]))


def _describe(stored: StoredMask) -> dict[str, Any]:
    return {
        **describe_grid(stored.grid),
        "box": [list(stored.low), list(stored.high)],
        "bits": base64.b64encode(stored.packed).decode("ascii"),
    }


def _parse(row: dict[str, Any]) -> StoredMask:
    (a, b, c), (d, e, f) = ([int(v) for v in corner] for corner in row["box"])
    packed = base64.b64decode(row["bits"], validate=True)
    return StoredMask(parse_grid(row), (a, b, c), (d, e, f), packed)
