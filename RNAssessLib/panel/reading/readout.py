"""Words for what lies under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.assessment import Assessment
from RNAssessLib.case.numbers import SIGNAL, in_gy, in_percent
from RNAssessLib.dosimetry.bed import compute_bed
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.evidence import Thresholds

from ..words.numbers import format_number


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


class CursorDose:
    """Dose of every placed course at points of the reference space.

    Parameters
    ----------
    assessment : Assessment
    fields : dict of course id to DoseField
        Prepared doses, shared with whoever else needs them; filled when first asked.
    """

    def __init__(self, assessment: Assessment, fields: dict[str, DoseField] | None = None) -> None:
        self.assessment = assessment
        self._fields = {} if fields is None else fields
        thresholds = Thresholds()
        self._ratios = (thresholds["bed.alpha_beta_tumour"], thresholds["bed.alpha_beta_brain"])

    def text_at(self, point_lps_mm: npt.ArrayLike) -> str:
        """Words for a point (3,) of the reference space; empty without any placed dose."""
        return dose_readout(self.at(point_lps_mm), self._ratios)

    def at(self, point_lps_mm: npt.ArrayLike) -> tuple[DoseAt, ...]:
        """Dose of every placed course at a point (3,) of the reference space."""
        found = []
        for placed in self.assessment.prepared.courses:
            course, to_reference = placed.course, placed.to_reference
            if course.dose is None or to_reference is None or not to_reference.is_usable:
                continue
            field = self._fields.setdefault(course.id, DoseField(course.dose))
            there = to_reference.transform.inverse().apply(np.asarray(point_lps_mm, float))
            grid = course.dose.grid
            index = grid.lps_to_index(there)
            inside = bool(np.all((index >= -0.5) & (index <= np.asarray(grid.shape) - 0.5)))
            prescriptions = [t.prescription_gy for t in course.targets if t.prescription_gy]
            dose = float(field.at(there)) if inside else None
            highest = max(prescriptions, default=None)
            found.append(DoseAt(course.id, dose, highest, course.fractions))
        return tuple(found)


def _one(dose: DoseAt, alpha_beta_gy: tuple[float, float]) -> str:
    if dose.dose_gy is None:
        return "beyond the dose grid"
    value = max(dose.dose_gy, 0.0)
    parts = [f"{in_gy(value)} Gy"]
    if dose.prescription_gy:
        parts.append(f"{in_percent(100 * value / dose.prescription_gy)} %")
    for ratio in alpha_beta_gy:
        bed = compute_bed(value, dose.fractions, ratio)
        parts.append(f"BED{_subscript(ratio)} {in_gy(bed)} Gy")
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
    return f"{role} {format_number(value, SIGNAL)}{' ' + unit if unit else ''}"
