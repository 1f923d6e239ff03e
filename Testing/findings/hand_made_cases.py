"""Hand-made prepared cases of known truth: geometric anatomy, analytic lesions, oblique grids.

The head is a block 84 x 84 x 76 mm around an off-origin centre. In head coordinates (mm, LPS minus
`HEAD`): x > 0 left, x < 0 right, falx at |x| < 1 above z = -6 (corpus callosum at |x| < 6,
-12 < z < -6), tentorium at z = -22 with the cerebellum below, left lateral ventricle an ellipsoid,
cortex 3 mm thick along falx and tentorium, a sulcus as a sheet of CSF at y = 30 on the left.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date as Date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "made"))

import numpy as np
from case_builder import (
    Placing,
    ball_structure,
    course_of,
    distance_from,
    lattice,
    lattice_over,
    outlined,
    points_of,
    prepared_study,
    treated_lesion,
)
from case_builder import quality as quality_of
from scipy.spatial.transform import Rotation

from RNAssessLib.case import (
    Anatomy,
    Case,
    ClinicalEvent,
    Compartment,
    DoseGrid,
    Grid,
    Image,
    MaskOrigin,
    PreparedCase,
    PreparedCourse,
    PreparedTimepoint,
    Registration,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
    SequenceRole,
    StructureRole,
    Target,
    Technique,
    Tissue,
)
from RNAssessLib.spatial.resampling import resample_image

HEAD = np.array([12.0, -31.0, 47.0])
EXTENT = np.array([84.0, 84.0, 76.0])
FALL_OFF_MM = 10.0
R = SequenceRole

WHITE: dict[SequenceRole, float] = {
    R.T1C: 400.0, R.T1: 380.0, R.FLAIR: 300.0, R.DWI: 250.0, R.ADC: 0.75, R.SWI: 500.0,
    R.RCBV: 2.0, R.KTRANS: 0.02, R.CBF: 25.0, R.T1C_DELAYED: 410.0, R.PET_AA: 1.2,
    R.PET_FDG: 5.0, R.T2: 350.0,
}  # fmt: skip
# signal over white matter
CORE: dict[SequenceRole, float] = {
    R.T1C: 0.5, R.T1: 0.5, R.FLAIR: 1.6, R.DWI: 0.6, R.ADC: 2.5, R.SWI: 0.95, R.RCBV: 0.2,
    R.KTRANS: 0.5, R.CBF: 0.2, R.T1C_DELAYED: 0.6, R.PET_AA: 0.8, R.PET_FDG: 0.5, R.T2: 2.5,
}  # fmt: skip
RIM: dict[SequenceRole, float] = {
    R.T1C: 2.0, R.T1: 0.8, R.FLAIR: 1.7, R.DWI: 1.1, R.ADC: 1.4, R.SWI: 0.95, R.RCBV: 1.0,
    R.KTRANS: 3.0, R.CBF: 1.0, R.T1C_DELAYED: 2.0, R.PET_AA: 1.3, R.PET_FDG: 0.7, R.T2: 1.3,
}  # fmt: skip
OWN_SPACING = {
    R.DWI: (2.0, 2.0, 4.0), R.ADC: (2.0, 2.0, 4.0), R.SWI: (0.9, 0.9, 2.0),
    R.RCBV: (2.0, 2.0, 4.0), R.PET_AA: (2.0, 2.0, 3.0), R.PET_FDG: (2.0, 2.0, 3.0),
}  # fmt: skip
ROUTINE = (R.T1C, R.T1, R.FLAIR, R.DWI, R.ADC, R.SWI)


@dataclass(frozen=True)
class Ball:
    """Enhancing ball in head coordinates with, if thinner than its radius, a core.

    `gap` cuts an opening into the rim: a unit vector and the cosine of its half-angle.
    """

    at: tuple[float, float, float]
    radius: float
    rim: float = 1e9
    radii: tuple[float, float, float] | None = None
    gap: tuple[tuple[float, float, float], float] | None = None

    def depth(self, head: np.ndarray) -> np.ndarray:
        offset = head - np.asarray(self.at)
        if self.radii is not None:
            return (1 - np.linalg.norm(offset / np.asarray(self.radii), axis=-1)) * min(self.radii)
        return self.radius - np.linalg.norm(offset, axis=-1)


@dataclass(frozen=True)
class Visit:
    """One scan."""

    id: str
    date: Date
    lesion: tuple[Ball, ...] = ()
    apart: tuple[Ball, ...] = ()  # enhancement that belongs to no lesion
    oedema: float = 6.0
    core: Mapping[SequenceRole, float] = field(default_factory=dict)  # signal over white matter
    rim: Mapping[SequenceRole, float] = field(default_factory=dict)
    dark: tuple[Ball, ...] = ()  # on SWI
    vein: tuple[tuple[tuple[float, float, float], tuple[float, float, float]], ...] = ()
    roles: Sequence[SequenceRole] = ROUTINE
    shift: tuple[float, float, float] = (0.0, 0.0, 0.0)  # what registration got wrong
    error_mm: float = 0.5
    grade: RegistrationGrade = RegistrationGrade.GOOD
    noise: float = 0.03
    paint: Callable[[SequenceRole, np.ndarray, np.ndarray], np.ndarray] | None = None


def quality(grade: RegistrationGrade, error_mm: float) -> RegistrationQuality:
    reasons = ("blocks disagree",) if grade is RegistrationGrade.BAD else ()
    return quality_of(grade, error_mm, reasons)


def head_grid(spacing: tuple[float, float, float], rotation: np.ndarray) -> Grid:
    """Lattice over the head block, turned about its centre."""
    return lattice_over(EXTENT, HEAD, spacing, rotation)


def tissue_maps(head: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compartment and tissue at head coordinates (..., 3)."""
    x, y, z = np.moveaxis(head, -1, 0)
    c = np.where(x > 0, Compartment.LEFT_CEREBRUM, Compartment.RIGHT_CEREBRUM).astype(np.uint8)
    t = np.full(x.shape, Tissue.WHITE_MATTER, np.uint8)
    callosum = (np.abs(x) < 6) & (z > -12) & (z < -6)
    t[(np.abs(x) < 4) & (z > -6)] = Tissue.GREY_MATTER
    t[(np.abs(x) < 1) & (z > -6)] = Tissue.CSF
    t[np.abs(z + 22) < 4] = Tissue.GREY_MATTER
    t[np.abs(z + 22) < 1] = Tissue.CSF
    below = z < -22
    c[below & (x > 0)] = Compartment.LEFT_CEREBELLUM
    c[below & (x <= 0)] = Compartment.RIGHT_CEREBELLUM
    c[callosum] = Compartment.CORPUS_CALLOSUM
    sulcus = (x > 12) & (z > -15)
    t[sulcus & (np.abs(y - 26) < 4)] = Tissue.GREY_MATTER
    t[sulcus & (np.abs(y - 26) < 1.2)] = Tissue.CSF
    ventricle = ((x - 10) / 4) ** 2 + ((y + 25) / 10) ** 2 + ((z - 2) / 10) ** 2 < 1
    c[ventricle] = Compartment.LEFT_LATERAL_VENTRICLE
    t[ventricle] = Tissue.CSF
    return c, t


