"""DVH of masks in a dose known by formula, and what is plotted of a case."""

from datetime import date

import numpy as np
import pytest

from RNAssessLib.case import (
    Course,
    DoseGrid,
    Grid,
    Mask,
    PreparedCourse,
    Registration,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
    Technique,
)
from RNAssessLib.panel.dose.dvh_plot import VolumeUnit, volumes_at
from RNAssessLib.panel.dose.tissue_curves import (
    Tissue,
    TissueCurves,
    list_tissues,
    measure_tissue,
)
from RNAssessLib.panel.reading.view_model import build_panel

QUALITY = RegistrationQuality(RegistrationGrade.GOOD, 0.2, 0.8, 0.95, 0.2, 0.6, "by hand")
AXES = (1, 0, 0, 0, 1, 0, 0, 0, 1)


def ramp_course(gy_per_mm=0.5):
    """Dose that rises along x from 0 at x = -20 mm; the plan lies 10 mm along x of the images."""
    grid = Grid((20, 20, 41), (-20.0, -20.0, -20.0), (2.0, 2.0, 2.0), AXES)
    index = np.indices(grid.shape)
    x = grid.index_to_lps(np.moveaxis(index, 0, -1))[..., 0]
    dose = DoseGrid((gy_per_mm * (x + 20)).astype(np.float32), grid)
    course = Course("c1", date(2025, 1, 10), Technique.OTHER, 1, (), dose=dose)
    way = RigidTransform.from_parts(np.eye(3), (10.0, 0.0, 0.0))
    return PreparedCourse(course, Registration("c1 dose", "t0 T1c", way, QUALITY))


def box(shape, start, spacing, size):
    """Box of whole voxels, `size` (k, j, i), in a lattice that starts at `start` (x, y, z)."""
    array = np.zeros(shape, bool)
    array[tuple(slice(0, n) for n in size)] = True
    return Mask(array, Grid(shape, start, spacing, AXES))


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (4.0, 2.0, 5.0)])
def test_an_even_ramp_gives_a_straight_curve_whatever_the_voxels(spacing):
    placed = ramp_course()
    # 16 mm along x from -6 mm of the images: -16 mm of the plan, so 2 to 10 Gy
    count = round(16 / spacing[0])
    mask = box((3, 3, count + 2), (-6 + spacing[0] / 2, 0, 0), spacing, (2, 2, count))
    curve = measure_tissue(placed, Tissue("box", mask, RigidTransform(), ""))
    assert curve.volume_cm3 == pytest.approx(2 * 2 * count * np.prod(spacing) / 1000)
    doses = np.array([1.0, 3.0, 6.0, 9.0, 11.0])
    found = volumes_at(curve, doses, VolumeUnit.PERCENT)
    # a step of a cell (0.5 mm, 0.25 Gy) is 3.1 % of the volume; its middle is met within half
    assert found == pytest.approx([100, 87.5, 50, 12.5, 0], abs=1.6)
    mean = np.trapezoid(curve.volume_percent, curve.dose_gy) / 100
    assert mean == pytest.approx(6.0, abs=0.01)


def test_what_lies_beyond_the_dose_counts_as_nothing():
    mask = box((4, 4, 4), (500.0, 0.0, 0.0), (1.0, 1.0, 1.0), (2, 2, 2))
    curve = measure_tissue(ramp_course(), Tissue("far", mask, RigidTransform(), ""))
    assert volumes_at(curve, np.array([0.1]), VolumeUnit.PERCENT).tolist() == [0.0]
    assert curve.volume_percent[0] == 100.0


def test_a_mask_without_voxels_has_no_curve():
    mask = box((4, 4, 4), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0, 0, 0))
    with pytest.raises(ValueError, match="no voxel"):
        measure_tissue(ramp_course(), Tissue("none", mask, RigidTransform(), ""))


def test_a_case_shows_its_lesion_and_its_brain_beside_the_targets(assessment):
    views = TissueCurves(assessment).add_to(build_panel(assessment).courses, "L1")
    names = [curve.name for curve in views[0].curves]
    assert {t.name for t in list_tissues(assessment, "L1")} <= set(names)
    assert any(name.startswith("L1 enhancing") for name in names)
    assert len({curve.colour for curve in views[0].curves}) == min(len(names), 7)
    alone = TissueCurves(assessment).add_to(build_panel(assessment).courses, "")
    assert not any(name.startswith("L1 ") for curve in alone[0].curves for name in [curve.name])


def test_a_curve_is_measured_once(assessment, monkeypatch):
    from RNAssessLib.panel.dose import tissue_curves

    curves, views = TissueCurves(assessment), build_panel(assessment).courses
    first = curves.add_to(views, "L1")
    monkeypatch.setattr(tissue_curves, "measure_tissue", lambda *_: 1 / 0)
    assert curves.add_to(views, "L1") == first
