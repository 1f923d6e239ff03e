"""What grew, what regressed and which components are new, on the common grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Mask, MaskKind, PreparedCase, PreparedTimepoint
from RNAssessLib.spatial.resampling import resample_mask

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ChangeMap:
    """Difference of two outlines beyond a tolerance.

    Attributes
    ----------
    grown, regressed : Mask
        Connected parts that reach deeper than the tolerance.
    grown_depth_mm, regressed_depth_mm : float
        How far the border moved, at most.
    """

    grown: Mask
    regressed: Mask
    grown_depth_mm: float
    regressed_depth_mm: float


def whole_lesion(
    prepared: PreparedCase, timepoint: PreparedTimepoint, lesion_id: str, kind: MaskKind | None
) -> Mask:
    """Lesion on the common grid: one part, or enhancement with its core when `kind` is None."""
    masks = timepoint.lesions[lesion_id]
    if kind is None:
        native = Mask(masks.enhancing.array | masks.necrotic_core.array, masks.enhancing.grid)
    else:
        native = masks.masks[kind]
    return resample_mask(native, prepared.common_grid, timepoint.to_reference.transform)


def compute_change(
    before: Mask, after: Mask, tolerance_mm: float, deep_cm3: float = 0.0
) -> ChangeMap:
    """Parts of `after` beyond `before` and of `before` beyond `after`.

    A part counts when it reaches further than `tolerance_mm` from the other outline; then the
    whole connected part is shown, thin rind (within half the tolerance) removed.

    Parameters
    ----------
    before, after : Mask
        On the same grid; neither empty.
    tolerance_mm : float
        Registration and segmentation error together.
    deep_cm3 : float
        Volume of a part that must lie beyond the tolerance, so that a spike does not count.
    """
    needed = max(round(deep_cm3 / before.grid.voxel_volume_cm3), 1)
    spacing = before.grid.spacing_mm[::-1]
    grown, deep = _beyond(after.array, before.array, spacing, tolerance_mm, needed)
    regressed, shallow = _beyond(before.array, after.array, spacing, tolerance_mm, needed)
    return ChangeMap(Mask(grown, before.grid), Mask(regressed, before.grid), deep, shallow)


def _beyond(
    outer: BoolArray,
    inner: BoolArray,
    spacing: tuple[float, ...],
    tolerance_mm: float,
    needed: int,
) -> tuple[BoolArray, float]:
    far = ndimage.distance_transform_edt(~inner, sampling=spacing)
    part = outer & (far > 0.5 * tolerance_mm)
    labels, count = ndimage.label(part, np.ones((3, 3, 3)))
    if count == 0:
        return np.zeros_like(outer), 0.0
    deep = np.bincount(labels[far > tolerance_mm], minlength=count + 1)[1:]
    kept = 1 + np.flatnonzero(deep >= needed)
    return np.isin(labels, kept), float(far[part].max())


def components_of(mask: Mask, smallest_cm3: float = 0.0) -> list[Mask]:
    """Connected components (26 neighbours), largest first."""
    labels, count = ndimage.label(mask.array, np.ones((3, 3, 3)))
    sizes = np.bincount(labels.ravel())[1:]
    order = np.argsort(-sizes) + 1
    return [
        Mask(labels == n, mask.grid)
        for n in order[:count]
        if sizes[n - 1] * mask.grid.voxel_volume_cm3 >= smallest_cm3
    ]
