"""Tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from RNAssessLib.case import Quantity, counted
from RNAssessLib.dosimetry.results import CourseDosimetry


def format_figure(quantity: Quantity) -> str:
    """Format value ± uncertainty with unit, or the reason why there is none.

    Examples
    --------
    >>> format_figure(Quantity("volume_cm3", 0.52381, "cm3", uncertainty=0.004))
    '0.5238 ± 0.004 cm3'
    >>> format_figure(Quantity("tc_percent", None, "percent", undefined="no prescription"))
    '- (no prescription)'
    """
    if quantity.value is None:
        return f"- ({quantity.undefined})"
    spread = "" if quantity.uncertainty is None else f" ± {quantity.uncertainty:.2g}"
    unit = "" if quantity.unit == "1" else f" {quantity.unit}"
    return f"{quantity.value:.4g}{spread}{unit}"


def format_block(title: str, quantities: Sequence[Quantity]) -> str:
    """Format one heading with its figures, names aligned."""
    width = max((len(q.name) for q in quantities), default=0)
    lines = [f"  {q.name:<{width}}  {format_figure(q)}" for q in quantities]
    return "\n".join([title, *lines])


def format_dose_tables(course: CourseDosimetry) -> str:
    """Format every structure and target of a course, and the plan's own figures."""
    blocks = [
        format_block(f"{s.name} [{s.role.value}]", s.quantities)
        + "".join(f"\n  ! {w}" for w in s.warnings)
        for s in course.structures
    ]
    for target in course.targets:
        dose = "no prescription" if target.prescription_gy is None else (
            f"{target.prescription_gy:g} Gy in {counted(target.fractions, 'fraction')}, "
            f"from {target.prescription_source}"
        )  # fmt: skip
        blocks.append(format_block(f"{target.name}: {dose}", target.quantities))
    if course.plan_quantities:
        blocks.append(format_block("whole plan", course.plan_quantities))
    for check in course.oar_limits:
        word = "NOT MET" if check.met is False else check.verdict
        basis = f" ({check.basis})" if check.basis else ""
        blocks.append(
            f"{check.structure} ({check.organ}) {check.quantity.name}: "
            f"{format_figure(check.quantity)}, limit {check.relation} {check.limit_gy:g} Gy "
            f"{word}{basis} [{check.source}]"
        )
    blocks.extend(f"! {warning}" for warning in course.warnings)
    return "\n\n".join(blocks)
