"""Smoothed coarser copies: what is known of them without another program."""

import numpy as np
import pytest
import SimpleITK as sitk

from RNAssessLib.case import Grid, Image
from RNAssessLib.spatial.coarser import make_coarser

# oblique, so that axes and points cannot be mistaken for each other
TILT = np.deg2rad(20.0)
DIRECTION = (np.cos(TILT), -np.sin(TILT), 0.0, np.sin(TILT), np.cos(TILT), 0.0, 0.0, 0.0, 1.0)
GRID = Grid((40, 61, 52), (-30.0, 12.0, 5.0), (0.9, 0.9, 3.0), DIRECTION)


def points_of(image):
    """Places of all voxel centres, (K, J, I, 3), LPS mm."""
    shape = image.GetSize()[::-1]
    lattice = Grid(shape, image.GetOrigin(), image.GetSpacing(), image.GetDirection())
    return lattice.index_to_lps(np.moveaxis(np.indices(shape), 0, -1).reshape(-1, 3))


@pytest.mark.parametrize("spacing_mm", [2.0, 3.0, 5.0])
def test_an_even_slope_keeps_its_value_at_every_place(spacing_mm):
    slope = np.array([2.0, -3.0, 1.5])
    index = np.moveaxis(np.indices(GRID.shape), 0, -1).reshape(-1, 3)
    values = (GRID.index_to_lps(index) @ slope).reshape(GRID.shape).astype(np.float32)
    small = make_coarser(Image(values, GRID), spacing_mm)
    found = sitk.GetArrayFromImage(small)
    expected = (points_of(small) @ slope).reshape(found.shape)
    deep = (slice(4, -4),) * 3  # at the ends the image goes on as it ended
    assert np.allclose(found[deep], expected[deep], atol=0.01)


@pytest.mark.parametrize("spacing_mm", [2.0, 3.0, 5.0])
def test_a_gaussian_comes_out_as_wide_as_two_gaussians_make_it(spacing_mm):
    """Blurred by 0.4 of the new spacing along axes that get coarser, sampled linearly."""
    grid = Grid((61, 61, 61), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    own = 7.0
    away = np.moveaxis(np.indices(grid.shape), 0, -1) - 30.0
    values = np.exp(-0.5 * (away**2).sum(axis=-1) / own**2).astype(np.float32)
    small = make_coarser(Image(values, grid), spacing_mm)
    wide = own**2 + (0.4 * spacing_mm) ** 2
    off = points_of(small) - 30.0
    expected = (own**2 / wide) ** 1.5 * np.exp(-0.5 * (off**2).sum(axis=-1) / wide)
    found = sitk.GetArrayFromImage(small)
    # linear sampling between voxels flattens the peak by up to an eighth of its curvature
    assert np.abs(found.ravel() - expected).max() < 1.5 / (8.0 * own**2)


def test_thicker_slices_are_left_as_they_are():
    rng = np.random.default_rng(1)
    values = rng.normal(100.0, 10.0, GRID.shape).astype(np.float32)
    small = make_coarser(Image(values, GRID), 2.0)
    assert small.GetSpacing() == (2.0, 2.0, 3.0)
    assert small.GetSize()[2] == GRID.shape[0]
    fine = make_coarser(Image(values, GRID), 0.5)
    assert np.array_equal(sitk.GetArrayFromImage(fine), values)
