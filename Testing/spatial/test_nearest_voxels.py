"""Voxels that hold points, on an oblique grid."""

import numpy as np
from scipy.spatial.transform import Rotation

from RNAssessLib.case import Grid

TURN = Rotation.from_euler("xyz", [12.0, -20.0, 33.0], degrees=True).as_matrix()
GRID = Grid((5, 7, 6), (10.0, -4.0, 31.0), (0.8, 1.1, 3.0), tuple(TURN.ravel()))


def test_every_point_of_a_voxel_is_held_by_it():
    index = np.stack(np.meshgrid(*[np.arange(n) for n in GRID.shape], indexing="ij"), -1)
    within = np.random.default_rng(0).uniform(-0.49, 0.49, index.shape)
    found, inside = GRID.nearest_voxels(GRID.index_to_lps(index + within))
    assert np.array_equal(found, index)
    assert inside.all()


def test_beyond_the_lattice_there_is_none():
    beyond = np.array([[-0.51, 3, 3], [4.51, 3, 3], [2, -0.51, 3], [2, 6.51, 3], [2, 3, 5.51]])
    _, inside = GRID.nearest_voxels(GRID.index_to_lps(beyond))
    assert not inside.any()
    assert GRID.nearest_voxels(GRID.index_to_lps([4.49, 6.49, 5.49]))[1]
