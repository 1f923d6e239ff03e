"""A registration that the reader corrected, and everything that has to be redone after it."""

from __future__ import annotations

from dataclasses import replace

from RNAssessLib.case import (
    Image,
    InputError,
    LesionMasks,
    Mask,
    MaskOrigin,
    PreparedCase,
    PreparedTimepoint,
    Progress,
    Registration,
    RigidTransform,
    SequenceRole,
    silent,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.settle_outlines import settle_outlines
from RNAssessLib.lesions.spread import measure_spreads
from RNAssessLib.preparation import AlignedTimepoint, segment_timepoint
from RNAssessLib.spatial.quality import assess_quality
from RNAssessLib.spatial.registration import register_rigid
from RNAssessLib.spatial.resampling import resample_image


def registration_of(
    prepared: PreparedCase, timepoint_id: str, role: SequenceRole | None
) -> Registration:
    """Registration of a timepoint to the reference, or of one of its sequences to its T1c.

    Raises
    ------
    InputError
        There is no such registration; the reference timepoint itself has none to correct.
    """
    try:
        timepoint = prepared.timepoint(timepoint_id)
    except KeyError:
        raise InputError(timepoint_id, "is no timepoint of this case") from None
    if role is not None:
        if role not in timepoint.to_t1c:
            raise InputError(timepoint_id, f"no {role.value} that was aligned with the T1c")
        return timepoint.to_t1c[role]
    if timepoint_id == prepared.reference:
        raise InputError(timepoint_id, "is the reference: the others are aligned with it")
    return timepoint.to_reference


def images_of(
    prepared: PreparedCase, timepoint_id: str, role: SequenceRole | None
) -> tuple[Image, Image]:
    """Moving and fixed image of a registration, as they were acquired."""
    registration_of(prepared, timepoint_id, role)
    timepoint = prepared.timepoint(timepoint_id)
    if role is not None:
        return timepoint.timepoint.sequences[role], timepoint.timepoint.t1c
    return timepoint.timepoint.t1c, prepared.timepoint(prepared.reference).timepoint.t1c


def _brains(
    prepared: PreparedCase, timepoint: PreparedTimepoint, role: SequenceRole | None
) -> tuple[Mask | None, Mask]:
    if role is not None:
        return None, timepoint.brain
    return timepoint.brain, prepared.timepoint(prepared.reference).brain


def place_by_hand(
    prepared: PreparedCase,
    timepoint_id: str,
    role: SequenceRole | None,
    transform: RigidTransform,
    *,
    settle: bool = True,
    progress: Progress = silent,
) -> Registration:
    """Return the registration from where the reader put the moving image.

    Parameters
    ----------
    prepared : PreparedCase
    timepoint_id : str
    role : SequenceRole or None
        A sequence with its T1c; None for the timepoint with the reference.
    transform : RigidTransform
        Moving to fixed.
    settle : bool
        Let the match find the nearest best place from there; else the place is taken as it is.
        Its quality is measured either way: a bad one stays bad.
    """
    held = registration_of(prepared, timepoint_id, role)
    moving, fixed = images_of(prepared, timepoint_id, role)
    own, other = _brains(prepared, prepared.timepoint(timepoint_id), role)
    if settle:
        found = register_rigid(
            moving, fixed, moving_name=held.moving, fixed_name=held.fixed, moving_mask=own,
            fixed_mask=other, start=transform, progress=progress,
        )  # fmt: skip
        return replace(found, by_reader=True)
    quality = assess_quality(
        moving, fixed, transform, start=RigidTransform(), back=None, moving_mask=own,
        fixed_mask=other,
    )  # fmt: skip
    return Registration(held.moving, held.fixed, transform, quality, by_reader=True)


def realign(
    prepared: PreparedCase,
    timepoint_id: str,
    role: SequenceRole | None,
    registration: Registration,
    thresholds: Thresholds | None = None,
) -> PreparedCase:
    """Return the case with another registration and all that follows from it prepared again.

    The moved sequence is resampled anew from its own grid; the timepoint's lesions, white matter
    and unassigned enhancement are found anew, and outlines are settled across timepoints again.
    Outlines that the reader corrected or gave stay: they are drawn on the T1c's own grid, which
    does not move. Anatomy and dose do not depend on it.

    Raises
    ------
    InputError
        There is no such registration.
    """
    registration_of(prepared, timepoint_id, role)
    old = prepared.timepoint(timepoint_id)
    images, to_t1c, to_reference = dict(old.images), dict(old.to_t1c), old.to_reference
    if role is None:
        to_reference = registration
    else:
        to_t1c[role] = registration
        images.pop(role, None)
        if registration.is_usable:
            t1c = old.timepoint.t1c.grid
            images[role] = resample_image(
                old.timepoint.sequences[role], t1c, registration.transform
            )
    images = {r: images[r] for r in old.timepoint.sequences if r in images}
    item = AlignedTimepoint(old.timepoint, old.brain, to_reference, to_t1c, images)
    new = segment_timepoint(
        item, prepared.lesions, prepared.courses, prepared.anatomy, prepared.common_grid,
        thresholds or Thresholds(),
    )  # fmt: skip
    kept = {n: _keep_drawn(m, new.lesions[n]) for n, m in old.lesions.items()}
    new = replace(new, lesions=kept)
    limits = thresholds or Thresholds()
    timepoints = tuple(new if t is old else t for t in prepared.timepoints)
    settled = settle_outlines(timepoints, prepared.lesions, limits)
    held = {id(t) for t in prepared.timepoints}
    timepoints = tuple(
        t if id(t) in held else measure_spreads(t, prepared.lesions, limits) for t in settled
    )
    warnings = tuple(w for w in prepared.warnings if not w.startswith(_complaint(old, role)))
    if not registration.is_usable:
        reasons = "; ".join(registration.quality.reasons)
        warnings = (*warnings, f"{_complaint(old, role)} by hand either: {reasons}")
    return replace(prepared, timepoints=timepoints, warnings=warnings)


def _keep_drawn(old: LesionMasks, new: LesionMasks) -> LesionMasks:
    return old if old.origin is MaskOrigin.EDITED else new


def _complaint(timepoint: PreparedTimepoint, role: SequenceRole | None) -> str:
    """How preparation begins its warning about this registration."""
    if role is None:
        return f"{timepoint.id} could not be aligned"
    return f"{timepoint.id} {role.value} does not fit its T1c"
