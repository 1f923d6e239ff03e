"""Diameters and change maps of shapes with known answers."""

import numpy as np
import pytest

from RNAssessLib.case import Grid, Mask
from RNAssessLib.lesions.diameters import compute_diameters
from RNAssessLib.lesions.tracking import components_of, compute_change


def ellipsoid(grid, center, radii, turn_degrees=0.0):
    index = np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape], indexing="ij"), -1)
    offset = grid.index_to_lps(index) - np.asarray(center)
    c, s = np.cos(np.radians(turn_degrees)), np.sin(np.radians(turn_degrees))
    x, y = c * offset[..., 0] + s * offset[..., 1], -s * offset[..., 0] + c * offset[..., 1]
    a, b, d = radii
    return Mask((x / a) ** 2 + (y / b) ** 2 + (offset[..., 2] / d) ** 2 <= 1, grid)


@pytest.mark.parametrize("turn", [0.0, 30.0, 45.0, 77.0])
@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.8, 0.8, 3.0)])
def test_axial_diameters_of_a_turned_ellipsoid(turn, spacing):
    grid = Grid((24, 60, 60), (-20.0, 10.0, -30.0), spacing)
    mask = ellipsoid(grid, grid.center_lps, (14.0, 6.0, 9.0), turn)
    found = compute_diameters(mask)
    assert found.longest_mm == pytest.approx(28.0, abs=1.2)
    assert found.perpendicular_mm == pytest.approx(12.0, abs=1.2)


def test_diameter_is_axial_even_when_the_lesion_is_longest_along_the_body():
    grid = Grid((60, 30, 30), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    found = compute_diameters(ellipsoid(grid, grid.center_lps, (5.0, 4.0, 25.0)))
    assert found.longest_mm == pytest.approx(10.0, abs=1.0)


def test_sagittal_stack_is_measured_on_its_axial_planes():
    # array axes (k, j, i) run left, down, back
    direction = (0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0)
    grid = Grid((40, 50, 60), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), direction)
    found = compute_diameters(ellipsoid(grid, grid.center_lps, (8.0, 15.0, 20.0)))
    assert found.longest_mm == pytest.approx(30.0, abs=1.0)
    assert found.perpendicular_mm == pytest.approx(16.0, abs=1.2)


def test_a_satellite_does_not_lengthen_the_lesion():
    grid = Grid((30, 60, 90), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    lesion = ellipsoid(grid, (25.0, 30.0, 15.0), (10.0, 8.0, 9.0))
    satellite = ellipsoid(grid, (60.0, 30.0, 15.0), (4.0, 4.0, 4.0))
    alone = compute_diameters(lesion)
    both = compute_diameters(Mask(lesion.array | satellite.array, grid))
    assert both == alone
    assert both.longest_mm == pytest.approx(20.0, abs=1.2)


def test_a_satellite_that_meets_it_in_the_next_slice_does_not_lengthen_it_either():
    """Thick slices: both hang together through what lies above the gap between them."""
    grid = Grid((12, 60, 90), (0.0, 0.0, 0.0), (1.0, 1.0, 5.0))
    lesion = ellipsoid(grid, (25.0, 30.0, 25.0), (10.0, 8.0, 6.0))
    vessel = ellipsoid(grid, (42.0, 30.0, 25.0), (2.5, 2.5, 4.0))
    both = lesion.array | vessel.array
    both[6, 28:33, 30:39] = True
    found = compute_diameters(Mask(both, grid))
    assert found.longest_mm == pytest.approx(20.0, abs=0.6)


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.9, 0.9, 5.0)])
def test_a_vessel_behind_a_narrow_neck_does_not_lengthen_it(spacing):
    grid = Grid((12, 70, 90), (0.0, 0.0, 0.0), spacing)
    middle = np.asarray(grid.center_lps) - [15.0, 0.0, 0.0]
    lesion = ellipsoid(grid, middle, (14.0, 12.0, 9.0))
    vessel = ellipsoid(grid, middle + np.array([18.5, 0.0, 0.0]), (3.0, 3.0, 6.0))
    neck = ellipsoid(grid, middle + np.array([15.0, 0.0, 0.0]), (4.0, 1.2, 3.0))
    hung = Mask(lesion.array | vessel.array | neck.array, grid)
    assert compute_diameters(hung).longest_mm == pytest.approx(28.0, abs=1.5)
    # a bulge that sits on it broadly, or is as large as a part of it, is of the lesion
    broad = ellipsoid(grid, middle + np.array([12.0, 0.0, 0.0]), (11.0, 7.0, 6.0))
    grown = Mask(lesion.array | broad.array, grid)
    assert compute_diameters(grown).longest_mm == pytest.approx(37.0, abs=1.5)


