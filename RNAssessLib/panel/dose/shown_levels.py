"""Which isodoses are drawn: two at first, afterwards those that the user had on last.

A level is remembered by what it means, so that it fits the next plan: a share of the prescription,
the normal-brain dose of the plan's fractionation, or a dose in Gy of the user's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from RNAssessLib.assessment import Assessment

from ..words.style import (
    BRAIN_COLOUR,
    ISODOSE_PERCENT,
    IsodoseLevel,
    highest_prescription,
    leading_isodoses,
)

BRAIN = "brain"
SHOWN = "isodoses"  # under this name they are kept
MOST_KEPT = 12  # levels of the user's own that are taken up again; engineering default


def level_key(level: IsodoseLevel, prescription_gy: float | None) -> str:
    """Return what a level means.

    Examples
    --------
    >>> level_key(IsodoseLevel(9.0, "#F0E442", ""), 18.0), level_key(IsodoseLevel(7.5, "", ""), 18)
    ('50 %', '7.5 Gy')
    >>> level_key(IsodoseLevel(12.0, BRAIN_COLOUR, ""), 18.0)
    'brain'
    """
    if prescription_gy:
        percent = 100 * level.dose_gy / prescription_gy
        for usual in ISODOSE_PERCENT:
            if abs(percent - usual) < 1e-3:
                return f"{usual:g} %"
    return BRAIN if level.colour == BRAIN_COLOUR else f"{level.dose_gy:g} Gy"


def first_keys(assessment: Assessment) -> tuple[str, ...]:
    """What is drawn before the user chose: the prescription, and 12 Gy of one fraction or half."""
    prescription = highest_prescription(assessment)
    return tuple(level_key(level, prescription) for level in leading_isodoses(assessment))


def own_doses(keys: Sequence[str]) -> tuple[float, ...]:
    """Doses in Gy among keys; what cannot be read is left out.

    Examples
    --------
    >>> own_doses(["100 %", "brain", "7.5 Gy", "x Gy", "-3 Gy"])
    (7.5,)
    """
    found = []
    for key in keys[:MOST_KEPT]:
        number, _, unit = key.partition(" ")
        try:
            dose = float(number) if unit == "Gy" else 0.0
        except ValueError:
            continue
        if 0 < dose < float("inf"):
            found.append(dose)
    return tuple(found)


def read_keys(kept: object) -> tuple[str, ...] | None:
    """Return keys as a preferences file holds them; None for what is none."""
    if not isinstance(kept, list) or not all(isinstance(key, str) for key in kept):
        return None
    return tuple(kept)
