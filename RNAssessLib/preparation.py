"""prepare(case): aligned, segmented, with anatomy; nothing measured is resampled twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.anatomy import anatomy_from_labels, carry_anatomy, compute_anatomy
from RNAssessLib.case import (
    Anatomy,
    Case,
    Course,
    Grid,
    Image,
    InputError,
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedCourse,
    PreparedTimepoint,
    Progress,
    Registration,
    RigidTransform,
    SequenceRole,
    Timepoint,
    part,
    silent,
)
from RNAssessLib.dosimetry.placement import compute_dose_on
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.given_parts import keep_given_core
from RNAssessLib.lesions.levels import find_white_matter
from RNAssessLib.lesions.segmentation import LesionSeed, segment_lesions
from RNAssessLib.lesions.settle import settle_lesions
from RNAssessLib.lesions.spread import measure_spreads
from RNAssessLib.lesions.targets import build_lesions, target_mask
from RNAssessLib.spatial.atlas import AtlasAlignment, register_template
from RNAssessLib.spatial.head import compute_brain_mask
from RNAssessLib.spatial.quality import assess_quality
from RNAssessLib.spatial.registration import (
    follow_head_motion,
    register_rigid,
    trust_frame_of_reference,
)
from RNAssessLib.spatial.resampling import resample_image

COMMON_MM = 1.0
MARGIN_MM = 6.0
SEARCH_REACH = 2.5  # margins from the target, as far as the dose may lead


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


def prepare(
    case: Case, progress: Progress = silent, thresholds: Thresholds | None = None
) -> PreparedCase:
    """Align and segment a case.

    Parameters
    ----------
    case : Case
    progress : Progress
        Cancel by raising CancelledError inside it.
    thresholds : Thresholds, optional

    Returns
    -------
    PreparedCase
        A bad registration or missing anatomy is kept and said, not raised: the items that need it
        become not assessable.
    """
    limits = thresholds or Thresholds()
    warnings: list[str] = []
    reference = find_reference(case)
    progress(0.0, f"finding the brain at {reference.id}")
    alignment = _try_atlas(reference.t1c, warnings)
    brain = _brain_of(reference, alignment)
    common = _common_grid(brain)
    aligned = []
    for index, timepoint in enumerate(case.timepoints):
        share = part(progress, 0.1 + 0.5 * index / len(case.timepoints),
                     0.1 + 0.5 * (index + 1) / len(case.timepoints))  # fmt: skip
        aligned.append(_align(timepoint, reference, brain, alignment, warnings, share))
    progress(0.6, "placing the dose")
    courses = tuple(_place(course, case, reference) for course in case.courses)
    lesions = build_lesions(courses, max(t.date for t in case.timepoints))
    anatomy, why = _anatomy(case, reference, brain, common, aligned, alignment, limits,
                            part(progress, 0.62, 0.75))  # fmt: skip
    prepared = []
    for index, item in enumerate(aligned):
        progress(0.75 + 0.2 * index / len(aligned), f"segmenting {item.timepoint.id}")
        prepared.append(segment_timepoint(item, lesions, courses, anatomy, common, limits))
        warnings += [f"{item.timepoint.id} {why}" for why in prepared[-1].refused]
    progress(0.95, "settling outlines across timepoints")
    settled = settle_lesions(prepared, lesions, limits)
    measured = tuple(measure_spreads(t, lesions, limits, settled) for t in settled)
    progress(1.0, "prepared")
    return PreparedCase(
        case=case,
        reference=reference.id,
        common_grid=common,
        timepoints=measured,
        courses=courses,
        lesions=lesions,
        anatomy=anatomy,
        why_no_anatomy=why,
        warnings=tuple(warnings),
    )


def find_reference(case: Case) -> Timepoint:
    """Timepoint whose space everything is brought to: the dose's own, else the earliest."""
    for course in case.courses:
        if course.space is not None:
            return case.timepoint(course.space)
        if course.dose is None:
            continue
        for timepoint in case.timepoints:
            if timepoint.t1c.frame_of_reference_uid == course.dose.frame_of_reference_uid:
                return timepoint
    return case.timepoints[0]


def _brain_of(timepoint: Timepoint, alignment: AtlasAlignment | None) -> Mask:
    """Brain that was given, else found on the T1c."""
    return timepoint.brain or compute_brain_mask(timepoint.t1c, alignment)


