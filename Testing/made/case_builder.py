"""Builder of cases that tests make by hand: lattices, balls, registrations, prepared studies.

What a head looks like, which lesions it holds and what is found in them is each fixture's own
truth (`Testing/findings/hand_made_cases`, `Testing/scene/assessments`,
`Testing/panel/made_assessment`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date

import numpy as np

from RNAssessLib.case import (
    Course,
    DoseGrid,
    Grid,
    Image,
    Lesion,
    LesionMasks,
    Mask,
    MaskKind,
    MaskOrigin,
    PreparedTimepoint,
    Registration,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
    SequenceRole,
    Structure,
    Target,
    Technique,
    Timepoint,
)

TREATED = Date(2025, 1, 10)
NO_TURN = np.eye(3)


# --- places ---------------------------------------------------------------------------------------


def lattice(center, size, spacing, rotation=NO_TURN, shift=0.0) -> Grid:
    """Grid of (i, j, k) voxels of some mm, turned about its centre and moved along every axis."""
    i, j, k = (int(n) for n in size)
    origin = center - rotation @ ((np.array((i, j, k)) - 1) / 2 * np.asarray(spacing)) + shift
    axes = tuple(float(v) for v in rotation.ravel())
    return Grid((k, j, i), tuple(float(v) for v in origin), spacing, axes)


def lattice_over(extent, center, spacing, rotation=NO_TURN, shift=0.0) -> Grid:
    """The same, over so many mm along (i, j, k)."""
    size = np.ceil(np.asarray(extent) / np.asarray(spacing)).astype(int)
    return lattice(center, size, spacing, rotation, shift)


def points_of(grid: Grid, to_reference: RigidTransform | None = None) -> np.ndarray:
    """Positions (K, J, I, 3) of a grid's voxels, in the reference space where a way is given."""
    points = grid.index_to_lps(np.moveaxis(np.indices(grid.shape), 0, -1))
    return points if to_reference is None else to_reference.apply(points)


def distance_from(center, grid: Grid, to_reference: RigidTransform | None = None) -> np.ndarray:
    """Distance of a grid's voxels (K, J, I) from a point, mm."""
    return np.linalg.norm(points_of(grid, to_reference) - center, axis=-1)


# --- registrations --------------------------------------------------------------------------------


def quality(
    grade=RegistrationGrade.GOOD, error_mm=0.6, reasons=(), *,
    residuals=(0.2, 0.8, 0.95, 0.2), method="by hand",
) -> RegistrationQuality:  # fmt: skip
    """How well two images lie on each other."""
    return RegistrationQuality(grade, *residuals, error_mm, method, reasons)


@dataclass(frozen=True)
class Placing:
    """Registrations of one study: of its sequences, and of itself."""

    to_reference: Registration
    sequence: RegistrationQuality
    names: tuple[str, str] = ("", "")  # of a sequence and of its T1c; {role} is put in

    def of_sequence(self, role: SequenceRole) -> Registration:
        moving, fixed = (name.format(role=role.value) for name in self.names)
        return Registration(moving, fixed, RigidTransform(), self.sequence)


# --- a study --------------------------------------------------------------------------------------


def outlined(
    enhancing, core, oedema, grid: Grid, origin=MaskOrigin.AUTOMATIC, doubt=1.0
) -> LesionMasks:
    """Outlines of one lesion from arrays; no oedema for None."""
    arrays = {
        MaskKind.ENHANCING: enhancing, MaskKind.NECROTIC_CORE: core, MaskKind.OEDEMA: oedema,
    }  # fmt: skip
    masks = {kind: Mask(array, grid) for kind, array in arrays.items() if array is not None}
    return LesionMasks(masks, origin, doubt)


def prepared_study(
    name: str,
    date: Date,
    sequences: Mapping[SequenceRole, Image],
    placing: Placing,
    lesions: Mapping[str, LesionMasks],
    *,
    nawm: np.ndarray,
    brain: np.ndarray | None = None,
    new: np.ndarray | None = None,
    images: Mapping[SequenceRole, Image] | None = None,
    level: Mapping[SequenceRole, float] | None = None,
) -> PreparedTimepoint:
    """One study on its T1c's grid.

    The brain is everything, nothing is new, and white matter is as bright as its median, unless
    said otherwise; `images` are the sequences on the T1c's grid.
    """
    images = sequences if images is None else images
    grid = sequences[SequenceRole.T1C].grid
    if level is None:
        level = {role: float(np.median(image.array[nawm])) for role, image in images.items()}
    return PreparedTimepoint(
        timepoint=Timepoint(name, date, sequences),
        images=images,
        to_t1c={r: placing.of_sequence(r) for r in sequences if r is not SequenceRole.T1C},
        to_reference=placing.to_reference,
        brain=Mask(np.ones(grid.shape, bool) if brain is None else brain, grid),
        nawm=Mask(nawm, grid),
        white_matter_level=level,
        lesions=lesions,
        new_enhancement=Mask(np.zeros(grid.shape, bool) if new is None else new, grid),
    )


# --- a course -------------------------------------------------------------------------------------


def course_of(
    targets, dose: np.ndarray | None, grid: Grid | None, structures=(),
    technique=Technique.GAMMA_KNIFE, fractions=1, uid=None,
) -> Course:  # fmt: skip
    """Course ``srs-1`` on the day of treatment; `dose` in Gy, None for a course without one."""
    placed = None if dose is None else DoseGrid(dose.astype(np.float32), grid, uid)
    return Course("srs-1", TREATED, technique, fractions, tuple(targets), placed, tuple(structures))


def ball_structure(target: Target, center, radius: float, grid: Grid, number=None) -> Structure:
    """A target's structure: the voxels of a ball."""
    mask = Mask(distance_from(center, grid) < radius, grid)
    more = () if number is None else (number,)
    return Structure(target.name, target.role, mask, *more)


def treated_lesion(name: str, targets, center, radius: float) -> Lesion:
    """Lesion of course ``srs-1``; its first target names it."""
    place = tuple(float(v) for v in center)
    return Lesion(name, targets[0].name, "srs-1", tuple(targets), place, radius)
