"""Images laid over each other and moved by hand, checked against images of known place."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from RNAssessLib.case import Grid, Image, RigidTransform
from RNAssessLib.findings.finding import Plane
from RNAssessLib.panel.alignment.check import (
    GAP,
    Overlay,
    difference_text,
    draw_planes,
    moved,
    plane_points,
)

TURN = Rotation.from_euler("zyx", [12, -8, 5], degrees=True).as_matrix()
CENTER = (10.0, -20.0, 30.0)


def image_of(spacing, rotation, place=None):
    """A bright ball of 30 mm about CENTER with a dark one beside its middle; carried by `place`."""
    size = np.ceil(120.0 / np.asarray(spacing)).astype(int)
    start = np.asarray(CENTER) - rotation @ (np.asarray(spacing) * (size - 1) / 2)
    i, j, k = (int(n) for n in size)
    grid = Grid((k, j, i), tuple(map(float, start)), spacing, tuple(rotation.ravel()))
    points = grid.index_to_lps(np.moveaxis(np.indices(grid.shape), 0, -1))
    points = points if place is None else place.apply(points)
    away = np.linalg.norm(points - CENTER, axis=-1)
    mark = np.linalg.norm(points - np.add(CENTER, (12.0, 6.0, -8.0)), axis=-1)
    values = 1000.0 * (away < 30) - 700.0 * (mark < 8)
    return Image(values.astype(np.float32), grid)


FIXED = image_of((1.0, 1.2, 1.5), TURN)


def test_planes_stand_where_they_say():
    for plane in Plane:
        points = plane_points(plane, CENTER, 60.0)
        assert points.reshape(-1, 3).mean(axis=0) == pytest.approx(CENTER)
    axial = plane_points(Plane.AXIAL, CENTER, 60.0)
    assert (axial[0, -1] - axial[0, 0])[0] > 0  # the patient's left is on the right
    assert (axial[-1, 0] - axial[0, 0])[1] > 0  # back below
    coronal = plane_points(Plane.CORONAL, CENTER, 60.0)
    assert (coronal[-1, 0] - coronal[0, 0])[2] < 0


def test_the_mark_is_seen_where_it_is():
    pixels = draw_planes(FIXED, FIXED, RigidTransform(), CENTER, Overlay(False, 0.0), size_mm=60.0)
    assert pixels.shape == (60, 3 * 60 + 2 * GAP)
    assert pixels[30, 30] > 200
    through = draw_planes(FIXED, FIXED, RigidTransform(), (22.0, -14.0, 22.0), Overlay(False, 0.0),
                          size_mm=60.0)  # fmt: skip
    assert through[30, 30] < 120 < through[30, 10]


def test_aligned_images_show_no_fields():
    """Another lattice, another place, the right transform: the checkerboard cannot be seen."""
    place = RigidTransform.from_parts(TURN, (6.0, -4.0, 9.0))
    moving = image_of((1.1, 1.0, 1.3), np.eye(3), place)
    alone = draw_planes(FIXED, FIXED, RigidTransform(), CENTER, Overlay(), size_mm=50.0).astype(int)
    right = draw_planes(FIXED, moving, place, CENTER, Overlay(), size_mm=50.0).astype(int)
    wrong = draw_planes(FIXED, moving, moved(place, shift_mm=(6.0, 0.0, 0.0)), CENTER, Overlay(),
                        size_mm=50.0).astype(int)  # fmt: skip
    assert np.abs(right - alone).mean() < 4
    assert np.abs(wrong - alone).mean() > 2.5 * np.abs(right - alone).mean()


def test_blend_goes_from_one_to_the_other():
    other = FIXED.with_array(FIXED.array.max() - FIXED.array)
    draw = [draw_planes(FIXED, other, RigidTransform(), CENTER, Overlay(False, s), size_mm=40.0)
            for s in (0.0, 0.5, 1.0)]  # fmt: skip
    first, half, last = (d.astype(float) for d in draw)
    assert np.abs(half - (first + last) / 2).max() <= 1
    assert np.abs(first - last).mean() > 100


def test_moving_by_hand_is_in_millimetres_and_degrees():
    start = RigidTransform.from_parts(TURN, (1.0, 2.0, 3.0))
    point = start.inverse().apply(CENTER)
    shifted = moved(start, shift_mm=(2.0, 0.0, 0.0))
    assert shifted.apply(point) == pytest.approx(np.add(CENTER, (2.0, 0.0, 0.0)))
    turned = moved(start, turn_degrees=(0.0, 3.0, 0.0), about_mm=CENTER)
    assert turned.apply(point) == pytest.approx(np.asarray(CENTER))
    assert start.inverse().then(turned).angle_degrees == pytest.approx(3.0)
    assert difference_text(start, shifted, CENTER) == "2.0 mm, 0.0°"
    assert difference_text(start, turned, CENTER) == "0.0 mm, 3.0°"
    back = moved(turned, turn_degrees=(0.0, -3.0, 0.0), about_mm=CENTER)
    assert difference_text(start, back, CENTER) == "0.0 mm, 0.0°"