def build_anatomy(grid: Grid, error_mm: float = 1.0) -> Anatomy:
    c, t = tissue_maps(points_of(grid) - HEAD)
    return Anatomy(grid, c, t, "user label map", error_mm)


def inside(balls: Sequence[Ball], head: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(enhancing, core) at head coordinates."""
    enhancing = np.zeros(head.shape[:-1], bool)
    core = np.zeros(head.shape[:-1], bool)
    for ball in balls:
        depth = ball.depth(head)
        core |= depth >= ball.rim
    for ball in balls:
        depth = ball.depth(head)
        shell = (depth >= 0) & (depth < ball.rim)
        if ball.gap is not None:
            offset = head - np.asarray(ball.at)
            direction = offset / np.maximum(np.linalg.norm(offset, axis=-1, keepdims=True), 1e-6)
            shell &= direction @ np.asarray(ball.gap[0]) < ball.gap[1]
        enhancing |= shell
    return enhancing & ~core, core


def draw(role: SequenceRole, visit: Visit, head: np.ndarray, rng: np.random.Generator):
    """Image of one sequence at head coordinates."""
    _, tissue = tissue_maps(head)
    ratio = np.ones(tissue.shape)
    grey = {R.T1C: 0.8, R.T1: 0.8, R.ADC: 1.1, R.RCBV: 2.2, R.CBF: 2.0, R.PET_FDG: 2.0}
    csf = {R.T1C: 0.3, R.T1: 0.3, R.FLAIR: 0.2, R.ADC: 4.0, R.DWI: 0.3, R.SWI: 0.9}
    ratio[tissue == Tissue.GREY_MATTER] = grey.get(role, 1.0)
    ratio[tissue == Tissue.CSF] = csf.get(role, 0.3)
    enhancing, core = inside((*visit.lesion, *visit.apart), head)
    if role is R.FLAIR:
        for ball in visit.lesion:
            ratio[(ball.depth(head) > -visit.oedema) & (tissue == Tissue.WHITE_MATTER)] = 2.0
    ratio[enhancing] = {**RIM, **visit.rim}[role]
    ratio[core] = {**CORE, **visit.core}[role]
    if role is R.SWI:
        for ball in visit.dark:
            ratio[ball.depth(head) >= 0] = 0.2
        for start, stop in visit.vein:
            ratio[distance_to_line(head, start, stop) <= 1.1] = 0.35
    if visit.paint is not None:
        ratio = visit.paint(role, ratio, head)
    noisy = ratio + rng.normal(0.0, visit.noise, ratio.shape)
    return (WHITE[role] * np.maximum(noisy, 0.0)).astype(np.float32)


def distance_to_line(head: np.ndarray, start, stop) -> np.ndarray:
    a, b = np.asarray(start), np.asarray(stop)
    along = np.clip((head - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
    return np.linalg.norm(head - (a + along[..., None] * (b - a)), axis=-1)


BASELINES: dict[str, PreparedTimepoint] = {}


def build_visit(visit: Visit, number: int) -> PreparedTimepoint:
    """One prepared timepoint; scans before treatment recur from test to test and are kept."""
    if number:
        return prepare_visit(visit, number)
    key = repr(visit)
    if key not in BASELINES:
        BASELINES[key] = prepare_visit(visit, number)
    return BASELINES[key]


def prepare_visit(visit: Visit, number: int) -> PreparedTimepoint:
    rng = np.random.default_rng(100 + number)
    turn = Rotation.from_rotvec(np.radians([2.0, -3.0 + number, 4.0])).as_matrix()
    move = RigidTransform()
    if number:
        rotation = Rotation.from_rotvec(np.radians([1.0 * number, 2.0, -2.0])).as_matrix()
        about = HEAD - rotation @ HEAD + np.array([4.0, -2.0, 3.0]) * number
        move = RigidTransform.from_parts(rotation, about)
    to_reference = move.inverse()  # true
    wrong = RigidTransform.from_parts(np.eye(3), visit.shift)

    def native(spacing):
        grid = head_grid(spacing, turn)
        origin = tuple(map(float, move.apply(grid.origin_mm)))
        axes = move.moving_to_fixed[:3, :3] @ np.reshape(grid.direction, (3, 3))
        return Grid(grid.shape, origin, spacing, tuple(axes.ravel()))

    def head_of(grid):
        return to_reference.apply(points_of(grid)) - HEAD

    t1c_grid = native((1.0, 1.0, 1.2))
    head = head_of(t1c_grid)
    sequences, images = {}, {}
    for role in dict.fromkeys((R.T1C, *visit.roles)):
        grid = native(OWN_SPACING[role]) if role in OWN_SPACING else t1c_grid
        image = Image(draw(role, visit, head_of(grid), rng), grid)
        sequences[role] = image
        images[role] = resample_image(image, t1c_grid)
    enhancing, core = inside(visit.lesion, head)
    apart, _ = inside(visit.apart, head)
    near = np.zeros(enhancing.shape, bool)
    _, tissue = tissue_maps(head)
    for ball in (*visit.lesion, *visit.apart):
        near |= ball.depth(head) > -visit.oedema
    white = tissue == Tissue.WHITE_MATTER
    oedema = (near & white) | enhancing | core if R.FLAIR in visit.roles else None
    placed = Registration(
        visit.id, "t0", to_reference.then(wrong), quality(visit.grade, visit.error_mm)
    )
    return prepared_study(
        visit.id, visit.date, sequences, Placing(placed, quality(RegistrationGrade.GOOD, 0.3)),
        {"L1": outlined(enhancing, core, oedema, t1c_grid, MaskOrigin.IMPORTED, 0.6)},
        nawm=white & ~near, new=apart & ~enhancing, images=images,
    )  # fmt: skip


def sphere_dose(center: np.ndarray, prescription_gy: float, radius_mm: float) -> DoseGrid:
    """Prescription at `radius_mm`, 1/(1 + ((r - R) / FALL_OFF_MM)²) of it outside, 1.3 inside."""
    grid = lattice(center, (40,) * 3, (2.5,) * 3, shift=0.4)
    r = distance_from(center, grid)
    outside = 1 / (1 + (np.maximum(r - radius_mm, 0) / FALL_OFF_MM) ** 2)
    peak = 1 + 0.3 * (1 - np.minimum(r / radius_mm, 1) ** 2)
    return DoseGrid((prescription_gy * outside * peak).astype(np.float32), grid)


def build_case(
    visits: Sequence[Visit],
    *,
    center: tuple[float, float, float] = (18.0, 0.0, 10.0),
    radius: float = 8.0,
    events: Sequence[ClinicalEvent] = (),
    dose: bool = True,
    anatomy: bool = True,
    boundary_error_mm: float = 1.0,
    fractions: int = 1,
    technique: Technique = Technique.LINAC,
    extra_courses: Sequence[PreparedCourse] = (),
) -> PreparedCase:
    """Prepared case with one lesion ``L1`` treated with 20 Gy."""
    where = HEAD + np.asarray(center)
    timepoints = tuple(build_visit(v, n) for n, v in enumerate(visits))
    target = Target("GTV1", StructureRole.GTV, 20.0)
    given = sphere_dose(where, 20.0, radius + 1.0)
    course = course_of(
        (target,), given.dose_gy if dose else None, given.grid, (), technique, fractions
    )
    placed = PreparedCourse(
        course,
        Registration("", "", RigidTransform(), quality(RegistrationGrade.GOOD, 0.0))
        if dose
        else None,
        "" if dose else "the course has no dose file",
    )
    common = head_grid((1.0, 1.0, 1.0), np.eye(3))
    lesion = treated_lesion("L1", (target,), where, radius)
    case = Case("hand-made", (course,), tuple(t.timepoint for t in timepoints), tuple(events))
    return PreparedCase(
        case=case,
        reference=timepoints[0].id,
        common_grid=common,
        timepoints=timepoints,
        courses=(placed, *extra_courses),
        lesions=(lesion,),
        anatomy=build_anatomy(common, boundary_error_mm) if anatomy else None,
        why_no_anatomy="" if anatomy else "no atlas could be placed",
    )


def with_contours(prepared: PreparedCase, spacing: float = 1.0) -> PreparedCase:
    """The target's structure, which plan indices need, on voxels of `spacing` mm."""
    placed = prepared.courses[0]
    center = HEAD + np.asarray(CENTER)
    grid = lattice(center, (round(24 / spacing),) * 3, (spacing,) * 3)
    gtv = ball_structure(placed.course.targets[0], center, 8.0, grid)
    course = replace(placed.course, structures=(gtv,))
    case = replace(prepared.case, courses=(course,))
    return replace(prepared, case=case, courses=(replace(placed, course=course),))


T0, T1, T2, T3 = Date(2025, 1, 8), Date(2025, 4, 9), Date(2025, 8, 27), Date(2025, 12, 10)
CENTER = (18.0, 0.0, 10.0)


def treated(radius: float = 8.0, **more) -> Visit:
    """Scan before treatment: a solid metastasis."""
    return Visit("t0", T0, (Ball(CENTER, radius),), **more)


def smaller(radius: float = 6.0, **more) -> Visit:
    """First follow-up: it has shrunk."""
    return Visit("t1", T1, (Ball(CENTER, radius),), **more)
