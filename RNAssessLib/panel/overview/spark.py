"""Small pictures without axes: what rises and falls, seen in a table's row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 96.0, 20.0, 2.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Spark:
    """A line in a box of `WIDTH` × `HEIGHT`; its text says the same.

    Attributes
    ----------
    line : tuple of (x, y)
        From left to right, y down; empty where there is nothing to draw.
    mark_x : float or None
        Where an upright mark stands (treatment, prescription).
    text : str
        In words, for a tool tip and for who does not see it.
    """

    line: tuple[Point, ...]
    mark_x: float | None
    text: str

    @property
    def points(self) -> str:
        """As an SVG polyline takes them."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.line)


def draw_spark(
    across: Sequence[float], up: Sequence[float], text: str, mark: float | None = None
) -> Spark:
    """Draw values over places; the height begins at nothing.

    Examples
    --------
    >>> draw_spark([0.0, 1.0, 2.0], [0.0, 2.0, 1.0], "0, 2, 1").points
    '2,18 48,2 94,10'
    >>> draw_spark([], [], "none").line
    ()
    """
    if not across:
        return Spark((), None, text)
    ends = [*across] + ([mark] if mark is not None else [])
    low, wide, tall = min(ends), max(ends) - min(ends), max(up)

    def x(value: float) -> float:
        share = 0.5 if wide == 0 else (value - low) / wide
        return round(EDGE + share * (WIDTH - 2 * EDGE), 1)

    def y(value: float) -> float:
        share = 0.0 if tall <= 0 else value / tall
        return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)

    line = tuple((x(a), y(u)) for a, u in zip(across, up, strict=True))
    return Spark(line, None if mark is None else x(mark), text)
