"""A small Assessment made by hand, in which everything a panel must show occurs once.

Oblique, anisotropic and off-origin grids; three timepoints with different positions; one course
with two targets; every status; a second lesion.
"""

from __future__ import annotations

import sys
from dataclasses import replace
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
    outlined,
    prepared_study,
    treated_lesion,
)
from case_builder import quality as quality_of
from scipy.spatial.transform import Rotation

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import (
    Case,
    ClinicalEvent,
    Course,
    EventKind,
    Grid,
    Image,
    MappingEntry,
    Mask,
    PreparedCase,
    PreparedCourse,
    PreparedTimepoint,
    Quantity,
    Registration,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
    SequenceRole,
    Source,
    StructureRole,
    Target,
)
from RNAssessLib.course.serial import SerialEntry
from RNAssessLib.dosimetry.results import CourseDosimetry, Dvh, OarCheck, TargetDosimetry
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import (
    Evidence,
    Favours,
    Finding,
    Plane,
    Status,
    Strength,
    not_assessable,
)
from RNAssessLib.findings.registry import REGISTRY

CENTRE = np.array([21.0, -33.0, 48.0])
SECOND_CENTRE = (35.0, -20.0, 52.0)
ACROSS_LPS = (12.5, -28.25, 50.5)
R = SequenceRole
ROTATION = Rotation.from_euler("xyz", [6, -4, 9], degrees=True).as_matrix()


def make_grid(shape=(24, 40, 44), spacing=(1.1, 1.3, 2.5)) -> Grid:
    return lattice(CENTRE, shape[::-1], spacing, ROTATION)


GRID = make_grid()


def ball(grid: Grid, centre, radius: float):
    return distance_from(centre, grid) <= radius


def make_image(role: SequenceRole, grid: Grid, level: float) -> Image:
    array = np.full(grid.shape, level, np.float32)
    array[ball(grid, CENTRE, 8.0)] = 1.6 * level
    return Image(array, grid, "1.2.3", Source(f"{role.value}.nii.gz"))


def quality(grade=RegistrationGrade.GOOD, error=0.4, reasons=()) -> RegistrationQuality:
    residuals = (1.12, 1.34, 0.95, 0.3)
    return quality_of(grade, error, reasons, residuals=residuals, method="block matching")


def make_timepoint(name, date, roles, registration) -> PreparedTimepoint:
    images = {role: make_image(role, GRID, 300.0 + 20 * n) for n, role in enumerate(roles)}
    core, rim = ball(GRID, CENTRE, 4.0), ball(GRID, CENTRE, 8.0)
    oedema = ball(GRID, CENTRE, 11.0) if R.FLAIR in roles else None
    second = ball(GRID, SECOND_CENTRE, 3.0)
    return prepared_study(
        name, date, images,
        Placing(registration, quality(), (f"{name} {{role}}", f"{name} T1c")),
        {
            "L1": outlined(rim & ~core, core, oedema, GRID, doubt=0.9),
            "L2": outlined(second, np.zeros(GRID.shape, bool), None, GRID, doubt=0.9),
        },
        nawm=ball(GRID, CENTRE + np.array([14, 8, 0]), 4.0),
        level={role: 300.0 for role in roles},
    )  # fmt: skip


def make_course() -> Course:
    grid = make_grid((30, 36, 38), (1.5, 1.5, 1.5))
    dose = 26.0 / (1.0 + np.exp((distance_from(CENTRE, grid) - 9.0) / 3.0))
    targets = (
        Target("GTV1", StructureRole.GTV, 20.0, "plan", lesion="L1"),
        Target("PTV1", StructureRole.PTV, 20.0, "plan", lesion="L1"),
        Target("GTV2", StructureRole.GTV, None, "case file", lesion="L2"),
    )
    balls = ((CENTRE, 8.0), (CENTRE, 9.0), (SECOND_CENTRE, 3.0))
    structures = [
        ball_structure(target, centre, radius, grid, number)
        for number, (target, (centre, radius)) in enumerate(zip(targets, balls, strict=True), 1)
    ]
    return course_of(targets, dose, grid, structures, uid="1.2.3")