def _try_atlas(t1c: Image, warnings: list[str]) -> AtlasAlignment | None:
    try:
        return register_template(t1c)
    except NotAssessableError as error:
        warnings.append(f"no atlas: {error}")
        return None


def _common_grid(brain: Mask) -> Grid:
    if brain.is_empty:
        raise InputError("T1c", "no brain was found in the reference image")
    box = ndimage.find_objects(brain.array.astype(np.uint8))[0]
    margin = [int(np.ceil(MARGIN_MM / s)) for s in brain.grid.spacing_mm[::-1]]
    slices = tuple(slice(max(s.start - m, 0), s.stop + m) for s, m in zip(box, margin, strict=True))
    crop = brain.grid.crop((slices[0], slices[1], slices[2]))
    return crop.resized((COMMON_MM, COMMON_MM, COMMON_MM))


def _align(
    timepoint: Timepoint,
    reference: Timepoint,
    reference_brain: Mask,
    alignment: AtlasAlignment | None,
    warnings: list[str],
    progress: Progress,
) -> AlignedTimepoint:
    same = timepoint is reference
    names: Any = {"moving_name": f"{timepoint.id} T1c", "fixed_name": f"{reference.id} T1c"}
    shared = timepoint.t1c.frame_of_reference_uid
    if same or (shared and shared == reference.t1c.frame_of_reference_uid):
        brain = reference_brain
        if not same:
            brain = _brain_of(timepoint, alignment)
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
    brain = _brain_of(timepoint, own)
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


def _place(course: Course, case: Case, reference: Timepoint) -> PreparedCourse:
    if course.dose is None:
        return PreparedCourse(course, None, "the course has no dose file")
    names: Any = {"moving_name": f"dose of {course.id}", "fixed_name": f"{reference.id} T1c"}
    frame = course.dose.frame_of_reference_uid
    if course.space == reference.id or (
        frame is not None and frame == reference.t1c.frame_of_reference_uid
    ):
        placed = trust_frame_of_reference(reference.t1c, reference.t1c, **names)
        return PreparedCourse(course, placed)
    if course.planning_image is not None:
        placed = register_rigid(course.planning_image, reference.t1c, **names)
        return PreparedCourse(course, placed)
    return PreparedCourse(course, None, "no image of the dose's frame of reference is in the case")


def _anatomy(
    case: Case,
    reference: Timepoint,
    brain: Mask,
    common: Grid,
    aligned: Sequence[AlignedTimepoint],
    alignment: AtlasAlignment | None,
    limits: Thresholds,
    progress: Progress,
) -> tuple[Anatomy | None, str]:
    try:
        if case.anatomy is not None:
            owner = next(a for a in aligned if a.timepoint.id == case.anatomy.space)
            labels = case.anatomy.labels
            transform = owner.to_reference.transform
            return anatomy_from_labels(labels, common, transform, limits), ""
        identity = next(a for a in aligned if a.timepoint is reference).to_reference.transform
        built = compute_anatomy(
            reference.t1c, brain, None, common, identity, progress, alignment, limits
        )
    except NotAssessableError as error:
        return None, str(error)
    return built, ""


def segment_timepoint(
    item: AlignedTimepoint,
    lesions: Sequence[Lesion],
    courses: Sequence[PreparedCourse],
    anatomy: Anatomy | None,
    common: Grid,
    limits: Thresholds,
) -> PreparedTimepoint:
    """Find lesions, white matter and enhancement that belongs to no lesion at one timepoint.

    Parameters
    ----------
    item : AlignedTimepoint
    lesions : sequence of Lesion
    courses : sequence of PreparedCourse
        Their dose says where to look.
    anatomy : Anatomy or None
        On `common`.
    common : Grid
        Common grid of the case.
    limits : Thresholds
    """
    grid = item.timepoint.t1c.grid
    to_native = item.to_reference.transform.inverse()
    seeds = [_seed(lesion, lesions, courses, item, grid, limits) for lesion in lesions]
    lesion_area = np.zeros(grid.shape, bool)
    for seed in seeds:
        lesion_area |= seed.search.array
    white = find_white_matter(
        item.timepoint.t1c, item.brain, anatomy, common, to_native, lesion_area
    )
    own = None if anatomy is None else carry_anatomy(anatomy, grid, to_native)
    found = segment_lesions(
        item.images, item.brain, seeds, given=item.timepoint.masks, anatomy_on_t1c=own,
        thresholds=limits,
    )  # fmt: skip
    found = keep_given_core(found, item.timepoint.masks)
    nawm = white & ~lesion_area
    for masks in found.lesions.values():
        if masks.oedema is not None:
            nawm &= ~ndimage.binary_dilation(masks.oedema.array, iterations=3)
    levels = {
        role: float(np.median(image.array[nawm]))
        for role, image in item.images.items()
        if nawm.any()
    }
    return PreparedTimepoint(
        timepoint=item.timepoint,
        images=item.images,
        to_t1c=item.to_t1c,
        to_reference=item.to_reference,
        brain=item.brain,
        nawm=Mask(nawm, grid),
        white_matter_level=levels,
        lesions=found.lesions,
        new_enhancement=found.new_enhancement,
        refused=found.refused,
        uptake=found.uptake,
    )


