"""Who is within a few millimetres: the very answer of the distance map."""

import numpy as np
import pytest
from scipy import ndimage

from RNAssessLib.spatial.balls import deeper, within

SPACINGS = ((1.0, 1.0, 1.0), (3.0, 0.9, 0.9), (0.5, 1.2, 0.4883), (5.0, 0.45, 0.45))


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("share", [0.002, 0.3, 0.97])
@pytest.mark.parametrize("radius_mm", [0.3, 1.0, 1.1 * 0.9, 2.5, 4.0, 8.0])
def test_same_voxels_as_the_distance_map(spacing, share, radius_mm):
    rng = np.random.default_rng(7)
    for shape in ((9, 21, 30), (30, 2, 17), (1, 12, 12)):
        mask = rng.random(shape) < share
        mask[0, 0, 0] = True
        mask[-1, -1, -1] = False
        outside = ndimage.distance_transform_edt(~mask, sampling=spacing)
        inside = ndimage.distance_transform_edt(mask, sampling=spacing)
        assert (within(mask, spacing, radius_mm) == (outside <= radius_mm)).all()
        rounded = outside.astype(np.float32) <= radius_mm
        assert (within(mask, spacing, radius_mm, single=True) == rounded).all()
        assert (deeper(mask, spacing, radius_mm) == (inside > radius_mm)).all()


def test_nothing_is_near_an_empty_mask_and_beyond_the_array_is_not_unset():
    empty = np.zeros((4, 5, 6), bool)
    assert not within(empty, (1.0, 1.0, 1.0), 3.0).any()
    assert not deeper(empty, (1.0, 1.0, 1.0), 0.0).any()
    assert deeper(~empty, (1.0, 1.0, 1.0), 3.0).all()


def test_a_ball_has_the_volume_of_a_ball():
    mask = np.zeros((41, 41, 41), bool)
    mask[20, 20, 20] = True
    ball = within(mask, (0.5, 0.5, 0.5), 9.0)
    assert ball.sum() * 0.125 == pytest.approx(4 / 3 * np.pi * 9.0**3, rel=0.01)
