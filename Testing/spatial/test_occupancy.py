"""Volumes of known solids from their contours and label maps."""

import numpy as np
import pytest

from RNAssessLib.case import Contour, ContourSet, Grid, Mask
from RNAssessLib.spatial.occupancy import EndCap, compute_mask, compute_occupancy
from RNAssessLib.spatial.polygon_area import compute_coverage


def sphere(diameter, slice_mm, phase, rotation=None, center=(3.3, -7.1, 12.9)):
    """Contours of a sphere; the 90-gon is grown to the circle's area."""
    radius, angle = diameter / 2, np.linspace(0, 2 * np.pi, 90, endpoint=False)
    grow = np.sqrt(2 * np.pi / 90 / np.sin(2 * np.pi / 90))
    contours = []
    for z in (np.arange(-40, 40) + phase) * slice_mm:
        if abs(z) < radius - 0.02:
            r = grow * np.sqrt(radius**2 - z**2)
            points = np.column_stack([r * np.cos(angle), r * np.sin(angle), np.full(90, z)])
            if rotation is not None:
                points = points @ rotation.T
            contours.append(Contour(points + center))
    return ContourSet(tuple(contours))


@pytest.mark.parametrize(("diameter", "percent"), [(3, 0.05), (5, 0.05), (10, 0.05), (20, 0.05)])
def test_sphere_volume_over_slice_phases(diameter, percent):
    truth = np.pi * diameter**3 / 6000
    for phase in (0.0, 0.21, 0.5, 0.83):
        volume = compute_occupancy(sphere(diameter, 1.0, phase)).volume_cm3
        assert 100 * abs(volume / truth - 1) < percent


def test_oblique_contours_measure_the_same():
    c, s = np.cos(0.4), np.sin(0.4)
    turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]) @ np.array(
        [[1, 0, 0], [0, c, -s], [0, s, c]]
    )
    straight = compute_occupancy(sphere(12, 1.5, 0.3)).volume_cm3
    assert compute_occupancy(sphere(12, 1.5, 0.3, turn)).volume_cm3 == pytest.approx(
        straight, rel=2e-3
    )
    points, weight = compute_occupancy(sphere(12, 1.5, 0.3, turn)).samples()
    assert np.allclose(np.average(points, axis=0, weights=weight), (3.3, -7.1, 12.9), atol=0.05)


def test_cylinder_and_its_end_caps():
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    disc = np.column_stack([8 * np.cos(angle), 8 * np.sin(angle)])
    planes = np.arange(0, 21, 2.0)
    cylinder = ContourSet(tuple(Contour(np.column_stack([disc, np.full(180, z)])) for z in planes))
    area = 0.5 * 180 * 64 * np.sin(2 * np.pi / 180)
    # a blunt end is near its last contour, as planning systems have it: a low cone
    for cap, length in ((EndCap.NONE, 20), (EndCap.HALF_SLICE, 22), (EndCap.ROUNDED, 20.2)):
        volume = compute_occupancy(cylinder, cap=cap).volume_cm3
        assert volume == pytest.approx(area * length / 1000, rel=2e-4), cap


def test_gap_separates_parts():
    square = np.array([[-5.0, -5], [5, -5], [5, 5], [-5, 5]])
    heights = (0, 2, 4, 20, 22, 24)
    parts = ContourSet(
        tuple(Contour(np.column_stack([square, np.full(4, float(z))])) for z in heights)
    )
    volume = compute_occupancy(parts, cap=EndCap.NONE).volume_cm3
    assert volume == pytest.approx(0.8, rel=0.02)


def test_label_map_keeps_its_volume_and_place():
    grid = Grid((10, 12, 14), (5.0, -3.0, 2.0), (0.9, 1.1, 2.5))
    array = np.zeros(grid.shape, bool)
    array[3:6, 4:9, 2:7] = True
    occupancy = compute_occupancy(Mask(array, grid))
    assert occupancy.volume_cm3 == pytest.approx(75 * 0.9 * 1.1 * 2.5 / 1000)
    points, weight = occupancy.samples()
    assert np.allclose(np.average(points, axis=0, weights=weight), Mask(array, grid).centroid_lps())


def test_mask_on_another_grid_matches_the_sphere():
    grid = Grid((40, 40, 40), (-16.2, -26.8, -6.7), (1.0, 1.0, 1.0))
    mask = compute_mask(sphere(14, 1.0, 0.4), grid)
    assert mask.volume_cm3 == pytest.approx(np.pi * 14**3 / 6000, rel=0.03)


def test_what_cannot_be_measured():
    with pytest.raises(ValueError, match="one slice only"):
        compute_occupancy(ContourSet(sphere(10, 1, 0).contours[:1]))
    bent = Contour(np.array([[0.0, 0, 0], [10, 0, 0], [10, 10, 4], [0, 10, 0]]))
    with pytest.raises(ValueError, match="leaves its plane"):
        compute_occupancy(ContourSet((bent,)))
    grid = Grid((2, 2, 2), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    with pytest.raises(ValueError, match="empty"):
        compute_occupancy(Mask(np.zeros(grid.shape, bool), grid))


def test_coverage_of_a_triangle_is_exact():
    triangle = np.array([[0.3, 0.2], [7.7, 1.1], [2.9, 6.4]])
    edge1, edge2 = triangle[1] - triangle[0], triangle[2] - triangle[0]
    area = 0.5 * abs(edge1[0] * edge2[1] - edge1[1] * edge2[0])
    assert compute_coverage(triangle, (8, 9)).sum() == pytest.approx(area, rel=1e-12)
