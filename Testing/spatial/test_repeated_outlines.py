"""A contour given twice is one contour; a hole, however close to the border, is a hole."""

import numpy as np
import pytest

from RNAssessLib.case import Contour, ContourSet
from RNAssessLib.spatial.contour_planes import sort_into_planes
from RNAssessLib.spatial.occupancy import EndCap, compute_occupancy

from .test_occupancy import sphere

BALL_CM3 = np.pi * 10**3 / 6000


def moved(contour, how):
    points = contour.points_mm
    middle = points.mean(0)
    if how == "as it is":
        points = points.copy()
    elif how == "other way round":
        points = points[::-1]
    elif how == "other first vertex":
        points = np.roll(points, 17, axis=0)
    elif how == "rounded to 0.1 mm":
        points = points.round(1)
    elif how == "half the vertices":
        points = points[::2]
    elif how == "0.05 mm to one side":
        points = np.add(points, (0.05, 0, 0))
    elif how == "1 % smaller":
        points = middle + 0.99 * (points - middle)
    elif how == "plane 0.03 mm away":
        points = np.add(points, (0, 0, 0.03))
    return Contour(points, contour.exclusive_or)


COPIES = ("as it is", "other way round", "other first vertex", "rounded to 0.1 mm",
          "half the vertices", "0.05 mm to one side", "1 % smaller", "plane 0.03 mm away")  # fmt: skip


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("which", ["one slice", "every slice"])
def test_a_ball_with_a_contour_twice_keeps_its_volume(how, which):
    ball = sphere(10, 1.0, 0.3)
    again = ball.contours if which == "every slice" else ball.contours[4:5]
    both = ContourSet((*ball.contours, *(moved(c, how) for c in again)))
    found = compute_occupancy(both)
    assert found.volume_cm3 == pytest.approx(BALL_CM3, rel=2e-3)
    assert any("drawn twice" in note for note in found.notes)
    assert not any("drawn twice" in note for note in compute_occupancy(ball).notes)


def test_an_exclusive_or_contour_twice_is_no_empty_slice():
    contours = tuple(Contour(c.points_mm, True) for c in sphere(10, 1.0, 0.3).contours)
    found = compute_occupancy(ContourSet((*contours, contours[5], contours[5])))
    assert found.volume_cm3 == pytest.approx(BALL_CM3, rel=2e-3)


@pytest.mark.parametrize("shift_mm", [0.2, 0.4])
def test_an_outline_drawn_again_a_little_aside_is_united(shift_mm):
    """Two discs of 5 mm radius, `shift_mm` apart: their union, not the two crescents."""
    ball = sphere(10, 1.0, 0.0)
    disc = max(ball.contours, key=lambda c: np.ptp(c.points_mm[:, 0])).points_mm
    pair = [Contour(np.add(disc, (x, 0, z))) for z in (0.0, 1.0, 2.0) for x in (0.0, shift_mm)]
    found = compute_occupancy(ContourSet(tuple(pair)), cap=EndCap.NONE).volume_cm3
    half = shift_mm / 2
    lens = 2 * (25 * np.arccos(half / 5) - half * np.sqrt(25 - half**2))
    assert found == pytest.approx((2 * 25 * np.pi - lens) * 2 / 1000, rel=2e-3)


def ring(outer, inner, z, exclusive_or=False, center=(0.0, 0.0)):
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    disc = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(200)])
    place = np.array([0.0, 0.0, z])
    return [Contour(place + outer * disc, exclusive_or),
            Contour(place + [*center, 0.0] + inner * disc, exclusive_or)]  # fmt: skip


@pytest.mark.parametrize("exclusive_or", [False, True])
@pytest.mark.parametrize(
    ("outer", "inner", "aside"),
    [(10, 9.5, 0), (80, 78, 0), (10, 3, 0), (10, 4, 6), (10, 3, 6.8)],
    ids=["thin wall", "skin", "core", "hole that touches the border", "hole near the border"],
)
def test_holes_stay_holes(outer, inner, aside, exclusive_or):
    drawn = [c for z in (0.0, 1.0, 2.0) for c in ring(outer, inner, z, exclusive_or, (aside, 0.0))]
    twice = ContourSet((*drawn, drawn[1], drawn[0]))
    polygon = 100 * np.sin(2 * np.pi / 200)
    truth = polygon * (outer**2 - inner**2) * 2 / 1000
    for shape in (ContourSet(tuple(drawn)), twice):
        found = compute_occupancy(shape, cap=EndCap.NONE, cells=400_000)
        assert found.volume_cm3 == pytest.approx(truth, rel=5e-3)


def test_planes_that_rounding_took_apart_do_not_change_the_slice_distance():
    ball = sphere(10, 1.0, 0.3)
    apart = ContourSet((*ball.contours, *(moved(c, "plane 0.03 mm away") for c in ball.contours)))
    assert sort_into_planes(apart).spacing_mm == pytest.approx(1.0)


def cylinder(heights):
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    disc = np.column_stack([8 * np.cos(angle), 8 * np.sin(angle)])
    return ContourSet(tuple(Contour(np.column_stack([disc, np.full(180, z)])) for z in heights))


@pytest.mark.parametrize(
    ("heights", "said"),
    [
        ((0, 1, 2, 3, 5, 6), "interpolated over 1 gap(s) of slices without contour (up to 2 mm, "
                             "usually 1 mm)"),
        ((0, 1, 2, 5, 7, 8), "interpolated over 2 gap(s) of slices without contour (up to 3 mm, "
                             "usually 1 mm)"),
        ((0, 1, 2, 2.5, 4, 5), "interpolated over 1 gap(s) of slices without contour (up to 1.5 "
                               "mm, usually 1 mm)"),
        ((0, 1, 2, 9, 10), "taken as separate parts at 1 gap(s) of slices without contour (up to "
                           "7 mm, usually 1 mm)"),
    ],
)  # fmt: skip
def test_wide_gaps_are_said(heights, said):
    assert said in compute_occupancy(cylinder(np.array(heights, float))).notes


def test_even_slices_say_nothing_and_sparse_ones_are_said():
    assert compute_occupancy(cylinder(np.arange(0, 8.0))).notes == ()
    sparse = compute_occupancy(cylinder(np.arange(0, 9.0, 3.0)), usual_mm=1.0)
    assert sparse.notes == (
        "its contours lie 3 mm apart, the others of the set 1 mm: interpolated between them",
    )
