"""A lesion outlined again by its own rules, with one of them moved a little."""

from __future__ import annotations

import numpy as np

from .border import LesionView, halfway
from .morphology import Bools, Floats, dilate

FARTHEST, GROWTH_MM = 0.5, 2.0


def margin_of(view: LesionView, fraction: float = 0.0, scale: float = 0.0) -> Floats:
    """By how much each voxel is on its side of the border, positive inside.

    Two rules bound a lesion: halfway between it and its surroundings, and uptake that exceeds what
    normal tissue shows. Where the outline goes by another rule (a weak rim, a part that was left
    out as a vessel) nothing small moves it.

    Parameters
    ----------
    view : LesionView
    fraction : float
        By which share of the contrast the middle is moved outward.
    scale : float
        By which share the uptake is taken to be larger.
    """
    plain = _amount(view, 0.0, 0.0)
    side = np.where(view.enhancing, 1.0, -1.0)
    decided = view.brain & ~view.others & ~view.core & (side * plain > 0)
    amount = plain if fraction == scale == 0.0 else _amount(view, fraction, scale)
    amount = np.where(decided, amount, side * FARTHEST)
    return np.asarray(np.clip(amount, -FARTHEST, FARTHEST), np.float32)


def _amount(view: LesionView, fraction: float, scale: float) -> Floats:
    """The smaller of what exceeds the middle and what exceeds normal uptake."""
    if view.rise is None or view.excess is None:
        return _above_middle(view, view.values, view.enhancing, fraction, 1.0)
    excess = view.excess + np.float32(scale) * view.rise
    bright = _scaled_outline(view.enhancing, view.excess, excess, view.spacing)
    return np.minimum(_above_middle(view, view.rise, bright, fraction, 0.0), excess)


def _above_middle(
    view: LesionView, values: Floats, bright: Bools, fraction: float, plain: float
) -> Floats:
    cut = halfway(values, bright, view.brain, view.spacing, 0.5 - fraction, plain)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(np.isfinite(cut), values - cut, -FARTHEST), np.float32)


def _scaled_outline(
    bright: Bools, before: Floats, after: Floats, spacing: tuple[float, float, float]
) -> Bools:
    """Outline with the voxels that another excess lets in or leaves out.

    Levels are those of what is inside: a lesion that fades out has its middle further out, too.
    """
    lost, won = (before > 0) & (after <= 0), (before <= 0) & (after > 0)
    # into the next slice, however thick
    k, j, i = (min(s, GROWTH_MM) for s in spacing)
    return np.asarray((bright & ~lost) | (dilate(bright, (k, j, i), GROWTH_MM) & won))
