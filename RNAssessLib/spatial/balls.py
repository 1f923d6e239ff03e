"""Who is within a few millimetres of a mask, without the distance of every voxel of the head.

A ball is runs of voxels along the last axis, one for every offset along the other two. The runs
are grown once for each length, packed eight voxels to the byte, and laid over each other: ten
times faster than a distance map, with its very answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]


def within(
    mask: Bools, spacing: Sequence[float], radius_mm: float, *, single: bool = False
) -> Bools:
    """Voxels whose centre lies at most `radius_mm` from the centre of a set voxel.

    Parameters
    ----------
    mask : (K, J, I) bool array
    spacing : sequence of float
        In mm along (k, j, i).
    radius_mm : float
    single : bool
        Compare distances in single precision.

    Returns
    -------
    (K, J, I) bool array
        ``distance_transform_edt(~mask, sampling=spacing) <= radius_mm``; nothing when `mask` is
        empty.
    """
    out = np.zeros(mask.shape, bool)
    box = _box(mask, [int(radius_mm / s) + 1 for s in spacing])
    if box is not None:
        out[box] = _laid_over(mask[box], _run_lengths(spacing, radius_mm, single))
    return out


def deeper(
    mask: Bools, spacing: Sequence[float], radius_mm: float, *, single: bool = False
) -> Bools:
    """Voxels of `mask` farther than `radius_mm` from every unset voxel of the array.

    Returns
    -------
    (K, J, I) bool array
        ``distance_transform_edt(mask, sampling=spacing) > radius_mm``; what is beyond the array
        is not unset.
    """
    out = np.zeros(mask.shape, bool)
    box = _box(mask, [1, 1, 1])
    if box is not None:
        inner = mask[box]
        out[box] = inner & ~within(~inner, spacing, radius_mm, single=single)
    return out


def _box(mask: Bools, reach: Sequence[int]) -> tuple[slice, ...] | None:
    slices = []
    for axis, more in enumerate(reach):
        used = np.flatnonzero(mask.any(axis=tuple(a for a in range(3) if a != axis)))
        if used.size == 0:
            return None
        slices.append(slice(max(int(used[0]) - more, 0), int(used[-1]) + more + 1))
    return tuple(slices)


def _run_lengths(
    spacing: Sequence[float], radius_mm: float, single: bool
) -> dict[int, dict[int, int]]:
    """Of the ball: for every offset along k and j, not below 0, its half length along i."""
    reach = [int(radius_mm / s) + 1 for s in spacing]
    steps = np.indices([r + 1 for r in reach]) * np.reshape(
        np.asarray(spacing, float), (3, 1, 1, 1)
    )
    distance = np.sqrt((steps**2).sum(axis=0))  # in the order in which a distance map adds up
    inside = (distance.astype(np.float32) if single else distance) <= radius_mm
    lengths = inside.sum(axis=2) - 1
    return {
        k: {j: int(n) for j, n in enumerate(row) if n >= 0}
        for k, row in enumerate(lengths)
        if row[0] >= 0
    }


def _laid_over(mask: Bools, lengths: dict[int, dict[int, int]]) -> Bools:
    rows = _grown_rows(mask, {n for row in lengths.values() for n in row.values()})
    shape = next(iter(rows.values())).shape
    out = np.zeros(shape, np.uint8)
    for k, row in lengths.items():
        sheet = np.zeros(shape, np.uint8)
        for j, length in row.items():
            for step in {j, -j}:
                _lay(sheet, rows[length], step, 1)
        for step in {k, -k}:
            _lay(out, sheet, step, 0)
    return np.unpackbits(out, axis=2, count=mask.shape[2]).astype(bool)


def _grown_rows(mask: Bools, wanted: set[int]) -> dict[int, Bytes]:
    """Mask grown along i by each wanted number of voxels, packed."""
    grown = mask.copy()
    rows = {}
    for length in range(max(wanted) + 1):
        if 0 < length < mask.shape[2]:
            grown[..., length:] |= mask[..., :-length]
            grown[..., :-length] |= mask[..., length:]
        if length in wanted:
            rows[length] = np.packbits(grown, axis=2)
    return rows


def _lay(target: Bytes, source: Bytes, step: int, axis: int) -> None:
    """Set in `target`, in place, what `source` holds `step` places before along `axis`."""
    size = source.shape[axis]
    if abs(step) >= size:
        return
    to, start = slice(max(step, 0), size + min(step, 0)), slice(max(-step, 0), size - max(step, 0))
    if axis == 0:
        target[to] |= source[start]
    else:
        target[:, to] |= source[:, start]
