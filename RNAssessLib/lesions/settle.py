"""One lesion outlined alike at every examination: outlines differ only where the images do.

Each examination is outlined by itself. Weak or patchy enhancement just above a threshold on one
scan lies just below it on the next although nothing changed: parts of several cm³ come and go. So
every part that one scan's outline holds and its neighbour's does not is looked up in the
neighbour's image: scaled to the first one's intensities by the unchanged surroundings of the
lesion, at the coarser resolution of both, by the first one's own border. What shows there as well
is outlined there as well. What does not is a change. Nothing is ever taken out of an outline, so
each scan's own finding stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Lesion,
    MaskOrigin,
    PreparedTimepoint,
    RigidTransform,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.resampling import resample_array

from .border import LesionView, cut_view, halfway, outline_points, redrawn
from .enclosure import keep_enclosed
from .morphology import Bools, Floats, dilate, distance_to, find_components, keep_touching

FIT_SIGMA_MM, AWAY_MM, RIM_MM = 1.0, 2.5, 2.0
FEWEST_FIT = 500
SMALLEST_GAIN, LARGEST_GAIN = 0.4, 2.5
BLUR_PER_MM = 0.35  # Gaussian of a slice profile: a box of width w has 0.29 w
INSIDE, FAR = 0.5, 1.0e3
DARKEST_LOG = 0.2  # of white matter: what is darker than CSF is noise


def settle_lesions(
    timepoints: Sequence[PreparedTimepoint], lesions: Sequence[Lesion], thresholds: Thresholds
) -> tuple[PreparedTimepoint, ...]:
    """Give each scan what its neighbours outline and its own image shows as well.

    Parameters
    ----------
    timepoints : sequence of PreparedTimepoint
        In order of date, each outlined by itself.
    lesions : sequence of Lesion
    thresholds : Thresholds

    Returns
    -------
    tuple of PreparedTimepoint
        Those that gained nothing are the same objects. Outlines that were given or corrected are
        neither changed nor taken as a pattern, and a scan that is not aligned takes no part.
    """
    out = list(timepoints)
    usable = [n for n, t in enumerate(out) if t.to_reference.is_usable]
    forward = list(pairwise(usable))
    back = [(b, a) for a, b in reversed(forward)]
    for lesion in lesions:
        for source, target in (*forward, *back):
            out[target] = _take_over(out[source], out[target], lesion, thresholds)
    return tuple(out)


def _take_over(
    source: PreparedTimepoint, target: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> PreparedTimepoint:
    """`target` with the parts of `source`'s outline that its image shows."""
    held = [t.lesions[lesion.id] for t in (source, target)]
    given = source.timepoint.masks or target.timepoint.masks  # nothing automatic changes these
    drawn = any(m.origin is not MaskOrigin.AUTOMATIC for m in held)
    if given or drawn or held[0].enhancing.is_empty:
        return target
    points = outline_points(source, lesion)
    views = [cut_view(t, lesion, points) for t in (source, target)]
    first, second = views
    if first is None or second is None:
        return target
    gained = _find_shown(first, second, thresholds)
    if gained is None:
        return target
    return redrawn(target, lesion, second, *gained)


def _find_shown(
    first: LesionView, second: LesionView, thresholds: Thresholds
) -> tuple[Bools, Bools] | None:
    """(enhancing, core) of `second` with what `first` outlines and it shows; None when nothing."""
    spacing = second.spacing
    carry = first.to_reference.then(second.to_reference.inverse())
    enhancing = _carried(first.enhancing, first, second, carry) >= INSIDE
    core = _carried(first.core, first, second, carry) >= INSIDE
    missing = (enhancing | core) & ~second.whole & second.brain & ~second.others
    missing = _deep_parts(missing, second, thresholds)
    if not missing.any():
        return None
    coarse = _as_coarse(first.values, first, second)
    cut = halfway(coarse, first.enhancing, first.brain, first.spacing)
    own = _as_coarse(second.values, second, first)
    fitted = compare_intensity(first, second)
    if fitted is None:
        return None
    gain, offset = fitted
    limit = _carried(np.where(np.isfinite(cut), cut, FAR), first, second, carry)
    limit = gain * limit + offset
    shown = missing & enhancing & (own > limit) & (limit < 0.5 * FAR * gain)
    hidden = missing & core & (own <= limit)
    smallest = thresholds["segmentation.smallest_cm3"]
    shown = _without_specks(shown, second, smallest)
    if not shown.any() and not hidden.any():
        return None
    bright = second.enhancing | shown
    hidden = _behind_shown_rim(hidden, enhancing, bright, spacing, thresholds)
    dark = keep_enclosed((second.core | hidden) & ~bright, bright, spacing, thresholds)
    return bright, (second.core | dark) & ~bright


