"""Normal brain and organs as cells with the dose of every course: what a what-if adds up."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Mask,
    NotAssessableError,
    PreparedCourse,
    RigidTransform,
    Structure,
    StructureRole,
)
from RNAssessLib.case.numbers import in_percent

from .field import DoseField
from .fractionation import BRAIN, TissueCells
from .histogram import occupy
from .oar import BRAIN as BRAIN_NAMES
from .oar import ORGANS, PRV

MOST_CELLS = 400_000
BEYOND_SHARE = 0.001
TARGETS = (StructureRole.GTV, StructureRole.CTV, StructureRole.PTV)
FloatArray = npt.NDArray[np.float64]


def compute_tissue_cells(
    courses: Sequence[PreparedCourse],
    shape: PreparedCourse,
    brain: tuple[Mask, RigidTransform] | None = None,
) -> tuple[TissueCells, ...]:
    """Normal brain first, then organs at risk, of the plan that gives the new dose its shape.

    Parameters
    ----------
    courses : sequence of PreparedCourse
        Those with a placed dose.
    shape : PreparedCourse
        One of them; its structures are used.
    brain : (Mask, RigidTransform), optional
        Brain on an image with the way to reference space, for plans without a brain contour.

    Raises
    ------
    NotAssessableError
        Neither a contour nor a mask of the brain.
    """
    assert shape.course.dose is not None and shape.to_reference is not None
    field = DoseField(shape.course.dose)
    to_reference = shape.to_reference.transform
    targets = [s for s in shape.course.structures if s.role in TARGETS]
    found = []
    contour = next((s for s in shape.course.structures if BRAIN_NAMES.match(s.name.strip())), None)
    if contour is not None:
        points, volumes = _cells_of(field, contour)
        name = f"{contour.name} of {shape.course.id} minus targets"
    elif brain is not None:
        points, volumes = _cells_of_mask(*brain, to_reference)
        name = "brain on MR minus targets"
    else:
        raise NotAssessableError("no contour named brain, and no brain mask on MR")
    keep = _outside(field, targets, points)
    found.append(
        _with_doses(name, BRAIN, points[keep > 0], (volumes * keep)[keep > 0], courses,
                    to_reference)
    )  # fmt: skip
    for structure in shape.course.structures:
        organ = _organ(structure.name)
        if organ:
            points, volumes = _cells_of(field, structure)
            found.append(_with_doses(structure.name, organ, points, volumes, courses, to_reference))
    return tuple(found)


def has_brain(placed: PreparedCourse) -> bool:
    """Whether the plan outlines a brain, or at least the head's skin (its external contour)."""
    return any(
        BRAIN_NAMES.match(s.name.strip()) or s.role is StructureRole.EXTERNAL
        for s in placed.course.structures
    )


def usable_doses(courses: Sequence[PreparedCourse]) -> tuple[PreparedCourse, ...]:
    """Courses whose dose is where the images are."""
    return tuple(
        p
        for p in courses
        if p.course.dose is not None and p.to_reference is not None and p.to_reference.is_usable
    )


def dose_at(placed: PreparedCourse, point_lps_mm: Sequence[float]) -> float:
    """Dose in Gy of a course at a point of reference space; 0 beyond its grid."""
    assert placed.course.dose is not None and placed.to_reference is not None
    point = placed.to_reference.transform.inverse().apply(np.asarray(point_lps_mm, float)[None])
    return float(DoseField(placed.course.dose).at(point)[0])


def _organ(name: str) -> str:
    if PRV.search(name):
        return ""
    return next((o for o, pattern, _ in ORGANS if re.search(pattern, name, re.I)), "")


def _cells_of(field: DoseField, structure: Structure) -> tuple[FloatArray, FloatArray]:
    points, volumes = occupy(field, structure.shape).samples()
    return np.asarray(points, float), np.asarray(volumes, float)


def _cells_of_mask(
    mask: Mask, mask_to_reference: RigidTransform, to_reference: RigidTransform
) -> tuple[FloatArray, FloatArray]:
    """Voxels in the dose's space, thinned out evenly where they are too many."""
    index = np.argwhere(mask.array)
    step = -(-len(index) // MOST_CELLS)
    chosen = index[::step]
    way = mask_to_reference.then(to_reference.inverse())
    volume = mask.grid.voxel_volume_cm3 * len(index) / max(len(chosen), 1)
    points = np.asarray(way.apply(mask.grid.index_to_lps(chosen)), np.float64)
    return points, np.full(len(chosen), volume, np.float64)


def _outside(field: DoseField, targets: Sequence[Structure], points: FloatArray) -> FloatArray:
    """Share of each cell that belongs to no target."""
    left = np.ones(len(points))
    for target in targets:
        left *= 1.0 - occupy(field, target.shape).share_at(points)
    return np.where(left < 1e-3, 0.0, left)


def _with_doses(
    name: str,
    organ: str,
    points: FloatArray,
    volumes: FloatArray,
    courses: Sequence[PreparedCourse],
    to_reference: RigidTransform,
) -> TissueCells:
    doses, notes = {}, []
    for placed in courses:
        assert placed.course.dose is not None and placed.to_reference is not None
        here = to_reference.then(placed.to_reference.transform.inverse()).apply(points)
        doses[placed.course.id] = np.asarray(DoseField(placed.course.dose).at(here), float)
        grid = placed.course.dose.grid
        index = grid.lps_to_index(here)
        beyond = np.any((index < -0.5) | (index > np.asarray(grid.shape) - 0.5), axis=1)
        share = float(volumes[beyond].sum() / volumes.sum())
        if share > BEYOND_SHARE:
            notes.append(
                f"{in_percent(100 * share)} % of {name} lies beyond the dose grid of "
                f"{placed.course.id} and counts there as 0 Gy"
            )
    return TissueCells(name, organ, volumes, doses, tuple(notes))
