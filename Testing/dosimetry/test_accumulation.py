"""Several courses: doses with a formula, in two frames turned and shifted against each other."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from RNAssessLib.case import (
    Course,
    DoseGrid,
    Grid,
    NotAssessableError,
    PreparedCourse,
    Registration,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
    Structure,
    StructureRole,
    Technique,
)
from RNAssessLib.dosimetry.accumulation import DoseKind, accumulate_courses, accumulate_usual

from .test_course import CENTER, gaussian, sphere

PEAK, SIGMA = 40.0, 9.0
TURN = np.radians(17.0)
ROTATION = np.array([[np.cos(TURN), -np.sin(TURN), 0], [np.sin(TURN), np.cos(TURN), 0], [0, 0, 1]])
MOVED = RigidTransform.from_parts(ROTATION, [11.0, -4.0, 6.5])  # first course to reference
APART = np.array([8.0, 3.0, -5.0])  # of the two peaks, in reference space


def lattice(half):
    n = int(2 * half / 1.5)
    return Grid((n, n, n), tuple(float(v) for v in CENTER - half), (1.5, 1.5, 1.5))


def placed(name, day, dose, transform, fractions, structures=()):
    grade = RegistrationQuality(RegistrationGrade.GOOD, 0.2, 0.8, 0.95, 0.2, 0.2, "made", ())
    course = Course(name, day, Technique.LINAC, fractions, (), dose, structures)
    return PreparedCourse(course, Registration(name, "reference", transform, grade))


def first(half=66.0, fractions=5):
    """Peak `APART` from the middle of the second course, in a frame of its own."""
    center = MOVED.inverse().apply(CENTER + APART)
    n = int(2 * half / 1.5)
    grid = Grid((n, n, n), tuple(float(v) for v in center - half), (1.5, 1.5, 1.5))
    return placed("srs-1", date(2024, 1, 1), gaussian(grid, center), MOVED, fractions)


def second(fractions=1):
    structures = (Structure("PTV", StructureRole.PTV, sphere(6)),)
    dose = gaussian(lattice(30.0), CENTER)
    return placed("srs-2", date(2025, 1, 1), dose, RigidTransform(), fractions, structures)


def truths():
    """Dose of the first and second course at the voxels of the second, from the formula."""
    grid = lattice(30.0)
    points = grid.index_to_lps(np.moveaxis(np.indices(grid.shape), 0, -1))
    return [
        PEAK * np.exp(-((points - c) ** 2).sum(-1) / 2 / SIGMA**2) for c in (CENTER + APART, CENTER)
    ]


def bed(dose, fractions, ratio):
    return dose * (1 + dose / fractions / ratio)


@pytest.mark.parametrize(
    ("kind", "ratio", "expected"),
    [
        (DoseKind.PHYSICAL, None, lambda a, b: a + b),
        (DoseKind.BED, 10.0, lambda a, b: bed(a, 5, 10) + bed(b, 1, 10)),
        (DoseKind.EQD2, 2.0, lambda a, b: (bed(a, 5, 2) + bed(b, 1, 2)) / 2),
    ],
)
def test_sum_has_its_closed_form(kind, ratio, expected):
    found = accumulate_courses([second(), first()], kind, ratio)  # order given does not matter
    truth = expected(*truths())
    error = np.abs(found.placed.course.dose.dose_gy - truth)
    assert error.max() < 0.002 * truth.max()
    assert found.course_ids == ("srs-1", "srs-2")
    assert found.placed.course.dose.grid == lattice(30.0)


def test_converting_after_adding_would_be_wrong():
    a, b = truths()
    right = accumulate_courses([first(), second()], DoseKind.BED, 10.0).placed.course.dose.dose_gy
    wrong = bed(a + b, 6, 10)
    assert np.abs(right - wrong).max() > 20.0  # Gy, at the peak: why fractions are kept apart


def test_structures_of_the_latest_course_are_measured_in_the_sum():
    found = accumulate_courses([first(), second()], DoseKind.PHYSICAL)
    ptv = found.structures[0]
    angle = np.linspace(0, np.pi, 4001)
    radius = np.linspace(0, 6.0, 1201)
    r, t = np.meshgrid(radius, angle, indexing="ij")
    gap = np.linalg.norm(APART)
    other = np.exp(-(r**2 + gap**2 - 2 * r * gap * np.cos(t)) / 2 / SIGMA**2)
    dose = PEAK * (np.exp(-(r**2) / 2 / SIGMA**2) + other)
    weight = r**2 * np.sin(t)
    mean = np.trapezoid(np.trapezoid(dose * weight, angle), radius) / np.trapezoid(
        np.trapezoid(weight, angle), radius
    )
    assert ptv.quantity("dmean_gy").value == pytest.approx(mean, rel=0.002)


def test_what_a_grid_does_not_reach_is_said():
    found = accumulate_courses([first(half=12.0), second()], DoseKind.PHYSICAL)
    assert any("beyond the dose of srs-1" in w for w in found.warnings)
    corner = found.placed.course.dose.dose_gy[0, 0, 0]
    assert corner == pytest.approx(second().course.dose.dose_gy[0, 0, 0])


def test_linear_quadratic_model_is_cautioned_above_10_gy():
    warnings = accumulate_courses([first(), second()], DoseKind.EQD2, 2.0).warnings
    assert next(w for w in warnings if "linear-quadratic" in w).startswith("srs-2 reaches 40 Gy")
    assert len([w for w in warnings if "linear-quadratic" in w]) == 1  # 8 Gy per fraction before


def test_course_without_dose_is_left_out_by_name():
    whole = placed("wbrt", date(2023, 1, 1), None, RigidTransform(), 10)
    whole = replace(whole, course=replace(whole.course, technique=Technique.WBRT))
    found = accumulate_courses([whole, first(), second()], DoseKind.PHYSICAL)
    assert "wbrt (wbrt) has no dose grid" in found.warnings[0]
    with pytest.raises(NotAssessableError, match="fewer than two"):
        accumulate_courses([whole, second()], DoseKind.PHYSICAL)
    assert accumulate_usual([whole, second()]) == ()
    kinds = [(a.kind, a.alpha_beta_gy) for a in accumulate_usual([first(), second()])]
    assert kinds == [(DoseKind.PHYSICAL, None), (DoseKind.BED, 10.0), (DoseKind.EQD2, 2.0)]


def test_bed_needs_its_ratio():
    with pytest.raises(ValueError, match="α/β"):
        accumulate_courses([first(), second()], DoseKind.BED)


def test_dose_grid_is_not_changed():
    one, other = first(), second()
    before = other.course.dose.dose_gy.copy()
    accumulate_courses([one, other], DoseKind.PHYSICAL)
    assert isinstance(other.course.dose, DoseGrid)
    np.testing.assert_array_equal(other.course.dose.dose_gy, before)


def test_panel_and_scene_show_the_sum():
    from RNAssessLib.panel.dose.dose_section import build_accumulated
    from RNAssessLib.panel.words.style import accumulated_isodoses
    from RNAssessLib.scene import new_scene
    from RNAssessLib.scene.build import _add_accumulated

    total = accumulate_usual([first(), second()])[2]
    view = build_accumulated(total)
    assert view.title == "EQD2 (α/β 2 Gy) of srs-1 + srs-2"
    assert [t.title for t in view.tables] == ["PTV"]
    peak = total.placed.course.dose.dose_gy.max()
    shown = next(r for r in view.tables[0].rows if r.name == "dmax_gy")
    assert float(shown.text.split()[0]) == pytest.approx(peak, rel=0.01)
    levels = accumulated_isodoses(total)
    assert [level.dose_gy for level in levels] == [150.0, 120.0, 100.0, 60.0]
    scene = new_scene()
    nodes = _add_accumulated(scene, total)
    assert len(nodes) == len(levels)
    assert not any(n.model.GetDisplayNode().GetVisibility() for n in nodes)


def test_several_courses_in_one_plot_have_a_line_style_each():
    from RNAssessLib.panel.dose.dose_section import build_accumulated, overlay_curves

    physical, bed_view, _ = (build_accumulated(t) for t in accumulate_usual([first(), second()]))
    curves = overlay_curves([physical, physical, bed_view])
    assert [c.dash for c in curves] == ["solid", "dash"]  # BED lies along another axis
    assert curves[0].colour == curves[1].colour
