"""LI21's three axes (its Fig. 4) for one patient: dose-volume effect, oedema, severity.

Drawn as a box of the cohort's ranges in a fixed oblique view, computed here, so that both shells
show the same lines. The paper prints no single patients and no range of BED x GTV.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from RNAssessLib.course.li21 import Li21Index, Li21Indices

from ..words.numbers import format_number
from ..words.wording import unit_text

# Direction of each axis on the page: across, into depth, up.
DIRECTIONS = ((1.0, 0.0), (0.45, 0.32), (0.0, 0.95))
AXES = (
    ("bed_times_gtv", "BED × GTV"),
    ("flair_cm3", "Oedema, V_T2"),
    ("half_steroid_days", "Days to half the steroid"),
)
STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
# How much of the page is shown, across and up; the patient's name beside the mark.
ACROSS, UP = (-0.62, 1.85), (-0.25, 1.38)
PATIENT = "this patient"
ROOM = 1.15  # of the highest reported value, so that the range is seen to end
Point = tuple[float, float]


@dataclass(frozen=True)
class Axis3:
    """One axis.

    Attributes
    ----------
    label : str
        With its unit.
    top : float
        Value at the axis' end.
    low, middle, high : float or None
        Range and middle in the cohort; None where the paper prints none.
    value : float or None
        The patient's.
    text : str
        Value beside the range, or why there is none.
    """

    label: str
    top: float
    low: float | None
    middle: float | None
    high: float | None
    value: float | None
    text: str


@dataclass(frozen=True)
class Segment:
    """A line on the page; `style` is ``frame range drop unknown`` or ``middle``."""

    start: Point
    stop: Point
    style: str


@dataclass(frozen=True)
class Word:
    """A text on the page; `anchor` is ``left center`` or ``right``."""

    at: Point
    text: str
    anchor: str = "center"


@dataclass(frozen=True)
class ThreeAxes:
    """The drawing.

    Attributes
    ----------
    axes : tuple of Axis3
    segments : tuple of Segment
    words : tuple of Word
    patient : tuple of float or None
        Where the patient is; None when a value is missing (then a line says where it may be).
    note : str
    """

    axes: tuple[Axis3, Axis3, Axis3]
    segments: tuple[Segment, ...]
    words: tuple[Word, ...]
    patient: Point | None
    note: str


def build_three_axes(indices: Li21Indices) -> ThreeAxes:
    """Build the drawing of one lesion's indices."""
    first, second, third = (_axis(indices.index(name), label) for name, label in AXES)
    axes = (first, second, third)
    known = [axis.value is not None for axis in axes]
    segments = [*_frame(), *_cohort(axes)]
    patient = None
    if all(known):
        at = tuple(_share(axis, axis.value) for axis in axes)
        patient = _place(at)
        segments += _drops(at)
    elif sum(known) == 2:
        segments.append(_unknown(axes))
    return ThreeAxes(axes, tuple(segments), tuple(_words(axes)), patient, _note(axes, indices))


def _axis(index: Li21Index, label: str) -> Axis3:
    quantity = index.quantity
    unit = unit_text(quantity.unit)
    highest = max(v for v in (index.high, quantity.value, 0.0) if v is not None)
    text = f"{label}: "
    text += f"not known ({quantity.undefined})" if quantity.value is None else (
        f"{format_number(quantity.value, quantity.unit)} {unit}"
    )  # fmt: skip
    text += (
        "; LI21 prints no range"
        if index.low is None or index.high is None
        else f"; LI21: {index.low:g} to {index.high:g} {unit}"
    )
    top = _round_up(ROOM * highest)
    name = f"{label} ({unit})" if quantity.unit != "days" else label
    return Axis3(name, top, index.low, index.middle, index.high, quantity.value, text)


def _round_up(value: float) -> float:
    """Next round number."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in STEPS if step * power >= value)


def _share(axis: Axis3, value: float | None) -> float:
    return (value or 0.0) / axis.top


def _on_axis(number: int, share: float) -> tuple[float, ...]:
    """Where an axis is labelled: the oedema's on the right edge of the floor."""
    return tuple(share if n == number else float(number == 1 and n == 0) for n in range(3))


