"""One timepoint brought to the reference: its brain, its place, its sequences on its T1c."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from RNAssessLib.case import (
    Image,
    Mask,
    Progress,
    Registration,
    RigidTransform,
    SequenceRole,
    Timepoint,
    part,
)
from RNAssessLib.spatial.atlas import AtlasAlignment
from RNAssessLib.spatial.head import compute_brain_mask
from RNAssessLib.spatial.quality import assess_quality
from RNAssessLib.spatial.registration import (
    follow_head_motion,
    register_rigid,
    trust_frame_of_reference,
)
from RNAssessLib.spatial.resampling import resample_image


@dataclass(frozen=True, eq=False)
class AlignedTimepoint:
    """One timepoint on its way: brain found, sequences on the T1c grid, placed.

    Attributes
    ----------
    timepoint : Timepoint
        As read.
    brain : Mask
        Native T1c grid.
    to_reference : Registration
        T1c space to reference space.
    to_t1c : mapping of SequenceRole to Registration
        Of each other sequence.
    images : mapping of SequenceRole to Image
        Sequences that could be aligned, resampled once onto the T1c's grid.
    """

    timepoint: Timepoint
    brain: Mask
    to_reference: Registration
    to_t1c: Mapping[SequenceRole, Registration]
    images: Mapping[SequenceRole, Image]


def brain_of(timepoint: Timepoint, alignment: AtlasAlignment | None) -> Mask:
    """Brain that was given, else found on the T1c."""
    return timepoint.brain or compute_brain_mask(timepoint.t1c, alignment)


def align_timepoint(
    timepoint: Timepoint,
    reference: Timepoint,
    reference_brain: Mask,
    alignment: AtlasAlignment | None,
    warnings: list[str],
    progress: Progress,
) -> AlignedTimepoint:
    """Find the brain of a timepoint, bring it to the reference and its sequences to its T1c.

    Parameters
    ----------
    timepoint, reference : Timepoint
        The same one for the reference itself.
    reference_brain : Mask
    alignment : AtlasAlignment or None
        Of the reference.
    warnings : list of str
        What could not be aligned is added.
    progress : Progress
    """
    same = timepoint is reference
    names: Any = {"moving_name": f"{timepoint.id} T1c", "fixed_name": f"{reference.id} T1c"}
    shared = timepoint.t1c.frame_of_reference_uid
    if same or (shared and shared == reference.t1c.frame_of_reference_uid):
        brain = reference_brain
        if not same:
            brain = brain_of(timepoint, alignment)
        to_reference = trust_frame_of_reference(
            timepoint.t1c, reference.t1c, moving_mask=brain, fixed_mask=reference_brain, **names
        )
    else:
        to_reference, brain = _register(
            timepoint, reference, reference_brain, alignment, part(progress, 0.0, 0.6)
        )
    if not to_reference.is_usable:
        reasons = "; ".join(to_reference.quality.reasons)
        warnings.append(f"{timepoint.id} could not be aligned with {reference.id}: {reasons}")
    to_t1c: dict[SequenceRole, Registration] = {}
    images = {SequenceRole.T1C: timepoint.t1c}
    # ADC after DWI: both come from one acquisition, and DWI shows more structure
    others = sorted((r for r in timepoint.sequences if r is not SequenceRole.T1C),
                    key=lambda r: r is SequenceRole.ADC)  # fmt: skip
    for index, role in enumerate(others):
        image = timepoint.sequences[role]
        progress(0.6 + 0.4 * index / len(others), f"{timepoint.id} {role.value} to T1c")
        registration = _to_t1c(image, timepoint, brain, role, to_t1c)
        to_t1c[role] = registration
        if registration.is_usable:
            images[role] = resample_image(image, timepoint.t1c.grid, registration.transform)
        else:
            reasons = "; ".join(registration.quality.reasons)
            warnings.append(f"{timepoint.id} {role.value} does not fit its T1c: {reasons}")
    return AlignedTimepoint(timepoint, brain, to_reference, to_t1c, images)


def _register(
    timepoint: Timepoint,
    reference: Timepoint,
    reference_brain: Mask,
    alignment: AtlasAlignment | None,
    progress: Progress,
) -> tuple[Registration, Mask]:
    """Align the heads first; the reference's atlas alignment then finds this brain too.

    The brain found that way is independent of the match (it follows this image's own edges), so
    its overlap with the reference's still tells a bad alignment.
    """
    names: Any = {"moving_name": f"{timepoint.id} T1c", "fixed_name": f"{reference.id} T1c"}
    found = register_rigid(
        timepoint.t1c, reference.t1c, fixed_mask=reference_brain, progress=progress, **names
    )
    own = None
    if alignment is not None:
        back = found.transform.inverse().moving_to_fixed
        own = AtlasAlignment(back @ alignment.template_to_image, alignment.correlation)
    brain = brain_of(timepoint, own)
    quality = assess_quality(
        timepoint.t1c, reference.t1c, found.transform, start=RigidTransform(), back=None,
        moving_mask=brain, fixed_mask=reference_brain,
        consistency_mm=found.quality.inverse_consistency_mm,
    )  # fmt: skip
    return replace(found, quality=quality), brain


def _to_t1c(
    image: Image,
    timepoint: Timepoint,
    brain: Mask,
    role: SequenceRole,
    known: Mapping[SequenceRole, Registration],
) -> Registration:
    dwi = known.get(SequenceRole.DWI)
    if role is SequenceRole.ADC and dwi is not None:
        source = timepoint.sequences[SequenceRole.DWI]
        if image.grid.matches(source.grid, 0.05) and _share_frame(image, source):
            return replace(dwi, moving=f"{timepoint.id} ADC")
    names: Any = {
        "moving_name": f"{timepoint.id} {role.value}",
        "fixed_name": f"{timepoint.id} T1c",
    }
    if _share_frame(image, timepoint.t1c):
        return follow_head_motion(image, timepoint.t1c, fixed_mask=brain, **names)
    return register_rigid(image, timepoint.t1c, fixed_mask=brain, **names)


def _share_frame(a: Image, b: Image) -> bool:
    """Whether two images claim one space; files without any frame do when on one lattice."""
    mine, other = a.frame_of_reference_uid, b.frame_of_reference_uid
    return (mine is not None and mine == other) or (
        mine is None and other is None and a.grid.matches(b.grid, 0.05)
    )
