"""Measurements that several items share."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Image,
    Lesion,
    LesionMasks,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    SequenceRole,
)
from RNAssessLib.dosimetry.placement import compute_dose_on

from .finding import Evidence, Plane

WHY_IT_HELPS = {
    SequenceRole.DWI: "DWI with ADC shows whether the necrotic core restricts diffusion",
    SequenceRole.ADC: "an ADC map tells true restriction from T2 shine-through",
    SequenceRole.SWI: "SWI (or T2*) shows the small foci that usually accompany necrosis",
    SequenceRole.FLAIR: "FLAIR gives the oedema",
    SequenceRole.RCBV: "perfusion helps when the appearances are equivocal",
    SequenceRole.PET_AA: "amino-acid PET helps when perfusion leaves doubt",
    SequenceRole.T1: "a pre-contrast T1 tells blood from enhancement",
}


def follow_ups(prepared: PreparedCase, lesion: Lesion) -> tuple[PreparedTimepoint, ...]:
    """Follow-ups that can be compared; raises NotAssessableError when there is none."""
    after = prepared.follow_ups(lesion)
    if not after:
        raise NotAssessableError("there is no follow-up after treatment")
    usable = tuple(t for t in after if t.to_reference.is_usable)
    if not usable:
        raise NotAssessableError("no follow-up could be aligned with the baseline")
    return usable


def image_of(timepoint: PreparedTimepoint, role: SequenceRole) -> Image:
    """Image of a role on the T1c grid; raises NotAssessableError saying why it would help."""
    image = timepoint.images.get(role)
    if image is not None:
        return image
    if role in timepoint.timepoint.sequences:
        raise NotAssessableError(f"{role.value} at {timepoint.id} does not fit its T1c")
    help_text = WHY_IT_HELPS.get(role, "")
    reason = f"no {role.value} at {timepoint.id}"
    raise NotAssessableError(f"{reason}; {help_text}" if help_text else reason)


def whole(masks: LesionMasks) -> Mask:
    """Enhancing part with its core."""
    return Mask(masks.enhancing.array | masks.necrotic_core.array, masks.enhancing.grid)


def near(
    mask: npt.NDArray[np.bool_], reach_mm: float, mm: Iterable[float]
) -> npt.NDArray[np.bool_]:
    """Voxels within `reach_mm` of `mask`; `mm` is the spacing (k, j, i)."""
    if not mask.any():
        return mask.copy()
    return np.asarray(ndimage.distance_transform_edt(~mask, sampling=tuple(mm)) <= reach_mm)


def dose_on_common(prepared: PreparedCase, lesion: Lesion) -> npt.NDArray[np.float32]:
    """Dose of the lesion's course on the common grid; raises NotAssessableError without one."""
    course = prepared.course_of(lesion)
    if course is None:
        raise NotAssessableError("no course treated this lesion")
    return compute_dose_on(course, prepared.common_grid)


def prescription_of(lesion: Lesion) -> float | None:
    """First stated prescription among the lesion's targets, Gy."""
    return next((t.prescription_gy for t in lesion.targets if t.prescription_gy), None)


def point_at(
    timepoint: PreparedTimepoint, mask: Mask, *, on_common_grid: bool
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Point of a mask nearest to its middle: in native and in reference space."""
    points = mask.grid.index_to_lps(np.argwhere(mask.array))
    best = points[np.linalg.norm(points - points.mean(0), axis=1).argmin()]
    transform = timepoint.to_reference.transform
    native = transform.inverse().apply(best) if on_common_grid else best
    reference = best if on_common_grid else transform.apply(best)
    return _triple(native), _triple(reference)


def _triple(point: npt.NDArray[np.floating]) -> tuple[float, float, float]:
    return float(point[0]), float(point[1]), float(point[2])


def show(
    timepoint: PreparedTimepoint,
    role: SequenceRole,
    mask: Mask,
    label: str,
    *,
    plane: Plane = Plane.AXIAL,
    on_common_grid: bool = False,
) -> Evidence:
    """Evidence at the middle of a mask."""
    native, reference = point_at(timepoint, mask, on_common_grid=on_common_grid)
    return Evidence(timepoint.id, role, native, reference, plane, mask, on_common_grid, label)
