"""The dose between the voxels."""

import numpy as np

from RNAssessLib.dosimetry import field


def test_limits_of_a_big_grid_do_not_depend_on_the_slabs():
    values = np.random.default_rng(2).random((53, 9, 11)).astype(np.float32)
    for one, other in zip(
        field.compute_limits(values), field._limits_in_slabs(values), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-6)
