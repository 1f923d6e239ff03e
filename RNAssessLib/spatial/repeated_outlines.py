"""The same outline drawn twice on a slice: counted once, told from a hole close to its border."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
# a copy is rounded, resampled or shifted by an export; no wall is drawn this thin
MEAN_GAP_MM = 0.1
LARGEST_GAP_MM = 0.5


def find_repeated(polygons: Sequence[FloatArray]) -> list[int]:
    """Indices of polygons that repeat an earlier one of the same plane.

    Two outlines are the same when each runs within 0.1 mm of the other on average and nowhere
    further than 0.5 mm, whatever their first vertex, direction and number of vertices.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]])
    >>> find_repeated([square, square[::-1] + 0.02, square / 3])
    [1]
    """
    boxes = [np.concatenate([p.min(0), p.max(0)]) for p in polygons]
    kept: list[int] = []
    repeated: list[int] = []
    for index, polygon in enumerate(polygons):
        same = any(
            np.abs(boxes[index] - boxes[other]).max() <= LARGEST_GAP_MM
            and _is_same(polygon, polygons[other])
            for other in kept
        )
        (repeated if same else kept).append(index)
    return repeated


def _is_same(a: FloatArray, b: FloatArray) -> bool:
    for one, other in ((a, b), (b, a)):
        gap = _gaps_mm(one, other)
        if gap.max() > LARGEST_GAP_MM or np.average(gap, weights=_lengths(one)) > MEAN_GAP_MM:
            return False
    return True


def _lengths(polygon: FloatArray) -> FloatArray:
    """Length of outline that every vertex stands for."""
    edge = np.linalg.norm(np.roll(polygon, -1, axis=0) - polygon, axis=1)
    return np.asarray((edge + np.roll(edge, 1)) / 2 + 1e-9)


def _gaps_mm(points: FloatArray, polygon: FloatArray) -> FloatArray:
    """Distance (N,) of points to the outline of a polygon."""
    edge = np.roll(polygon, -1, axis=0) - polygon
    square = np.maximum((edge**2).sum(axis=1), 1e-12)
    away = points[:, None] - polygon[None]
    along = np.clip((away * edge).sum(axis=2) / square, 0.0, 1.0)
    gap: FloatArray = np.linalg.norm(away - along[..., None] * edge, axis=2).min(axis=1)
    return gap
