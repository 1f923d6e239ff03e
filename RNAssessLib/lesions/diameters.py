"""Longest axial diameter and its perpendicular, as RANO-BM measures them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError

from RNAssessLib.case import Mask

from .parts import largest_part

Bools = npt.NDArray[np.bool_]
# within a slice, of the largest piece, and how wide what joins both is; engineering defaults
PIECE_SHARE, NECK_MM = 0.1, 4.0


@dataclass(frozen=True)
class Diameters:
    """In-plane diameters of the slice where the lesion is longest.

    Attributes
    ----------
    longest_mm, perpendicular_mm : float
    slice_index : int
        Index along the stack axis nearest to the patient's long axis.
    slices : int
        Slices on which the lesion shows.
    """

    longest_mm: float
    perpendicular_mm: float
    slice_index: int
    slices: int


def compute_diameters(mask: Mask) -> Diameters:
    """Measure on the native slices closest to axial, from voxel edge to voxel edge.

    Of a lesion in separate parts the largest part is measured, and what of it is small and apart
    within a slice is left out: a diameter never spans the brain between a lesion and its
    satellite, also where both meet in the next slice.

    Raises
    ------
    ValueError
        Empty mask.
    """
    if mask.is_empty:
        raise ValueError("the lesion is not seen")
    whole, _ = largest_part(mask.array)
    axes = np.reshape(mask.grid.direction, (3, 3))
    stack = 2 - int(np.argmax(np.abs(axes[2])))  # array axis most along the patient's z
    plane = [a for a in (0, 1, 2) if a != stack]
    spacing = np.asarray(mask.grid.spacing_mm[::-1])[plane]
    box = ndimage.find_objects(whole.astype(np.uint8))[0]
    first, whole = int(box[stack].start), whole[box]
    best: Diameters | None = None
    shown = np.flatnonzero(whole.any(axis=tuple(plane)))
    for index in shown:
        cells = np.argwhere(_main_pieces(np.take(whole, index, axis=stack), spacing))
        longest, perpendicular = _measure(cells, spacing)
        if best is None or longest > best.longest_mm:
            best = Diameters(longest, perpendicular, first + int(index), len(shown))
    assert best is not None
    return best


def _main_pieces(plane: Bools, spacing_mm: npt.NDArray[np.floating]) -> Bools:
    """What a reader would span within a slice: arcs of one ring, but no speck or vessel beside it.

    What hangs on the lesion by a narrow neck and is small against it is what partial volume makes
    of a vessel that touches it: it goes, too.
    """
    radius = NECK_MM / 2.0
    labels, count = ndimage.label(ndimage.binary_erosion(plane, _disc(radius, spacing_mm)))
    if count:
        away, nearest = ndimage.distance_transform_edt(
            labels == 0, sampling=spacing_mm, return_indices=True
        )
        owner = labels[tuple(nearest)]
        wide = plane & (away <= radius)
        sizes = np.bincount(owner[wide], minlength=count + 1)
        body = wide & (sizes >= PIECE_SHARE * sizes.max())[owner]
        tips = ndimage.distance_transform_edt(~body, sampling=spacing_mm) <= radius
        near = body | (plane & tips & ~wide)
        plane = near | _large(plane & ~near, int(near.sum()))
    return _large(plane)


def _large(plane: Bools, against: int = 0) -> Bools:
    """Connected pieces of a share of the largest, or of so many voxels where that is more."""
    labels, _ = ndimage.label(plane, structure=np.ones((3, 3)))
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.asarray((sizes >= PIECE_SHARE * max(int(sizes.max()), against))[labels] & plane)


def _disc(radius_mm: float, spacing_mm: npt.NDArray[np.floating]) -> Bools:
    reach = [int(radius_mm / s) for s in spacing_mm]
    j, i = np.ogrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    return np.asarray((j * spacing_mm[0]) ** 2 + (i * spacing_mm[1]) ** 2 <= radius_mm**2)


def _measure(cells: np.ndarray, spacing_mm: np.ndarray) -> tuple[float, float]:
    corners = np.array([[-0.5, -0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, 0.5]])
    points = ((cells[:, None, :] + corners) * spacing_mm).reshape(-1, 2)
    try:
        points = points[ConvexHull(points).vertices]
    except QhullError:
        points = np.unique(points, axis=0)
    gaps = np.linalg.norm(points[:, None] - points[None], axis=-1)
    a, b = np.unravel_index(int(gaps.argmax()), gaps.shape)
    # corner to corner overstates by up to a voxel diagonal; half a voxel at either end is shared
    overshoot = float(np.abs((points[b] - points[a]) / gaps[a, b]) @ spacing_mm) * 0.5
    along = (points[b] - points[a]) / gaps[a, b]
    across = points @ np.array([-along[1], along[0]])
    width = float(np.ptp(across))
    side = float(np.abs([-along[1], along[0]]) @ spacing_mm) * 0.5
    return float(gaps.max()) - overshoot, max(width - side, float(spacing_mm.min()))
