"""Curves and tables of a course, as a panel shows them."""

from __future__ import annotations

from dataclasses import dataclass

from .rows import Table

DOSE_AXIS = "dose (Gy)"


@dataclass(frozen=True)
class DvhCurve:
    """One curve of the DVH plot.

    Attributes
    ----------
    dose_gy, volume_percent : tuple of float
        Same length, at most a few hundred points, both ends kept.
    volume_cm3 : float
        What 100 % means.
    dash : str
        ``solid dash dot dashdot``: curves are told apart without colour, too.
    """

    name: str
    dose_gy: tuple[float, ...]
    volume_percent: tuple[float, ...]
    colour: str
    dash: str
    volume_cm3: float = 0.0


@dataclass(frozen=True)
class DvhMark:
    """Vertical line of the DVH plot."""

    dose_gy: float
    label: str
    colour: str


@dataclass(frozen=True)
class CourseView:
    """One course: its tables and curves."""

    title: str
    tables: tuple[Table, ...]
    curves: tuple[DvhCurve, ...]
    warnings: tuple[str, ...]
    marks: tuple[DvhMark, ...] = ()
    axis: str = DOSE_AXIS
