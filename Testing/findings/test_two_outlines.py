"""Outlines of two studies over each other, against closed forms of two spheres."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hand_made_cases import CENTER, T2, T3, Ball, Visit, build_case, treated

from RNAssessLib.case import NotAssessableError, RegistrationGrade
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.measure.two_outlines import HALF_WIDTH_PER_ERROR, compute_two_outlines

LIMITS = Thresholds()


def ball_cm3(radius):
    return 4 / 3 * math.pi * radius**3 / 1000


def shared_cm3(first, second, apart):
    """Volume that two spheres share."""
    if apart <= abs(first - second):
        return ball_cm3(min(first, second))
    if apart >= first + second:
        return 0.0
    rest = first + second - apart
    inner = apart**2 + 2 * apart * (first + second) - 3 * (first - second) ** 2
    return math.pi * rest**2 * inner / (12 * apart) / 1000


def lens_mm2(first, second, apart):
    """Area of the circle in which the two spheres cut each other."""
    along = (apart**2 + first**2 - second**2) / (2 * apart)
    return math.pi * (first**2 - along**2)


def compare(first, second, shift, **visit):
    """Two follow-ups with a sphere each, `shift` from the first to the second."""
    moved = tuple(float(v) for v in np.add(CENTER, shift))
    case = build_case(
        [
            treated(),
            Visit("t1", T2, (Ball(CENTER, first),), **visit),
            Visit("t2", T3, (Ball(moved, second, rim=3.0),), **visit),  # its core counts, too
        ],
        anatomy=False,
    )
    one, other = case.timepoints[1:]
    return compute_two_outlines(case, case.lesions[0], one, other, LIMITS), case


@pytest.mark.parametrize(
    ("first", "second", "shift"),
    [
        (9.0, 9.0, (6.0, 0.0, 0.0)),  # grows on one side as much as it regresses on the other
        (7.0, 11.0, (3.0, -4.0, 2.0)),  # mostly growth
        (11.0, 7.0, (0.0, 3.0, 6.0)),  # mostly regression
        (6.0, 10.0, (1.0, 1.0, 1.0)),  # the earlier one lies inside: nothing regressed
        (6.0, 6.0, (9.0, 9.0, 0.0)),  # apart: all of one, all of the other
    ],
)
def test_volumes_of_two_spheres(first, second, shift):
    two, case = compare(first, second, shift)
    shared = shared_cm3(first, second, float(np.linalg.norm(shift)))
    for found, whole in ((two.grown_cm3, second), (two.regressed_cm3, first)):
        expected = ball_cm3(whole) - shared
        assert found.value == pytest.approx(expected, abs=0.015 * ball_cm3(whole))
        assert abs(found.value - expected) <= found.uncertainty
        assert found.unit == "cm3"
    assert two.grown_cm3.value == two.grown.volume_cm3
    native = [sum(m.volume_cm3 for m in (t.lesions["L1"].enhancing, t.lesions["L1"].necrotic_core))
              for t in case.timepoints[1:]]  # fmt: skip
    change = two.grown_cm3.value - two.regressed_cm3.value
    assert change == pytest.approx(native[1] - native[0], abs=0.005)
    assert not (two.grown.array & two.before.array).any()
    assert not (two.regressed.array & two.after.array).any()
    everything = two.before.array | two.after.array
    shared_voxels = two.before.array & two.after.array
    assert ((two.grown.array | two.regressed.array | shared_voxels) == everything).all()


def alignment_share(quantity):
    return float(quantity.method.split("± ")[1].split(" from alignment")[0])


def test_alignment_moves_the_volumes_by_the_lens_they_share():
    """A shift along the line of centres moves the grown volume by the area of the lens."""
    radius, apart, error = 12.0, 8.0, 0.6
    two, _ = compare(radius, radius, (apart, 0.0, 0.0), error_mm=error)
    step = HALF_WIDTH_PER_ERROR * error * math.sqrt(2)  # both studies were aligned to t0
    expected = step * lens_mm2(radius, radius, apart) / 1000
    for quantity in (two.grown_cm3, two.regressed_cm3):
        assert alignment_share(quantity) == pytest.approx(expected, rel=0.12)
        assert quantity.uncertainty > alignment_share(quantity)  # the outlines add theirs


def test_alignment_of_equal_outlines_shows_growth_of_the_shadow():
    """Where nothing changed, a shift shows πr² of growth per mm, along each of three axes."""
    radius, error = 12.0, 1.0
    two, _ = compare(radius, radius, (0.0, 0.0, 0.0), error_mm=error)
    step = HALF_WIDTH_PER_ERROR * error * math.sqrt(2)
    expected = math.sqrt(3) * step * math.pi * radius**2 / 1000
    assert alignment_share(two.grown_cm3) == pytest.approx(expected, rel=0.2)
    assert (two.grown_beyond_cm3, two.regressed_beyond_cm3) == (0.0, 0.0)
    assert two.grown_cm3.value < two.grown_cm3.uncertainty


def test_half_width_holds_95_percent_of_random_misalignments():
    draws = np.random.default_rng(4).normal(size=(200_000, 3))
    sigma = 1.0 / np.linalg.norm(draws, axis=1).mean()  # mean length 1 mm
    assert np.mean(np.abs(sigma * draws[:, 0]) <= HALF_WIDTH_PER_ERROR) == pytest.approx(
        0.95, abs=0.003
    )


def test_the_reference_itself_has_no_error_of_alignment():
    _, case = compare(9.0, 9.0, (4.0, 0.0, 0.0), error_mm=2.0)
    lesion, (start, one, other) = case.lesions[0], case.timepoints
    near = compute_two_outlines(case, lesion, start, one, LIMITS)
    far = compute_two_outlines(case, lesion, start, other, LIMITS)
    assert (near.earlier, far.later) == ("t0", "t2")
    exact = replace(one.to_reference.quality, expected_error_mm=0.0)
    sure = replace(one, to_reference=replace(one.to_reference, quality=exact))
    found = compute_two_outlines(case, lesion, start, sure, LIMITS)
    assert alignment_share(found.grown_cm3) == 0.0 < alignment_share(near.grown_cm3)


def test_only_what_reaches_further_than_the_error_is_called_beyond():
    slight, _ = compare(9.0, 9.6, (0.0, 0.0, 0.0), error_mm=1.0)
    clear, _ = compare(9.0, 9.0, (10.0, 0.0, 0.0), error_mm=0.2)
    assert slight.grown_beyond_cm3 == 0.0 < slight.grown_cm3.value
    assert clear.grown_beyond_cm3 > 0.8 * clear.grown_cm3.value


def test_what_cannot_be_compared_says_why():
    _, case = compare(9.0, 9.0, (4.0, 0.0, 0.0))
    lesion, (start, one, other) = case.lesions[0], case.timepoints
    bad = replace(one.to_reference.quality, grade=RegistrationGrade.BAD)
    lost = replace(one, to_reference=replace(one.to_reference, quality=bad))
    for studies, why in (((one, one), "two different"), ((lost, other), "t1 not aligned")):
        with pytest.raises(NotAssessableError, match=why):
            compute_two_outlines(case, lesion, *studies, LIMITS)
    assert start.id == "t0"


def test_a_lesion_that_is_gone_has_regressed_whole():
    case = build_case(
        [treated(), Visit("t1", T2, (Ball(CENTER, 8.0),)), Visit("t2", T3)], anatomy=False
    )
    two = compute_two_outlines(case, case.lesions[0], *case.timepoints[1:], LIMITS)
    assert two.grown_cm3.value == 0.0
    assert two.regressed_cm3.value == pytest.approx(ball_cm3(8.0), rel=0.02)
    assert two.regressed_beyond_cm3 == two.regressed_cm3.value
