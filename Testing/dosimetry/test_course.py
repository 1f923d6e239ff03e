"""Plan indices against closed forms and against planning systems."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from RNAssessLib.case import (
    Contour,
    ContourSet,
    Course,
    DoseGrid,
    Grid,
    InputError,
    Structure,
    StructureRole,
    Target,
    Technique,
)
from RNAssessLib.dosimetry.bed import compute_bed
from RNAssessLib.dosimetry.course import compute_course
from RNAssessLib.dosimetry.document import build_dose_document
from RNAssessLib.dosimetry.field import DoseField, Interpolation
from RNAssessLib.dosimetry.isodose import compute_isodose_surface
from RNAssessLib.study.plan_files import read_course_files

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "dose"
PEAK, SIGMA = 40.0, 9.0
CENTER = np.array([4.3, -11.2, 27.7])


def radius_of(dose):
    return SIGMA * np.sqrt(2 * np.log(PEAK / dose))


def ball(radius):
    return 4 / 3 * np.pi * radius**3 / 1000


def grid(spacing=1.0, half=42.0):
    n = int(2 * half / spacing)
    origin = CENTER - half + 0.37
    return Grid((n, n, n), tuple(float(v) for v in origin), (spacing,) * 3)


def gaussian(lattice, *centers):
    index = np.stack(np.meshgrid(*[np.arange(n) for n in lattice.shape], indexing="ij"), -1)
    points = lattice.index_to_lps(index)
    dose = sum(PEAK * np.exp(-(((points - c) ** 2).sum(-1)) / 2 / SIGMA**2) for c in centers)
    return DoseGrid(np.asarray(dose, np.float32), lattice, "1.2")


def sphere(radius, center=CENTER):
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    contours = [
        Contour(
            np.column_stack([
                center[0] + np.sqrt(radius**2 - z**2) * np.cos(angle),
                center[1] + np.sqrt(radius**2 - z**2) * np.sin(angle),
                np.full(120, center[2] + z),
            ])
        )
        for z in np.arange(-40, 41) + 0.3
        if abs(z) < 0.995 * radius
    ]  # fmt: skip
    return ContourSet(tuple(contours), "1.2")


def course(dose, structures, targets, fractions=1):
    return Course("c", date(2025, 1, 10), Technique.LINAC, fractions, targets, dose, structures)


@pytest.fixture(scope="module")
def measured():
    structures = (
        Structure("GTV1", StructureRole.GTV, sphere(7)),
        Structure("PTV1", StructureRole.PTV, sphere(9)),
        Structure("Brain", StructureRole.OAR, sphere(36)),
        Structure("Brainstem", StructureRole.OAR, sphere(6)),
    )
    targets = (
        Target("GTV1", StructureRole.GTV, 20.0),
        Target("PTV1", StructureRole.PTV, 20.0),
    )
    return compute_course(course(gaussian(grid(), CENTER), structures, targets))


def test_concentric_spheres_in_a_gaussian(measured):
    ptv = {q.name: q.value for q in measured.targets[1].quantities}
    volume, piv = ball(9), ball(radius_of(20))
    expected = {
        "volume_cm3": volume,
        "piv_cm3": piv,
        "pitv": piv / volume,
        "ci_paddick": volume / piv,  # the target is covered whole
        "gi": ball(radius_of(10)) / piv,
        "v12_gy_cm3": ball(radius_of(12)),
        "v12_gy_without_target_cm3": ball(radius_of(12)) - volume,
        "bed_gy": 60.0,
        "eqd2_gy": 50.0,
        "gtv_cm3": ball(7),
        "bed_times_gtv": 60 * ball(7),
        "bed_per_gtv": 60 / ball(7),
    }
    for name, value in expected.items():
        assert ptv[name] == pytest.approx(value, rel=6e-3), name
    assert ptv["tc_percent"] == pytest.approx(100, abs=0.01)
    assert ptv["v90_percent"] == pytest.approx(100, abs=0.01)
    dose = {
        p: PEAK * np.exp(-((9 * (p / 100) ** (1 / 3)) ** 2) / 2 / SIGMA**2) for p in (98, 50, 2)
    }
    for percent, value in dose.items():
        assert ptv[f"d{percent}_gy"] == pytest.approx(value, rel=3e-3)
    assert ptv["hi"] == pytest.approx((dose[2] - dose[98]) / dose[50], rel=5e-3)


def test_v90_of_the_prescription_is_the_ball_inside_its_isodose():
    structures = (Structure("GTV1", StructureRole.GTV, sphere(12)),)
    targets = (Target("GTV1", StructureRole.GTV, 20.0),)
    found = compute_course(course(gaussian(grid(), CENTER), structures, targets)).targets[0]
    share = 100 * ball(radius_of(18.0)) / ball(12)  # radius 11.37 mm: 85.1 %
    assert found.quantity("v90_percent").value == pytest.approx(share, rel=6e-3)


@pytest.mark.parametrize(("fractions", "level"), [(1, 14.0), (3, 23.1), (5, 28.8)])
def test_v14_is_the_volume_of_its_single_dose_equivalent(fractions, level):
    structures = (Structure("GTV1", StructureRole.GTV, sphere(7)),)
    targets = (Target("GTV1", StructureRole.GTV, 27.0),)
    plan = course(gaussian(grid(), CENTER), structures, targets, fractions)
    found = compute_course(plan).targets[0].quantity("v14_equivalent_surrounding_cm3")
    # radius 13.04, 9.43 and 7.29 mm: 9.29, 3.51 and 1.63 cm³ less the GTV's 1.44
    assert found.value == pytest.approx(ball(radius_of(level)) - ball(7), abs=0.03)
    assert f"{level:g} Gy" in found.method


def test_v14_of_another_fractionation_is_not_invented():
    structures = (Structure("GTV1", StructureRole.GTV, sphere(7)),)
    targets = (Target("GTV1", StructureRole.GTV, 27.0),)
    plan = course(gaussian(grid(), CENTER), structures, targets, 2)
    found = compute_course(plan).targets[0].quantity("v14_equivalent_surrounding_cm3")
    assert found.undefined == "published for 1, 3 and 5 fractions, not for 2"


def test_mean_dose_of_a_ball_in_a_gaussian(measured):
    r = np.linspace(0, 9, 4001)
    shell = r**2
    mean = np.trapezoid(shell * PEAK * np.exp(-(r**2) / 2 / SIGMA**2), r) / np.trapezoid(shell, r)
    ptv = measured.targets[1]
    assert ptv.quantity("dmean_gy").value == pytest.approx(mean, rel=2e-3)
    zone = (mean * 9**3 - measured.targets[0].quantity("dmean_gy").value * 7**3) / (9**3 - 7**3)
    assert ptv.quantity("dropping_zone_dmean_gy").value == pytest.approx(zone, rel=5e-3)
    assert ptv.quantity("dropping_zone_dmean_bed_gy").value == pytest.approx(
        compute_bed(zone, 1, 10.0), rel=1e-2
    )


def test_normal_brain_and_organ_limits(measured):
    plan = {q.name: q.value for q in measured.plan_quantities}
    assert plan["total_v12_gy_cm3"] == pytest.approx(ball(radius_of(12)), rel=5e-3)
    assert plan["brain_v12_gy_cm3"] == pytest.approx(ball(radius_of(12)) - ball(9), rel=1e-2)
    limits = {(c.organ, c.quantity.name): c for c in measured.oar_limits}
    assert limits["brainstem", "dmax_gy"].met is False  # 40 Gy in one fraction, limits 15 and 12.5
    assert limits["brainstem", "dmean_gy"].met is None  # no such limit for one fraction
    assert all(c.structure != "Brain" for c in measured.oar_limits)


def test_offset_sphere_is_covered_by_the_lens():
    shift, radius, dose = 5.0, 8.0, 20.0
    target = sphere(radius, CENTER + np.array([shift, 0, 0]))
    structures = (Structure("GTV", StructureRole.GTV, target),)
    result = compute_course(
        course(gaussian(grid(), CENTER), structures, (Target("GTV", StructureRole.GTV, dose),))
    )
    a, b, d = radius, radius_of(dose), shift
    if d >= a + b or d <= abs(b - a):
        lens = 4 / 3 * np.pi * min(a, b) ** 3
    else:
        lens = (np.pi * (a + b - d) ** 2
                * (d * d + 2 * d * b - 3 * b * b + 2 * d * a + 6 * a * b - 3 * a * a) / (12 * d))  # fmt: skip
    found = {q.name: q.value for q in result.targets[0].quantities}
    assert found["tc_percent"] == pytest.approx(100 * lens / 1000 / ball(a), abs=0.5)
    assert found["ci_paddick"] == pytest.approx((lens / 1000) ** 2 / (ball(a) * ball(b)), abs=0.01)


def test_two_targets_keep_their_own_isodose():
    other = CENTER + np.array([50.0, 0, 0])
    lattice = Grid((84, 84, 140), tuple(float(v) for v in CENTER - 42 + 0.37), (1.0, 1.0, 1.0))
    structures = (
        Structure("GTV1", StructureRole.GTV, sphere(7)),
        Structure("GTV2", StructureRole.GTV, sphere(7, other)),
    )
    targets = tuple(Target(s.name, s.role, 20.0) for s in structures)
    result = compute_course(course(gaussian(lattice, CENTER, other), structures, targets))
    for target in result.targets:
        assert target.quantity("piv_cm3").value == pytest.approx(ball(radius_of(20)), rel=0.01)
    # at 25 mm from either centre the sum is 2 x 0.84 Gy: nothing bridges above that
    assert not any("joins" in w for t in result.targets for w in t.warnings)


def test_cubic_keeps_the_peak_that_linear_cuts():
    lattice = Grid((20, 20, 20), (-9.5, -9.5, -9.5), (1.0, 1.0, 1.0))
    index = np.stack(np.meshgrid(*[np.arange(20)] * 3, indexing="ij"), -1)
    r2 = (lattice.index_to_lps(index) ** 2).sum(-1)
    dose = DoseGrid((PEAK * np.exp(-r2 / 2 / 1.5**2)).astype(np.float32), lattice)
    middle = [[0.0, 0.0, 0.0]]
    cubic = float(DoseField(dose).at(middle)[0])
    linear = float(DoseField(dose, Interpolation.LINEAR).at(middle)[0])
    assert cubic == pytest.approx(PEAK, rel=0.02)
    assert linear < 0.88 * PEAK
    assert DoseField(dose).at([[99.0, 0, 0]])[0] == 0.0


def test_isodose_surface_lies_at_its_radius():
    from vtk.util.numpy_support import vtk_to_numpy

    surface = compute_isodose_surface(DoseField(gaussian(grid(), CENTER)), 20.0)
    points = vtk_to_numpy(surface.GetPoints().GetData())
    assert np.linalg.norm(points - CENTER, axis=1) == pytest.approx(radius_of(20.0), abs=0.05)


def test_undefined_says_why_and_document_keeps_the_contract():
    structures = (Structure("GTV", StructureRole.GTV, sphere(7)),)
    result = compute_course(
        course(gaussian(grid(), CENTER), structures, (Target("GTV", StructureRole.GTV, None),))
    )
    document = build_dose_document(result)
    target = document["targets"][0]
    assert document["schema"] == "rnassess/dose/1"
    assert target["tc_percent"] is None
    assert "no prescription" in target["undefined"]["tc_percent"]
    assert target["hi"] is not None
    keys = {"name", "type", "volume_cm3", "dmin_gy", "dmax_gy", "dmean_gy", "d98_gy", "d95_gy",
            "d50_gy", "d2_gy", "dvh"}  # fmt: skip
    assert keys <= document["structures"][0].keys()
    dvh = document["structures"][0]["dvh"]
    assert np.all(np.diff(dvh["volume_cm3"]) <= 1e-12)
    assert dvh["volume_cm3"][0] == pytest.approx(document["structures"][0]["volume_cm3"])


def test_frames_of_reference_must_agree():
    structure = Structure("GTV", StructureRole.GTV, ContourSet(sphere(7).contours, "9.9"))
    with pytest.raises(InputError, match="different frames"):
        compute_course(course(gaussian(grid(), CENTER), (structure,), ()))


@pytest.mark.parametrize(
    ("name", "volume_cm3", "mean_gy"),
    [
        ("Heart", 437.462, 0.6476),
        ("Tumor Bed", 12.8092, 14.2907),
        ("Tumor Bed Block", 62.8827, 14.2648),
    ],
)
def test_planning_system_agrees(name, volume_cm3, mean_gy):
    folder = SHARED / "breast_boost_dicomrt"
    if not folder.exists():
        pytest.skip("../shared/data/dose/breast_boost_dicomrt is absent")
    plan = read_course_files(folder / "rtdose.dcm", folder / "rtss.dcm", folder / "rtplan.dcm")
    one = Course("c", plan.date, plan.technique, plan.fractions, (), plan.dose,
                 (plan.structure(name),))  # fmt: skip
    structure = compute_course(one).structures[0]
    assert structure.quantity("volume_cm3").value == pytest.approx(volume_cm3, rel=0.01)
    assert structure.quantity("dmean_gy").value == pytest.approx(mean_gy, rel=0.01)
