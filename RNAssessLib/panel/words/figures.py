"""Quantities and criteria to rows."""

from __future__ import annotations

from RNAssessLib.case import Quantity
from RNAssessLib.evidence import Criterion

from .numbers import format_quantity, format_setting
from .rows import CriterionRow, FigureRow
from .wording import quantity_label, unit_text


def figure_row(quantity: Quantity, group: str = "") -> FigureRow:
    """Row of one quantity; an undefined one shows a dash and its reason.

    Examples
    --------
    >>> row = figure_row(Quantity("gi", None, "1", "V50 / V100", undefined="no prescription"))
    >>> row.text, row.tip
    ('– (no prescription)', 'V50 / V100; undefined: no prescription')
    """
    parts = [quantity.method] if quantity.method else []
    if quantity.uncertainty is not None:
        parts.append(
            "± is meant to hold the true value in 95 % of cases, measured on digital patients only"
        )
    if quantity.undefined is not None:
        parts.append(f"undefined: {quantity.undefined}")
    return FigureRow(
        label=quantity_label(quantity.name),
        value=format_quantity(quantity),
        unit="" if quantity.value is None else unit_text(quantity.unit),
        tip="; ".join(parts),
        name=quantity.name,
        method=quantity.method,
        defined=quantity.value is not None,
        reason=quantity.undefined or "",
        group=group,
    )


def criterion_row(criterion: Criterion) -> CriterionRow:
    """Row of one threshold as used.

    Examples
    --------
    >>> criterion_row(Criterion("a.ratio", 0.9, 0.85, "1", "LA25 §2.2")).text
    'a.ratio = 0.9, changed from the default 0.85 (LA25 §2.2)'
    """
    text = f"{criterion.key} = {format_setting(criterion.value, criterion.unit)}"
    if criterion.is_changed:
        default = format_setting(criterion.default, criterion.unit)
        text += f", changed from the default {default}"
    return CriterionRow(
        key=criterion.key,
        value=criterion.value,
        default=criterion.default,
        unit=unit_text(criterion.unit),
        text=f"{text} ({criterion.source})",
        source=criterion.source,
        note=criterion.note,
        changed=criterion.is_changed,
    )
