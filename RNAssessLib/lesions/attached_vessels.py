"""Vessels and dura that hang on a lesion are cut off it."""

from __future__ import annotations

import numpy as np

from RNAssessLib.evidence import Thresholds

from .morphology import (
    Bools,
    Component,
    close,
    dilate,
    erode,
    fill_holes,
    find_components,
    spacing_kji,
)
from .normal_enhancement import Surroundings, explain_attached

BESIDE_MM = 2.0


def cut_attached_vessels(
    component: Component,
    target: Bools,
    cavity: Bools,
    around: Surroundings,
    untreated: Bools,
    thresholds: Thresholds,
) -> Component:
    """Part of a component on a target that is no vessel, sinus or dura attached to it.

    Its body is what is thicker than a vessel (rings filled) and meets the target. What hangs on
    the body is judged by itself, as if it were separate.

    Parameters
    ----------
    component : Component
    target, cavity : (K, J, I) bool array
        Treated volume with a margin, and cavities known from the image.
    around : Surroundings
    untreated : (K, J, I) bool array
        Enhancement without treated lesions, where a mirror image is looked for.
    thresholds : Thresholds

    Returns
    -------
    Component
        In the same box; the component itself when nothing hangs on it.
    """
    spacing = spacing_kji(around.grid.spacing_mm)
    box, own = component.surrounded((2, 2, 2), target.shape)
    solid = fill_holes(close(own, spacing, 1.5 * min(spacing))) | (cavity[box] & dilate(
        own, spacing, 1.5 * max(spacing)
    ))  # fmt: skip
    solid = fill_holes(solid)
    radius = 0.5 * thresholds["segmentation.sheet_thickness_mm"] + 0.1
    thick = solid & dilate(erode(solid, spacing, radius), spacing, radius)
    body = np.zeros(own.shape, bool)
    for piece in find_components(thick | (own & target[box])):
        if piece.count_in(target[box]):
            piece.paint(body)
    rest = own & ~dilate(body, spacing, max(BESIDE_MM, 1.1 * float(np.median(spacing))))
    kept = own.copy()
    for tail in find_components(rest):
        start = [b.start + t.start for b, t in zip(box, tail.box, strict=True)]
        place = tuple(slice(s, s + n) for s, n in zip(start, tail.mask.shape, strict=True))
        whole = Component((place[0], place[1], place[2]), tail.mask)
        if explain_attached(whole, around, untreated, thresholds):
            kept[tail.box] &= ~tail.mask
    if kept.all() or np.array_equal(kept, own):
        return component
    # crumbs that hung on what was cut go with it
    out = np.zeros(own.shape, bool)
    for piece in find_components(kept):
        if piece.count_in(target[box] | body):
            piece.paint(out)
    return Component(box, out)
