"""Words for what lies under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.dosimetry.bed import compute_bed

from .numbers import format_number


@dataclass(frozen=True)
class DoseAt:
    """Dose of one course at a point.

    Attributes
    ----------
    course_id : str
    dose_gy : float or None
        None beyond the dose grid.
    prescription_gy : float or None
        Highest prescription of the course.
    fractions : int
    """

    course_id: str
    dose_gy: float | None
    prescription_gy: float | None
    fractions: int


def dose_readout(doses: Sequence[DoseAt], alpha_beta_gy: tuple[float, float]) -> str:
    """One line: dose, percent of the prescription, BED for tumour and brain.

    Examples
    --------
    >>> dose_readout([DoseAt("c", 12.0, 20.0, 1)], (10.0, 2.0))
    '12.0 Gy · 60 % · BED₁₀ 26.4 Gy · BED₂ 84.0 Gy'
    >>> dose_readout([DoseAt("c", None, 20.0, 1)], (10.0, 2.0))
    'beyond the dose grid'
    """
    texts = []
    for dose in doses:
        text = _one(dose, alpha_beta_gy)
        texts.append(f"{dose.course_id}: {text}" if len(doses) > 1 else text)
    return "; ".join(texts)


def _one(dose: DoseAt, alpha_beta_gy: tuple[float, float]) -> str:
    if dose.dose_gy is None:
        return "beyond the dose grid"
    value = max(dose.dose_gy, 0.0)
    parts = [f"{value:.1f} Gy"]
    if dose.prescription_gy:
        parts.append(f"{100 * value / dose.prescription_gy:.0f} %")
    for ratio in alpha_beta_gy:
        bed = compute_bed(value, dose.fractions, ratio)
        parts.append(f"BED{_subscript(ratio)} {bed:.1f} Gy")
    return " · ".join(parts)


def _subscript(ratio: float) -> str:
    return f"{ratio:g}".translate(str.maketrans("0123456789.", "₀₁₂₃₄₅₆₇₈₉."))


def value_readout(role: str, value: float, unit: str = "") -> str:
    """Return the image value under the cursor.

    Examples
    --------
    >>> value_readout("ADC", 0.7123, "µm²/ms")
    'ADC 0.712 µm²/ms'
    """
    return f"{role} {format_number(value, '1')}{' ' + unit if unit else ''}"
