"""Cuts show the patient the way a radiologist expects, wherever the voxels lie."""

import numpy as np
import pytest

from RNAssessLib.case import Grid, RigidTransform
from RNAssessLib.findings.finding import Plane
from RNAssessLib.report.pages.planes import CutPlane, sample_plane


def rotation_z(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])


# An anisotropic, oblique, off-origin lattice hides no axis swap.
ROTATION = rotation_z(25.0)
GRID = Grid((20, 60, 50), (-30.0, 12.0, -8.0), (0.9, 1.1, 2.5), tuple(ROTATION.ravel()))


def coordinate_volume(axis):
    index = np.stack(np.meshgrid(*[np.arange(n) for n in GRID.shape], indexing="ij"), axis=-1)
    return GRID.index_to_lps(index)[..., axis].astype(np.float32)


@pytest.mark.parametrize(
    ("plane", "right", "down"),
    [
        (Plane.AXIAL, (0, 1.0), (1, 1.0)),  # to the right: patient left; down: posterior
        (Plane.CORONAL, (0, 1.0), (2, -1.0)),  # down: inferior
        (Plane.SAGITTAL, (1, 1.0), (2, -1.0)),  # to the right: posterior
    ],
)
def test_directions(plane, right, down):
    center = tuple(GRID.center_lps)
    cut = CutPlane(plane, center, 8.0, 1.0)
    axis, sign = right
    seen = sample_plane(coordinate_volume(axis), GRID, RigidTransform(), cut)
    assert np.allclose(np.diff(seen, axis=1), sign, atol=1e-3)
    axis, sign = down
    seen = sample_plane(coordinate_volume(axis), GRID, RigidTransform(), cut)
    assert np.allclose(np.diff(seen, axis=0), sign, atol=1e-3)


def test_a_moved_volume_is_sampled_where_its_points_went():
    move = RigidTransform.from_parts(rotation_z(-10.0), (4.0, -7.0, 3.0))
    marker = np.zeros(GRID.shape, np.float32)
    marker[9, 31, 22] = 1.0
    place = move.apply(GRID.index_to_lps([9, 31, 22]))
    cut = CutPlane(Plane.AXIAL, tuple(place), 31.0, 1.0)
    seen = np.nan_to_num(sample_plane(marker, GRID, move, cut))
    assert np.unravel_index(seen.argmax(), seen.shape) == (15, 15)
    assert seen[15, 15] == pytest.approx(1.0, abs=1e-5)
    assert cut.pixel_of(tuple(place)) == pytest.approx((15.0, 15.0))


def test_outside_is_marked_not_black():
    far = CutPlane(Plane.AXIAL, (500.0, 0.0, 0.0), 4.0, 1.0)
    assert np.isnan(sample_plane(coordinate_volume(0), GRID, RigidTransform(), far)).all()
