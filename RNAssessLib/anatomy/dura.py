"""Falx and tentorium where the patient's own dura is seen, instead of the atlas's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.spatial import cKDTree

from RNAssessLib.case import Compartment, Grid, Lesion
from RNAssessLib.spatial.balls import within

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating]
C = Compartment
# What lies on either side, and what a voxel of one side is called on the other.
FALX = {C.LEFT_CEREBRUM: C.RIGHT_CEREBRUM}
TENTORIUM = {C.LEFT_CEREBRUM: C.LEFT_CEREBELLUM, C.RIGHT_CEREBRUM: C.RIGHT_CEREBELLUM}
# Engineering defaults, from what two public heads show.
REACH_MM = 4.0  # how far from the atlas's boundary the sheet is looked for
THIN_MM = 3.0  # a sheet has fallen to half its contrast this far from its crest
BRIGHT = 1.1  # white matter between two sulci is a crest as well, dura enhances beyond it
BRAIN, LOW_PERCENT = 0.8, 20.0  # what lies beside the crest, at least
CONTRAST = 0.12  # of the crest over its surroundings, in units of white matter
AROUND_MM = 5.0  # neighbourhood whose profiles are taken together: a vessel fills less than half
STRAY_MM = 1.5  # from the neighbours' median
FEWEST = 4
# Dura is taut: a patch that stands out from what is seen around it is a rim or a vessel.
WIDE_MM, BULGE_MM = 20.0, 2.0
MEET_MM = 3.0  # both sides come this near to their boundary
BAND_MM = 6.0
FADE_MM = 3.0  # from a place where the sheet is seen; as far again it has no say
RIM_MM = 3.0
STEP_MM, SMOOTH_MM = 0.5, 1.5


def near_targets(lesions: Iterable[Lesion], grid: Grid) -> Bools:
    """Voxels (K, J, I) of treated targets and close to them: a rim there may be as thin as dura."""
    found, spacing = np.zeros(grid.shape, bool), grid.spacing_mm[::-1]
    for lesion in lesions:
        k, j, i = np.rint(grid.lps_to_index(np.asarray(lesion.center_lps_mm))).astype(int)
        if all(0 <= n < size for n, size in zip((k, j, i), grid.shape, strict=True)):
            middle = np.zeros(grid.shape, bool)
            middle[k, j, i] = True
            found |= within(middle, spacing, lesion.radius_mm + RIM_MM)
    return found


@dataclass(frozen=True)
class _Boundary:
    """Where two sides meet: a box, signed distance (negative on the first side), its slope in
    every voxel, and the points of the boundary in mm.
    """

    box: tuple[slice, slice, slice]
    away_mm: Floats
    normals: Floats
    points: Floats


def follow_own_dura(
    compartments: npt.NDArray[np.uint8],
    t1c: npt.NDArray[np.float32],
    spacing: tuple[float, float, float],
    exclude: Bools,
) -> Bools:
    """Move falx and tentorium to the enhancing sheet near the atlas's, in place.

    Dura enhances: across the boundary the T1c has a thin crest. Its place is the crest of the
    median of all profiles within 5 mm, so that a vessel that meets the sheet does not count; where
    there is no crest, or a thick one (a lesion, slices that the sheet runs through aslant), the
    atlas's boundary stays.

    Parameters
    ----------
    compartments : (K, J, I) uint8 array of Compartment
        From the atlas; changed.
    t1c : (K, J, I) float32 array
        In units of white matter.
    spacing : tuple of float
        (k, j, i), mm.
    exclude : (K, J, I) bool array
        Lesions: nothing is looked for at them.

    Returns
    -------
    (K, J, I) bool array
        Voxels on a boundary that follows the patient's own sheet.
    """
    seen = np.zeros(compartments.shape, bool)
    for names in (TENTORIUM, FALX):
        boundary = _meet(compartments, names, np.asarray(spacing))
        if boundary is not None:
            box = boundary.box
            found, offset = _crests(boundary, t1c[box], np.asarray(spacing), exclude[box])
            if len(found):
                _move(compartments, seen, names, boundary, found, offset, np.asarray(spacing))
    return seen


def _meet(
    compartments: npt.NDArray[np.uint8], names: dict[Compartment, Compartment], spacing: Floats
) -> _Boundary | None:
    first, second = (np.isin(compartments, list(s)) for s in (names.keys(), names.values()))
    margin = [int(np.ceil((BAND_MM + 2.0) / s)) for s in spacing]
    size = [2 * m + 1 for m in margin]
    near = ndimage.maximum_filter(first, size) & ndimage.maximum_filter(second, size)
    if not near.any():
        return None
    box = ndimage.find_objects(near.astype(np.uint8))[0]
    a, b = first[box], second[box]
    if not a.any() or not b.any():
        return None
    to_a, to_b = (ndimage.distance_transform_edt(~m, sampling=spacing) for m in (a, b))
    in_a, in_b = (ndimage.distance_transform_edt(m, sampling=spacing) for m in (a, b))
    half = spacing.min() / 2.0  # distances are from voxel to voxel, the border lies between them
    to_side = [np.maximum(to, half) - np.maximum(inner, half) for to, inner in
               ((to_a, in_a), (to_b, in_b))]  # fmt: skip
    away = ndimage.gaussian_filter((to_side[0] - to_side[1]) / 2.0, SMOOTH_MM / spacing)
    on = (to_a <= MEET_MM) & (to_b <= MEET_MM) & (np.abs(away) <= 0.6 * spacing.max())
    index = np.argwhere(on)
    if not len(index):
        return None
    slope = np.stack(list(np.gradient(away, *spacing)), axis=-1)
    length = np.linalg.norm(slope, axis=-1, keepdims=True)
    return _Boundary(box, away, slope / np.maximum(length, 1e-6), index * spacing)


def _crests(
    boundary: _Boundary, t1c: Floats, spacing: Floats, exclude: Bools
) -> tuple[Floats, Floats]:
    """(points of the boundary at which a sheet is seen, how far along the normal it lies)."""
    at = np.rint(boundary.points / spacing).astype(int)
    free = ~exclude[tuple(at.T)]
    points, normals = boundary.points[free], boundary.normals[tuple(at[free].T)]
    centres = points[::3]
    if not len(centres):
        return np.zeros((0, 3)), np.zeros(0)
    reach = REACH_MM + THIN_MM
    steps = np.arange(-reach, reach + STEP_MM / 2.0, STEP_MM)
    places = points[:, None] + steps[None, :, None] * normals[:, None]
    index = (places / spacing).reshape(-1, 3).T
    profiles = ndimage.map_coordinates(t1c, index, order=1).reshape(len(points), -1)
    groups = cKDTree(points).query_ball_point(centres, AROUND_MM)
    middle = np.array([np.median(profiles[group], axis=0) for group in groups])
    thin = round(THIN_MM / STEP_MM)
    crest = middle[:, thin:-thin].argmax(axis=1) + thin
    row = np.arange(len(middle))
    top = middle[row, crest]
    seen = (top > BRIGHT) & (top - np.median(middle, axis=1) > CONTRAST)
    # Of a thick crest the profile has little else; CSF beside a sheet is no measure of brain.
    level = np.maximum(np.percentile(middle, LOW_PERCENT, axis=1), BRAIN)
    half = (level + top) / 2.0
    seen &= middle[row, crest - thin] < half
    seen &= middle[row, crest + thin] < half
    seen &= np.abs(steps[crest]) < REACH_MM - STEP_MM / 2.0  # at the end it may go on rising
    return _agreeing(centres[seen], steps[crest[seen]])


def _agreeing(points: Floats, offset: Floats) -> tuple[Floats, Floats]:
    """Those whose neighbours, near and far, lie as they do; the offset is the near ones' median."""
    if not len(points):
        return points, offset
    tree = cKDTree(points)
    groups, wide = (tree.query_ball_point(points, r) for r in (1.5 * AROUND_MM, WIDE_MM))
    middle = np.array([np.median(offset[group]) for group in groups])
    about = np.array([np.median(offset[group]) for group in wide])
    keep = np.array([len(group) for group in groups]) >= FEWEST
    keep &= (np.abs(offset - middle) <= STRAY_MM) & (np.abs(middle - about) <= BULGE_MM)
    return points[keep], middle[keep]


