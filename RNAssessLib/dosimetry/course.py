"""All figures of one course, in the dose's own space."""

from __future__ import annotations

import numpy as np

from RNAssessLib.case import (
    Course,
    InputError,
    Progress,
    Quantity,
    Structure,
    StructureRole,
    silent,
)
from RNAssessLib.evidence import Thresholds

from .field import DoseField
from .histogram import DoseSamples, samples_at
from .isodose_volume import compute_isodose_volume
from .oar import BRAIN, check_limits
from .results import CourseDosimetry, StructureDosimetry
from .structures import measure_structure
from .targets import MeasuredTarget, measure_target

PLAN_LEVELS_GY = (10.0, 12.0, 20.0, 24.0, 25.0, 30.0)


def compute_course(
    course: Course, thresholds: Thresholds | None = None, progress: Progress = silent
) -> CourseDosimetry:
    """Measure every structure and target of a course.

    Parameters
    ----------
    course : Course
        With dose and structures of one frame of reference.
    thresholds : Thresholds, optional
    progress : Progress

    Returns
    -------
    CourseDosimetry

    Raises
    ------
    InputError
        When the course has no dose, or dose and structures have different frames of reference.
    """
    thresholds = thresholds or Thresholds()
    if course.dose is None:
        raise InputError(course.id, "the course has no dose")
    _check_frames(course)
    field = DoseField(course.dose)
    warnings: list[str] = []
    measured: dict[str, tuple[StructureDosimetry, DoseSamples]] = {}
    for index, structure in enumerate(course.structures):
        progress(0.6 * index / max(len(course.structures), 1), f"DVH of {structure.name}")
        try:
            measured[structure.name] = measure_structure(
                field, structure, thresholds, course.dose.grid.spacing_mm[2]
            )
        except ValueError as error:
            warnings.append(f"{structure.name}: {error}; left out")
    targets = _measured_targets(course, measured)
    dosimetry = []
    for index, target in enumerate(targets):
        progress(0.6 + 0.4 * index / len(targets), f"indices of {target.target.name}")
        others = tuple(o for o in targets if o is not target)
        dosimetry.append(measure_target(field, target, others, course.fractions, thresholds))
    structures = tuple(figures for figures, _ in measured.values())
    progress(1.0, f"dose of {course.id}")
    return CourseDosimetry(
        course_id=course.id,
        structures=structures,
        targets=tuple(dosimetry),
        plan_quantities=_plan_quantities(course, field, targets),
        oar_limits=check_limits(structures, thresholds),
        warnings=tuple(warnings),
    )


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
    course: Course, measured: dict[str, tuple[StructureDosimetry, DoseSamples]]
) -> tuple[MeasuredTarget, ...]:
    targets = []
    for target in course.targets:
        if target.name not in measured:
            raise InputError(course.id, f"target {target.name!r} has no contours with a volume")
        figures, samples = measured[target.name]
        structure = course.structure(target.name)
        x, y, z = _center(structure)
        targets.append(MeasuredTarget(target, structure, figures, samples, (x, y, z)))
    return tuple(targets)


def _center(structure: Structure) -> tuple[float, float, float]:
    from RNAssessLib.spatial.occupancy import compute_occupancy

    points, weight = compute_occupancy(structure.shape, cells=4000, single_plane_mm=1.0).samples()
    x, y, z = np.average(points, axis=0, weights=weight)
    return float(x), float(y), float(z)


def _plan_quantities(
    course: Course, field: DoseField, targets: tuple[MeasuredTarget, ...]
) -> tuple[Quantity, ...]:
    quantities = []
    top = float(field.dose.dose_gy.max())
    for level in PLAN_LEVELS_GY:
        volume = compute_isodose_volume(field, level).volume_cm3 if level <= top * 1.2 else 0.0
        quantities.append(
            Quantity(f"total_v{level:g}_gy_cm3", volume, "cm3",
                     f"everything receiving at least {level:g} Gy in the dose grid, targets "
                     "included")
        )  # fmt: skip
    brain = next((s for s in course.structures if BRAIN.match(s.name.strip())), None)
    names = ["brain_dmean_gy", *(f"brain_v{level:g}_gy_cm3" for level in PLAN_LEVELS_GY)]
    if brain is None:
        why = "no structure named brain in the plan"
        for name in names:
            unit = "Gy" if name.endswith("dmean_gy") else "cm3"
            quantities.append(Quantity(name, None, unit, "brain minus targets", undefined=why))
        return tuple(quantities)
    samples = _brain_without_targets(field, brain, targets)
    quantities.append(
        Quantity(names[0], samples.mean_gy, "Gy", f"mean dose of {brain.name} minus targets (PP23)")
    )
    for name, level in zip(names[1:], PLAN_LEVELS_GY, strict=True):
        quantities.append(
            Quantity(name, samples.volume_above(level), "cm3",
                     f"{brain.name} minus targets receiving at least {level:g} Gy")
        )  # fmt: skip
    return tuple(quantities)


def _brain_without_targets(
    field: DoseField, brain: Structure, targets: tuple[MeasuredTarget, ...]
) -> DoseSamples:
    from RNAssessLib.spatial.occupancy import compute_occupancy

    points, volume = compute_occupancy(brain.shape, single_plane_mm=1.0).samples()
    for target in targets:
        if target.target.role not in (StructureRole.GTV, StructureRole.PTV):
            continue
        inside = compute_occupancy(target.structure.shape, single_plane_mm=1.0)
        index = np.rint(inside.grid.lps_to_index(points)).astype(int)
        hit = np.all((index >= 0) & (index < inside.grid.shape), axis=1)
        share = np.zeros(len(points))
        share[hit] = inside.share[tuple(index[hit].T)]
        volume = volume * (1.0 - share)
    kept = volume > 0
    return samples_at(field, points[kept], volume[kept])