def _box_around(
    target: Mask, center_mm: npt.NDArray[np.floating], reach_mm: float
) -> tuple[slice, slice, slice]:
    """Box of a target, or of its centre where no voxel is left of it, widened by `reach_mm`."""
    grid = target.grid
    index = np.argwhere(target.array)
    if len(index) == 0:
        index = np.rint(grid.lps_to_index(center_mm))[None, :].astype(int)
        index = np.clip(index, 0, np.asarray(grid.shape) - 1)
    reach = np.ceil(reach_mm / np.asarray(grid.spacing_mm[::-1])).astype(int) + 1
    low, high = index.min(axis=0) - reach, index.max(axis=0) + reach + 1
    k, j, i = (slice(max(int(a), 0), int(b)) for a, b in zip(low, high, strict=True))
    return k, j, i


def _seed(
    lesion: Lesion,
    lesions: Sequence[Lesion],
    courses: Sequence[PreparedCourse],
    item: AlignedTimepoint,
    grid: Grid,
    limits: Thresholds,
) -> LesionSeed:
    """Region of one lesion on a timepoint's T1c grid; nearest lesion wins where they overlap."""
    to_native = item.to_reference.transform.inverse()
    center = to_native.apply(lesion.center_lps_mm)
    treated = [c for c in courses if lesion.targets_in(c.course.id)]
    masks = [target_mask(c, lesion, grid, item.to_reference.transform) for c in treated]
    target = Mask(np.logical_or.reduce([m.array for m in masks]), grid)  # of repeat courses: all
    margin = limits["segmentation.search_margin_mm"]
    search = np.zeros(grid.shape, bool)
    # nothing beyond this box can be in the search region
    box = _box_around(target, center, SEARCH_REACH * margin)
    part_grid = grid.crop(box)
    distance = ndimage.distance_transform_edt(
        ~target.array[box], sampling=grid.spacing_mm[::-1]
    ) if target.array[box].any() else np.full(part_grid.shape, np.inf)  # fmt: skip
    near = _treated_region(lesion, treated, item, part_grid, distance, limits)
    if len(lesions) > 1:
        index = np.argwhere(near)
        points = part_grid.index_to_lps(index)
        own = np.linalg.norm(points - center, axis=1)
        for other in lesions:
            if other is lesion:
                continue
            gap = np.linalg.norm(points - to_native.apply(other.center_lps_mm), axis=1)
            near[tuple(index[gap < own].T)] = False
    search[box] = near
    x, y, z = (float(v) for v in center)
    return LesionSeed(lesion.id, (x, y, z), target, Mask(search, grid))


def _treated_region(
    lesion: Lesion,
    treated: Sequence[PreparedCourse],
    item: AlignedTimepoint,
    grid: Grid,
    distance: npt.NDArray[np.floating],
    limits: Thresholds,
) -> npt.NDArray[np.bool_]:
    """Where any course gave the lesion's share of its prescription, else a margin around it."""
    margin = limits["segmentation.search_margin_mm"]
    share = limits["segmentation.search_dose_percent"] / 100.0
    dosed = []
    for placed in treated:
        own = lesion.targets_in(placed.course.id)
        prescription = next((t.prescription_gy for t in own if t.prescription_gy), None)
        if prescription and placed.course.dose is not None:
            dose = compute_dose_on(placed, grid, item.to_reference.transform)
            dosed.append((dose >= share * prescription) & (distance <= SEARCH_REACH * margin))
    if not dosed:
        return np.asarray(distance <= margin)
    return np.asarray(np.logical_or.reduce([*dosed, distance <= 3.0]))


__all__ = ["find_reference", "prepare"]