def _move(
    compartments: npt.NDArray[np.uint8],
    seen: Bools,
    names: dict[Compartment, Compartment],
    boundary: _Boundary,
    found: Floats,
    offset: Floats,
    spacing: Floats,
) -> None:
    """Give the voxels between the atlas's boundary and the sheet to the other side."""
    labels, away = compartments[boundary.box], boundary.away_mm
    band = np.abs(away) <= BAND_MM
    index = np.argwhere(band)
    foot = index * spacing - away[band][:, None] * boundary.normals[band]
    gap, which = cKDTree(found).query(foot, k=min(6, len(found)))
    gap, which = gap.reshape(len(foot), -1), which.reshape(len(foot), -1)
    say = np.clip(2.0 - gap / FADE_MM, 0.0, 1.0)
    total = say.sum(axis=1)
    mean = (say * offset[which]).sum(axis=1) / np.maximum(total, 1e-6)
    now = away[band] - mean * say[:, 0]
    values, before = labels[band], labels[band].copy()
    for one, other in names.items():
        values[(before == one) & (now > 0.0)] = other
        values[(before == other) & (now < 0.0)] = one
    labels[band] = values
    near = (say[:, 0] >= 1.0) & (np.abs(now) <= spacing.max())
    inside = seen[boundary.box]
    inside[tuple(index[near].T)] = True
