"""Where the reader is taken."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Mask, PreparedTimepoint, SequenceRole, Vector
from RNAssessLib.findings.finding import Evidence, Plane
from RNAssessLib.lesions.parts import box_of

FloatArray = npt.NDArray[np.floating[Any]]
BoolArray = npt.NDArray[np.bool_]


def point_at_mask(
    timepoint: PreparedTimepoint,
    mask: Mask,
    label: str,
    *,
    role: SequenceRole = SequenceRole.T1C,
    plane: Plane | None = None,
) -> Evidence:
    """Evidence at the thickest place of a mask drawn on the timepoint's T1c grid.

    The plane is the one that cuts the mask where its area is largest, unless given.
    """
    native = deepest_point(mask)
    reference = _vector(timepoint.to_reference.transform.apply(native))
    return Evidence(
        timepoint=timepoint.id,
        role=role,
        point_lps_mm=native,
        point_reference_lps_mm=reference,
        plane=plane or best_plane(mask),
        mask=mask,
        label=label,
    )


def point_at_common(
    timepoint: PreparedTimepoint,
    mask: Mask,
    label: str,
    *,
    role: SequenceRole = SequenceRole.T1C,
    plane: Plane | None = None,
) -> Evidence:
    """Evidence at the thickest place of a mask drawn on the common grid."""
    reference = deepest_point(mask)
    native = _vector(timepoint.to_reference.transform.inverse().apply(reference))
    return Evidence(
        timepoint=timepoint.id,
        role=role,
        point_lps_mm=native,
        point_reference_lps_mm=reference,
        plane=plane or best_plane(mask),
        mask=mask,
        on_common_grid=True,
        label=label,
    )


def point_at(
    timepoint: PreparedTimepoint,
    reference_point: npt.ArrayLike,
    label: str,
    *,
    role: SequenceRole = SequenceRole.T1C,
    plane: Plane = Plane.AXIAL,
) -> Evidence:
    """Evidence at a bare point of the reference space."""
    reference = _vector(np.asarray(reference_point, dtype=float))
    native = _vector(timepoint.to_reference.transform.inverse().apply(reference))
    return Evidence(timepoint.id, role, native, reference, plane, label=label)


def point_at_both(
    first: tuple[PreparedTimepoint, Mask, str], second: tuple[PreparedTimepoint, Mask, str]
) -> tuple[Evidence, Evidence]:
    """Evidence of two masks drawn on the common grid, in one slice that cuts both if any does.

    Parameters
    ----------
    first, second : tuple of (PreparedTimepoint, Mask, str)
        Where it shows, what, and its caption.
    """
    cut = _shared_slice(first[1].array, second[1].array)
    if cut is None:
        return point_at_common(*first), point_at_common(*second)
    axis, index = cut
    return _point_in_slice(*first, axis, index), _point_in_slice(*second, axis, index)


def _shared_slice(first: BoolArray, second: BoolArray) -> tuple[int, int] | None:
    """(array axis, index) of the slice whose smaller cut is largest; None when none cuts both."""
    best, found = 0, None
    for axis in range(3):  # k first: equal cuts are shown axial
        others = tuple(a for a in range(3) if a != axis)
        lesser = np.minimum(first.sum(axis=others), second.sum(axis=others))
        if lesser.max() > best:
            best, found = int(lesser.max()), (axis, int(lesser.argmax()))
    return found


def _point_in_slice(
    timepoint: PreparedTimepoint, mask: Mask, label: str, axis: int, index: int
) -> Evidence:
    """Evidence at the thickest place of a mask within one slice of the common grid."""
    sliced = np.zeros(mask.array.shape, bool)
    at = tuple(index if a == axis else slice(None) for a in range(3))
    sliced[at] = mask.array[at]
    reference = deepest_point(Mask(sliced, mask.grid))
    native = _vector(timepoint.to_reference.transform.inverse().apply(reference))
    across = np.reshape(mask.grid.direction, (3, 3))[:, 2 - axis]
    plane = (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL)[int(np.argmax(np.abs(across)))]
    return Evidence(
        timepoint.id, SequenceRole.T1C, native, reference, plane, mask, True, label
    )  # fmt: skip


def deepest_point(mask: Mask) -> Vector:
    """LPS position of the voxel farthest from the mask's border; raises ValueError when empty."""
    if mask.is_empty:
        raise ValueError("nothing to point at")
    box = box_of(mask.array)
    assert box is not None
    padded = np.pad(mask.array[box], 1)
    depth = ndimage.distance_transform_edt(padded, sampling=mask.grid.spacing_mm[::-1])
    index = np.array(np.unravel_index(int(depth.argmax()), depth.shape)) - 1
    return _vector(mask.grid.index_to_lps(index + [s.start for s in box]))


def best_plane(mask: Mask) -> Plane:
    """Slice orientation with the largest cut through the mask."""
    areas = {}
    axes = np.reshape(mask.grid.direction, (3, 3))
    spacing = np.asarray(mask.grid.spacing_mm)
    planes = (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL)
    for axis in range(3):  # i, j, k
        plane = planes[int(np.argmax(np.abs(axes[:, axis])))]
        others = tuple(a for a in range(3) if a != 2 - axis)
        cell = float(np.prod(np.delete(spacing, axis)))
        areas[plane] = float(mask.array.sum(axis=others).max()) * cell
    # equal cuts: radiologists read axial
    return max((Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL), key=lambda p: round(areas[p], 1))


def _vector(point: FloatArray) -> Vector:
    x, y, z = (float(v) for v in point)
    return x, y, z
