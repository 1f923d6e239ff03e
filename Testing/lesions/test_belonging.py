"""What enhances beside a treated lesion: plexus and veins are not of it, recurrence and foci are."""

from itertools import pairwise

import numpy as np
import pytest

from RNAssessLib.case import Mask, SequenceRole
from RNAssessLib.lesions.seeds import LesionSeed
from RNAssessLib.lesions.segmentation import segment_lesions

from .shapes import GRID, at, ball, dice, head, points, share_of_ball

MIDDLE = at(-8.0, 0.0, 0.0)
TARGET_MM, LESION_MM, CORE_MM, REACH_MM = 16.0, 13.5, 10.0, 14.0
# from the target's edge, 1.5 mm off the lesion, through the search region and beyond it
PLEXUS = (
    (9.4, 2.0, 0.0),
    (12.0, 7.0, 4.0),
    (15.0, 15.0, 1.0),
    (11.0, 21.0, 7.0),
    (17.0, 25.0, 2.0),
)
VEINS = (
    ((15.0, 15.0, 1.0), (22.0, 10.0, -12.0), (14.0, -4.0, -20.0), (3.0, -16.0, -22.0)),
    ((12.0, 7.0, 4.0), (24.0, 2.0, 8.0), (27.0, -10.0, 14.0), (18.0, -22.0, 10.0)),
)


def share_of_tube(corners, radius):
    """Share of every voxel in a tube along a line through `corners` (mm from the middle)."""
    where = points()[..., 0, :]
    gap = np.full(GRID.shape, np.inf)
    for a, b in pairwise(corners):
        a, b = at(*a), at(*b)
        along = np.clip(((where - a) @ (b - a)) / ((b - a) @ (b - a)), 0.0, 1.0)
        gap = np.minimum(gap, np.linalg.norm(where - a - along[..., None] * (b - a), axis=-1))
    return np.clip(radius - gap + 0.5, 0.0, 1.0)


def normal_parts():
    """Choroid plexus of 4 mm and two veins that join it."""
    return [(share_of_tube(PLEXUS, 2.0), 1.8), *((share_of_tube(v, 0.9), 1.8) for v in VEINS)]


def find(parts, radius=LESION_MM, seed=0):
    """Segmentation of a ring in a large target, with more painted beside it."""
    ring = [(share_of_ball(MIDDLE, radius), 1.8), (share_of_ball(MIDDLE, CORE_MM), 0.5)]
    shapes = [*parts, *(ring if radius else [])]
    images = {
        SequenceRole.T1C: head(shapes, seed=seed)[0],
        SequenceRole.T1: head([(s, 0.5) for s, v in shapes if v < 1.0], seed=seed + 9)[0],
    }
    brain = head([])[1]
    x, y, z = (float(v) for v in MIDDLE)
    target, search = ball(MIDDLE, TARGET_MM), ball(MIDDLE, TARGET_MM + REACH_MM)
    where = LesionSeed("L1", (x, y, z), Mask(target, GRID), Mask(search, GRID))
    return segment_lesions(images, brain, [where])


@pytest.mark.parametrize("seed", [0, 1])
def test_plexus_and_veins_that_touch_a_large_target_are_not_of_its_lesion(seed):
    normal = np.logical_or.reduce([share >= 0.5 for share, _ in normal_parts()])
    assert (normal & ball(MIDDLE, TARGET_MM + 1.5)).any()
    found, alone = find(normal_parts(), seed=seed), find([], seed=seed)
    lesion = found.lesions["L1"]
    assert not (lesion.enhancing.array & normal).any()
    assert not (found.new_enhancement.array & normal).any()
    expected = alone.lesions["L1"].enhancing
    assert lesion.enhancing.volume_cm3 == pytest.approx(expected.volume_cm3, rel=0.02)
    truth = 4.0 / 3.0 * np.pi * (LESION_MM**3 - CORE_MM**3) / 1000.0
    assert lesion.enhancing.volume_cm3 == pytest.approx(truth, rel=0.08)


def test_a_recurrence_at_the_edge_of_the_target_is_of_the_lesion_though_most_lies_outside():
    place = at(13.0, 4.0, 2.0)
    found = find([*normal_parts()[1:], (share_of_ball(place, 6.0), 1.8)])
    lesion = found.lesions["L1"].enhancing.array
    assert dice(lesion & ball(place, 8.0), ball(place, 6.0)) > 0.8


def test_a_satellite_beside_the_plexus_is_of_the_lesion_and_a_focus_far_away_is_new():
    near, far = at(-6.0, 22.0, 0.0), at(26.0, 10.0, -2.0)
    found = find(
        [*normal_parts()[:1], (share_of_ball(near, 3.0), 1.8), (share_of_ball(far, 3.0), 1.8)]
    )
    lesion = found.lesions["L1"].enhancing.array
    assert dice(lesion & ball(near, 5.0), ball(near, 3.0)) > 0.75
    assert dice(found.new_enhancement.array & ball(far, 5.0), ball(far, 3.0)) > 0.75


def test_a_focus_most_of_which_lies_beyond_the_search_region_is_new_as_a_whole():
    place = MIDDLE + np.array([TARGET_MM + REACH_MM + 1.5, 0.0, 0.0])
    found = find([(share_of_ball(place, 3.0), 1.8)])
    assert not (found.lesions["L1"].enhancing.array & ball(place, 4.0)).any()
    assert dice(found.new_enhancement.array & ball(place, 5.0), ball(place, 3.0)) > 0.75


def test_a_vein_at_the_edge_of_a_target_that_no_longer_enhances_is_no_lesion():
    found = find(normal_parts(), radius=0.0)
    assert found.lesions["L1"].enhancing.is_empty