def _behind_shown_rim(
    hidden: Bools,
    rim: Bools,
    bright: Bools,
    spacing: tuple[float, float, float],
    thresholds: Thresholds,
) -> Bools:
    """Parts of a core whose rim shows on the other scan, too.

    A core is dark on both scans where nothing changed, but so is the brain that a lesion grows
    into: only the rim tells them apart.
    """
    out = np.zeros(hidden.shape, bool)
    needed = thresholds["settle.rim_percent"] / 100.0
    for part in find_components(hidden):
        own = np.zeros(hidden.shape, bool)
        part.paint(own)
        wall = dilate(own, spacing, RIM_MM) & rim
        if wall.any() and bright[wall].mean() >= needed:
            out |= own
    return out


def compare_intensity(first: LesionView, second: LesionView) -> tuple[float, float] | None:
    """Gain and offset that bring one scan's intensities around a lesion to the other's.

    Both at the coarser resolution, in brain that neither outlines, as in `fit_intensity`.
    """
    carry = first.to_reference.then(second.to_reference.inverse())
    coarse = _as_coarse(first.values, first, second)
    there = _carried(coarse, first, second, carry)
    known = _carried(np.ones(coarse.shape, bool), first, second, carry) > 0.99
    own = _as_coarse(second.values, second, first)
    return fit_intensity(there, own, _unchanged(first, second, carry) & known, second.spacing)


def fit_intensity(
    moving: Floats,
    fixed: Floats,
    where: Bools,
    spacing: tuple[float, float, float],
    sigma_mm: float = FIT_SIGMA_MM,
) -> tuple[float, float] | None:
    """Gain and offset that bring one image's intensities to another's in unchanged tissue.

    Median and spread (10th to 90th percentile) of both, smoothed alike, are matched: unlike a
    least-squares fit the gain is not lowered by noise or misalignment. The largest differences
    are then left out and the match repeated.

    Parameters
    ----------
    moving, fixed : (K, J, I) array
        On one grid.
    where : (K, J, I) bool array
        Tissue that is normal in both.
    spacing : tuple of float
        In mm, along (k, j, i).
    sigma_mm : float
        Of the Gaussian that smooths both.

    Returns
    -------
    tuple of float or None
        ``fixed ~ gain * moving + offset``; None with too little tissue or none that varies.
    """
    if np.count_nonzero(where) < FEWEST_FIT:
        return None
    blur = [sigma_mm / s for s in spacing]
    a = ndimage.gaussian_filter(moving, blur, truncate=2.0)[where].astype(float)
    b = ndimage.gaussian_filter(fixed, blur, truncate=2.0)[where].astype(float)
    gain, offset = 1.0, 0.0
    kept = np.ones(a.shape, bool)
    for _ in range(3):
        low, mid, high = np.percentile(a[kept], (10, 50, 90))
        low_b, mid_b, high_b = np.percentile(b[kept], (10, 50, 90))
        if high - low < 1e-3:
            return None
        gain = float(np.clip((high_b - low_b) / (high - low), SMALLEST_GAIN, LARGEST_GAIN))
        offset = float(mid_b - gain * mid)
        rest = np.abs(b - gain * a - offset)
        kept = rest <= np.percentile(rest, 80)
    return gain, offset


def _carried(
    array: npt.NDArray[np.generic], first: LesionView, second: LesionView, carry: RigidTransform
) -> Floats:
    return resample_array(array, first.grid, second.grid, carry)


def _as_coarse(values: Floats, own: LesionView, other: LesionView) -> Floats:
    """Values as blurred as the other scan's slices are thick."""
    excess = max(other.grid.spacing_mm) ** 2 - max(own.grid.spacing_mm) ** 2
    if excess <= 0.5:
        return values
    sigma = BLUR_PER_MM * float(np.sqrt(excess))
    return np.asarray(ndimage.gaussian_filter(values, [sigma / s for s in own.spacing]))


def _unchanged(first: LesionView, second: LesionView, carry: RigidTransform) -> Bools:
    """Brain on both scans, away from what either outlines."""
    brain = second.brain & (_carried(first.brain, first, second, carry) >= INSIDE)
    lesion = second.whole | second.others
    lesion |= _carried(first.whole | first.others, first, second, carry) >= INSIDE
    return brain & ~dilate(lesion, second.spacing, AWAY_MM)


def _deep_parts(missing: Bools, view: LesionView, thresholds: Thresholds) -> Bools:
    """Parts that reach deeper than a border may be off; the rest is what noise does to a border."""
    reach = thresholds["settle.border_voxels"] * float(np.linalg.norm(view.spacing)) / np.sqrt(3.0)
    if not view.whole.any():
        return missing
    far = distance_to(view.whole, view.spacing) > reach
    return keep_touching(missing, missing & far)


def _without_specks(shown: Bools, view: LesionView, smallest_cm3: float) -> Bools:
    out = np.zeros(shown.shape, bool)
    needed = max(smallest_cm3 / view.grid.voxel_volume_cm3, 1.0)
    for part in find_components(shown):
        if part.size >= needed:
            part.paint(out)
    return out
