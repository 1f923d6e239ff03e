"""All figures of one course, in the dose's own space."""

from __future__ import annotations

from collections.abc import Mapping

from RNAssessLib.case import ContourSet, Course, InputError, Progress, silent
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.contour_planes import usual_slice_mm
from RNAssessLib.spatial.occupancy import EndCap

from .field import DoseField, Interpolation
from .figures import Figures
from .measured_target import MeasuredTarget
from .normal_tissue import add_plan_figures
from .oar import check_limits
from .results import CourseDosimetry
from .structures import MeasuredStructure, measure_structure
from .targets import measure_target


def compute_course(
    course: Course,
    thresholds: Thresholds | None = None,
    progress: Progress = silent,
    *,
    interpolation: Interpolation = Interpolation.CUBIC,
    cap: EndCap = EndCap.ROUNDED,
    caps: Mapping[str, EndCap] | None = None,
    field: DoseField | None = None,
) -> CourseDosimetry:
    """Measure every structure and target of a course.

    Parameters
    ----------
    course : Course
        With dose and structures of one frame of reference.
    thresholds : Thresholds, optional
    progress : Progress
    interpolation : Interpolation
        Clamped cubic unless another system's linear interpolation is to be compared.
    cap : EndCap
        What lies beyond the end contours.
    caps : mapping, optional
        The same for single structures, by name.
    field : DoseField, optional
        Of this course's dose, so that what it has prepared is used again.

    Returns
    -------
    CourseDosimetry

    Raises
    ------
    InputError
        When the course has no dose, dose and structures have different frames of reference, a
        target encloses no volume, or `caps` names a structure that is not there.
    """
    thresholds = thresholds or Thresholds()
    if course.dose is None:
        raise InputError(course.id, "the course has no dose")
    _check_frames(course)
    caps = _check_caps(course, caps or {})
    field = field or DoseField(course.dose, interpolation)
    warnings: list[str] = list(course.dose.notes)
    if field.interpolation is Interpolation.LINEAR:
        warnings.append("linear interpolation of the dose: peaks and small isodoses are cut")
    drawn = (s.shape for s in course.structures if isinstance(s.shape, ContourSet))
    slice_mm = usual_slice_mm(shape for shape in drawn if shape.contours)
    measured: dict[str, MeasuredStructure] = {}
    for index, structure in enumerate(course.structures):
        progress(0.5 * index / len(course.structures), f"DVH of {structure.name}")
        try:
            measured[structure.name] = measure_structure(
                field, structure, thresholds, caps.get(structure.name, cap), slice_mm
            )
        except ValueError as error:
            warnings.append(f"{structure.name}: {error}; left out")
    targets = _measured_targets(course, measured)
    dosimetry = []
    for index, target in enumerate(targets):
        progress(0.5 + 0.4 * index / len(targets), f"indices of {target.target.name}")
        others = tuple(o for o in targets if o is not target)
        dosimetry.append(measure_target(field, target, others, course.fractions, thresholds))
    progress(0.9, "normal tissue")
    figures = Figures()
    add_plan_figures(figures, field, tuple(measured.values()), targets)
    structures = tuple(m.dosimetry for m in measured.values())
    progress(1.0, f"dose of {course.id}")
    return CourseDosimetry(
        course_id=course.id,
        structures=structures,
        targets=tuple(dosimetry),
        plan_quantities=tuple(figures.quantities),
        oar_limits=check_limits(structures, thresholds, course.fractions),
        warnings=tuple(warnings),
    )


def _check_caps(course: Course, caps: Mapping[str, EndCap]) -> Mapping[str, EndCap]:
    known = sorted(s.name for s in course.structures)
    for name in caps:
        if name not in known:
            raise InputError("--ends", f"no structure {name!r}, only: {', '.join(known)}")
    return caps


def _check_frames(course: Course) -> None:
    assert course.dose is not None
    uid = course.dose.frame_of_reference_uid
    for structure in course.structures:
        other = getattr(structure.shape, "frame_of_reference_uid", None)
        if uid and other and uid != other:
            raise InputError(
                course.dose.source.path or course.id,
                f"dose and structure {structure.name!r} have different frames of reference",
            )


def _measured_targets(
    course: Course, measured: dict[str, MeasuredStructure]
) -> tuple[MeasuredTarget, ...]:
    targets = []
    for target in course.targets:
        if target.name not in measured:
            raise InputError(course.id, f"target {target.name!r} has no contours with a volume")
        found = measured[target.name]
        targets.append(MeasuredTarget(target, found, found.place()))
    return tuple(targets)
