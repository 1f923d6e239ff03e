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
        Cumulative, same length, both ends kept; doses ascend.
    volume_cm3 : float
        What 100 % means.
    dash : str
        ``solid dash dot dashdot``: curves are told apart without colour, too.
    note : str
        How it was come by, where that is not the plan's own outline.
    """

    name: str
    dose_gy: tuple[float, ...]
    volume_percent: tuple[float, ...]
    colour: str
    dash: str
    volume_cm3: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class DvhMark:
    """Vertical line of the DVH plot."""

    dose_gy: float
    label: str
    colour: str


@dataclass(frozen=True)
class DvhLimit:
    """Limit of an organ at risk on the dose axis of the DVH plot.

    Attributes
    ----------
    structure : str
        Whose curve it belongs to.
    dose_gy : float
        The limit, in the dose it was published for.
    text : str
        Figure, limit, source and verdict in one line.
    met : bool
    of_mean : bool
        It is about the mean, which is no point of the curve; else about the highest dose, where
        the curve ends.
    in_eqd2 : bool
        It is compared as EQD2 with the brain's α/β and has no place on another axis.
    """

    structure: str
    dose_gy: float
    text: str
    met: bool
    of_mean: bool = False
    in_eqd2: bool = False


@dataclass(frozen=True)
class CourseView:
    """One course: its tables and curves."""

    title: str
    tables: tuple[Table, ...]
    curves: tuple[DvhCurve, ...]
    warnings: tuple[str, ...]
    marks: tuple[DvhMark, ...] = ()
    axis: str = DOSE_AXIS
    limits: tuple[DvhLimit, ...] = ()
