"""PP23's five patterns, each from a course made to show it, and what must not be one."""

import pytest

from RNAssessLib.course.pattern import (
    SHARES,
    CoursePattern,
    classify_pattern,
    enlarged_again,
)
from RNAssessLib.course.volume_change import Step, compare_volumes, doubt_between
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings import course_pattern
from RNAssessLib.findings.measure import growth

P = CoursePattern


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ((4.0, 1.0, 0.5, 3.0), P.SHRINK_THEN_ENLARGE),
        ((4.0, 1.0, 3.0, 1.0), P.SHRINK_THEN_ENLARGE),
        ((2.0, 0.0, 0.5), P.SHRINK_THEN_ENLARGE),  # reappearing from nothing is growth
        ((4.0, 4.2, 3.9, 6.0), P.DELAYED_ENLARGEMENT),
        ((1.0, 1.2, 1.4, 1.7), P.CONSTANT_ENLARGEMENT),  # slow growth adds up
        ((2.0, 2.3, 2.7, 3.1, 3.5), P.CONSTANT_ENLARGEMENT),  # larger on every scan
        ((2.0, 2.0, 2.7, 3.5), P.DELAYED_ENLARGEMENT),  # nothing at the first follow-up
        ((2.0, 2.3, 2.3, 2.9), P.DELAYED_ENLARGEMENT),  # a standstill between
        ((2.0, 2.05, 4.0), P.DELAYED_ENLARGEMENT),  # far less than its even share at first
        ((4.0, 6.0, 9.0), P.CONSTANT_ENLARGEMENT),
        ((3.0, 4.5, 6.5, 9.0), P.CONSTANT_ENLARGEMENT),
        ((4.0, 8.0, 8.2), P.ENLARGED_THEN_STABLE),
        ((4.0, 8.0, 9.0, 8.5), P.ENLARGED_THEN_STABLE),
        ((4.0, 6.0, 6.0, 9.0), P.CONSTANT_ENLARGEMENT),  # grows again: no halt that lasted
        ((2.0, 2.3, 2.7, 2.7, 2.8), P.ENLARGED_THEN_STABLE),  # slow growth that stopped
        ((4.0, 5.2, 6.2), P.CONSTANT_ENLARGEMENT),  # 19 %, but it goes on as before
        ((4.0, 8.0, 9.5, 11.0), P.CONSTANT_ENLARGEMENT),  # two small steps that add up
        ((4.0, 8.0, 3.9), P.TRANSIENT_ENLARGEMENT),
        ((4.0, 4.1, 8.0, 4.1), P.TRANSIENT_ENLARGEMENT),
        ((4.0, 8.0, 6.0), P.ENLARGE_THEN_SHRINK),
        ((3.0, 5.0, 7.0, 5.0), P.ENLARGE_THEN_SHRINK),
        ((4.0, 8.0, 9.5, 7.0), P.ENLARGE_THEN_SHRINK),  # judged from the peak of 9.5
        ((4.0, 2.0, 1.0), P.SHRINKING),
        ((4.0, 4.1, 3.9), P.STABLE),
        ((0.05, 0.01, 0.14), P.DELAYED_ENLARGEMENT),  # from its smallest, not from baseline
        ((0.05, 0.1, 0.12), P.STABLE),  # doubles, but by less than can be measured
    ],
)
def test_each_pattern(volumes, expected):
    result = classify_pattern(volumes)
    assert result.pattern is expected
    assert result.why


def test_only_what_enlarged_has_a_published_share():
    assert classify_pattern((4.0, 2.0, 1.0)).share_percent is None
    assert classify_pattern((4.0, 4.1, 3.9)).share_percent is None
    assert classify_pattern((4.0, 8.0, 8.1)).share_percent is None
    assert classify_pattern((4.0, 1.0, 3.0)).share_percent == 73.2


def test_steps_are_judged_from_the_turning_point():
    # each step is below 25 %, together they are not
    assert classify_pattern((4.0, 4.8, 5.6)).steps == (Step.SAME, Step.UP)
    assert classify_pattern((4.0, 8.0, 9.5, 7.0)).steps == (Step.UP, Step.SAME, Step.DOWN)


def test_a_changed_threshold_moves_what_counts():
    strict = Thresholds({"latency.growth_percent": 60.0})
    assert classify_pattern((4.0, 6.0), strict).pattern is P.STABLE
    assert classify_pattern((4.0, 6.0)).pattern is P.ENLARGED_ONCE


