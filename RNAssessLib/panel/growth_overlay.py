"""Outlines of any two studies over each other: which two, where they are shown, what is said."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from RNAssessLib.case import PreparedCase, Quantity
from RNAssessLib.findings.measure.two_outlines import TwoOutlines

from .numbers import format_quantity

Pair = tuple[str, str]
NOT_OF_THE_PAIR = "not one of the two studies"


def default_pair(prepared: PreparedCase) -> Pair | None:
    """Return the last study and the one before; None with a single study."""
    ids = [t.id for t in prepared.timepoints]
    return (ids[-2], ids[-1]) if len(ids) > 1 else None


def order_pair(prepared: PreparedCase, one: str, other: str) -> Pair:
    """Return two studies in the order of time.

    Raises
    ------
    ValueError
        In one line for the reader: unknown, or the same study twice.
    """
    ids = [t.id for t in prepared.timepoints]
    for name in (one, other):
        if name not in ids:
            raise ValueError(f"there is no study {name}")
    if one == other:
        raise ValueError("choose two different studies")
    first, second = sorted((one, other), key=ids.index)
    return first, second


def next_pair(prepared: PreparedCase, pair: Pair) -> Pair:
    """Return the pair after this one, round the end; neighbours of one later study in turn.

    The order is that of the later study, then of the earlier one.
    """
    ids = [t.id for t in prepared.timepoints]
    pairs = sorted(combinations(ids, 2), key=lambda p: (ids.index(p[1]), ids.index(p[0])))
    return pairs[(pairs.index(pair) + 1) % len(pairs)]


def study_in_column(pair: Pair, columns: Sequence[str], column: str) -> str | None:
    """Which of the two studies hangs in a column, None for none.

    Each hangs in its own column. A study without one (a case may have more studies than columns)
    takes the first column that is free, or the last for the later study.

    Examples
    --------
    >>> [study_in_column(("t1", "t3"), ("t0", "t1", "t2", "t3"), c) for c in ("t0", "t1", "t3")]
    [None, 't1', 't3']
    >>> [study_in_column(("t1", "t5"), ("t0", "t2", "t5"), c) for c in ("t0", "t2", "t5")]
    ['t1', None, 't5']
    """
    if column in pair:
        return column
    free = [c for c in columns if c not in pair]
    earlier, later = pair
    if earlier not in columns and free and column == free[0]:
        return earlier
    if later not in columns and free and column == free[-1]:
        return later
    return None


def overlay_title(pair: Pair) -> str:
    """Title of the picture.

    Examples
    --------
    >>> overlay_title(("t1", "t3"))
    'outlines t1 → t3'
    """
    return f"outlines {pair[0]} → {pair[1]}"


def overlay_legend(two: TwoOutlines) -> tuple[str, ...]:
    """Say how the outlines are drawn and how much grew and regressed, a line each.

    The pattern is named before the colour: nothing is told by colour alone.
    """
    return (
        f"solid: {two.later}   dashed: {two.earlier}",
        f"hatched: grown {_told(two.grown_cm3, two.grown_beyond_cm3)}",
        f"broken hatching: regressed {_told(two.regressed_cm3, two.regressed_beyond_cm3)}",
        f"error: up to {two.tolerance_mm:.1f} mm",
    )


def _told(volume: Quantity, beyond_cm3: float) -> str:
    if not volume.value:
        return "none"
    shown = f"{format_quantity(volume)} cm³"
    if beyond_cm3 == 0.0:
        return f"{shown}, all within error"
    return f"{shown}, {beyond_cm3:.2f} beyond error"
