"""Outlines between and beyond contour planes: smooth through several slices, true to the area.

Signed distances to the drawn outlines are interpolated along the normal by a limited cubic; the
level set that encloses the area of that height is the outline there. Where it moves within one
layer of cells, the layer is the mean of thinner ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .between_planes import AreaCourse, limit_bends, second_differences
from .signed_distance import compute_signed_distance

FloatArray = npt.NDArray[np.floating[Any]]
ShareArray = npt.NDArray[np.float32]
NEAR_PIXELS = 1.5  # pixels this close to an outline say how fast it moves
MOST_SUBLAYERS = 6
MOVE_PIXELS = 0.4  # an outline may move this far within one sublayer
STEEPEST = 3.0  # sideways mm per mm of height at which an end is continued
TOGETHER = 64  # sublayers handled at once


@dataclass(frozen=True, eq=False)
class OutlineStack:
    """Signed distances of one part of a structure.

    Attributes
    ----------
    heights_mm : (P,) array
    distance : (P, rows, columns) float32 array
        To the outline of every plane in pixels, negative inside.
    bends : (P - 1, 2, rows, columns) float32 array
        Second derivative of the distance at both sides of every gap.
    pixel_mm : float
    """

    heights_mm: FloatArray
    distance: ShareArray
    bends: ShareArray
    pixel_mm: float

    @classmethod
    def from_coverage(
        cls, heights_mm: FloatArray, coverage: FloatArray, pixel_mm: float
    ) -> OutlineStack:
        """Make it from the covered share of the pixels of every plane."""
        distance = compute_signed_distance(coverage).astype(np.float32)
        count = len(heights_mm)
        if count < 3:
            bends = np.zeros((max(count - 1, 0), 2, *distance.shape[1:]), np.float32)
        else:
            bends = limit_bends(second_differences(heights_mm, distance)).astype(np.float32)
        return cls(heights_mm, distance, bends, pixel_mm)

    def at(self, heights_mm: FloatArray) -> ShareArray:
        """Distances (N, rows, columns) at any height; the end planes' course goes on beyond."""
        z, last = self.heights_mm, len(self.heights_mm) - 1
        if last == 0:
            return np.repeat(self.distance, len(heights_mm), axis=0)
        gap = np.clip(np.searchsorted(z, heights_mm, side="right") - 1, 0, last - 1)
        width = (z[gap + 1] - z[gap]).astype(np.float32)[:, None, None]
        place = np.clip((heights_mm - z[gap]) / (z[gap + 1] - z[gap]), 0.0, 1.0)
        t = place.astype(np.float32)[:, None, None]
        bend = (1 - t) * self.bends[gap, 0] + t * self.bends[gap, 1]
        between = (1 - t) * self.distance[gap] + t * self.distance[gap + 1]
        between -= bend * (t * (1 - t) * width**2 / 2)
        for end, beyond in ((0, z[0] - heights_mm), (-1, heights_mm - z[-1])):
            outside = beyond > 0
            if outside.any():
                reach = beyond[outside].astype(np.float32)[:, None, None]
                between[outside] += reach * self._slope(end)
        return np.asarray(between, np.float32)

    def _slope(self, end: int) -> ShareArray:
        """How the distance goes on beyond an end plane, per mm, without its mean there.

        Only how the outline drifts sideways: how far it shrinks is the area's to say.
        """
        other = 1 if end == 0 else -2
        width = np.float32(abs(self.heights_mm[end] - self.heights_mm[other]))
        slope = (self.distance[end] - self.distance[other]) / width
        slope += self.bends[end, end] * width / 2
        limit = STEEPEST / self.pixel_mm
        near = np.abs(self.distance[end]) < NEAR_PIXELS
        drift = slope - (slope[near].mean() if near.any() else 0.0)
        return np.asarray(np.clip(drift, -limit, limit), np.float32)

    def moves(self) -> FloatArray:
        """How far the outline moves over every gap, in pixels per mm."""
        z = self.heights_mm
        out = np.zeros(len(z) - 1)
        near = np.abs(self.distance) < NEAR_PIXELS
        for gap in range(len(out)):
            both = near[gap] | near[gap + 1]
            if both.any():
                change = np.abs(self.distance[gap + 1] - self.distance[gap])[both]
                out[gap] = float(np.minimum(change, 1e3).mean()) / (z[gap + 1] - z[gap])
        return out


