"""A measurement being made: which tool is in hand, and what a drawn line becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from RNAssessLib.case import PreparedCase

from ..reading.reading import Reading
from ..words.keys import find_key
from .measurements import (
    SHORTEST_MM,
    Line,
    MeasureKind,
    Measurement,
    across,
    length_mm,
    mean_in_disc,
    normal_of,
)

ACROSS = "now drag the diameter across it"


class Measuring:
    """The tool in hand, the same in both shells.

    Attributes
    ----------
    kind : MeasureKind or None
    longest : Measurement or None
        A first diameter that waits for the one across it.
    """

    def __init__(self) -> None:
        self.kind: MeasureKind | None = None
        self.longest: Measurement | None = None

    @property
    def text(self) -> str:
        """What to do next; empty without a tool."""
        if self.longest is not None:
            return ACROSS
        return find_key(self.kind.value).text if self.kind is not None else ""

    def take(self, kind: MeasureKind) -> None:
        """Take a tool in hand, or put it away when it is there already."""
        self.kind, self.longest = (None if kind is self.kind else kind), None

    def put_away(self) -> None:
        """No tool in hand."""
        self.kind = self.longest = None

    def shown(self, held: Sequence[Measurement]) -> tuple[Measurement, ...]:
        """What is drawn: measurements that are held, and a diameter that waits."""
        return (*held, *((self.longest,) if self.longest is not None else ()))

    def finish(self, reading: Reading, made: Measurement) -> bool:
        """Take a drawn line, as `draw`, and record what it makes; False while it makes nothing."""
        found = self.draw(reading.assessment.prepared, made)
        if found is not None:
            reading.measure((*reading.session.measurements, found))
        return found is not None

    def draw(self, prepared: PreparedCase, made: Measurement) -> Measurement | None:
        """Take a drawn line.

        Parameters
        ----------
        prepared : PreparedCase
        made : Measurement
            Of one line, of the kind in hand.

        Returns
        -------
        Measurement or None
            None for a click instead of a line, and while the second diameter is awaited; the
            tool is put away after a finished one.
        """
        line: Line = made.lines[0]
        if length_mm(line) < SHORTEST_MM:
            return None
        if made.kind is MeasureKind.DIAMETERS:
            first, self.longest = self.longest, None
            fits = first is not None and (first.timepoint, first.role, first.plane) == (
                made.timepoint, made.role, made.plane,
            )  # fmt: skip
            if first is None or not fits:
                self.longest = made
                return None
            second = across(first.lines[0], line, normal_of(made.plane))
            lines = sorted((first.lines[0], second), key=length_mm, reverse=True)
            made = replace(first, lines=tuple(lines))
        elif made.kind is MeasureKind.MEAN:
            made = _with_mean(prepared, made)
        self.put_away()
        return made


def remove_measurement(reading: Reading, index: int) -> None:
    """Take one measurement away; an unknown one changes nothing."""
    held = reading.session.measurements
    if 0 <= index < len(held):
        reading.measure(held[:index] + held[index + 1 :])


def _with_mean(prepared: PreparedCase, made: Measurement) -> Measurement:
    normal = normal_of(made.plane)
    found = mean_in_disc(prepared, made.timepoint, made.role, made.lines[0], normal)
    if found is None:
        return made
    mean, deviation, voxels = found
    return replace(made, mean=mean, deviation=deviation, voxels=voxels)
