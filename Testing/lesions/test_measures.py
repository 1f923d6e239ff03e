"""Diameters and change of solids whose truth is known."""

import numpy as np
import pytest

from RNAssessLib.case import Grid, Mask
from RNAssessLib.lesions.diameters import compute_diameters
from RNAssessLib.lesions.tracking import components_of, compute_change

GRID = Grid((50, 90, 90), (-44.5, -44.5, -49.0), (1.0, 1.0, 2.0))
INDEX = np.stack(np.meshgrid(*[np.arange(n) for n in GRID.shape], indexing="ij"), axis=-1)
POINTS = GRID.index_to_lps(INDEX)


def ellipsoid(center, radii, degrees=0.0):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    offset = POINTS - np.asarray(center)
    turned = np.stack(
        [c * offset[..., 0] + s * offset[..., 1], -s * offset[..., 0] + c * offset[..., 1],
         offset[..., 2]], axis=-1
    )  # fmt: skip
    return Mask(((turned / np.asarray(radii)) ** 2).sum(-1) <= 1, GRID)


@pytest.mark.parametrize("degrees", [0, 30, 45, 77])
def test_longest_axial_diameter_and_its_perpendicular(degrees):
    found = compute_diameters(ellipsoid((3, -5, 2), (18, 9, 14), degrees))
    assert found.longest_mm == pytest.approx(36, abs=1.0)
    assert found.perpendicular_mm == pytest.approx(18, abs=1.5)
    assert found.slices == pytest.approx(14, abs=1)


def test_empty_lesion_has_no_diameter():
    with pytest.raises(ValueError, match="not seen"):
        compute_diameters(Mask(np.zeros(GRID.shape, bool), GRID))


def test_growth_and_regression_at_once():
    before = ellipsoid((0, 0, 0), (10, 10, 10))
    after = ellipsoid((8, 0, 0), (10, 10, 10))
    change = compute_change(before, after, 2.0)
    assert change.grown_depth_mm == pytest.approx(8, abs=1)
    assert change.regressed_depth_mm == pytest.approx(8, abs=1)
    assert change.grown.centroid_lps()[0] > 8 > 0 > change.regressed.centroid_lps()[0]


def test_movement_within_the_tolerance_is_no_change():
    before = ellipsoid((0, 0, 0), (10, 10, 10))
    change = compute_change(before, ellipsoid((1, 0, 0), (10, 10, 10)), 2.0)
    assert change.grown.is_empty and change.regressed.is_empty


def test_whole_growth_does_not_regress():
    change = compute_change(
        ellipsoid((0, 0, 0), (8, 8, 8)), ellipsoid((0, 0, 0), (12, 12, 12)), 2.0
    )
    assert change.regressed.is_empty
    shell = 4 / 3 * np.pi * (12**3 - 9**3) / 1000
    assert change.grown.volume_cm3 == pytest.approx(shell, rel=0.1)


def test_components_largest_first():
    two = Mask(
        ellipsoid((-20, 0, 0), (5, 5, 5)).array | ellipsoid((20, 0, 0), (8, 8, 8)).array, GRID
    )
    parts = components_of(two)
    assert [round(p.centroid_lps()[0]) for p in parts] == [20, -20]
