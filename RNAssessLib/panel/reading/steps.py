"""Long work in steps: what is being done, and how long what is done took."""

from __future__ import annotations

import time
from collections.abc import Callable

from RNAssessLib.case.numbers import fixed

SHOWN_DONE = 3
LEAST_S = 0.2


class Steps:
    """What is being done, and what was done in how many seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._what, self._since, self._told = "", clock(), clock()
        self.done: list[tuple[str, float]] = []

    def tell(self, what: str) -> bool:
        """Take note of what is being done now; whether it is worth showing."""
        now = self._clock()
        if what != self._what:
            self._finish(now)
            self._what, self._since = what, now
        elif now - self._told < LEAST_S:
            return False
        self._told = now
        return True

    def _finish(self, now: float) -> None:
        if self._what:
            self.done.append((self._what, now - self._since))

    def text(self) -> str:
        """The step of now above the last ones that are done."""
        before = [f"✓ {what}: {fixed(seconds, 0)} s" for what, seconds in self.done[-SHOWN_DONE:]]
        return "\n".join((*before, f"{self._what} …"))

    def summary(self) -> str:
        """Every step with its seconds, for the log."""
        self._finish(self._clock())
        self._what = ""
        steps = "; ".join(f"{what} {fixed(seconds, 1)} s" for what, seconds in self.done)
        return f"{steps}; together {fixed(sum(s for _w, s in self.done), 1)} s"
