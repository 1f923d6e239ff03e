"""What tilted slices do to a diameter, on a rod whose sections are known in closed form."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

sys.path.insert(0, str(Path(__file__).parents[1] / "made"))
from case_builder import lattice, points_of, quality

from RNAssessLib.case import Mask, Registration, RegistrationGrade, RigidTransform
from RNAssessLib.course.other_planes import compare_planes
from RNAssessLib.course.response import Response, assess_response
from RNAssessLib.lesions.diameters import compute_diameters

LENGTH, RADIUS, TILT = 40.0, 3.0, 35.0
MOVED = RigidTransform.from_parts(
    Rotation.from_euler("z", 20, degrees=True).as_matrix(), (4, -7, 9)
)


def scan(name, grid, transform=None, grade=RegistrationGrade.GOOD):
    placed = Registration(name, "t0", transform or RigidTransform(), quality(grade))
    t1c = SimpleNamespace(grid=grid)
    return SimpleNamespace(id=name, to_reference=placed, timepoint=SimpleNamespace(t1c=t1c))


def rod(grid):
    """Along the x axis of the scan's own space, so within its axial slices."""
    x, y, z = np.moveaxis(points_of(grid), -1, 0)
    return Mask((np.abs(x) < LENGTH / 2) & (y**2 + z**2 < RADIUS**2), grid)


def differences(baseline, now, mask):
    prepared = SimpleNamespace(baseline=lambda lesion: baseline)
    return compare_planes(prepared, None, now, mask, compute_diameters(mask))


@pytest.fixture(scope="module")
def native():
    return lattice(np.zeros(3), (90, 40, 40), (0.5, 0.5, 0.5))


def tilted(degrees, spacing=(0.5, 0.5, 0.5)):
    """Slices of the baseline, turned about the rod's own y axis as the head lies there."""
    turn = Rotation.from_euler("y", degrees, degrees=True).as_matrix()
    axes = MOVED.moving_to_fixed[:3, :3] @ turn
    return lattice(MOVED.apply(np.zeros(3)), (12, 12, 12), spacing, axes)  # smaller than the rod


def test_a_rod_in_the_slices_of_one_scan_is_an_ellipse_in_tilted_ones(native):
    mask = rod(native)
    longest, across = differences(scan("t0", tilted(TILT)), scan("t1", native, MOVED), mask)
    section = 2 * RADIUS / np.sin(np.radians(TILT))
    corners = np.hypot(LENGTH, 2 * RADIUS)
    assert longest == pytest.approx(corners - section, abs=1.2)
    # across the line from corner to corner, against the ellipse's short axis
    assert across == pytest.approx(2 * LENGTH * 2 * RADIUS / corners - 2 * RADIUS, abs=1.0)


def test_the_same_slices_differ_by_no_more_than_a_voxel(native):
    longest, across = differences(scan("t0", tilted(0.0)), scan("t1", native, MOVED), rod(native))
    assert max(longest, across) <= 0.75


def test_the_baseline_itself_and_what_is_not_aligned_have_nothing_to_compare(native):
    mask, baseline = rod(native), scan("t0", tilted(TILT))
    assert differences(baseline, baseline, mask) == (0.0, 0.0)
    lost = scan("t1", native, MOVED, RegistrationGrade.BAD)
    assert differences(baseline, lost, mask) == (0.0, 0.0)


def test_what_fits_between_two_thick_slices_may_differ_by_all_of_it(native):
    speck = Mask(np.linalg.norm(points_of(native), axis=-1) < 1.5, native)
    longest, _ = differences(
        scan("t0", tilted(0.0, (0.5, 0.5, 6.0))), scan("t1", native, MOVED), speck
    )
    assert longest == pytest.approx(3.0, abs=0.75)


def test_growth_that_counts_is_not_said_to_lie_within_its_error():
    grown = assess_response([[20.0], [40.0]], errors_mm=[[2.0], [3.0]])
    assert grown.response is Response.PROGRESSION
    assert not any("lies within its" in note for note in grown.notes)