def test_how_even_slow_growth_must_be_can_be_changed():
    series = (2.0, 2.1, 2.3, 3.0)  # ln 1.5 in three: its first interval had 0.36 of an even share
    assert classify_pattern(series).pattern is P.DELAYED_ENLARGEMENT
    lenient = Thresholds({"course_pattern.steady_share": 0.3})
    assert classify_pattern(series, lenient).pattern is P.CONSTANT_ENLARGEMENT


def test_one_scan_is_no_course():
    with pytest.raises(ValueError, match="at least one follow-up"):
        classify_pattern((4.0,))


def test_regrowth_after_regression():
    assert enlarged_again((1.0, 3.0, 1.0, 2.5), Thresholds())
    assert not enlarged_again((3.0, 1.0, 2.5), Thresholds())


def test_there_is_one_rule():
    assert growth.compare_volumes.__module__ == "RNAssessLib.course.volume_change"
    assert course_pattern.classify_pattern is classify_pattern


def test_published_shares_are_those_of_pp23():
    # 90 + 4 + 12 + 9 + 8 of 123 patients
    cases = (90, 4, 12, 9, 8)
    assert sum(cases) == 123
    for key, n in zip(SHARES.values(), cases, strict=True):
        assert Thresholds()[f"pp23.{key}_percent"] == pytest.approx(100 * n / 123, abs=0.06)


@pytest.mark.parametrize(
    ("volumes", "words"),
    [
        ((2.0, 4.0, 6.0, 2.0, 8.0), "transient enlargement, enlarging again"),  # now 4 x baseline
        ((1.0, 3.0, 1.0, 3.0), "transient enlargement, enlarging again"),
        ((4.0, 1.0, 3.0, 1.0), "shrinkage followed by enlargement, shrinking again"),
        ((4.0, 1.0, 3.0, 1.0, 3.0), "shrinkage followed by enlargement, enlarging again"),
        ((4.0, 1.0, 3.0), "shrinkage followed by enlargement"),
        ((4.0, 8.0, 3.9), "transient enlargement"),
        ((4.0, 8.0, 8.1), "enlarged, then stable"),  # a radiologist's words, not PP23's "constant"
        ((4.0, 4.1, 8.0, 8.1), "delayed enlargement, then stable"),
        ((4.0, 1.0, 3.0, 3.1), "shrinkage followed by enlargement, then stable"),
        ((1.0, 3.0, 1.0, 3.0, 3.1), "transient enlargement, enlarged again, then stable"),
        ((4.0, 8.0, 3.9, 3.9), "transient enlargement"),  # its name says where it ended
    ],
)
def test_the_latest_turn_is_named(volumes, words):
    assert classify_pattern(volumes).words == words


def test_one_follow_up_is_none_of_pp23_s_patterns():
    found = classify_pattern((2.0, 4.0))
    assert (found.pattern, found.share_percent) == (P.ENLARGED_ONCE, None)
    assert found.words == "enlarged at the only follow-up"


def test_a_change_within_its_spread_is_none():
    """Twice the volume, but each known to half of itself: the difference is not."""
    assert classify_pattern([2.0, 4.0]).pattern is CoursePattern.ENLARGED_ONCE
    wide = classify_pattern([2.0, 4.0], None, [1.0, 2.0])
    assert wide.pattern is CoursePattern.STABLE
    assert classify_pattern([2.0, 4.0], None, [0.2, 0.4]).pattern is CoursePattern.ENLARGED_ONCE
    assert not enlarged_again([1.0, 3.0, 1.0, 2.5], Thresholds(), [0.1, 0.3, 0.1, 2.0])
    with pytest.raises(ValueError):
        classify_pattern([2.0, 4.0], None, [1.0])


def test_sizes_whose_ranges_overlap_have_not_changed():
    # one head in 1 mm and in 5.5 mm slices: 7.5 ± 1.2 and 5.7 ± 1.0 cm³ are apart in quadrature
    limits = Thresholds()
    assert doubt_between(1.18, 0.98) == pytest.approx(2.16)
    assert compare_volumes(7.54, 5.72, limits, 2.16) is Step.SAME
    assert compare_volumes(7.54, 5.30, limits, 2.16) is Step.DOWN
    found = classify_pattern([7.54, 5.72], errors_cm3=[1.18, 0.98])
    assert found.steps == (Step.SAME,)
