"""Lesions from the treated targets, and their volumes on an image's grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date as Date

import numpy as np

from RNAssessLib.case import (
    Grid,
    Lesion,
    Mask,
    PreparedCourse,
    RigidTransform,
    StructureRole,
    Target,
    Treatment,
)
from RNAssessLib.spatial.occupancy import compute_occupancy

ORDER = {StructureRole.GTV: 0, StructureRole.CTV: 1, StructureRole.PTV: 2}


def build_lesions(
    courses: Sequence[PreparedCourse], latest: Date | None = None
) -> tuple[Lesion, ...]:
    """One lesion per treated metastasis: GTV, CTV and PTV around one centre are one lesion.

    Repeat treatment of the same place belongs to the same lesion. Courses that could not be placed
    give no lesion.

    Parameters
    ----------
    courses : sequence of PreparedCourse
    latest : date, optional
        Of the latest scan, which decides the course in force; without it the last course is.
    """
    groups: list[tuple[list[tuple[str, Target]], np.ndarray, float]] = []
    for placed in courses:
        if placed.to_reference is None or placed.course.dose is None:
            continue
        for target in sorted(placed.course.targets, key=lambda t: ORDER.get(t.role, 3)):
            shape = placed.course.structure(target.name).shape
            points, weight = compute_occupancy(shape, cells=20_000, single_plane_mm=1.0).samples()
            native = np.average(points, axis=0, weights=weight)
            center = placed.to_reference.transform.apply(native)
            radius = 10.0 * (3.0 * float(weight.sum()) / (4.0 * np.pi)) ** (1 / 3)
            for members, known, size in groups:
                told = target.lesion is not None and target.lesion == members[0][1].lesion
                if told or np.linalg.norm(center - known) < 0.5 * max(size, radius):
                    members.append((placed.course.id, target))
                    break
            else:
                groups.append(([(placed.course.id, target)], center, radius))
    dates = {placed.course.id: placed.course.date for placed in courses}
    lesions = []
    for number, (members, center, radius) in enumerate(groups, start=1):
        x, y, z = (float(v) for v in center)
        lesion = Lesion(f"L{number}", members[0][1].name, None, (), (x, y, z), radius)
        lesions.append(put_in_force(lesion, _by_course(members), dates, latest))
    return tuple(lesions)


def _by_course(members: Sequence[tuple[str, Target]]) -> tuple[Treatment, ...]:
    names = dict.fromkeys(name for name, _ in members)
    return tuple(Treatment(n, tuple(t for name, t in members if name == n)) for n in names)


def put_in_force(
    lesion: Lesion,
    treatments: Sequence[Treatment],
    dates: Mapping[str, Date],
    latest: Date | None = None,
) -> Lesion:
    """Return the lesion with the last treatment begun before `latest` in force.

    Several treatments stay with it, a single one is told by its course and targets.

    Parameters
    ----------
    lesion : Lesion
    treatments : sequence of Treatment
        Not empty.
    dates : mapping of course id to date
    latest : date, optional
        Of the latest scan; without it the last course is in force.
    """
    ordered = tuple(sorted(treatments, key=lambda t: dates[t.course_id]))
    begun = [t for t in ordered if latest is None or dates[t.course_id] < latest]
    chosen = begun[-1] if begun else ordered[0]
    every = ordered if len(ordered) > 1 else ()
    return replace(lesion, course_id=chosen.course_id, targets=chosen.targets, treatments=every)


def target_mask(
    placed: PreparedCourse, lesion: Lesion, grid: Grid, grid_to_reference: RigidTransform
) -> Mask:
    """Voxels of `grid` inside the lesion's first target in a course (its GTV when there is one)."""
    assert placed.to_reference is not None
    shape = placed.course.structure(lesion.targets_in(placed.course.id)[0].name).shape
    points, weight = compute_occupancy(shape, cells=200_000, single_plane_mm=1.0).samples()
    carry = placed.to_reference.transform.then(grid_to_reference.inverse())
    index, inside = grid.nearest_voxels(carry.apply(points))
    volume = np.zeros(grid.shape)
    np.add.at(volume, tuple(index[inside].T), weight[inside])
    return Mask(volume >= 0.5 * grid.voxel_volume_cm3, grid)
