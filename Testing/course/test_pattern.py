"""PP23's five patterns, each from a course made to show it, and what must not be one."""

import pytest

from RNAssessLib.course.pattern import (
    PP23_SHARE_PERCENT,
    CoursePattern,
    SizePoint,
    Trend,
    classify_pattern,
)


def course(*volumes, uncertainty=0.0):
    return [SizePoint(3.0 * n, v, uncertainty) for n, v in enumerate(volumes)]


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ((4.0, 1.0, 0.5, 3.0), CoursePattern.SHRINK_THEN_ENLARGE),
        ((4.0, 1.0, 3.0, 1.0), CoursePattern.SHRINK_THEN_ENLARGE),
        ((4.0, 4.2, 3.9, 6.0), CoursePattern.DELAYED_ENLARGEMENT),
        ((4.0, 6.0, 9.0), CoursePattern.CONSTANT_ENLARGEMENT),
        ((4.0, 8.0, 3.9), CoursePattern.TRANSIENT_ENLARGEMENT),
        ((4.0, 8.0, 6.0), CoursePattern.ENLARGE_THEN_SHRINK),
        ((4.0, 4.1, 8.0, 4.1), CoursePattern.TRANSIENT_ENLARGEMENT),
    ],
)
def test_each_pattern(volumes, expected):
    assert classify_pattern(course(*volumes)).pattern is expected


@pytest.mark.parametrize("volumes", [(4.0, 4.1, 3.9), (4.0, 2.0, 1.0), (4.0,)])
def test_lesion_that_never_grew_has_no_pattern_but_a_reason(volumes):
    result = classify_pattern(course(*volumes))
    assert result.pattern is None
    assert result.why


def test_slow_growth_adds_up():
    # each step is below 20 %, together they are not
    result = classify_pattern(course(4.0, 4.6, 5.2))
    assert result.trends == (Trend.STABLE, Trend.UP)
    assert result.onset_months == 6.0


def test_change_within_uncertainty_does_not_count():
    assert classify_pattern(course(0.10, 0.14, uncertainty=0.03)).pattern is None
    sure = classify_pattern(course(0.10, 0.14, uncertainty=0.01))
    assert sure.pattern is CoursePattern.CONSTANT_ENLARGEMENT


def test_reappearing_from_nothing_is_growth():
    result = classify_pattern(course(2.0, 0.0, 0.5))
    assert result.pattern is CoursePattern.SHRINK_THEN_ENLARGE
    assert result.onset_months == 6.0


def test_published_shares_are_those_of_pp23():
    assert len(PP23_SHARE_PERCENT) == len(CoursePattern)
    # 90 + 4 + 12 + 9 + 8 of 123 patients
    cases = (90, 4, 12, 9, 8)
    assert sum(cases) == 123
    for percent, n in zip(PP23_SHARE_PERCENT.values(), cases, strict=True):
        assert percent == pytest.approx(100 * n / 123, abs=0.06)
