"""Outlines of any two studies over each other: which two, where they are shown, what is said."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from RNAssessLib.case import PreparedCase, Quantity
from RNAssessLib.case.numbers import in_cm3, in_mm
from RNAssessLib.findings.measure.two_outlines import TwoOutlines

from ..words.numbers import format_quantity

Pair = tuple[str, str]
NOT_OF_THE_PAIR = "not one of the two studies"


def default_pair(prepared: PreparedCase) -> Pair | None:
    """Return the last study and the one before; None with a single study."""
    ids = [t.id for t in prepared.timepoints]
    return (ids[-2], ids[-1]) if len(ids) > 1 else None


def choose_pair(prepared: PreparedCase, pair: Pair, place: str, study: str) -> Pair:
    """Return the pair after the reader chose another study for one of its places.

    The two stay different and in the order of time: when the study is the other one already, that
    one moves on to the study after it (to the one before, when there is none).

    Parameters
    ----------
    prepared : PreparedCase
    pair : tuple of str
        As it is.
    place : str
        ``earlier`` or ``later``.
    study : str

    Raises
    ------
    ValueError
        Unknown study or place.
    """
    ids = [t.id for t in prepared.timepoints]
    if study not in ids or place not in ("earlier", "later"):
        raise ValueError(f"there is no {place} study {study}")
    other = pair[1] if place == "earlier" else pair[0]
    if other == study:
        at = ids.index(study)
        other = ids[at + 1] if at + 1 < len(ids) else ids[at - 1]
    first, second = sorted((study, other), key=ids.index)
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


def overlay_key(pair: Pair) -> str:
    """Say how the two outlines are drawn, for the picture of the earlier study."""
    return f"dashed: {pair[0]}\nsolid: {pair[1]}"


def overlay_volumes(two: TwoOutlines) -> str:
    """Say how much grew and regressed and how that is drawn, for the picture of the later study.

    The pattern is named, not the colour: nothing is told by colour alone.
    """
    return (
        f"hatched: grown {_told(two.grown_cm3)}\n"
        f"broken hatching: regressed {_told(two.regressed_cm3)}"
    )


def overlay_details(two: TwoOutlines) -> str:
    """Say what of it is beyond error and where the ± come from, in one paragraph."""
    return (
        f"Enhancement with its core. Reaching further than any error would "
        f"({in_mm(two.tolerance_mm)} mm): {in_cm3(two.grown_beyond_cm3)} cm³ grown, "
        f"{in_cm3(two.regressed_beyond_cm3)} cm³ regressed. "
        f"Grown: {two.grown_cm3.method}. Regressed: {two.regressed_cm3.method}."
    )


def _told(volume: Quantity) -> str:
    return f"{format_quantity(volume)} cm³" if volume.value else "none"
