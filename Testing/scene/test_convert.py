"""LPS becomes RAS in one place, and only there."""

import numpy as np
import pytest
from assessments import MOVED, grid_about

from RNAssessLib.scene.convert import (
    from_vtk_matrix,
    hex_to_rgb,
    ijk_to_ras,
    point_to_ras,
    to_image_data,
    transform_to_ras,
)


def test_voxel_lands_where_its_lps_position_says():
    grid = grid_about(np.array([5.0, -7.0, 31.0]), (0.9, 1.1, 2.5), 11.0)
    matrix = from_vtk_matrix(ijk_to_ras(grid))
    for k, j, i in ((0, 0, 0), (3, 5, 7), (10, 2, 1)):
        expected = point_to_ras(grid.index_to_lps((k, j, i)))
        assert (matrix @ [i, j, k, 1])[:3] == pytest.approx(expected, abs=1e-9)


def test_transform_carries_ras_points_as_it_carries_lps_points():
    matrix = from_vtk_matrix(transform_to_ras(MOVED[1]))
    point = (12.0, -34.0, 56.0)
    moved = matrix @ [*point_to_ras(point), 1.0]
    assert moved[:3] == pytest.approx(point_to_ras(MOVED[1].apply(point)), abs=1e-9)


def test_image_data_keeps_the_order_of_the_axes():
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    image = to_image_data(array)
    assert image.GetDimensions() == (4, 3, 2)
    assert image.GetScalarComponentAsDouble(3, 1, 1, 0) == array[1, 1, 3]


def test_image_data_is_a_copy():
    array = np.zeros((2, 2, 2), np.float32)
    image = to_image_data(array)
    array[0, 0, 0] = 9.0
    assert image.GetScalarComponentAsDouble(0, 0, 0, 0) == 0.0


def test_colours():
    assert hex_to_rgb("#336699") == pytest.approx((0.2, 0.4, 0.6))