def make_dosimetry() -> CourseDosimetry:
    doses = np.linspace(0.0, 30.0, 3001)
    falling = np.clip(1.2 - doses / 25.0, 0.0, 1.0)
    gtv = TargetDosimetry(
        "GTV1", StructureRole.GTV,
        (
            Quantity("tc_percent", 99.148, "percent", "TV_PIV / TV x 100 (PP23)"),
            Quantity("d98_gy", 22.0147, "Gy", "near-minimum", 0.0875),
            Quantity("ci_paddick", 0.7515, "1", "TV_PIV² / (TV x PIV)"),
            Quantity("v12_gy_cm3", 15.645, "cm3", "tissue receiving at least 12 Gy", 0.31),
            Quantity("gi", None, "1", "V50 / V100", undefined="the 10 Gy isodose is cut"),
            Quantity("bed_gy", 60.0, "Gy", "n d (1 + d / 10)"),
            Quantity("volume_cm3", 2.1447, "cm3", "sub-voxel occupancy", 0.016),
        ),
        Dvh(doses, 2.1447 * falling), ("the LQ model is uncertain above about 10 Gy",),
        20.0, "plan", 1, "L1",
    )  # fmt: skip
    second = TargetDosimetry(
        "GTV2", StructureRole.GTV,
        (Quantity("tc_percent", None, "percent", "", undefined="no prescription is known"),),
        None, prescription_gy=None, prescription_source="case file", lesion="L2",
    )  # fmt: skip
    stem = Quantity("dmax_gy", 12.4, "Gy", "highest dose in the structure")
    return CourseDosimetry(
        "srs-1", (gtv, second), (gtv, second),
        (Quantity("brain_v12_gy_cm3", None, "cm3", "brain minus targets",
                  undefined="no structure named brain in the plan"),),
        (OarCheck("BrainStem", "brainstem", stem, 54.0, True, "PP23"),
         OarCheck("Chiasm", "optic pathway", replace(stem, value=55.0), 54.0, False, "PP23")),
        ("the dose grid ends 4 mm from the target",),
    )  # fmt: skip


def point_at(label: str, role=R.T1C, plane=Plane.AXIAL, at=ACROSS_LPS, mask=None) -> Evidence:
    return Evidence("t2", role, at, at, plane, mask, False, label)


def make_findings(thresholds: Thresholds) -> tuple[Finding, ...]:
    spec = {item.SPEC.id: item.SPEC for item in REGISTRY}
    mask = Mask(ball(GRID, ACROSS_LPS, 3.0), GRID)
    answered = (
        Finding(
            spec["cross_boundary"], Status.PRESENT, Favours.RN, Strength.STRONG,
            "New enhancement of 0.14 cm³ across the falx at t2, 9.5 mm from the lesion.",
            (Quantity("distance_mm", 9.539, "mm", "gap to the lesion", 1.3),),
            (thresholds.criterion("cross_boundary.smallest_cm3"),),
            (point_at("across the falx", mask=mask),
             point_at("the same, seen from the front", R.FLAIR, Plane.CORONAL)),
            ("the falx enhances nearby",),
        ),
        Finding(
            spec["shape_change"], Status.ABSENT, None, Strength.STRONG,
            "From t1 to t2 the lesion grew everywhere by 2.1 mm.",
            (Quantity("grown_cm3", 1.2, "cm3", "new part"),),
        ),
        Finding(
            spec["central_diffusion_restriction"], Status.INDETERMINATE, None, Strength.MODERATE,
            "At t2 41 % of the core restricts diffusion, and so does 38 % of the rim.",
        ),
        Finding(
            spec["swi_foci"], Status.ABSENT, Favours.TTP, Strength.MODERATE,
            "No susceptibility focus at t2.",
            evidence=(point_at("where foci were sought", R.SWI, at=(22.0, -30.0, 45.0)),),
        ),
    )  # fmt: skip
    known = {finding.spec.id: finding for finding in answered}
    return tuple(
        known.get(item.SPEC.id)
        or not_assessable(
            item.SPEC, f"no {'RCBV' if item.SPEC.id == 'perfusion' else 'data'} at t2"
        )
        for item in REGISTRY
    )


