"""Plots of a cohort as places in a drawing area: for the browser page, which draws them as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

WIDTH, HEIGHT = 560, 380  # the drawing's own units
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 12, 42
TICKS = 6  # about, per axis
JITTER = 0.28  # of a box's share of the axis: points beside it that would hide each other


@dataclass(frozen=True)
class Scale:
    """Values of an axis to places between two ends.

    Attributes
    ----------
    low, high : float
        Values at the ends; above 0 where `log`.
    start, end : float
        Places of the ends.
    log : bool

    Examples
    --------
    >>> Scale(0.0, 10.0, 100.0, 200.0)(5.0), Scale(1.0, 100.0, 0.0, 10.0, True)(10.0)
    (150.0, 5.0)
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Place of a value."""
        low, high, at = (
            (math.log(v) for v in (self.low, self.high, value))
            if self.log
            else (self.low, self.high, value)
        )
        return self.start + (at - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Places and words of round values."""
        values = _decades(self.low, self.high) if self.log else _steps(self.low, self.high)
        return tuple((round(self(v), 1), f"{v:g}") for v in values)


def fit_scale(values: Sequence[float], start: float, end: float, *, log: bool = False) -> Scale:
    """Scale that holds all values with a little room."""
    low, high = min(values), max(values)
    if log:
        room = 1.08 * (high / low) ** 0.03
        return Scale(low / room, high * room, start, end, True)
    room = 0.05 * (high - low) or abs(high) * 0.05 or 1.0
    return Scale(low - room, high + room, start, end)


def _steps(low: float, high: float) -> list[float]:
    rough = (high - low) / TICKS
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * f for f in (1, 2, 5, 10) if unit * f >= rough)
    return [
        round(n * step, 12) + 0.0 for n in range(math.ceil(low / step), math.floor(high / step) + 1)
    ]


def _decades(low: float, high: float) -> list[float]:
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1,), (1, 3), (1, 2, 5)):
        found = [f * 10.0**n for n in tens for f in factors if low <= f * 10.0**n <= high]
        if len(found) >= 3:
            break
    return found


@dataclass(frozen=True)
class Mark:
    """A point that stands for a lesion.

    Attributes
    ----------
    at : int
        The lesion's row.
    x, y : float
        Place.
    kind : str
        Its reference.
    text : str
        What is read aloud and shown beside the mouse.
    """

    at: int
    x: float
    y: float
    kind: str
    text: str


@dataclass(frozen=True)
class Box:
    """Quartiles and whiskers (Tukey: the last value within 1.5 ranges), as places."""

    x: float
    half: float
    low: float
    q1: float
    middle: float
    q3: float
    high: float


@dataclass(frozen=True)
class Plot:
    """What is drawn; `why` says why nothing is."""

    title: str
    why: str = ""
    note: str = ""
    x_label: str = ""
    y_label: str = ""
    x_ticks: tuple[tuple[float, str], ...] = ()
    y_ticks: tuple[tuple[float, str], ...] = ()
    marks: tuple[Mark, ...] = ()
    boxes: tuple[Box, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()  # kind, SVG path
    dots: tuple[tuple[float, float], ...] = field(default=())  # points that are no lesions

    def to_state(self) -> dict[str, object]:
        """As the page takes it."""
        return asdict(self)


@dataclass(frozen=True)
class Point:
    """One lesion's values."""

    at: int
    x: float
    y: float
    kind: str
    text: str


def plot_scatter(
    title: str, points: Sequence[Point], labels: tuple[str, str], logs: tuple[bool, bool]
) -> Plot:
    """One mark per lesion, from left to right."""
    across = fit_scale([p.x for p in points], LEFT, WIDTH - RIGHT, log=logs[0])
    up = fit_scale([p.y for p in points], HEIGHT - BOTTOM, TOP, log=logs[1])
    marks = tuple(
        Mark(p.at, round(across(p.x), 1), round(up(p.y), 1), p.kind, p.text)
        for p in sorted(points, key=lambda p: (p.x, p.y, p.at))
    )
    return Plot(title, x_label=labels[0], y_label=labels[1], x_ticks=across.ticks(),
                y_ticks=up.ticks(), marks=marks)  # fmt: skip


def plot_boxes(
    title: str, groups: dict[str, Sequence[Point]], label: str, *, log: bool = False, note: str = ""
) -> Plot:
    """One box per group with its lesions beside the middle; `x` of the points is not used."""
    values = [p.y for group in groups.values() for p in group]
    up = fit_scale(values, HEIGHT - BOTTOM, TOP, log=log)
    share = (WIDTH - LEFT - RIGHT) / len(groups)
    boxes, marks, ticks = [], [], []
    for number, (name, group) in enumerate(groups.items()):
        middle = LEFT + share * (number + 0.5)
        ticks.append((round(middle, 1), f"{name} (n = {len(group)})"))
        boxes.append(_box([p.y for p in group], middle, min(0.3 * share, 46.0), up))
        for place, p in enumerate(sorted(group, key=lambda p: (p.y, p.at))):
            # the golden ratio spreads neighbours apart, the same in every run
            aside = ((place * 0.618034) % 1.0 - 0.5) * 2.0 * JITTER * share
            marks.append(Mark(p.at, round(middle + aside, 1), round(up(p.y), 1), p.kind, p.text))
    return Plot(title, note=note, y_label=label, x_ticks=tuple(ticks), y_ticks=up.ticks(),
                marks=tuple(marks), boxes=tuple(boxes))  # fmt: skip


def _box(values: Sequence[float], middle: float, half: float, up: Scale) -> Box:
    q1, median, q3 = (float(v) for v in np.percentile(values, [25, 50, 75]))
    reach = 1.5 * (q3 - q1)
    inside = [v for v in values if q1 - reach <= v <= q3 + reach]
    return Box(round(middle, 1), round(half, 1),
               *(round(up(v), 1) for v in (min(inside), q1, median, q3, max(inside))))  # fmt: skip


def plot_shares(
    title: str, lines: dict[str, Sequence[tuple[float, float]]], labels: tuple[str, str],
    *, dots: Sequence[tuple[float, float]] = (), note: str = "",
) -> Plot:  # fmt: skip
    """Lines and dots between 0 and 1 on both axes, with the diagonal."""
    across, up = Scale(0.0, 1.0, LEFT, WIDTH - RIGHT), Scale(0.0, 1.0, HEIGHT - BOTTOM, TOP)
    paths = [("diagonal", _path([(0.0, 0.0), (1.0, 1.0)], across, up))]
    paths += [(name, _path(places, across, up)) for name, places in lines.items() if places]
    return Plot(title, note=note, x_label=labels[0], y_label=labels[1], x_ticks=across.ticks(),
                y_ticks=up.ticks(), lines=tuple(paths),
                dots=tuple((round(across(x), 1), round(up(y), 1)) for x, y in dots))  # fmt: skip


def _path(places: Sequence[tuple[float, float]], across: Scale, up: Scale) -> str:
    return "M" + "L".join(f"{across(x):.1f} {up(y):.1f}" for x, y in places)
