"""Exact share of every pixel that a polygon covers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

ROUNDING = 1e-9
FloatArray = npt.NDArray[np.float64]


def compute_coverage(polygon: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Covered share of each pixel, exact up to rounding.

    Edges are cut where they cross pixel borders; each piece then adds its signed trapezoid to its
    own pixel and its height to all pixels on its right. Self-touching keyhole edges run there and
    back and cancel, so a keyhole is a hole.

    Parameters
    ----------
    polygon : (N, 2) array
        (column, row) vertices in pixel units; pixel [r, c] spans [c, c+1] × [r, r+1].
    shape : tuple of int
        (rows, columns); the polygon lies inside.

    Returns
    -------
    (rows, columns) array of 0..1

    Examples
    --------
    >>> square = np.array([[0.5, 0.5], [2.5, 0.5], [2.5, 2.5], [0.5, 2.5]])
    >>> compute_coverage(square, (3, 3)).tolist()
    [[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]]
    """
    start, stop = polygon, np.roll(polygon, -1, axis=0)
    x0, y0, x1, y1 = _cut_at_pixel_borders(start, stop)
    height = y1 - y0
    column = np.floor((x0 + x1) / 2).astype(int).clip(0, shape[1] - 1)
    row = np.floor((y0 + y1) / 2).astype(int).clip(0, shape[0] - 1)
    from_right = 1.0 - ((x0 + x1) / 2 - column)
    wide = shape[1] + 1
    size = shape[0] * wide
    place = row * wide + column
    cover = np.bincount(place, height * from_right, size)
    cover += np.bincount(place + 1, height * (1.0 - from_right), size)
    cover = cover.reshape(shape[0], wide)
    covered: FloatArray = np.abs(np.cumsum(cover, axis=1)[:, :-1])
    # what rounding leaves to the right of a polygon is not covered
    covered[covered < ROUNDING] = 0.0
    covered[covered > 1.0 - ROUNDING] = 1.0
    return covered


def _cut_at_pixel_borders(
    start: FloatArray, stop: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    cuts: list[FloatArray] = []
    edges: list[npt.NDArray[np.intp]] = []
    for axis in (0, 1):
        low = np.minimum(start[:, axis], stop[:, axis])
        high = np.maximum(start[:, axis], stop[:, axis])
        first, last = np.floor(low) + 1, np.ceil(high) - 1
        count = np.maximum(last - first + 1, 0).astype(int)
        edge = np.repeat(np.arange(len(start)), count)
        step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        border = np.repeat(first, count) + step
        along = (border - start[edge, axis]) / (stop[edge, axis] - start[edge, axis])
        cuts.append(along)
        edges.append(edge)
    ends = np.arange(len(start))
    edge = np.concatenate([*edges, ends, ends])
    along = np.concatenate([*cuts, np.zeros(len(start)), np.ones(len(start))])
    order = np.lexsort((along, edge))
    edge, along = edge[order], along[order]
    point = start[edge] + along[:, None] * (stop - start)[edge]
    same = edge[1:] == edge[:-1]
    a, b = point[:-1][same], point[1:][same]
    return a[:, 0], a[:, 1], b[:, 0], b[:, 1]
