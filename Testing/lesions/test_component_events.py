"""Parts whose fate is known, on an anisotropic grid off the origin."""

import numpy as np
import pytest

from RNAssessLib.case import Grid, Mask
from RNAssessLib.lesions.component_events import ComponentFate, follow_components

GRID = Grid((50, 90, 80), (-31.0, 12.0, 7.0), (1.0, 0.9, 1.4))
INDEX = np.stack(np.meshgrid(*[np.arange(n) for n in GRID.shape], indexing="ij"), axis=-1)
POINTS = GRID.index_to_lps(INDEX)
A, B, FAR = np.array([-5.0, 45.0, 40.0]), np.array([12.0, 45.0, 40.0]), np.array([25.0, 70.0, 25.0])


def balls(*specs):
    inside = np.zeros(GRID.shape, bool)
    for center, radius in specs:
        inside |= np.linalg.norm(POINTS - center, axis=-1) <= radius
    return Mask(inside, GRID)


def follow(before, after):
    return follow_components(before, after, reach_mm=1.5, border_mm=0.4, smallest_cm3=0.03,
                             least_change=0.15)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "fates"),
    [
        ([(A, 6)], [(A, 6)], ["stable"]),
        ([(A, 6)], [(A + 1.0, 6)], ["stable"]),  # a shift within the error of alignment
        ([(A, 6)], [(A, 8)], ["grown"]),
        ([(A, 8)], [(A, 6)], ["regressed"]),
        ([(A, 6)], [], ["resolved"]),
        ([(A, 6)], [(A, 6), (FAR, 4)], ["stable", "new"]),
        ([(A, 6), (B, 5)], [(A, 9), (B, 9)], ["merged"]),
        ([(A, 9), (B, 9)], [(A, 6), (B, 5)], ["split"]),
        ([(A, 6), (B, 5)], [(A, 8), (B, 3)], ["grown", "regressed"]),
        ([], [(A, 1.0)], []),  # a speck
        ([], [], []),
    ],
)
def test_fates(before, after, fates):
    assert [e.fate.value for e in follow(balls(*before), balls(*after))] == fates


def test_volumes_and_place_are_those_of_the_parts():
    (event,) = follow(balls((A, 6)), balls((A, 8)))
    assert event.fate is ComponentFate.GROWN
    assert event.volume_before_cm3 == pytest.approx(4 / 3 * np.pi * 0.216, rel=0.02)
    assert event.volume_after_cm3 == pytest.approx(4 / 3 * np.pi * 0.512, rel=0.02)
    assert np.linalg.norm(np.array(event.point_lps_mm) - A) < 0.2
    # 0.4 mm on both surfaces, half of the worst case each: quadrature of 2 x 0.5 x 0.4 x area
    area = 4 * np.pi * np.array([36.0, 64.0])
    assert event.uncertainty_cm3 == pytest.approx(0.5 * 0.4e-3 * np.hypot(*area), rel=0.35)


def test_two_parts_that_touch_by_a_corner_only_stay_two():
    beside = A + np.array([14.5, 0.0, 0.0])
    events = follow(balls((A, 6), (beside, 6)), balls((A, 6), (beside, 6)))
    assert [e.fate.value for e in events] == ["stable", "stable"]