def _place(shares: tuple[float, ...]) -> Point:
    across = sum(s * d[0] for s, d in zip(shares, DIRECTIONS, strict=True))
    up = sum(s * d[1] for s, d in zip(shares, DIRECTIONS, strict=True))
    return (across, up)


def _frame() -> list[Segment]:
    """Return the floor and the two back walls."""
    corners = [
        ((0, 0, 0), (1, 0, 0)), ((0, 0, 0), (0, 1, 0)), ((0, 1, 0), (1, 1, 0)),
        ((1, 0, 0), (1, 1, 0)), ((0, 0, 0), (0, 0, 1)), ((0, 1, 0), (0, 1, 1)),
        ((0, 0, 1), (0, 1, 1)), ((1, 1, 0), (1, 1, 1)), ((0, 1, 1), (1, 1, 1)),
    ]  # fmt: skip
    return [Segment(_place(a), _place(b), "frame") for a, b in corners]


def _cohort(axes: tuple[Axis3, ...]) -> list[Segment]:
    """Return reported ranges along the axes, as the box's own edges, and their middles."""
    found = []
    for number, axis in enumerate(axes):
        if axis.low is None or axis.high is None:
            continue
        low, high = (_place(_on_axis(number, _share(axis, v))) for v in (axis.low, axis.high))
        found.append(Segment(low, high, "range"))
    oedema, days = axes[1], axes[2]
    if None not in (oedema.low, oedema.high, days.low, days.high):
        # the rectangle of both ranges on the wall, where the patient is thrown as well
        ys = [_share(oedema, v) for v in (oedema.low, oedema.high)]
        zs = [_share(days, v) for v in (days.low, days.high)]
        ring = [(0.0, ys[0], zs[0]), (0.0, ys[1], zs[0]), (0.0, ys[1], zs[1]), (0.0, ys[0], zs[1])]
        found += [
            Segment(_place(a), _place(b), "middle")
            for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)
        ]
    return found


def _drops(at: tuple[float, ...]) -> list[Segment]:
    """Return lines from the patient to the floor and on to the axes."""
    x, y, z = at
    foot = (x, y, 0.0)
    pairs = [((x, y, z), foot), (foot, (x, 0.0, 0.0)), (foot, (0.0, y, 0.0)),
             ((x, y, z), (0.0, y, z))]  # fmt: skip
    return [Segment(_place(a), _place(b), "drop") for a, b in pairs]


def _unknown(axes: tuple[Axis3, ...]) -> Segment:
    """Return the line on which the patient lies when one value is missing."""
    ends = [
        tuple(end if axis.value is None else _share(axis, axis.value) for axis in axes)
        for end in (0.0, 1.0)
    ]
    return Segment(_place(ends[0]), _place(ends[1]), "unknown")


def _words(axes: tuple[Axis3, ...]) -> list[Word]:
    found = [
        Word((0.5, -0.17), axes[0].label),
        Word((1.84, -0.17), axes[1].label, "right"),
        Word((-0.6, 1.3), axes[2].label, "left"),
    ]
    for number, axis in enumerate(axes):
        ticks = {0.0, axis.top} | {v for v in (axis.low, axis.middle, axis.high) if v is not None}
        if axis.low is None:
            ticks |= {axis.top / 2}
        for value in sorted(ticks):
            share = _share(axis, value)
            x, y = _place(_on_axis(number, share))
            dx, dy, anchor = ((0.0, -0.06, "center"), (0.03, -0.02, "left"),
                              (-0.03, -0.015, "right"))[number]  # fmt: skip
            if share > 0 or number == 0:
                found.append(Word((x + dx, y + dy), f"{value:g}", anchor))
    return found


def _note(axes: tuple[Axis3, ...], indices: Li21Indices) -> str:
    missing = sum(axis.value is None for axis in axes)
    told = [axis.text for axis in axes]
    if missing == 1:
        told.append("dashed: where the patient may lie along the missing axis")
    elif missing > 1:
        told.append("too little is known to place the patient")
    told.append(f"volumes at {indices.timepoint}; the ranges are of 40 patients with necrosis")
    return ". ".join(text[:1].upper() + text[1:] for text in told) + "."
