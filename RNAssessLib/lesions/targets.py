"""Lesions from the treated targets, and their volumes on an image's grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from RNAssessLib.case import (
    Grid,
    Lesion,
    Mask,
    PreparedCourse,
    RigidTransform,
    StructureRole,
    Target,
)
from RNAssessLib.spatial.occupancy import compute_occupancy

ORDER = {StructureRole.GTV: 0, StructureRole.CTV: 1, StructureRole.PTV: 2}


def build_lesions(courses: Sequence[PreparedCourse]) -> tuple[Lesion, ...]:
    """One lesion per treated metastasis: GTV, CTV and PTV around one centre are one lesion.

    Repeat treatment of the same place belongs to the same lesion. Courses that could not be placed
    give no lesion.
    """
    groups: list[tuple[str, list[Target], np.ndarray, float]] = []
    for placed in courses:
        if placed.to_reference is None or placed.course.dose is None:
            continue
        for target in sorted(placed.course.targets, key=lambda t: ORDER.get(t.role, 3)):
            shape = placed.course.structure(target.name).shape
            points, weight = compute_occupancy(shape, cells=20_000, single_plane_mm=1.0).samples()
            native = np.average(points, axis=0, weights=weight)
            center = placed.to_reference.transform.apply(native)
            radius = 10.0 * (3.0 * float(weight.sum()) / (4.0 * np.pi)) ** (1 / 3)
            for _, members, known, size in groups:
                told = target.lesion is not None and target.lesion == members[0].lesion
                if told or np.linalg.norm(center - known) < 0.5 * max(size, radius):
                    members.append(target)
                    break
            else:
                groups.append((placed.course.id, [target], center, radius))
    return tuple(
        Lesion(
            id=f"L{number}",
            name=members[0].name,
            course_id=course_id,
            targets=tuple(members),
            center_lps_mm=(float(center[0]), float(center[1]), float(center[2])),
            radius_mm=radius,
        )
        for number, (course_id, members, center, radius) in enumerate(groups, start=1)
    )


def target_mask(
    placed: PreparedCourse, lesion: Lesion, grid: Grid, grid_to_reference: RigidTransform
) -> Mask:
    """Voxels of `grid` inside the lesion's smallest target (its GTV when there is one)."""
    assert placed.to_reference is not None
    shape = placed.course.structure(lesion.targets[0].name).shape
    points, weight = compute_occupancy(shape, cells=200_000, single_plane_mm=1.0).samples()
    carry = placed.to_reference.transform.then(grid_to_reference.inverse())
    index = np.rint(grid.lps_to_index(carry.apply(points))).astype(int)
    inside = np.all((index >= 0) & (index < grid.shape), axis=1)
    volume = np.zeros(grid.shape)
    np.add.at(volume, tuple(index[inside].T), weight[inside])
    return Mask(volume >= 0.5 * grid.voxel_volume_cm3, grid)
