"""How a treated lesion's size went up and down (PP23 Results, Survival outcomes)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from RNAssessLib.evidence import Thresholds

from .volume_change import Step, compare_volumes, doubt_between

Size = tuple[float, float]  # volume and its ±, cm³
STEADY = "course_pattern.steady_share"


class CoursePattern(Enum):
    """Course after treatment; the first five are PP23's, of lesions that enlarged.

    The paper names them without defining them; the rules are in `classify_pattern`. A lesion that
    enlarged and has been level since is none of them: "constant" would say that it still grows.
    """

    SHRINK_THEN_ENLARGE = "shrinkage followed by enlargement"
    ENLARGE_THEN_SHRINK = "enlargement followed by shrinkage"
    DELAYED_ENLARGEMENT = "delayed enlargement"
    TRANSIENT_ENLARGEMENT = "transient enlargement"
    CONSTANT_ENLARGEMENT = "constant enlargement"
    ENLARGED_THEN_STABLE = "enlarged, then stable"
    ENLARGED_ONCE = "enlarged at the only follow-up"
    SHRINKING = "shrinkage so far"
    STABLE = "stable so far"


# evidence.toml's share of PP23's 123 lesions
SHARES = {
    CoursePattern.SHRINK_THEN_ENLARGE: "shrink_then_enlarge",
    CoursePattern.ENLARGE_THEN_SHRINK: "enlarge_then_shrink",
    CoursePattern.DELAYED_ENLARGEMENT: "delayed_enlargement",
    CoursePattern.TRANSIENT_ENLARGEMENT: "transient_enlargement",
    CoursePattern.CONSTANT_ENLARGEMENT: "constant_enlargement",
}
# their names end with growth and do not say that it stopped
OPEN_ENDED = (CoursePattern.SHRINK_THEN_ENLARGE, CoursePattern.DELAYED_ENLARGEMENT)
TURNS_NAMED = 2  # turns of direction that a pattern's own name can tell


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
    share_percent : float or None
        How many of PP23's lesions took this course; None when it is none of its patterns.
    is_level : bool
        Whether nothing has counted since the last change, nor gone on at its pace.
    """

    pattern: CoursePattern
    steps: tuple[Step, ...]
    why: str
    share_percent: float | None = None
    is_level: bool = False

    @property
    def latest(self) -> str:
        """What the lesion does now where the pattern's name does not say it; else empty."""
        turns = _turns(self.steps)
        if len(turns) > TURNS_NAMED:
            grows = turns[-1] is Step.UP
            if self.is_level:
                return f"{'enlarged' if grows else 'shrank'} again, then stable"
            return "enlarging again" if grows else "shrinking again"
        return "then stable" if self.is_level and self.pattern in OPEN_ENDED else ""

    @property
    def words(self) -> str:
        """The pattern, and the latest turn: ``transient enlargement, enlarging again``."""
        return f"{self.pattern.value}, {self.latest}" if self.latest else self.pattern.value


def classify_pattern(
    volumes_cm3: Sequence[float],
    thresholds: Thresholds | None = None,
    errors_cm3: Sequence[float] = (),
) -> PatternResult:
    """Classify a course into PP23's patterns.

    A step is judged by `compare_volumes` against the last turning point, so that slow growth adds
    up and jitter does not. Then: the first step down and a later one up is *shrinkage followed by
    enlargement*; up at the first follow-up and never down is *constant*, and so is growth too slow
    to count at once but spread evenly over the intervals (`_is_steady`), either being *enlarged,
    then stable* once it has stopped (`_is_level`); up only after a stable follow-up is *delayed*;
    up, then back to the size before it is *transient*; up, then smaller but not back, is
    *enlargement followed by shrinkage*. One follow-up is no course: it has none of PP23's patterns.
    Turns beyond those that the pattern names are told by `PatternResult.latest`.

    Parameters
    ----------
    volumes_cm3 : sequence of float
        In order of time; the first one is the scan before treatment.
    thresholds : Thresholds, optional
    errors_cm3 : sequence of float
        ± of each volume; without them every change beyond the thresholds counts.

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
    >>> classify_pattern([2.0, 2.3, 2.7, 3.1, 3.5]).pattern.value
    'constant enlargement'
    >>> classify_pattern([2.0, 4.0, 6.0, 2.0, 8.0]).words
    'transient enlargement, enlarging again'
    >>> classify_pattern([2.0, 4.0, 4.1]).words
    'enlarged, then stable'
    """
    if len(volumes_cm3) < 2:
        raise ValueError("a course needs a baseline and at least one follow-up")
    thresholds = thresholds or Thresholds()
    sizes = _pair(volumes_cm3, errors_cm3)
    steps = _steps(sizes, thresholds)
    moves = [step for step in steps if step is not Step.SAME]
    if len(steps) == 1 and moves == [Step.UP]:
        pattern, why = CoursePattern.ENLARGED_ONCE, "there is one follow-up"
    elif not moves:
        pattern, why = CoursePattern.STABLE, "no change beyond what counts"
    elif moves[0] is Step.DOWN and Step.UP in moves:
        pattern, why = CoursePattern.SHRINK_THEN_ENLARGE, "it shrank first and grew later"
    elif moves[0] is Step.DOWN:
        pattern, why = CoursePattern.SHRINKING, "it only shrank"
    elif Step.DOWN in moves:
        pattern, why = _after_enlargement(sizes, steps, thresholds)
    elif steps[0] is Step.UP:
        pattern, why = CoursePattern.CONSTANT_ENLARGEMENT, "it grew from the first follow-up on"
    elif _is_steady(volumes_cm3, steps, thresholds):
        pattern, why = CoursePattern.CONSTANT_ENLARGEMENT, "it grew slowly at every follow-up"
    else:
        pattern, why = CoursePattern.DELAYED_ENLARGEMENT, "it was stable before it grew"
    level = _is_level(sizes, steps, thresholds)
    if level and pattern is CoursePattern.CONSTANT_ENLARGEMENT:
        pattern, why = CoursePattern.ENLARGED_THEN_STABLE, f"{why} and has been level since"
    key = SHARES.get(pattern)
    share = None if key is None else thresholds[f"pp23.{key}_percent"]
    return PatternResult(pattern, steps, why, share, level)