def make_serial() -> tuple[SerialEntry, ...]:
    def entry(timepoint, months, volume, flair):
        known = (
            Quantity("flair_cm3", flair, "cm3", "FLAIR", 0.5)
            if flair is not None
            else Quantity("flair_cm3", None, "cm3", "FLAIR", undefined="no FLAIR at this timepoint")
        )
        return SerialEntry(
            timepoint,
            months,
            (
                Quantity("enhancing_cm3", volume, "cm3", "without core", 0.21),
                Quantity("necrotic_core_cm3", 0.27, "cm3", "enclosed"),
                known,
                Quantity("longest_diameter_mm", 16.04, "mm", "longest axial", 0.9),
            ),
        )

    return (entry("t0", -0.07, 1.87, 5.6), entry("t1", 5.95, 1.21, 3.2), entry("t2", 10.97, 3.444,
            None))  # fmt: skip


def make_assessment(changed: dict[str, float] | None = None) -> Assessment:
    thresholds = Thresholds(changed or {})
    moved = RigidTransform.from_parts(Rotation.from_euler("z", 5, degrees=True).as_matrix(),
                                      (3.0, -2.0, 4.0))  # fmt: skip
    same = Registration("t0 T1c", "t0 T1c", RigidTransform(), quality(error=0.3))
    fair = quality(RegistrationGrade.ACCEPTABLE, 1.6, ("blocks still shifted by 2.1 mm",))
    bad = quality(RegistrationGrade.BAD, 5.2, ("the heads do not overlap",))
    timepoints = (
        make_timepoint("t0", Date(2025, 1, 8), (R.T1C, R.FLAIR, R.SWI, R.DWI, R.ADC), same),
        make_timepoint("t1", Date(2025, 7, 10), (R.T1C, R.FLAIR),
                       Registration("t1 T1c", "t0 T1c", moved, fair)),
        make_timepoint("t2", Date(2025, 12, 10), (R.T1C, R.SWI),
                       Registration("t2 T1c", "t0 T1c", moved, bad)),
    )  # fmt: skip
    course = make_course()
    case = Case(
        "made", (course,), tuple(t.timepoint for t in timepoints),
        (ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 9, 2), dose_mg_per_kg=5.0),),
        mapping=(MappingEntry("T1c.nii.gz", "T1c", "case file", "t0"),
                 MappingEntry("scout", "none", "three slices", None, True)),
        warnings=("two series share a number",),
    )  # fmt: skip
    lesions = (
        treated_lesion("L1", course.targets[:2], CENTRE, 8.0),
        treated_lesion("L2", course.targets[2:], SECOND_CENTRE, 3.0),
    )
    prepared = PreparedCase(
        case, "t0", make_grid((36, 36, 36), (1.5, 1.5, 1.5)), timepoints,
        (PreparedCourse(course, Registration("srs-1 dose", "t0 T1c", RigidTransform(),
                                             quality(error=0.3))),),
        lesions, None, "no atlas is installed",
    )  # fmt: skip
    findings = make_findings(thresholds)
    nothing = tuple(not_assessable(f.spec, "no data") for f in findings)
    return Assessment(
        prepared,
        (make_dosimetry(),),
        (
            LesionAssessment(lesions[0], make_serial(), findings),
            LesionAssessment(lesions[1], make_serial(), nothing),
        ),
        thresholds.changed_criteria(),
        (Quantity("GTV1 V12 Gy, target included", 15.6, "cm3", "V12 above 15: 20 % [PP23]"),),
        case.warnings,
        "0.0.test",
    )
