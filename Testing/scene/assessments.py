"""A small assessment of known geometry, made by hand: what scene and web tests show.

A head-like ellipsoid off the origin; every timepoint lies in its own turned and shifted space on
its own anisotropic, oblique grids. One treated lesion grows a rim after treatment; two findings
point at known places.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "made"))

import numpy as np
from case_builder import (
    Placing,
    ball_structure,
    course_of,
    distance_from,
    lattice_over,
    outlined,
    prepared_study,
    quality,
    treated_lesion,
)
from case_builder import points_of as reference_points
from scipy.spatial.transform import Rotation

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import (
    Case,
    Course,
    Grid,
    Image,
    LesionMasks,
    Mask,
    PreparedCase,
    PreparedCourse,
    PreparedTimepoint,
    Quantity,
    Registration,
    RigidTransform,
    SequenceRole,
    StructureRole,
    Target,
)
from RNAssessLib.course.serial import compute_serial
from RNAssessLib.dosimetry.course import compute_course
from RNAssessLib.findings.finding import (
    Evidence,
    Favours,
    Finding,
    FindingSpec,
    Plane,
    Status,
    Strength,
    not_assessable,
)
from RNAssessLib.spatial.resampling import resample_image

R = SequenceRole
HEAD = np.array([14.0, -22.0, 35.0])  # centre of the head, LPS mm, reference space
RADII = np.array([70.0, 88.0, 62.0])
LESION = HEAD + np.array([28.0, 20.0, 12.0])  # left, posterior, superior of the centre
SATELLITE = HEAD + np.array([-20.0, 24.0, 20.0])  # across the midline
GTV_RADIUS, PTV_RADIUS, PRESCRIPTION_GY = 8.0, 10.0, 20.0
LEVEL = {R.T1C: 400.0, R.FLAIR: 300.0, R.ADC: 0.8, R.SWI: 500.0, R.T1: 350.0, R.DWI: 250.0}
MOVED = (
    RigidTransform(),
    RigidTransform.from_parts(
        Rotation.from_euler("xyz", [6, -4, 9], degrees=True).as_matrix(), (7.0, -5.0, 3.0)
    ),
    RigidTransform.from_parts(
        Rotation.from_euler("xyz", [-8, 3, -5], degrees=True).as_matrix(), (-4.0, 6.0, 8.0)
    ),
    RigidTransform.from_parts(
        Rotation.from_euler("xyz", [2, 5, 4], degrees=True).as_matrix(), (3.0, 2.0, -6.0)
    ),
)
DATES = (Date(2025, 1, 8), Date(2025, 5, 2), Date(2025, 9, 12), Date(2026, 1, 20))
QUALITY = quality()

CROSS = FindingSpec(
    "cross_boundary", 1, "Enhancement across a boundary",
    "Is there new enhancement on the other side of the falx?", Favours.RN, ("LA22",), (R.T1C,),
    "Tumour seldom crosses the falx; necrosis follows the dose.",
)  # fmt: skip
SHAPE = FindingSpec(
    "shape_change", 2, "Change in shape", "Did parts grow while others regressed?", Favours.RN,
    ("LA22",), (R.T1C,), "Necrosis changes its shape.",
)  # fmt: skip
PERFUSION = FindingSpec(
    "perfusion", 12, "Perfusion", "Is rCBV raised?", Favours.TTP, ("LA25 §2.4",), (R.RCBV,)
)


@dataclass(frozen=True)
class Detail:
    """Voxel sizes of the T1c and the FLAIR and the dose, mm along (i, j, k)."""

    t1c: tuple[float, float, float] = (3.0, 3.0, 4.0)
    flair: tuple[float, float, float] = (3.5, 3.5, 6.0)
    dose: tuple[float, float, float] = (2.0, 2.0, 2.5)


FINE = Detail((1.0, 1.0, 1.2), (0.9, 0.9, 3.0), (1.0, 1.0, 1.0))


def grid_about(center: np.ndarray, spacing: tuple[float, float, float], turn: float) -> Grid:
    """Lattice over the head, its axes turned by `turn` degrees."""
    rotation = Rotation.from_euler("zx", [turn, turn / 2], degrees=True).as_matrix()
    return lattice_over(2.25 * RADII, center, spacing, rotation)


def signal(role: SequenceRole, visit: int, points: np.ndarray) -> np.ndarray:
    """Image value at reference-space points (..., 3)."""
    depth = np.linalg.norm((points - HEAD) / RADII, axis=-1)
    level = LEVEL[role]
    value = np.where(depth < 1.0, level, 0.0)
    fold = np.sin(points[..., 0] / 5.0) * np.sin(points[..., 1] / 6.0) * np.cos(points[..., 2] / 7)
    value = value * np.where((depth > 0.78) & (depth < 0.95) & (fold > 0.2), 0.55, 1.0)
    value = np.where((depth > 0.95) & (depth < 1.0), 1.5 * level, value)
    ventricle = np.linalg.norm((np.abs(points - HEAD) - [9, 4, 6]) / [5, 22, 9], axis=-1) < 1
    value = np.where(ventricle, 0.35 * level, value)
    offset = np.linalg.norm(points - LESION, axis=-1)
    radius = (8.0, 6.0, 11.0, 14.0)[visit]
    near = np.linalg.norm(points - SATELLITE, axis=-1) < 5.0
    if role is R.T1C:
        value = np.where(offset < radius, 2.1 * level, value)
        value = np.where(offset < radius - 4.0, 0.5 * level, value)
        value = np.where(near & (visit > 0), 2.0 * level, value)
    elif role is R.T1:
        value = np.where(offset < radius, 0.8 * level, value)
    else:
        value = np.where(offset < radius + 9.0, 1.9 * level, value)
    return value


def make_image(role: SequenceRole, visit: int, grid: Grid, seed: int) -> Image:
    values = signal(role, visit, reference_points(grid, MOVED[visit]))
    noise = np.random.default_rng(seed).normal(0.0, 0.02 * LEVEL[role], grid.shape)
    return Image((values + noise * (values > 0)).astype(np.float32), grid)


def make_masks(visit: int, grid: Grid) -> LesionMasks:
    offset = distance_from(LESION, grid, MOVED[visit])
    radius = (8.0, 6.0, 11.0, 14.0)[visit]
    core = offset < radius - 4.0
    return outlined((offset < radius) & ~core, core, offset < radius + 9.0, grid)


def registration(moving: str, fixed: str, transform: RigidTransform) -> Registration:
    return Registration(moving, fixed, transform, QUALITY)


def make_timepoint(visit: int, detail: Detail, roles: tuple[SequenceRole, ...]):
    """Native and prepared form of one visit."""
    name = f"t{visit}"
    center = MOVED[visit].inverse().apply(HEAD)
    grids = {
        role: grid_about(
            center, detail.t1c if role is R.T1C else detail.flair, 3.0 + 2 * visit + 4 * index
        )
        for index, role in enumerate(roles)
    }
    sequences = {
        role: make_image(role, visit, grid, 10 * visit + index)
        for index, (role, grid) in enumerate(grids.items())
    }
    t1c = grids[R.T1C]
    inside = np.linalg.norm((reference_points(t1c, MOVED[visit]) - HEAD) / RADII, axis=-1) < 0.95
    satellite = distance_from(SATELLITE, t1c, MOVED[visit]) < 5.0
    placing = Placing(
        registration(f"{name} T1c", "t0 T1c", MOVED[visit]), QUALITY, ("{role}", "T1c")
    )
    return prepared_study(
        name, DATES[visit], sequences, placing, {"L1": make_masks(visit, t1c)},
        nawm=inside, brain=inside, new=satellite & (visit > 0),
        images={role: resample_image(image, t1c) for role, image in sequences.items()},
        level={role: LEVEL[role] for role in roles},
    )  # fmt: skip


def make_course(detail: Detail) -> Course:
    """20 Gy on the 10 mm PTV around the lesion; falls by half within 5 mm."""
    grid = lattice_over((90.0,) * 3, LESION, detail.dose, shift=0.3)
    dose = 28.0 / (1.0 + (distance_from(LESION, grid) / 12.0) ** 5)
    gtv, ptv = (
        Target(name, role, PRESCRIPTION_GY, lesion="L1")
        for name, role in (("GTV1", StructureRole.GTV), ("PTV1", StructureRole.PTV))
    )
    balls = ((gtv, GTV_RADIUS), (ptv, PTV_RADIUS))
    structures = [ball_structure(target, LESION, radius, grid) for target, radius in balls]
    return course_of((gtv, ptv), dose, grid, structures)


def make_evidence(timepoint: PreparedTimepoint, point: np.ndarray, plane: Plane) -> Evidence:
    x, y, z = (float(v) for v in point)
    native = timepoint.to_reference.transform.inverse().apply(point)
    grid = timepoint.timepoint.t1c.grid
    near = np.linalg.norm(reference_points(grid, timepoint.to_reference.transform) - point, axis=-1)
    return Evidence(
        timepoint.id, R.T1C, tuple(float(v) for v in native), (x, y, z), plane,
        Mask(near < 6.0, grid), label="new enhancement",
    )  # fmt: skip


def make_findings(last: PreparedTimepoint) -> tuple[Finding, ...]:
    return (
        Finding(
            CROSS, Status.PRESENT, Favours.RN, Strength.STRONG,
            "New enhancement of 0.5 cm³ lies 40 mm across the falx and received 3 Gy.",
            (Quantity("volume_cm3", 0.52, "cm3"), Quantity("dose_gy", 3.1, "Gy")),
            evidence=(make_evidence(last, SATELLITE, Plane.AXIAL),),
            caveats=("Enhancement of the falx itself would speak for tumour.",),
        ),
        Finding(
            SHAPE, Status.ABSENT, None, None, "The whole lesion grew; nothing regressed.",
            (Quantity("grown_cm3", 4.2, "cm3"),),
            evidence=(make_evidence(last, LESION, Plane.CORONAL),),
        ),
        not_assessable(PERFUSION, "no rCBV map; a DSC perfusion would help"),
    )  # fmt: skip


def make_assessment(
    visits: int = 2,
    detail: Detail | None = None,
    roles: tuple[SequenceRole, ...] = (R.T1C, R.FLAIR),
) -> Assessment:
    """Assessment of a patient with `visits` timepoints, t0 before treatment."""
    detail = detail or Detail()
    prepared_timepoints = tuple(make_timepoint(v, detail, roles) for v in range(visits))
    course = make_course(detail)
    lesion = treated_lesion("L1", course.targets, LESION, GTV_RADIUS)
    case = Case("fixture-1", (course,), tuple(t.timepoint for t in prepared_timepoints))
    prepared = PreparedCase(
        case, "t0", grid_about(HEAD, (4.0, 4.0, 4.0), 0.0), prepared_timepoints,
        (PreparedCourse(course, registration("dose", "t0 T1c", RigidTransform())),),
        (lesion,), None, "no atlas in this fixture",
    )  # fmt: skip
    return Assessment(
        prepared,
        (compute_course(course),),
        (
            LesionAssessment(
                lesion, compute_serial(prepared, lesion), make_findings(prepared_timepoints[-1])
            ),
        ),
        version="test",
    )
