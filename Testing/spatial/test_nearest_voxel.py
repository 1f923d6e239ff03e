"""Distances to a set of voxels, against SciPy's distance transform of the whole volume."""

import numpy as np
import pytest
from scipy import ndimage

from RNAssessLib.spatial.nearest_voxel import NearestVoxel

SPACING = (5.0, 0.9, 1.1)


@pytest.mark.parametrize("fill", [0.002, 0.1, 0.7])
def test_distances_are_those_of_the_distance_transform(fill):
    rng = np.random.default_rng(4)
    voxels = ndimage.binary_dilation(rng.random((14, 30, 26)) < fill * 0.3)
    asked = rng.random(voxels.shape) < 0.2
    whole = ndimage.distance_transform_edt(~voxels, sampling=SPACING)
    assert NearestVoxel(voxels, SPACING).distances(asked) == pytest.approx(whole[asked], abs=1e-9)


def test_the_nearest_voxel_is_in_the_set_at_that_distance():
    voxels = np.zeros((8, 20, 20), bool)
    voxels[2:6, 4:9, 10:] = True  # reaches the edge of the volume
    index = np.argwhere(~voxels)
    found = NearestVoxel(voxels, SPACING).nearest(index)
    assert voxels[tuple(found.T)].all()
    gap = np.linalg.norm((found - index) * SPACING, axis=1)
    whole = ndimage.distance_transform_edt(~voxels, sampling=SPACING)
    assert gap == pytest.approx(whole[~voxels], abs=1e-9)


def test_a_set_that_fills_the_volume_is_everywhere_and_an_empty_one_nowhere():
    full = np.ones((3, 4, 5), bool)
    assert NearestVoxel(full, SPACING).distances(full) == pytest.approx(np.zeros(60))
    assert np.isinf(NearestVoxel(~full, SPACING).distances(full)).all()
