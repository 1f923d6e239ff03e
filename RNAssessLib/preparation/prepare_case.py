"""prepare(case): aligned, segmented, with anatomy; nothing measured is resampled twice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy import ndimage

from RNAssessLib.anatomy import anatomy_from_labels, compute_anatomy
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
    Timepoint,
    part,
    silent,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.settle_outlines import settle_outlines
from RNAssessLib.lesions.spread import measure_spreads
from RNAssessLib.lesions.targets import build_lesions
from RNAssessLib.spatial.atlas import AtlasAlignment, register_template
from RNAssessLib.spatial.registration import (
    register_rigid,
    trust_frame_of_reference,
)

from .align import AlignedTimepoint, align_timepoint, brain_of
from .segment import segment_timepoint
from .together import do_together

COMMON_MM = 1.0
MARGIN_MM = 6.0


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
    brain = brain_of(reference, alignment)
    common = _common_grid(brain)
    aligned = _align(case, reference, brain, alignment, warnings, part(progress, 0.1, 0.6))
    progress(0.6, "placing the dose")
    courses = tuple(_place(course, case, reference) for course in case.courses)
    lesions = build_lesions(courses, max(t.date for t in case.timepoints))
    anatomy, why = _anatomy(case, reference, brain, common, aligned, alignment, lesions, limits,
                            part(progress, 0.62, 0.75))  # fmt: skip

    def segment(item: AlignedTimepoint, told: Progress) -> PreparedTimepoint:
        told(0.0, f"segmenting {item.timepoint.id}")
        return segment_timepoint(item, lesions, courses, anatomy, common, limits)

    def measure(item: PreparedTimepoint, told: Progress) -> PreparedTimepoint:
        told(0.0, f"measuring how sure the outlines of {item.id} are")
        return measure_spreads(item, lesions, limits)

    prepared = do_together([partial(segment, a) for a in aligned], part(progress, 0.75, 0.92))
    warnings += [f"{t.id} {why}" for t in prepared for why in t.refused]
    progress(0.92, "settling outlines across timepoints")
    settled = settle_outlines(prepared, lesions, limits)
    measured = tuple(do_together([partial(measure, t) for t in settled], part(progress, 0.95, 1.0)))
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


def _align(
    case: Case,
    reference: Timepoint,
    brain: Mask,
    alignment: AtlasAlignment | None,
    warnings: list[str],
    progress: Progress,
) -> list[AlignedTimepoint]:
    own: list[list[str]] = [[] for _ in case.timepoints]
    aligned = do_together(
        [partial(align_timepoint, timepoint, reference, brain, alignment, said)
         for timepoint, said in zip(case.timepoints, own, strict=True)], progress,
    )  # fmt: skip
    warnings += [line for said in own for line in said]
    return aligned


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
    lesions: Sequence[Lesion],
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
            reference.t1c, brain, None, common, identity, progress, alignment, limits, lesions
        )
    except NotAssessableError as error:
        return None, str(error)
    return built, ""
