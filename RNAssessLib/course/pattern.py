"""How a treated lesion's size went up and down (PP23 Results, Survival outcomes)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from RNAssessLib.evidence import Thresholds


class CoursePattern(Enum):
    """PP23's five patterns of lesions that enlarged after radiotherapy.

    The paper names them without defining them; the rules are in `classify_pattern`.
    """

    SHRINK_THEN_ENLARGE = "shrinkage, then enlargement"
    ENLARGE_THEN_SHRINK = "enlargement, then shrinkage"
    DELAYED_ENLARGEMENT = "delayed enlargement"
    TRANSIENT_ENLARGEMENT = "transient enlargement"
    CONSTANT_ENLARGEMENT = "constant enlargement"


PP23_SHARE_PERCENT: dict[CoursePattern, float] = {
    CoursePattern.SHRINK_THEN_ENLARGE: 73.2,
    CoursePattern.ENLARGE_THEN_SHRINK: 3.3,
    CoursePattern.DELAYED_ENLARGEMENT: 9.8,
    CoursePattern.TRANSIENT_ENLARGEMENT: 7.3,
    CoursePattern.CONSTANT_ENLARGEMENT: 6.5,
}


class Trend(Enum):
    """Direction of one stretch of the course."""

    DOWN = "shrank"
    STABLE = "stable"
    UP = "enlarged"


@dataclass(frozen=True)
class SizePoint:
    """Size at one date.

    Attributes
    ----------
    months : float
        After treatment.
    volume_cm3 : float
    uncertainty_cm3 : float
        Half-width of the 95 % interval.
    """

    months: float
    volume_cm3: float
    uncertainty_cm3: float = 0.0


@dataclass(frozen=True)
class PatternResult:
    """Pattern and what led to it.

    Attributes
    ----------
    pattern : CoursePattern or None
        None when the lesion never enlarged, or too few scans tell.
    trends : tuple of Trend
        One per interval between scans, against the last turning point.
    why : str
        In words.
    onset_months : float or None
        First scan on which the lesion had enlarged.
    """

    pattern: CoursePattern | None
    trends: tuple[Trend, ...]
    why: str
    onset_months: float | None = None


def classify_pattern(
    points: Sequence[SizePoint], thresholds: Thresholds | None = None
) -> PatternResult:
    """Classify a course into PP23's patterns.

    A step counts when it differs from the last turning point by more than
    ``course.change_percent`` and by more than both volumes' uncertainties together, so that slow
    growth adds up and jitter does not. Then: the first step down and a later one up is *shrinkage,
    then enlargement*; up at the first follow-up and never down is *constant*; up only after a
    stable follow-up is *delayed*; up, then back to the size before it is *transient*; up, then
    smaller but not back, is *enlargement, then shrinkage*.

    Parameters
    ----------
    points : sequence of SizePoint
        In order of time; the first one is the baseline.

    Examples
    --------
    >>> sizes = [(0, 2.0), (3, 0.8), (9, 2.4)]
    >>> classify_pattern([SizePoint(m, v) for m, v in sizes]).pattern.value
    'shrinkage, then enlargement'
    """
    if len(points) < 2:
        return PatternResult(None, (), "a course needs a baseline and at least one follow-up")
    thresholds = thresholds or Thresholds()
    trends = _trends(points, thresholds["course.change_percent"] / 100.0)
    onset = next((p.months for p, t in zip(points[1:], trends, strict=True) if t is Trend.UP), None)
    moves = [t for t in trends if t is not Trend.STABLE]
    if Trend.UP not in moves:
        word = "only shrank" if moves else "stayed stable"
        return PatternResult(None, trends, f"the lesion {word}; PP23 describes lesions that grew")
    if moves[0] is Trend.DOWN:
        pattern, why = CoursePattern.SHRINK_THEN_ENLARGE, "it shrank first and grew later"
    elif Trend.DOWN in moves:
        pattern, why = _after_enlargement(points, trends)
    elif trends[0] is Trend.UP:
        pattern, why = CoursePattern.CONSTANT_ENLARGEMENT, "it grew from the first follow-up on"
    else:
        pattern, why = CoursePattern.DELAYED_ENLARGEMENT, "it was stable before it grew"
    return PatternResult(pattern, trends, why, onset)


def _trends(points: Sequence[SizePoint], share: float) -> tuple[Trend, ...]:
    turning = points[0]
    direction = Trend.STABLE
    out = []
    for point in points[1:]:
        change = point.volume_cm3 - turning.volume_cm3
        doubt = point.uncertainty_cm3 + turning.uncertainty_cm3
        # nothing that appears counts as growth from zero by any share
        needed = max(share * turning.volume_cm3, doubt)
        if abs(change) > needed:
            direction = Trend.UP if change > 0 else Trend.DOWN
            turning = point
            out.append(direction)
            continue
        out.append(Trend.STABLE)
        further = (direction is Trend.UP and change > 0) or (direction is Trend.DOWN and change < 0)
        if further:  # the extreme moves on, a reversal is judged from there
            turning = point
    return tuple(out)


def _after_enlargement(
    points: Sequence[SizePoint], trends: Sequence[Trend]
) -> tuple[CoursePattern, str]:
    first_up = trends.index(Trend.UP)
    before = points[first_up]
    later = points[first_up + 2 :]
    lowest = min(later, key=lambda p: p.volume_cm3)
    doubt = lowest.uncertainty_cm3 + before.uncertainty_cm3
    if lowest.volume_cm3 <= before.volume_cm3 + doubt:
        return CoursePattern.TRANSIENT_ENLARGEMENT, "it grew and went back to its former size"
    return CoursePattern.ENLARGE_THEN_SHRINK, "it grew, then shrank without going back"