def enlarged_again(
    volumes_cm3: Sequence[float], thresholds: Thresholds, errors_cm3: Sequence[float] = ()
) -> bool:
    """Whether enhancement after treatment regressed and then grew again (LA25 Fig 7).

    Parameters
    ----------
    volumes_cm3 : sequence of float
        Follow-ups only: the response to the treatment itself is not a regression of necrosis, so
        the first follow-up must already have been followed by growth.
    thresholds : Thresholds
    errors_cm3 : sequence of float
        ± of each volume.

    Examples
    --------
    >>> enlarged_again([1.0, 3.0, 1.0, 2.5], Thresholds())
    True
    """
    turns = _turns(_steps(_pair(volumes_cm3, errors_cm3), thresholds))
    wanted = [Step.UP, Step.DOWN, Step.UP]
    return any(turns[n : n + 3] == wanted for n in range(len(turns)))


def _turns(steps: Sequence[Step]) -> list[Step]:
    """Directions in turn, each once."""
    turns: list[Step] = []
    for step in steps:
        if step is not Step.SAME and (not turns or turns[-1] is not step):
            turns.append(step)
    return turns


def _pair(volumes: Sequence[float], errors: Sequence[float]) -> list[Size]:
    """Volumes, each with its ±."""
    return list(zip(volumes, errors or (0.0,) * len(volumes), strict=True))


def _compare(before: Size, after: Size, thresholds: Thresholds) -> Step:
    doubt = doubt_between(before[1], after[1])
    return compare_volumes(before[0], after[0], thresholds, doubt)


def _steps(sizes: Sequence[Size], thresholds: Thresholds) -> tuple[Step, ...]:
    """Direction of each interval against the last turning point.

    Until the first turn growth counts from the smallest volume, as latency's does: a loss too small
    to count must not hide what follows.
    """
    turning, direction, smallest = sizes[0], Step.SAME, sizes[0]
    out = []
    for size in sizes[1:]:
        step = _compare(turning, size, thresholds)
        if direction is Step.SAME and step is Step.SAME:
            step = _compare(smallest, size, thresholds)
        smallest = min(smallest, size)
        out.append(step)
        further = (direction is Step.UP and size[0] > turning[0]) or (
            direction is Step.DOWN and size[0] < turning[0]
        )
        if step is not Step.SAME:
            direction, turning = step, size
        elif further:  # the extreme moves on, a reversal is judged from there
            turning = size
    return tuple(out)


def _is_steady(volumes: Sequence[float], steps: Sequence[Step], thresholds: Thresholds) -> bool:
    """Whether each interval up to the growth that counts took its part of it.

    An even course would give every interval the same share of the growth, as a ratio; each must
    have at least `course_pattern.steady_share` of that.
    """
    grown = volumes[: steps.index(Step.UP) + 2]
    if grown[0] <= 0:
        return False
    even = math.log(grown[-1] / grown[0]) / (len(grown) - 1)
    least = thresholds[STEADY] * even
    return all(b > 0 and math.log(b / a) >= least for a, b in pairwise(grown))


def _is_level(sizes: Sequence[Size], steps: Sequence[Step], thresholds: Thresholds) -> bool:
    """Whether the last change that counted has come to a halt.

    No scan since may differ from the one that showed it by what counts, and each interval since
    must have taken less than `course_pattern.steady_share` of what the change took of every one of
    its own, as a ratio: slow growth that goes on is not level.
    """
    moves = [n for n, step in enumerate(steps) if step is not Step.SAME]
    if not moves or moves[-1] == len(steps) - 1:
        return False
    last = moves[-1]
    then, since = sizes[last + 1], sizes[last + 2 :]
    if any(_compare(then, size, thresholds) is not Step.SAME for size in since):
        return False
    turned = max((n for n in moves if steps[n] is not steps[last]), default=-1) + 1
    ends = (sizes[turned][0], then[0], since[-1][0])
    if min(ends) <= 0:
        return True
    pace = math.log(ends[1] / ends[0]) / (last + 1 - turned)
    went_on = math.log(ends[2] / ends[1]) / len(since)
    return went_on / pace < thresholds[STEADY]


def _after_enlargement(
    sizes: Sequence[Size], steps: Sequence[Step], thresholds: Thresholds
) -> tuple[CoursePattern, str]:
    first_up = steps.index(Step.UP)
    before = sizes[first_up]
    lowest = min(sizes[first_up + 2 :])
    if _compare(before, lowest, thresholds) is Step.UP:
        return CoursePattern.ENLARGE_THEN_SHRINK, "it grew, then shrank without going back"
    return CoursePattern.TRANSIENT_ENLARGEMENT, "it grew and went back to its former size"
