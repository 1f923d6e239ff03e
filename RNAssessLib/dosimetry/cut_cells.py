"""Where the part of a cell lies that a plane cuts off: its far end and its middle.

A border cell of a structure is a unit cube cut by a plane. Along the plane's normal n the inside
part reaches from the cube's corner to the plane; its share p fixes where the plane lies.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

FloatArray = npt.NDArray[np.floating[Any]]
SHARES, RATIOS = 33, 17  # nodes of the table
LEAST = 1e-3  # of a normal's component: the formula divides by them
BISECTIONS = 40


def locate_cut(share: FloatArray, normal: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Position along the normal of the plane and of the middle of what lies below it.

    Parameters
    ----------
    share : (N,) array
        Share of the cube below the plane, 0..1.
    normal : (3, N) array
        Unit vectors.

    Returns
    -------
    plane, middle : (N,) array
        From the cube's centre, in edge lengths; interpolated in a table, within 0.003.

    Examples
    --------
    >>> plane, middle = locate_cut(np.array([0.25, 0.5]), np.array([[0.0, 0], [0, 0], [1, 1]]))
    >>> plane.round(2).tolist(), middle.round(2).tolist()
    ([-0.25, 0.0], [-0.37, -0.25])
    """
    a, b, c = np.sort(np.abs(normal), axis=0)
    smaller = np.minimum(share, 1.0 - share)
    place = np.stack([
        np.cbrt(smaller / 0.5) * (SHARES - 1),
        b / np.maximum(c, LEAST) * (RATIOS - 1),
        a / np.maximum(b, LEAST) * (RATIOS - 1),
    ])  # fmt: skip
    half = (a + b + c) / 2
    plane, middle = (
        ndimage.map_coordinates(table, place, order=1, mode="nearest") * half for table in _tables()
    )
    # the other part of the cube, seen from its own side
    other = share > 0.5
    middle = np.where(other, middle * smaller / np.maximum(1.0 - smaller, 0.5), middle)
    return np.where(other, -plane, plane), np.asarray(middle)


@lru_cache(maxsize=1)
def _tables() -> tuple[FloatArray, FloatArray]:
    """Plane and middle over half the cube's width, by cube root of share and by direction."""
    root, upper, lower = np.meshgrid(
        np.linspace(0, 1, SHARES), np.linspace(0, 1, RATIOS), np.linspace(0, 1, RATIOS),
        indexing="ij",
    )  # fmt: skip
    share = np.maximum(0.5 * root**3, 1e-9)
    sides = np.stack([np.maximum(upper * lower, LEAST), np.maximum(upper, LEAST), 0 * upper + 1])
    sides /= np.sqrt((sides**2).sum(axis=0))
    width = sides.sum(axis=0)
    low, high = np.zeros_like(width), width.copy()
    for _ in range(BISECTIONS):
        at = (low + high) / 2
        below = _power_sum(at, sides, 3) / (6 * sides.prod(axis=0)) < share
        low, high = np.where(below, at, low), np.where(below, high, at)
    at = (low + high) / 2
    # the first moment: at minus the integral of the volume below, over the volume
    integral = _power_sum(at, sides, 4) / (24 * sides.prod(axis=0))
    half = width / 2
    return (at - half) / half, (at - integral / share - half) / half


def _power_sum(at: FloatArray, sides: FloatArray, power: int) -> FloatArray:
    """Sum over the cube's corners of ± (at - corner)+ to a power (the volume below a plane)."""
    total = np.zeros_like(at)
    for corner in product((0, 1), repeat=3):
        behind = at - sum(s * x for s, x in zip(corner, sides, strict=True))
        total += (-1) ** sum(corner) * np.maximum(behind, 0.0) ** power
    return total
