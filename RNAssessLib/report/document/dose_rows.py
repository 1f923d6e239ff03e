"""The dose in the figures that count: one row per prescribed target."""

from __future__ import annotations

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Quantity
from RNAssessLib.dosimetry.results import TargetDosimetry
from RNAssessLib.panel.words.wording import quantity_label

from .content import describe_quantity

INDICES = ("tc_percent", "ci_paddick", "gi", "hi", "v12_gy_cm3", "bed_gy")
SINGLE_FRACTION = {"v12_gy_cm3"}


def dose_rows(assessment: Assessment) -> tuple[list[str], list[list[str]]]:
    """Heads and rows; a figure of single fractions is left out where there are none."""
    shown = _told_targets(assessment)
    single = any(t.fractions == 1 for t in shown)
    names = [n for n in INDICES if single or n not in SINGLE_FRACTION]
    rows = [[t.name, _dose(t), *(_index(t, name) for name in names)] for t in shown]
    return ["Target", "Dose", *(quantity_label(name) for name in names)], rows


def _told_targets(assessment: Assessment) -> list[TargetDosimetry]:
    """The outermost target of each lesion, which was prescribed to; all without a lesion."""
    every = [t for course in assessment.courses for t in course.targets]
    last = [one.lesion.targets[-1].name for one in assessment.lesions if one.lesion.targets]
    return [t for t in every if t.name in last] or every


def _dose(target: TargetDosimetry) -> str:
    if target.prescription_gy is None:
        return "none stated"
    return f"{target.prescription_gy:g} Gy / {target.fractions}"


def _index(target: TargetDosimetry, name: str) -> str:
    found: dict[str, Quantity] = {q.name: q for q in target.quantities}
    if name not in found or found[name].value is None:
        return "–"
    if name in SINGLE_FRACTION and target.fractions > 1:
        return "–"
    shown = describe_quantity(found[name])
    return f"{shown['value']} {shown['unit']}".strip()