def test_an_open_ring_is_measured_across_its_arcs():
    grid = Grid((5, 60, 60), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    outer = ellipsoid(grid, grid.center_lps, (14.0, 14.0, 40.0))
    inner = ellipsoid(grid, grid.center_lps, (12.0, 12.0, 40.0))
    ring = outer.array & ~inner.array
    ring[:, 26:35, :] = False  # two arcs, each thinner than a neck
    ring[0, 26:35, :] = (outer.array & ~inner.array)[0, 26:35, :]
    assert compute_diameters(Mask(ring, grid)).longest_mm == pytest.approx(28.0, abs=1.5)


def test_empty_mask_has_no_diameter():
    with pytest.raises(ValueError):
        compute_diameters(Mask(np.zeros((3, 3, 3), bool), Grid((3, 3, 3), (0, 0, 0), (1, 1, 1))))


GRID = Grid((40, 50, 50), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def test_shift_shows_growth_on_one_side_and_regression_on_the_other():
    before = ellipsoid(GRID, (22.0, 25.0, 20.0), (8.0, 8.0, 8.0))
    after = ellipsoid(GRID, (27.0, 25.0, 20.0), (8.0, 8.0, 8.0))
    change = compute_change(before, after, 2.0)
    assert change.grown_depth_mm == pytest.approx(5.0, abs=0.5)
    assert change.regressed_depth_mm == pytest.approx(5.0, abs=0.5)
    assert change.grown.centroid_lps()[0] > 28 and change.regressed.centroid_lps()[0] < 21


def test_change_within_tolerance_is_none():
    before = ellipsoid(GRID, (25.0, 25.0, 20.0), (8.0, 8.0, 8.0))
    after = ellipsoid(GRID, (26.0, 25.0, 20.0), (8.0, 8.0, 8.0))
    change = compute_change(before, after, 2.0)
    assert change.grown.is_empty and change.regressed.is_empty


def test_a_spike_is_no_growth_when_some_volume_is_asked_for():
    before = ellipsoid(GRID, (25.0, 25.0, 20.0), (8.0, 8.0, 8.0))
    spike = before.array.copy()
    k, j, i = (round(float(v)) for v in GRID.lps_to_index([25.0, 25.0, 20.0]))
    spike[k, j, i : i + 13] = True
    after = Mask(spike, GRID)
    assert not compute_change(before, after, 2.0).grown.is_empty
    assert compute_change(before, after, 2.0, deep_cm3=0.02).grown.is_empty
    moved = ellipsoid(GRID, (30.0, 25.0, 20.0), (8.0, 8.0, 8.0))
    assert not compute_change(before, moved, 2.0, deep_cm3=0.02).grown.is_empty


def test_concentric_growth_has_no_regression():
    before = ellipsoid(GRID, (25.0, 25.0, 20.0), (6.0, 6.0, 6.0))
    after = ellipsoid(GRID, (25.0, 25.0, 20.0), (11.0, 11.0, 11.0))
    change = compute_change(before, after, 2.0)
    assert change.regressed.is_empty
    assert change.grown_depth_mm == pytest.approx(5.0, abs=0.6)


def test_components_largest_first():
    both = Mask(
        ellipsoid(GRID, (12.0, 25.0, 20.0), (3.0, 3.0, 3.0)).array
        | ellipsoid(GRID, (35.0, 25.0, 20.0), (6.0, 6.0, 6.0)).array, GRID,
    )  # fmt: skip
    parts = components_of(both)
    assert len(parts) == 2
    assert parts[0].centroid_lps() == pytest.approx((35.0, 25.0, 20.0))
    assert len(components_of(both, smallest_cm3=0.3)) == 1
