"""The volume of a lesion from before treatment on, once it has enlarged."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.case import Lesion, PreparedCase, PreparedTimepoint, months_between
from RNAssessLib.case.numbers import in_cm3
from RNAssessLib.course.volume_change import Step, compare_volumes, doubt_between
from RNAssessLib.evidence import Thresholds


@dataclass(frozen=True, eq=False)
class EnlargedCourse:
    """Scans from before treatment on, with their volumes.

    Attributes
    ----------
    prepared : PreparedCase
    lesion : Lesion
    scans : tuple of PreparedTimepoint
    volumes, errors : tuple of float
        Enhancement with core, without small new parts beside the lesion, and its measured ±, cm³.
    enlarged : int
        Index of the first scan that shows enlargement.
    remarks : tuple of str
        What was left out.
    """

    prepared: PreparedCase
    lesion: Lesion
    scans: tuple[PreparedTimepoint, ...]
    volumes: tuple[float, ...]
    enlarged: int
    remarks: tuple[str, ...]
    errors: tuple[float, ...]

    @property
    def last(self) -> int:
        """Index of the latest scan."""
        return len(self.scans) - 1

    def step(self, first: int, second: int, thresholds: Thresholds) -> Step:
        """Change from one scan to another."""
        doubt = doubt_between(self.errors[first], self.errors[second])
        return compare_volumes(self.volumes[first], self.volumes[second], thresholds, doubt)

    def months(self, first: int) -> float:
        """From a scan to the latest one."""
        return months_between(self.scans[first].date, self.scans[-1].date)

    def level_since(self, thresholds: Thresholds) -> int:
        """First scan from which on no two volumes differ by what counts as change."""
        first = self.last
        while first > self.enlarged:
            run = range(first - 1, self.last + 1)
            low, high = (pick(run, key=lambda n: self.volumes[n]) for pick in (min, max))
            if self.step(low, high, thresholds) is not Step.SAME:
                break
            first -= 1
        return first

    def growing_scans(self, thresholds: Thresholds) -> list[int]:
        """Scans that show growth over the last scan that did."""
        found = [self.enlarged]
        for n in range(self.enlarged + 1, self.last + 1):
            if self.step(found[-1], n, thresholds) is Step.UP:
                found.append(n)
        return found

    def size(self, n: int) -> str:
        """Volume at a scan, in words."""
        return f"{in_cm3(self.volumes[n])} cm³ at {self.scans[n].id}"

    @property
    def told(self) -> str:
        """How it enlarged, in words."""
        smallest = min(range(self.enlarged), key=lambda n: self.volumes[n])
        return f"Enlarged from {self.size(smallest)} to {self.size(self.enlarged)}"
