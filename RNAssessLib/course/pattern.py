"""How a treated lesion's size went up and down (PP23 Results, Survival outcomes).

The one rule of change in volume: items, warnings and patterns all compare by `compare_volumes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from RNAssessLib.evidence import Criterion, Thresholds

CRITERIA = ("latency.growth_percent", "latency.growth_cm3")


class Step(Enum):
    """Direction of change between two volumes."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


class CoursePattern(Enum):
    """Course after treatment; the first five are PP23's, of lesions that enlarged.

    The paper names them without defining them; the rules are in `classify_pattern`.
    """

    SHRINK_THEN_ENLARGE = "shrinkage followed by enlargement"
    ENLARGE_THEN_SHRINK = "enlargement followed by shrinkage"
    DELAYED_ENLARGEMENT = "delayed enlargement"
    TRANSIENT_ENLARGEMENT = "transient enlargement"
    CONSTANT_ENLARGEMENT = "constant enlargement"
    SHRINKING = "shrinkage so far"
    STABLE = "stable so far"


# Share of PP23's 123 lesions.
PP23_SHARE_PERCENT: dict[CoursePattern, float] = {
    CoursePattern.SHRINK_THEN_ENLARGE: 73.2,
    CoursePattern.ENLARGE_THEN_SHRINK: 3.3,
    CoursePattern.DELAYED_ENLARGEMENT: 9.8,
    CoursePattern.TRANSIENT_ENLARGEMENT: 7.3,
    CoursePattern.CONSTANT_ENLARGEMENT: 6.5,
}


@dataclass(frozen=True)
class PatternResult:
    """Pattern and what led to it.

    Attributes
    ----------
    pattern : CoursePattern
    steps : tuple of Step
        One per interval between scans, against the last turning point.
    why : str
        In words.
    """

    pattern: CoursePattern
    steps: tuple[Step, ...]
    why: str

    @property
    def share_percent(self) -> float | None:
        """How many of PP23's lesions took this course; None when it did not enlarge."""
        return PP23_SHARE_PERCENT.get(self.pattern)


def compare_volumes(before: float, after: float, thresholds: Thresholds) -> Step:
    """Whether a volume (cm³) changed by more than both a share and an absolute amount.

    Examples
    --------
    >>> compare_volumes(1.0, 2.0, Thresholds()).value, compare_volumes(1.0, 1.1, Thresholds()).value
    ('up', 'same')
    """
    share = thresholds["latency.growth_percent"] / 100.0
    least = thresholds["latency.growth_cm3"]
    if after > max(before * (1 + share), before + least):
        return Step.UP
    if before > max(after * (1 + share), after + least):
        return Step.DOWN
    return Step.SAME


def change_criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    """Return the thresholds `compare_volumes` uses."""
    return tuple(thresholds.criterion(name) for name in CRITERIA)


def classify_pattern(
    volumes_cm3: Sequence[float], thresholds: Thresholds | None = None
) -> PatternResult:
    """Classify a course into PP23's patterns.

    A step is judged by `compare_volumes` against the last turning point, so that slow growth adds
    up and jitter does not. Then: the first step down and a later one up is *shrinkage followed by
    enlargement*; up at the first follow-up and never down is *constant*; up only after a stable
    follow-up is *delayed*; up, then back to the size before it is *transient*; up, then smaller but
    not back, is *enlargement followed by shrinkage*.

    Parameters
    ----------
    volumes_cm3 : sequence of float
        In order of time; the first one is the scan before treatment.

    Raises
    ------
    ValueError
        Fewer than two volumes.

    Examples
    --------
    >>> classify_pattern([2.0, 0.8, 2.4]).pattern.value
    'shrinkage followed by enlargement'
    >>> classify_pattern([2.0, 2.0, 4.0]).pattern.value
    'delayed enlargement'
    """
    if len(volumes_cm3) < 2:
        raise ValueError("a course needs a baseline and at least one follow-up")
    thresholds = thresholds or Thresholds()
    steps = _steps(volumes_cm3, thresholds)
    moves = [step for step in steps if step is not Step.SAME]
    if not moves:
        pattern, why = CoursePattern.STABLE, "no change beyond what counts"
    elif moves[0] is Step.DOWN and Step.UP in moves:
        pattern, why = CoursePattern.SHRINK_THEN_ENLARGE, "it shrank first and grew later"
    elif moves[0] is Step.DOWN:
        pattern, why = CoursePattern.SHRINKING, "it only shrank"
    elif Step.DOWN in moves:
        pattern, why = _after_enlargement(volumes_cm3, steps, thresholds)
    elif steps[0] is Step.UP:
        pattern, why = CoursePattern.CONSTANT_ENLARGEMENT, "it grew from the first follow-up on"
    else:
        pattern, why = CoursePattern.DELAYED_ENLARGEMENT, "it was stable before it grew"
    return PatternResult(pattern, steps, why)


def enlarged_again(volumes_cm3: Sequence[float], thresholds: Thresholds) -> bool:
    """Whether enhancement after treatment regressed and then grew again (LA25 Fig 7).

    Parameters
    ----------
    volumes_cm3 : sequence of float
        Follow-ups only: the response to the treatment itself is not a regression of necrosis, so
        the first follow-up must already have been followed by growth.

    Examples
    --------
    >>> enlarged_again([1.0, 3.0, 1.0, 2.5], Thresholds())
    True
    """
    turns: list[Step] = []
    for step in _steps(volumes_cm3, thresholds):
        if step is not Step.SAME and (not turns or turns[-1] is not step):
            turns.append(step)
    wanted = [Step.UP, Step.DOWN, Step.UP]
    return any(turns[n : n + 3] == wanted for n in range(len(turns)))


def _steps(volumes: Sequence[float], thresholds: Thresholds) -> tuple[Step, ...]:
    """Direction of each interval against the last turning point."""
    turning, direction = volumes[0], Step.SAME
    out = []
    for volume in volumes[1:]:
        step = compare_volumes(turning, volume, thresholds)
        out.append(step)
        further = (direction is Step.UP and volume > turning) or (
            direction is Step.DOWN and volume < turning
        )
        if step is not Step.SAME:
            direction, turning = step, volume
        elif further:  # the extreme moves on, a reversal is judged from there
            turning = volume
    return tuple(out)


def _after_enlargement(
    volumes: Sequence[float], steps: Sequence[Step], thresholds: Thresholds
) -> tuple[CoursePattern, str]:
    first_up = steps.index(Step.UP)
    before = volumes[first_up]
    lowest = min(volumes[first_up + 2 :])
    if compare_volumes(before, lowest, thresholds) is Step.UP:
        return CoursePattern.ENLARGE_THEN_SHRINK, "it grew, then shrank without going back"
    return CoursePattern.TRANSIENT_ENLARGEMENT, "it grew and went back to its former size"
