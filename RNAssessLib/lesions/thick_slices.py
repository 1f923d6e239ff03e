"""Volume of small solid lesions in thick slices, from how much they fill each slice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from .morphology import Bools, Component, dilate, find_components

THICK_MM, THICK_RATIO = 1.8, 1.6
SMALLEST_RADIUS_MM, LARGEST_RADIUS_MM = 1.8, 9.0
REACH_MM, DISC_MM = 2.5, 1.2
SOLID_SHARE = 0.85
STEPS = 12
CHANGE_MIN, CHANGE_MAX = 0.45, 2.0

Array = npt.NDArray[np.floating[Any]]


def has_thick_slices(spacing: tuple[float, float, float]) -> bool:
    """Whether one axis is sampled so much coarser that a border inside a voxel matters."""
    return max(spacing) >= THICK_MM and max(spacing) >= THICK_RATIO * float(np.median(spacing))


def fit_small_lesions(
    mask: Bools,
    values: Array,
    ground: Array,
    level: Array,
    allowed: Bools,
    spacing: tuple[float, float, float],
    blur_mm: float,
) -> Bools:
    """Make each small solid lesion as large as its brightness says.

    A slice that a lesion fills in part shows it in part as bright. The sum of what it is brighter
    than its surroundings, over the brightness of a full voxel, is its volume whatever the slice
    thickness. In a lesion no thicker than a slice no voxel is full: how full the fullest can be
    follows from a ball of the same volume at the same height, found by iteration. The mask then
    takes the brightest voxels until it has that volume.

    Parameters
    ----------
    mask : (K, J, I) bool array
        Border halfway.
    values, ground, level : (K, J, I) array
        Image in units of white matter, what surrounds a lesion, and full enhancement seen near.
    allowed : (K, J, I) bool array
        Where a lesion may grow.
    spacing : tuple of float
        In mm, along (k, j, i).
    blur_mm : float
        Standard deviation of the blur within a slice.

    Returns
    -------
    (K, J, I) bool array
        `mask`, with hollow, large and flat components as they were.
    """
    out = mask.copy()
    for component in find_components(mask):
        if SMALLEST_RADIUS_MM <= component.ball_radius_mm(spacing) <= LARGEST_RADIUS_MM:
            _fit(component, out, mask, values, ground, level, allowed, spacing, blur_mm)
    return out


def _fit(
    component: Component,
    out: Bools,
    mask: Bools,
    values: Array,
    ground: Array,
    level: Array,
    allowed: Bools,
    spacing: tuple[float, float, float],
    blur_mm: float,
) -> None:
    margin = [int(np.ceil(REACH_MM / s)) + 1 for s in spacing]
    box, own = component.surrounded(margin, mask.shape)
    # one slice either way, a few millimetres within the slice; never what another lesion holds
    near = dilate(own, [min(s, REACH_MM) for s in spacing], REACH_MM)
    near &= allowed[box] & ~(mask[box] & ~own)
    rise = np.where(near, values[box] - ground[box], 0.0)
    ball = fit_ball(rise, spacing, blur_mm)
    contrast = float((level[box] - ground[box])[own].max())
    if ball is None or ball.brightest < SOLID_SHARE * contrast:
        return
    wanted = round(ball.volume_mm3 / float(np.prod(spacing)))
    if not CHANGE_MIN * component.size <= wanted <= CHANGE_MAX * component.size:
        return
    share = np.where(near, rise / np.maximum(level[box] - ground[box], 1e-3), -np.inf)
    cut = np.partition(share.ravel(), -wanted)[-wanted]
    chosen = (share >= cut) & (share > 0)
    labels, _ = ndimage.label(chosen, np.ones((3, 3, 3)))
    touching = np.unique(labels[own & chosen])
    out[box] &= ~own
    out[box] |= np.isin(labels, touching[touching > 0])


@dataclass(frozen=True)
class Ball:
    """What `fit_ball` finds.

    Attributes
    ----------
    volume_mm3 : float
    height_mm : float
        Of its centre along the slice axis, from the first slice's middle.
    brightest : float
        Mean rise at the middle of its brightest slice.
    fullness : float
        Share of that place which the ball fills.
    """

    volume_mm3: float
    height_mm: float
    brightest: float
    fullness: float


def fit_ball(rise: Array, spacing: tuple[float, float, float], blur_mm: float) -> Ball | None:
    """Volume and height of a solid lesion from its brightness above the surroundings.

    Parameters
    ----------
    rise : (K, J, I) array
        Zero away from the lesion.
    spacing : tuple of float
        In mm; the coarsest axis is the slice axis.
    blur_mm : float
        Standard deviation of the blur within a slice.

    Returns
    -------
    Ball or None
        None without any rise.
    """
    axis = int(np.argmax(spacing))
    slices = np.moveaxis(rise, axis, 0)
    thickness = spacing[axis]
    step = [s for a, s in enumerate(spacing) if a != axis]
    total = slices.sum(axis=(1, 2))
    if not total.sum() > 0:
        return None
    heights = np.arange(len(total)) * thickness
    height = float((total * heights).sum() / total.sum())
    plane = np.maximum(slices, 0).sum(axis=0)
    rows, columns = np.indices(plane.shape)
    middle = [(plane * rows).sum() / plane.sum(), (plane * columns).sum() / plane.sum()]
    away2 = ((rows - middle[0]) * step[0]) ** 2 + ((columns - middle[1]) * step[1]) ** 2
    disc = away2 <= max(DISC_MM, 0.75 * max(step)) ** 2
    bright = slices[:, disc].mean(axis=1)
    top = int(np.argmax(bright))
    if not bright[top] > 0:
        return None
    spread2 = float(away2[disc].mean()) + 2.0 * blur_mm**2
    integral = float(total.sum()) * float(np.prod(spacing))
    fullness = 1.0
    for _ in range(STEPS):
        radius2 = (integral * fullness / bright[top] * 0.75 / np.pi) ** (2.0 / 3.0)
        half = float(np.sqrt(max(radius2 - spread2, 0.25 * radius2)))
        low = max(heights[top] - thickness / 2, height - half)
        high = min(heights[top] + thickness / 2, height + half)
        fullness = min(max((high - low) / thickness, 0.2), 1.0)
    return Ball(integral * fullness / float(bright[top]), height, float(bright[top]), fullness)
