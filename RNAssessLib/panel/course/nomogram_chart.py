"""PP23's nomogram as a picture that can be checked by hand: one row per factor, then the sum.

Along the axis stands the natural logarithm of the odds ratio, which adds up over the factors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from RNAssessLib.case import counted
from RNAssessLib.case.numbers import fixed
from RNAssessLib.prognosis.nomogram import Factor, Nomogram

from ..words.numbers import format_chance, format_number

# Intervals may reach farther; arrows say so.
LEFT, RIGHT, ROOM = math.log(0.01), math.log(10.0), 0.6
TICKS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


@dataclass(frozen=True)
class ClassMark:
    """A class of a factor that the patient is not in."""

    log_odds: float
    text: str


@dataclass(frozen=True)
class NomogramRow:
    """One factor, or the sum.

    Attributes
    ----------
    label : str
        Factor and the patient's class.
    log_odds, low, high : float
        Natural logarithms, the 95 % interval cut at the picture's edge.
    cut : tuple of bool
        Whether the interval reaches beyond the picture, below and above.
    text : str
        Odds ratio with interval, its logarithm, points.
    others : tuple of ClassMark
    is_sum : bool
    """

    label: str
    log_odds: float
    low: float
    high: float
    cut: tuple[bool, bool]
    text: str
    others: tuple[ClassMark, ...] = ()
    is_sum: bool = False


@dataclass(frozen=True)
class NomogramChart:
    """The picture.

    Attributes
    ----------
    rows : tuple of NomogramRow
        Factors in the paper's order, the sum last.
    axis : str
    ticks : tuple of (float, str)
        Position in log odds, odds ratio in words.
    ends : tuple of float
        Of the axis, in log odds.
    formula : str
        The sum, written out.
    estimate : str
        The calibrated probability, labelled as what it is.
    note : str
        Inconsistencies of the paper.
    """

    rows: tuple[NomogramRow, ...]
    axis: str
    ticks: tuple[tuple[float, str], ...]
    ends: tuple[float, float]
    formula: str
    estimate: str
    note: str


def build_nomogram_chart(nomogram: Nomogram | None) -> NomogramChart | None:
    """Build the picture; None while an input is missing, because then there is no sum."""
    if nomogram is None or nomogram.relative_odds.value is None:
        return None
    factors = [factor for factor in nomogram.factors if factor.in_model]
    logs = [factor.chosen.log_odds for factor in factors]
    ends = (min(LEFT, sum(logs) - ROOM), RIGHT)
    estimate = nomogram.calibrated_percent
    return NomogramChart(
        rows=(*(_row(factor, ends) for factor in factors), _sum_row(nomogram, ends)),
        axis="odds ratio of recurrence, logarithmic scale (95 % interval)",
        ticks=tuple(
            (math.log(ratio), f"{ratio:g}")
            for ratio in TICKS
            if ends[0] - 0.01 < math.log(ratio) < ends[1] + 0.01
        ),
        ends=ends,
        formula=f"{' + '.join(_signed(v) for v in logs)} = {_signed(sum(logs))}; "
        f"exp({_signed(sum(logs))}) = {format_number(nomogram.relative_odds.value, '1')}",
        estimate="Calibrated estimate, not from the paper: "
        f"{format_chance(estimate.value or 0.0)} %{_spread(nomogram)} ({estimate.method})",
        note=" ".join((nomogram.discrimination, *nomogram.remarks)),
    )


def _spread(nomogram: Nomogram) -> str:
    if nomogram.calibrated_interval is None:
        return ""
    low, high = (format_chance(end) for end in nomogram.calibrated_interval)
    return f", 95 % interval {low} to {high} %"


def _row(factor: Factor, ends: tuple[float, float]) -> NomogramRow:
    own = factor.chosen
    low, high = own.log_interval
    text = f"OR {own.odds_ratio:.3g}"
    if own.category != factor.reference:
        text += f" ({fixed(own.low, 2)}–{fixed(own.high, 2)})"
    return NomogramRow(
        f"{factor.name}: {own.category}",
        own.log_odds,
        max(low, ends[0]),
        min(high, ends[1]),
        (low < ends[0], high > ends[1]),
        f"{text} · ln {_signed(own.log_odds)} · {counted(round(own.points), 'point')}",
        tuple(
            ClassMark(each.log_odds, each.category)
            for each in factor.classes
            if each.category != own.category
        ),
    )


def _sum_row(nomogram: Nomogram, ends: tuple[float, float]) -> NomogramRow:
    odds = nomogram.relative_odds.value or 1.0
    low, high = (math.log(v) for v in nomogram.relative_odds_interval or (odds, odds))
    shown = " to ".join(format_number(v, "1") for v in nomogram.relative_odds_interval or ())
    points = counted(round(nomogram.total_points.value or 0.0), "point")
    return NomogramRow(
        "Relative odds",
        math.log(odds),
        max(low, ends[0]),
        min(high, ends[1]),
        (low < ends[0], high > ends[1]),
        f"{format_number(odds, '1')} ({shown}) · ln {_signed(math.log(odds))} · {points}",
        is_sum=True,
    )


def _signed(value: float) -> str:
    """Two decimals with a real minus."""
    return fixed(value, 2) if round(value, 2) else "0"
