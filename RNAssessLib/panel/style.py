"""Wording, colours and number formats: one place for every shell and report."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import MaskKind
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Status

# Okabe-Ito colours, told apart by readers with any common colour deficiency.
ISODOSE_COLOURS = ("#D55E00", "#E69F00", "#F0E442", "#56B4E9", "#0072B2", "#CC79A7")
SERIES_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MASK_COLOURS = {MaskKind.ENHANCING: "#00E5A0", MaskKind.NECROTIC_CORE: "#FF6FD8"}
MASK_NAMES = {MaskKind.ENHANCING: "enhancing", MaskKind.NECROTIC_CORE: "necrotic core"}
STATUS_WORDS = {
    Status.PRESENT: "present",
    Status.ABSENT: "absent",
    Status.INDETERMINATE: "indeterminate",
    Status.NOT_ASSESSABLE: "not assessable",
}
# Shapes as well as words: nothing is told by colour alone.
STATUS_ICONS = {
    Status.PRESENT: "●",
    Status.ABSENT: "○",
    Status.INDETERMINATE: "◐",
    Status.NOT_ASSESSABLE: "–",
}
DECIMALS = {"percent": 1, "mm": 1, "months": 1, "count": 0, "Gy": 2}
ISODOSE_PERCENT = (100.0, 80.0, 50.0, 25.0)


@dataclass(frozen=True)
class IsodoseLevel:
    """One isodose on screen.

    Attributes
    ----------
    dose_gy : float
    colour : str
        ``#rrggbb``.
    label : str
        Gy and percent of the prescription.
    """

    dose_gy: float
    colour: str
    label: str


def format_number(value: float, unit: str) -> str:
    """Format a figure as it is read: decimals by unit, else three significant digits.

    Examples
    --------
    >>> format_number(5.0236, "cm3"), format_number(97.31, "percent"), format_number(0.61397, "1")
    ('5.02', '97.3', '0.614')
    >>> format_number(0.0, "cm3"), format_number(1234.6, "cm3")
    ('0', '1235')
    """
    if unit in DECIMALS:
        return f"{value:.{DECIMALS[unit]}f}"
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.3g}"


def unit_text(unit: str) -> str:
    """Return the unit for people.

    Examples
    --------
    >>> unit_text("Gy cm3"), unit_text("percent"), unit_text("1")
    ('Gy cm³', '%', '')
    """
    names = {"1": "", "percent": "%", "count": "", "um2/ms": "µm²/ms"}
    return names.get(unit, unit.replace("cm3", "cm³"))


def default_isodoses(assessment: Assessment) -> tuple[IsodoseLevel, ...]:
    """Levels shown at first: shares of the prescription, and 12 Gy in a single fraction.

    Without a prescription, shares of the maximum dose.
    """
    prescription, fractions, peak = None, 1, 0.0
    for placed in assessment.prepared.courses:
        course = placed.course
        if course.dose is not None:
            peak = max(peak, float(course.dose.dose_gy.max()))
        for target in course.targets:
            if target.prescription_gy and prescription is None:
                prescription, fractions = target.prescription_gy, course.fractions
    base = prescription or peak
    if base <= 0:
        return ()
    word = "" if prescription else " of maximum"
    doses = {base * p / 100: f"{base * p / 100:g} Gy ({p:g} %{word})" for p in ISODOSE_PERCENT}
    if prescription and fractions == 1 and 12.0 not in doses:
        doses[12.0] = f"12 Gy ({1200 / prescription:.0f} %)"
    ordered = sorted(doses, reverse=True)
    return tuple(
        IsodoseLevel(dose, ISODOSE_COLOURS[n % len(ISODOSE_COLOURS)], doses[dose])
        for n, dose in enumerate(ordered)
    )


def describe_threshold_change(thresholds: Thresholds) -> tuple[str, ...]:
    """One line per threshold the reader changed."""
    return tuple(
        f"{c.key}: {c.value:g} {c.unit} (default {c.default:g})"
        for c in thresholds.changed_criteria()
    )
