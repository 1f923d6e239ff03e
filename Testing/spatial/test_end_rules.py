"""Blunt ends, tapering ends, and the half-width that holds both conventions."""

import numpy as np
import pytest

from RNAssessLib.case import Contour, ContourSet
from RNAssessLib.spatial.between_planes import follow_areas
from RNAssessLib.spatial.occupancy import EndCap, compute_occupancy

from .test_occupancy import sphere

VERTICES = 90
GROW = np.sqrt(2 * np.pi / VERTICES / np.sin(2 * np.pi / VERTICES))
ANGLE = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
DISC = GROW * np.column_stack([np.cos(ANGLE), np.sin(ANGLE), np.zeros(VERTICES)])


def solid(radii, spacing):
    return ContourSet(
        tuple(Contour(r * DISC + (0.0, 0.0, k * spacing)) for k, r in enumerate(radii))
    )


def volumes(shape):
    return {cap: compute_occupancy(shape, cap=cap) for cap in EndCap}


@pytest.mark.parametrize("spacing", [1.0, 2.0, 2.5, 3.0])
@pytest.mark.parametrize("slices", [3, 5, 12])
def test_a_blunt_cylinder_ends_near_its_last_contour(spacing, slices):
    """One tenth of what half a slice would add, and the half-width holds both conventions."""
    found = volumes(solid([6.0] * slices, spacing))
    area = np.pi * 36 / 1000
    last, half = area * (slices - 1) * spacing, area * slices * spacing
    assert found[EndCap.NONE].volume_cm3 == pytest.approx(last, rel=2e-3)
    assert found[EndCap.HALF_SLICE].volume_cm3 == pytest.approx(half, rel=2e-3)
    ours = found[EndCap.ROUNDED]
    assert ours.volume_cm3 == pytest.approx(last + 0.1 * (half - last), rel=3e-3)


@pytest.mark.parametrize("cap", EndCap)
@pytest.mark.parametrize(
    "radii",
    [[6.0] * 5, [5, 6, 6, 5], [4, 6, 6, 6], [6.5, 6, 6.2, 5.8], [2, 4, 6, 5, 3], [6, 6]],
)
def test_the_half_width_holds_both_conventions(radii, cap):
    found = volumes(solid(radii, 2.5))
    low, high = found[EndCap.NONE].volume_cm3, found[EndCap.HALF_SLICE].volume_cm3
    ours = found[cap]
    slack = 1e-3 * high
    assert ours.volume_cm3 - ours.uncertainty_cm3 <= low + slack
    assert ours.volume_cm3 + ours.uncertainty_cm3 >= high - slack


def test_an_end_that_still_widens_is_cut_through():
    """Half a slice of the last outline goes on, as Eclipse and CERR have it."""
    found = volumes(solid([6.0, 6.2, 6.4, 6.6, 6.4, 6.2, 6.4, 6.6], 2.5))
    own = np.pi / 1000 * 2.5 / 2 * (6.6**2 + 0.1 * 6.0**2)
    blunt = found[EndCap.ROUNDED].volume_cm3 - found[EndCap.NONE].volume_cm3
    assert own <= blunt <= np.pi / 1000 * 2.5 / 2 * (6.6**2 + 6.0**2 / 3)


@pytest.mark.parametrize("diameter", [5, 10, 20])
def test_a_ball_tapers_and_keeps_its_volume(diameter):
    found = compute_occupancy(sphere(diameter, 2.0, 0.3))
    assert found.volume_cm3 == pytest.approx(np.pi * diameter**3 / 6000, rel=5e-4)


def test_the_half_width_holds_cylinders_that_end_anywhere_between_slices():
    """Phase and height drawn at random; 95 % half-width."""
    rng = np.random.default_rng(2)
    held = []
    for _ in range(2000):
        height, start = rng.uniform(8, 14), rng.uniform(0, 2)
        count = int((height - start) // 2) + 1
        areas = np.full(count, 25 * np.pi)
        found = follow_areas(2.0 * np.arange(count), areas, 2.0, EndCap.ROUNDED)
        volume = areas[0] * 2.0 * (count - 1) + sum(e.own_mm3 for e in found.ends)
        held.append(abs(volume - areas[0] * height) <= found.uncertainty_mm3)
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


def tilted_ellipsoid(axes, tilt, spacing, phase):
    """Contours of an ellipsoid turned about x by `tilt`; every section is an ellipse."""
    c, s = np.cos(tilt), np.sin(tilt)
    turn = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    matrix = turn @ np.diag(1 / np.square(np.asarray(axes, float))) @ turn.T
    top = np.sqrt(np.linalg.inv(matrix)[2, 2])
    plane, cross = matrix[:2, :2], matrix[:2, 2]
    root = np.linalg.cholesky(np.linalg.inv(plane))
    contours = []
    for z in (np.arange(-60, 60) + phase) * spacing:
        if abs(z) >= top - 0.02:
            continue
        center = -np.linalg.solve(plane, cross) * z
        size = np.sqrt(max(1 - (z / top) ** 2, 0.0))
        points = center + size * (DISC[:, :2] @ root.T)
        contours.append(Contour(np.column_stack([points, np.full(VERTICES, z)])))
    return ContourSet(tuple(contours)), matrix


@pytest.mark.parametrize("tilt", [0.0, 0.5, 0.8])
@pytest.mark.parametrize(
    ("axes", "spacing"), [((4, 4, 8), 1.0), ((5, 3, 9), 2.0), ((9, 9, 5), 2.0)]
)
def test_tilted_ellipsoids_have_their_volume_and_place(axes, spacing, tilt):
    shape, _ = tilted_ellipsoid(axes, tilt, spacing, 0.3)
    found = compute_occupancy(shape)
    assert found.volume_cm3 == pytest.approx(4 / 3 * np.pi * np.prod(axes) / 1000, rel=2e-3)
    points, weight = found.samples()
    assert np.allclose(np.average(points, axis=0, weights=weight), 0.0, atol=0.05)


@pytest.mark.parametrize("tilt", [0.5, 0.8])
@pytest.mark.parametrize(("axes", "spacing"), [((4, 4, 8), 1.0), ((5, 3, 9), 2.0)])
def test_tilted_ellipsoids_have_their_shape(axes, spacing, tilt):
    """Share of the volume that lies outside the true surface."""
    shape, matrix = tilted_ellipsoid(axes, tilt, spacing, 0.3)
    points, weight = compute_occupancy(shape).samples()
    outside = np.einsum("ni,ij,nj->n", points, matrix, points) > 1
    whole = weight > 0.9 * weight.max()
    assert weight[outside & whole].sum() / weight.sum() < 0.004
