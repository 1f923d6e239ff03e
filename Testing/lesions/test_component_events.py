"""Parts whose fate is known, on an anisotropic grid off the origin."""

import numpy as np
import pytest

from RNAssessLib.case import Grid, Mask
from RNAssessLib.lesions.component_events import (
    ComponentFate,
    follow_components,
)
from RNAssessLib.lesions.component_parts import parts_of_lesion

GRID = Grid((50, 90, 80), (-31.0, 12.0, 7.0), (1.0, 0.9, 1.4))
INDEX = np.stack(np.meshgrid(*[np.arange(n) for n in GRID.shape], indexing="ij"), axis=-1)
POINTS = GRID.index_to_lps(INDEX)
A, B, FAR = np.array([-5.0, 45.0, 40.0]), np.array([12.0, 45.0, 40.0]), np.array([25.0, 70.0, 25.0])


def balls(*specs):
    inside = np.zeros(GRID.shape, bool)
    for center, radius in specs:
        inside |= np.linalg.norm(POINTS - center, axis=-1) <= radius
    return Mask(inside, GRID)


def follow(before, after, **more):
    first, second = (parts_of_lesion(m, GRID, smallest_cm3=0.03) for m in (before, after))
    return follow_components(first, second, GRID, reach_mm=1.5, border_mm=0.4, least_change=0.15,
                             **more)  # fmt: skip


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


def test_a_gap_within_the_error_of_the_borders_splits_nothing():
    whole = balls((A, 6)).array
    slit = np.abs(POINTS[..., 0] - A[0]) < 0.6  # one voxel wide
    cut = Mask(whole & ~slit, GRID)
    assert len(parts_of_lesion(cut, GRID)) == 2
    assert [e.fate.value for e in follow(balls((A, 6)), cut)] == ["split"]  # 0.4 mm either way
    ((event,), _) = (
        follow_components(*(parts_of_lesion(m, GRID) for m in pair), GRID, reach_mm=1.5,
                          border_mm=1.0, least_change=0.15)
        for pair in ((balls((A, 6)), cut), (cut, balls((A, 6))))
    )  # fmt: skip
    assert event.fate is ComponentFate.STABLE
    assert event.parts_after == 2


@pytest.mark.parametrize(
    ("before", "after", "fate"),
    [
        ([(A, 8)], [(A, 8), (FAR, 4)], ComponentFate.NEW),
        ([(A, 8), (FAR, 4)], [(A, 8)], ComponentFate.RESOLVED),
        ([(A, 8), (FAR, 4)], [(A, 8), (FAR, 6)], ComponentFate.GROWN),
        ([(A, 8), (FAR, 6)], [(A, 8), (FAR, 4)], ComponentFate.REGRESSED),
    ],
)
def test_what_the_other_scan_may_show_as_well_is_no_sure_change_of_a_small_part(
    before, after, fate
):
    asked = []

    def is_sure(part, later):
        asked.append((part, later))
        return False

    first, second = balls(*before), balls(*after)
    assert follow(first, second)[1].fate is fate
    event = follow(first, second, is_sure=is_sure)[1]
    assert event.fate is ComponentFate.UNSURE
    ((beyond, later),) = asked
    assert later == (second.volume_cm3 > first.volume_cm3)
    more, less = (second, first) if later else (first, second)
    assert np.array_equal(beyond.array, more.array & ~less.array)


def test_the_lesion_itself_goes_by_its_measured_error():
    event, *_ = follow(balls((A, 6)), balls((A, 8)), is_sure=lambda part, later: False)
    assert event.fate is ComponentFate.GROWN


def test_volumes_are_those_of_the_scans_own_grids():
    """A part drawn on thick slices is not measured again on the grid of the comparison."""
    thick = Grid((12, 50, 50), (-31.0, 12.0, 7.0), (1.6, 1.6, 5.0))
    index = np.stack(np.meshgrid(*[np.arange(n) for n in thick.shape], indexing="ij"), axis=-1)
    mask = Mask(np.linalg.norm(thick.index_to_lps(index) - A, axis=-1) <= 6, thick)
    (part,) = parts_of_lesion(mask, GRID, share_in_doubt=0.2)
    assert part.native.volume_cm3 == mask.volume_cm3
    assert int(part.placed.sum()) * GRID.voxel_volume_cm3 != mask.volume_cm3
    own = parts_of_lesion(balls((A, 6)), GRID)
    (event,) = follow_components([part], own, GRID, reach_mm=3.0, border_mm=0.0, least_change=0.0)
    assert event.volume_before_cm3 == mask.volume_cm3
    assert event.uncertainty_cm3 == pytest.approx(0.2 * mask.volume_cm3)  # the lesion's own ±
