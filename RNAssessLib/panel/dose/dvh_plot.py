"""The DVH plot that both shells draw and the table that leaves with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case.plain_text import safe_cell
from RNAssessLib.disclaimer import DISCLAIMER

from ..words.dose_rows import CourseView, DvhCurve, DvhLimit, DvhMark
from ..words.numbers import format_with_unit

POINTS = 400  # of a curve on the screen
BINS = 200  # of a differential curve: twice the points' distance, so that it is not ragged
TABLE_STEPS_GY = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
TABLE_ROWS = 2000
BULK_CM3 = 300.0  # brain and body: beside them the curves of a target in cm³ would lie on the axis
LIMIT_REACH = 1.5  # a limit further out than this many times the highest dose is beyond the plot
FloatArray = npt.NDArray[np.floating[Any]]


class VolumeUnit(Enum):
    """Unit of the volume axis; the value is the word of the page."""

    PERCENT = "%"
    CM3 = "cm³"


class DvhKind(Enum):
    """What the curve says of a dose; the value is the word of the page."""

    CUMULATIVE = "cumulative"
    DIFFERENTIAL = "differential"


@dataclass(frozen=True)
class DvhChoice:
    """How the reader wants to see the curves."""

    unit: VolumeUnit = VolumeUnit.PERCENT
    kind: DvhKind = DvhKind.CUMULATIVE

    @property
    def volume_unit(self) -> str:
        """Unit of what is drawn: ``%``, ``cm³``, ``%/Gy`` or ``cm³/Gy``."""
        return self.unit.value + ("/Gy" if self.kind is DvhKind.DIFFERENTIAL else "")

    @property
    def axis(self) -> str:
        """Title of the volume axis.

        Examples
        --------
        >>> DvhChoice().axis, DvhChoice(VolumeUnit.CM3, DvhKind.DIFFERENTIAL).axis
        ('volume (%)', 'volume per dose (cm³/Gy)')
        """
        name = "volume per dose" if self.kind is DvhKind.DIFFERENTIAL else "volume"
        return f"{name} ({self.volume_unit})"


@dataclass(frozen=True)
class DvhLine:
    """One drawn curve.

    Attributes
    ----------
    curve : DvhCurve
        Name, colour, dash and volume.
    dose_gy, volume : tuple of float
        Same length; doses are the same for every line of a plot.
    """

    curve: DvhCurve
    dose_gy: tuple[float, ...]
    volume: tuple[float, ...]


@dataclass(frozen=True)
class DvhPlot:
    """Everything that is drawn.

    Attributes
    ----------
    dose_axis, volume_axis, volume_unit : str
    lines : tuple of DvhLine
    marks : tuple of DvhMark
    limits : tuple of (DvhLimit, colour)
        Each in the colour of its structure's curve.
    highest_gy : float
        Where the dose axis ends at first.
    highest_volume : float
        Where the volume axis ends at first: above every curve but those of brain and body.
    """

    dose_axis: str
    volume_axis: str
    volume_unit: str
    lines: tuple[DvhLine, ...]
    marks: tuple[DvhMark, ...]
    limits: tuple[tuple[DvhLimit, str], ...]
    highest_gy: float
    highest_volume: float


def build_plot(course: CourseView, choice: DvhChoice | None = None) -> DvhPlot:
    """Plot the curves of a course as the reader wants to see them.

    Parameters
    ----------
    course : CourseView
        Along any dose axis; several courses together: see `dose_section.overlay`.
    choice : DvhChoice, optional
        Cumulative in percent by default.
    """
    choice = choice or DvhChoice()
    top = _highest(course.curves)
    doses = np.linspace(0.0, top, (BINS if _differs(choice) else POINTS) + 1)
    lines = tuple(_line(curve, doses, choice) for curve in course.curves)
    colours = {curve.name: curve.colour for curve in course.curves}
    limits = tuple(
        (limit, colours[limit.structure])
        for limit in course.limits
        if limit.structure in colours and limit.dose_gy <= LIMIT_REACH * top
    )
    reach = max([top, *(1.02 * limit.dose_gy for limit, _ in limits)])
    small = [line for line in lines if line.curve.volume_cm3 < BULK_CM3] or lines
    tallest = max((max(line.volume) for line in small), default=1.0)
    return DvhPlot(
        course.axis, choice.axis, choice.volume_unit, lines, course.marks, limits, reach,
        1.02 * (tallest or 1.0),
    )  # fmt: skip


def volumes_at(curve: DvhCurve, doses_gy: FloatArray, unit: VolumeUnit) -> FloatArray:
    """Volume that receives at least each dose, in % or cm³; nothing beyond the highest dose.

    Examples
    --------
    >>> line = DvhCurve("GTV", (0.0, 10.0, 20.0), (100.0, 100.0, 0.0), "#000000", "solid", 4.0)
    >>> volumes_at(line, np.array([5.0, 15.0, 30.0]), VolumeUnit.CM3).tolist()
    [4.0, 2.0, 0.0]
    """
    percent = np.interp(doses_gy, curve.dose_gy, curve.volume_percent, right=0.0)
    scale = curve.volume_cm3 / 100.0 if unit is VolumeUnit.CM3 else 1.0
    return np.asarray(percent * scale, float)


def name_with_volume(curve: DvhCurve) -> str:
    """Name of a curve with what 100 % of it means.

    Examples
    --------
    >>> name_with_volume(DvhCurve("brain", (0.0,), (100.0,), "#000000", "solid", 1373.2))
    'brain (1373 cm³)'
    """
    return f"{curve.name} ({format_with_unit(curve.volume_cm3, 'cm3')})"


def plot_as_csv(course: CourseView, choice: DvhChoice | None = None) -> str:
    """Every curve of a course as a table with one column of doses, for a spreadsheet.

    The step is the smallest of 0.01, 0.02, 0.05 … Gy that needs at most `TABLE_ROWS` rows. A
    differential value is the mean of its step and stands at the step's middle. Limits follow below
    the table, then the statement of use.
    """
    choice = choice or DvhChoice()
    top = _highest(course.curves)
    fits = (s for s in TABLE_STEPS_GY if top / s <= TABLE_ROWS)
    step = next(fits, top / TABLE_ROWS)
    doses = step * np.arange(int(np.ceil(top / step - 1e-9)) + 1)
    lines = [_line(curve, doses, choice) for curve in course.curves]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heads = [f"{name_with_volume(line.curve)}: {choice.volume_unit}" for line in lines]
    writer.writerow([safe_cell(head) for head in (course.axis, *heads)])
    for at, dose in enumerate(lines[0].dose_gy if lines else ()):
        writer.writerow([f"{dose:.6g}", *(f"{line.volume[at]:.6g}" for line in lines)])
    writer.writerow([])
    for line in course.curves:
        if line.note:
            writer.writerow([safe_cell(f"{line.name}: {line.note}")])
    for limit in course.limits:
        writer.writerow([safe_cell(f"{limit.structure}: {limit.text}")])
    writer.writerow([safe_cell(course.title)])
    writer.writerow([DISCLAIMER])
    return out.getvalue()


def _differs(choice: DvhChoice) -> bool:
    return choice.kind is DvhKind.DIFFERENTIAL


def _highest(curves: Sequence[DvhCurve]) -> float:
    return max((curve.dose_gy[-1] for curve in curves), default=1.0) or 1.0


def _line(curve: DvhCurve, doses_gy: FloatArray, choice: DvhChoice) -> DvhLine:
    volume = volumes_at(curve, doses_gy, choice.unit)
    if _differs(choice):
        volume = -np.diff(volume) / np.diff(doses_gy)
        doses_gy = (doses_gy[:-1] + doses_gy[1:]) / 2
    return DvhLine(curve, _rounded(doses_gy, 9), _rounded(volume, 6))


def _rounded(values: FloatArray, digits: int) -> tuple[float, ...]:
    """What the page is sent: not sixteen digits, and no negative zero."""
    return tuple(float(f"{v:.{digits}g}") + 0.0 for v in values)
