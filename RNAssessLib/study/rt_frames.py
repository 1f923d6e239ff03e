"""Frames of an RTDOSE: their order, and even spacing where a system exports them unevenly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.interpolate import CubicSpline

FloatArray = npt.NDArray[np.floating[Any]]
EVEN_MM = 0.01
EVEN_SHARE = 1e-3
FINEST_SPLIT = 4  # parts of the smallest gap that a common step is looked for in
MOST_FRAMES = 2000
OVERSHOOT = 0.15  # as between the voxels of the dose field: a peak may lie between two frames
CHUNK = 16  # frames clamped at once


@dataclass(frozen=True, eq=False)
class FrameOrder:
    """Where the stored frames lie along the normal, and where the even ones will.

    Attributes
    ----------
    order : (K,) int array
        Stored index of each frame, in ascending position.
    offsets_mm : (K,) array
        Ascending positions of the stored frames.
    step_mm : float or None
        Even distance; None for a single frame.
    count : int
        Frames at that distance; K where the stored frames are even already.
    even : bool
        The stored frames are used as they are.
    """

    order: npt.NDArray[np.intp]
    offsets_mm: FloatArray
    step_mm: float | None
    count: int
    even: bool

    @property
    def stored_k(self) -> tuple[float, ...] | None:
        """Stored frames as fractional indices of the even ones; None where they are the same."""
        if self.even or self.step_mm is None:
            return None
        return tuple(float(v) for v in (self.offsets_mm - self.offsets_mm[0]) / self.step_mm)

    def arrange(self, stored: FloatArray) -> FloatArray:
        """Frames (K, R, C) in ascending order, resampled to even distances where they need it."""
        frames = stored[self.order]
        if self.even or self.step_mm is None:
            return frames
        wanted = self.offsets_mm[0] + self.step_mm * np.arange(self.count)
        return resample_frames(frames, self.offsets_mm, wanted)


def order_frames(offsets_mm: FloatArray) -> FrameOrder:
    """Sort frames by position and choose the even distance they are brought to.

    The step is the smallest gap or a simple part of it of which every gap is a multiple, so that
    every stored frame stays as it is; else the range is divided into steps not above that gap.

    Raises
    ------
    ValueError
        Two frames at one place; gaps so different that even frames would be too many.
    """
    order = np.argsort(offsets_mm, kind="stable")
    offsets = np.asarray(offsets_mm, float)[order]
    gaps = np.diff(offsets)
    if not len(gaps):
        return FrameOrder(order, offsets, None, 1, True)
    smallest = float(gaps.min())
    if smallest <= EVEN_MM:
        raise ValueError("two frames lie at one place (GridFrameOffsetVector)")
    if np.ptp(gaps) <= EVEN_MM + EVEN_SHARE * float(gaps.mean()):
        return FrameOrder(order, offsets, float(gaps.mean()), len(offsets), True)
    extent = float(offsets[-1] - offsets[0])
    count = int(np.ceil(extent / smallest - 1e-6)) + 1
    for parts in range(1, FINEST_SPLIT + 1):
        multiples = (offsets - offsets[0]) * parts / smallest
        if np.abs(multiples - np.rint(multiples)).max() * smallest / parts <= EVEN_MM:
            count = round(float(multiples[-1])) + 1
            break
    if count > MOST_FRAMES:
        raise ValueError(
            f"frames lie {smallest:g} to {float(gaps.max()):g} mm apart (GridFrameOffsetVector), "
            "too different to be resampled"
        )
    return FrameOrder(order, offsets, extent / (count - 1), count, False)


def resample_frames(frames: FloatArray, at_mm: FloatArray, wanted_mm: FloatArray) -> FloatArray:
    """Frames (N, R, C) at other positions: the dose field's clamped cubic along one axis.

    A cubic spline through every frame, limited pixel by pixel to the range of the four frames
    around, widened by a small share of it: a peak between two frames keeps its height, a steep
    edge does not ring.

    Examples
    --------
    >>> z = np.array([0.0, 1.0, 3.0, 6.0])
    >>> resample_frames((2 * z)[:, None, None], z, np.arange(7.0))[:, 0, 0].round(6).tolist()
    [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0]
    """
    weights = sparse.csr_array(CubicSpline(at_mm, np.eye(len(at_mm)))(wanted_mm))
    # sparse, not BLAS, which adds in another order on two cores than on one
    values = (weights @ frames.reshape(len(frames), -1)).reshape(-1, *frames.shape[1:])
    gap = np.clip(np.searchsorted(at_mm, wanted_mm, side="right") - 1, 0, len(at_mm) - 2)
    around = np.clip(gap + np.array([-1, 0, 1, 2])[:, None], 0, len(at_mm) - 1)
    for start in range(0, len(wanted_mm), CHUNK):
        part = slice(start, start + CHUNK)
        near = frames[around[:, part]]
        low, high = near.min(axis=0), near.max(axis=0)
        room = OVERSHOOT * (high - low)
        values[part] = np.clip(values[part], np.maximum(low - room, 0.0), high + room)
    return np.asarray(values)
