"""Signed distance to outlines from exact pixel coverage, all planes at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

FloatArray = npt.NDArray[np.floating[Any]]
APART = 1e4  # planes this many pixels apart never see each other


def compute_signed_distance(coverage: FloatArray) -> FloatArray:
    """Distance in pixels to the outline of each plane, negative inside.

    Parameters
    ----------
    coverage : (P, rows, columns) array
        Covered share of every pixel, exact; empty planes get a large distance.

    Returns
    -------
    (P, rows, columns) array
        In a pixel that the outline crosses, from its share and the outline's direction; elsewhere
        from the nearest such pixel.

    Examples
    --------
    >>> plane = np.zeros((1, 3, 6))
    >>> plane[:, :, :2], plane[:, :, 2] = 1.0, 0.25
    >>> compute_signed_distance(plane)[0, 1].tolist()
    [-1.75, -0.75, 0.25, 1.25, 2.25, 3.25]
    """
    border, outward = _distance_in_border(coverage)
    full, empty = coverage >= 1, coverage <= 0
    cross = np.zeros((3, 3, 3), bool)
    cross[1, 1, :] = cross[1, :, 1] = True
    # pixels that the outline crosses, or passes exactly along
    crossed = ~(full | empty) | (full & ndimage.binary_dilation(empty, cross))
    drawn = crossed.any(axis=(1, 2))
    signed = np.full(coverage.shape, APART)
    if drawn.any():
        nearest = ndimage.distance_transform_edt(
            ~crossed[drawn],
            sampling=(APART, 1.0, 1.0),
            return_distances=False,
            return_indices=True,
        )
        # from the foot of the outline in that pixel, not from the pixel's centre
        feet = [near + 0.0 - o[drawn][tuple(nearest)]
                for near, o in zip(nearest[1:], outward, strict=True)]  # fmt: skip
        gap = _nearest_foot(feet)
        far = np.where(full[drawn], -gap, gap)
        signed[drawn] = np.where(crossed[drawn], border[drawn], far)
    return signed


def _nearest_foot(feet: list[FloatArray]) -> FloatArray:
    """Distance to the nearest of the feet that a pixel and its neighbours know.

    The foot in the nearest crossed pixel need not be the nearest foot.
    """
    place = np.meshgrid(*[np.arange(n) for n in feet[0].shape[1:]], indexing="ij")
    padded = [np.pad(f, ((0, 0), (1, 1), (1, 1)), mode="edge") for f in feet]
    rows, columns = feet[0].shape[1:]
    square = np.full(feet[0].shape, np.inf)
    for down in range(3):
        for right in range(3):
            y, x = (f[:, down : down + rows, right : right + columns] for f in padded)
            np.minimum(square, (y - place[0]) ** 2 + (x - place[1]) ** 2, out=square)
    return np.asarray(np.sqrt(square))


def _distance_in_border(coverage: FloatArray) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
    """Distance of a pixel's centre to the line that cuts off its share, within ± 0.71 pixels.

    Also as a vector (rows, columns) from the line to the centre.
    """
    # over three rows and columns: the direction of a line that barely cuts its own pixel
    rows, columns = np.gradient(ndimage.uniform_filter(coverage, (1, 3, 3)), axis=(1, 2))
    length = np.hypot(rows, columns)
    safe = np.where(length > 1e-9, length, 1.0)
    a = np.where(length > 1e-9, np.abs(rows) / safe, 1.0)
    b = np.where(length > 1e-9, np.abs(columns) / safe, 0.0)
    a, b = np.maximum(a, b), np.minimum(a, b)
    share = np.minimum(coverage, 1 - coverage)
    # the line cuts off a corner (triangle) or crosses the pixel (trapezoid)
    corner = (a + b) / 2 - np.sqrt(2 * np.maximum(share * a * b, 0.0))
    across = (0.5 - share) * a
    distance = np.where(share * 2 * a < b, corner, across)
    signed = np.where(coverage >= 0.5, -1.0, 1.0) * distance
    return signed, (-signed * rows / safe, -signed * columns / safe)
