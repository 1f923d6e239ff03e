"""How long work reports itself and is cancelled."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""``progress(fraction_done, what)``; a shell cancels by raising CancelledError inside it."""


def silent(fraction: float, what: str) -> None:
    """Ignore progress (the default of every long function)."""


def part(progress: Progress, start: float, stop: float) -> Progress:
    """Progress for a sub-task that covers ``start..stop`` of the whole.

    Examples
    --------
    >>> part(lambda f, s: print(round(f, 2), s), 0.5, 1.0)(0.5, "register t1")
    0.75 register t1
    """

    def report(fraction: float, what: str) -> None:
        progress(start + (stop - start) * fraction, what)

    return report
