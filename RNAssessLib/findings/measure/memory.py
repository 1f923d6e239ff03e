"""What was measured at a timepoint is measured once, however many items and edits ask for it.

A prepared timepoint or course never changes: an edit makes a new one. So what depends on one is
kept with it, and is gone when it is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from RNAssessLib.case import PreparedCourse, PreparedTimepoint
from RNAssessLib.evidence import Thresholds

T = TypeVar("T")
NAME = "_measured"


class Memory(dict[Hashable, Any]):
    """Results by key; left behind when its owner is pickled."""

    def __reduce__(self) -> tuple[type[Memory], tuple[()]]:
        return Memory, ()


def remembered(
    owner: PreparedTimepoint | PreparedCourse, key: Hashable, measure: Callable[[], T]
) -> T:
    """Return `measure()`, called only the first time for this owner and key.

    Parameters
    ----------
    owner : PreparedTimepoint or PreparedCourse
    key : hashable
        Everything else that the result depends on. Objects compared by identity (anatomy, courses,
        other timepoints) may be part of it: the key keeps them alive.
    measure : callable
        Its result must not be changed by anyone.
    """
    memory: Memory = vars(owner).setdefault(NAME, Memory())
    if key not in memory:
        memory[key] = measure()
    return cast(T, memory[key])


def changed_by_reader(thresholds: Thresholds) -> Hashable:
    """Thresholds as part of a key."""
    return tuple(sorted(thresholds.changed.items()))
