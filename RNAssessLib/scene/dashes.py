"""Dash patterns along cut lines, in pixels of the view, so that they look alike at every zoom."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .line_geometry import Floats, Segments

Dash = tuple[int, ...]
Integers = npt.NDArray[np.int64]


def in_order(lines: Segments) -> Segments:
    """Order the pieces of a cut along its lines; each begins where the one before it ended.

    Parameters
    ----------
    lines : points (N, 3) and segments (M, 2)
        As a cutter gives them, in any order and direction; points where lines cross stay ends.

    Examples
    --------
    >>> points = np.zeros((4, 3))
    >>> in_order((points, np.array([[2, 1], [0, 1], [3, 2]])))[1].tolist()
    [[0, 1], [1, 2], [2, 3]]
    """
    points, segments = lines
    touching: list[list[int]] = [[] for _ in range(len(points))]
    for number, (one, other) in enumerate(segments.tolist()):
        touching[one].append(number)
        touching[other].append(number)
    free = np.ones(len(segments), bool)
    ends = [p for p, there in enumerate(touching) if len(there) not in (0, 2)]
    pairs, ordered = segments.tolist(), []
    for start in (*ends, *range(len(points))):  # open lines from their ends, then the rings
        at = start
        while True:
            left = [n for n in touching[at] if free[n]]
            if not left:
                break
            free[left[0]] = False
            one, other = pairs[left[0]]
            following = other if one == at else one
            ordered.append((at, following))
            at = following
            if len(touching[at]) != 2:
                break
    return points, np.array(ordered, np.int64).reshape(-1, 2)


def dash_lines(lines: Segments, dash: Dash) -> Segments:
    """Cut gaps into lines.

    Parameters
    ----------
    lines : points (N, 3) in pixels and segments (M, 2)
        In the order of `in_order`.
    dash : tuple of int
        Pixels on, off, on, off and so on; empty leaves the lines whole.

    Examples
    --------
    >>> straight = (np.array([[0.0, 0, 0], [10.0, 0, 0]]), np.array([[0, 1]]))
    >>> dash_lines(straight, (3, 2))[0][:, 0].tolist()
    [0.0, 5.0, 3.0, 8.0]
    """
    points, segments = lines
    if not dash or not len(segments):
        return lines
    first, last = points[segments[:, 0]], points[segments[:, 1]]
    lengths = np.linalg.norm((last - first)[:, :2], axis=1)
    starts = _along(segments, lengths)
    period = float(sum(dash))
    begins, finishes, owners = [], [], []
    at = 0.0
    for on, off in zip(dash[::2], dash[1::2], strict=True):
        low = np.ceil((starts - at - on) / period)
        high = np.floor((starts + lengths - at) / period)
        count = np.maximum(high - low + 1, 0).astype(int)
        owner = np.repeat(np.arange(len(segments)), count)
        step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        begin = at + (low[owner] + step) * period
        begins.append(np.maximum(begin, starts[owner]))
        finishes.append(np.minimum(begin + on, (starts + lengths)[owner]))
        owners.append(owner)
        at += on + off
    begin, finish, owner = (np.concatenate(parts) for parts in (begins, finishes, owners))
    kept = finish > begin
    begin, finish, owner = begin[kept], finish[kept], owner[kept]
    return _placed(first, last, starts, lengths, begin, finish, owner)


def _along(segments: Integers, lengths: Floats) -> Floats:
    """How far along its line every piece begins."""
    so_far = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
    fresh = np.concatenate([[True], segments[1:, 0] != segments[:-1, 1]])
    line = np.cumsum(fresh) - 1
    return np.asarray(so_far - so_far[fresh][line], float)


def _placed(
    first: Floats, last: Floats, starts: Floats, lengths: Floats,
    begin: Floats, finish: Floats, owner: Integers,
) -> Segments:  # fmt: skip
    safe = np.where(lengths > 0, lengths, 1.0)[owner]
    ends = []
    for along in (begin, finish):
        share = ((along - starts[owner]) / safe)[:, None]
        ends.append(first[owner] + share * (last - first)[owner])
    number = len(owner)
    pieces = np.stack([np.arange(number), np.arange(number) + number], axis=1).astype(np.int64)
    return np.vstack(ends), pieces