def fill_layers(stack: OutlineStack, course: AreaCourse, edges_mm: FloatArray) -> ShareArray:
    """Share (N, rows, columns) of every cell of the layers between consecutive edges."""
    shape = stack.distance.shape[1:]
    share = np.zeros((len(edges_mm) - 1, *shape), np.float32)
    layers = np.flatnonzero(course.mean_over(edges_mm) > 0)
    parts = _count_sublayers(stack, course, edges_mm)[layers]
    start = 0
    while start < len(layers):
        stop = start + max(int(np.searchsorted(np.cumsum(parts[start:]), TOGETHER)), 1)
        chosen, count = layers[start:stop], parts[start:stop]
        first = np.concatenate([[0], np.cumsum(count)])
        within = np.arange(first[-1]) - np.repeat(first[:-1], count)
        below, thick = edges_mm[chosen], (edges_mm[chosen + 1] - edges_mm[chosen]) / count
        low = np.repeat(below, count) + within * np.repeat(thick, count)
        high = low + np.repeat(thick, count)
        area = course.mean_between(low, high) / stack.pixel_mm**2
        thin = enclose_area(stack.at((low + high) / 2), area)
        total = np.add.reduceat(thin, first[:-1], axis=0)
        share[chosen] = total / count[:, None, None].astype(np.float32)
        start = stop
    return share


def _count_sublayers(
    stack: OutlineStack, course: AreaCourse, edges_mm: FloatArray
) -> npt.NDArray[np.intp]:
    """Sublayers per layer: more where the outline moves by pixels within it."""
    thick = np.diff(edges_mm)
    area = np.stack([course.at(edges_mm[:-1]), course.at(edges_mm[1:])]) / stack.pixel_mm**2
    radius = np.sqrt(np.maximum(area, 0.0) / np.pi)
    moved = np.abs(radius[1] - radius[0])
    if len(stack.heights_mm) > 1:
        middle = (edges_mm[1:] + edges_mm[:-1]) / 2
        gap = np.searchsorted(stack.heights_mm, middle, side="right") - 1
        gap = np.clip(gap, 0, len(stack.heights_mm) - 2)
        moved = np.maximum(moved, stack.moves()[gap] * thick)
    parts: npt.NDArray[np.intp] = np.ceil(moved / MOVE_PIXELS).astype(np.intp)
    return np.clip(parts, 1, MOST_SUBLAYERS)


def enclose_area(distance: ShareArray, area: FloatArray) -> ShareArray:
    """Cover each layer's `area` (in pixels) with the level set of its signed distance.

    Newton's method on the level, kept inside a shrinking bracket; 12 rounds reach 1e-4 pixels.
    """
    flat = distance.reshape(len(distance), -1)
    low = np.maximum(flat.min(axis=1) - 1.0, -1e5)
    high = np.minimum(flat.max(axis=1) + 1.0, 1e3)
    level = np.zeros(len(flat), np.float32)
    for _ in range(12):
        share = np.clip(0.5 - (flat - level[:, None]), 0.0, 1.0)
        surplus = share.sum(axis=1) - area
        if np.all(np.abs(surplus) < 1e-3 * np.maximum(area, 1.0)):
            break
        high = np.where(surplus > 0, np.minimum(high, level), high)
        low = np.where(surplus < 0, np.maximum(low, level), low)
        rim = np.count_nonzero((share > 0) & (share < 1), axis=1)
        step = np.where(rim > 0, level - surplus / np.maximum(rim, 1), np.nan)
        outside = ~((step > low) & (step < high))
        level = np.where(outside, (low + high) / 2, step).astype(np.float32)
    share = np.clip(0.5 - (flat - level[:, None]), 0.0, 1.0)
    total = share.sum(axis=1)
    # the last fraction of a percent: a rim too thin to move, or fewer pixels than the area needs
    scale = np.where(total > 0, np.minimum(area / np.maximum(total, 1e-9), 1.0), 0.0)
    filled: ShareArray = (share * scale[:, None]).astype(np.float32)
    return filled.reshape(distance.shape)
