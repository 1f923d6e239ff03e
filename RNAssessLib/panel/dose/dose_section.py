"""Dose section: index tables, limits of organs at risk, DVH curves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Course, Quantity
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.dosimetry.accumulation import AccumulatedDose, DoseKind
from RNAssessLib.dosimetry.bed import convert_to_bed, convert_to_eqd2
from RNAssessLib.dosimetry.results import (
    CourseDosimetry,
    OarCheck,
    StructureDosimetry,
    TargetDosimetry,
)
from RNAssessLib.prognosis.risk_context import fits_fractionation

from ..course.case_section import prescription_text
from ..words.dose_rows import DOSE_AXIS, CourseView, DvhCurve, DvhLimit, DvhMark
from ..words.figures import figure_row
from ..words.numbers import format_setting
from ..words.rows import FigureRow, Table
from ..words.style import BRAIN_COLOUR, BRAIN_DOSE_GY, PERCENT_COLOURS, SERIES_COLOURS
from ..words.wording import TECHNIQUE_NAMES, quantity_label

CURVE_POINTS = 2100  # as measured; the plot takes fewer
SUMMED = ("dmax_gy", "d0_03cc_gy", "d2_gy", "dmean_gy", "d98_gy", "volume_cm3")
ROLE_DASHES = {"GTV": "solid", "CTV": "dashdot", "PTV": "dash"}
OTHER_DASH = "dot"
OVERLAY_DASHES = ("solid", "dash", "dot", "dashdot")

CONFORMITY, DOSE, BED, VOLUMES = (
    "Coverage and conformity",
    "Dose in the target",
    "BED and volume",
    "Tissue around the target",
)
GROUPS = (CONFORMITY, DOSE, BED, VOLUMES)
_GROUP_OF = (
    (re.compile(r"^(tc|v90|v95|piv|pitv|ci|gi|v50|hi)_?"), CONFORMITY),
    (re.compile(r"^(bed|eqd2|gtv|volume_cm3|dropping_zone)"), BED),
    (re.compile(r"^v\d+_(gy|equivalent)"), VOLUMES),
    (re.compile(r"^d"), DOSE),
)


def build_dose(assessment: Assessment, dosimetry: CourseDosimetry) -> CourseView:
    """Build the dose section of one course."""
    course = next(
        p.course for p in assessment.prepared.courses if p.course.id == dosimetry.course_id
    )
    tables = [_target_table(target) for target in dosimetry.targets]
    if dosimetry.plan_quantities:
        shown = readable_figures(dosimetry.plan_quantities, course.fractions)
        rows = tuple(figure_row(q) for q in shown)
        tables.append(Table("Whole plan", rows))
    if dosimetry.oar_limits:
        rows = tuple(_limit_row(check) for check in dosimetry.oar_limits)
        tables.append(Table("Organs at risk", rows))
    notes = [f"{s.name}: {w}" for s in dosimetry.structures for w in s.warnings]
    notes += [f"{t.name}: {w}" for t in dosimetry.targets for w in t.warnings]
    return CourseView(
        title=f"{course.id} · {course.date.isoformat()} · {TECHNIQUE_NAMES[course.technique]}",
        tables=tuple(tables),
        curves=curves_of(dosimetry.structures),
        warnings=tuple(dict.fromkeys((*dosimetry.warnings, *notes))),
        marks=_marks(course),
        limits=tuple(_dvh_limit(c) for c in dosimetry.oar_limits if c.met is not None),
    )


def readable_figures(quantities: Sequence[Quantity], fractions: int) -> tuple[Quantity, ...]:
    """Figures that people read of a plan: no dose level of another fractionation."""
    return tuple(q for q in quantities if fits_fractionation(q.name, fractions))


def in_other_dose(
    course: CourseView, kind: DoseKind, fractions: int, alpha_beta_gy: float
) -> CourseView:
    """Return a course's curves along BED or EQD2: the volumes stay, every dose is converted.

    The conversion grows with the dose, so that a cumulative curve stays one.
    """
    if kind is DoseKind.PHYSICAL:
        return replace(course, limits=tuple(x for x in course.limits if not x.in_eqd2))
    convert = convert_to_bed if kind is DoseKind.BED else convert_to_eqd2

    def converted(doses: Sequence[float]) -> tuple[float, ...]:
        return tuple(convert(np.asarray(doses, float), fractions, alpha_beta_gy).tolist())

    return replace(
        course,
        curves=tuple(replace(c, dose_gy=converted(c.dose_gy)) for c in course.curves),
        marks=tuple(replace(m, dose_gy=converted([m.dose_gy])[0]) for m in course.marks),
        axis=f"{kind.value.upper()}, α/β {alpha_beta_gy:g} Gy (Gy)",
        limits=tuple(
            limit if limit.in_eqd2 else replace(limit, dose_gy=converted([limit.dose_gy])[0])
            for limit in course.limits
            if kind is DoseKind.EQD2 or not limit.in_eqd2
        ),
    )


def build_accumulated(total: AccumulatedDose) -> CourseView:
    """Build the section of several courses together: figures of each structure, curves."""
    tables = tuple(
        Table(
            s.name,
            tuple(figure_row(s.quantity(n), DOSE) for n in SUMMED if _has(s, n)),
            "; ".join(s.warnings),
        )
        for s in total.structures
    )
    axis = DOSE_AXIS if total.kind is DoseKind.PHYSICAL else f"{total.kind.value.upper()} (Gy)"
    return CourseView(total.title, tables, curves_of(total.structures), total.warnings, axis=axis)


def _has(structure: StructureDosimetry, name: str) -> bool:
    return any(q.name == name for q in structure.quantities)


def overlay_curves(courses: Sequence[CourseView]) -> tuple[DvhCurve, ...]:
    """Curves of several courses for one plot: a line style per course, a colour per structure.

    Courses along another dose than the first one's are left out; with one course its own curves.
    """
    shown = [c for c in courses if c.curves and c.axis == courses[0].axis]
    if len(shown) < 2:
        return shown[0].curves if shown else ()
    names = list(dict.fromkeys(c.name for course in shown for c in course.curves))
    return tuple(
        replace(
            curve,
            name=f"{curve.name}, {course.title.split(' · ')[0]}",
            colour=SERIES_COLOURS[names.index(curve.name) % len(SERIES_COLOURS)],
            dash=OVERLAY_DASHES[number % len(OVERLAY_DASHES)],
        )
        for number, course in enumerate(shown)
        for curve in course.curves
    )


def overlay(courses: Sequence[CourseView]) -> CourseView | None:
    """Curves of all courses along one dose as one view; None with fewer than two of them."""
    shown = [c for c in courses if c.curves and c.axis == courses[0].axis]
    if len(shown) < 2:
        return None
    title = "All courses: " + "; ".join(c.title for c in shown)
    return replace(
        courses[0],
        title=title,
        tables=(),
        curves=overlay_curves(courses),
        marks=(),
        limits=(),
    )


def tables_as_text(courses: Sequence[CourseView]) -> str:
    """Every figure of the tables, tab-separated, for a spreadsheet."""
    rows = [("course", "table", "figure", "value", "unit", "definition")]
    rows += [
        (course.title, table.title, row.label, row.value, row.unit, row.method)
        for course in courses
        for table in course.tables
        for row in table.rows
    ]
    return "\n".join("\t".join(row) for row in (*rows, (DISCLAIMER,))) + "\n"


def group_of(name: str) -> str:
    """Return the heading under which a target's figure stands.

    Examples
    --------
    >>> group_of("ci_paddick"), group_of("v12_gy_cm3"), group_of("d98_gy"), group_of("bed_gy")
    ('Coverage and conformity', 'Tissue around the target', 'Dose in the target', 'BED and volume')
    """
    for pattern, group in _GROUP_OF:
        if pattern.match(name):
            return group
    return BED


def leading_names(fractions: int) -> tuple[str, ...]:
    """Six figures that a reader asks for first: coverage, conformity, fall-off, doses, brain, BED.

    The volume at the brain dose of the fractionation (PP23: 12, 20, 24 Gy in 1, 3, 5 fractions)
    is that outside the target; of another fractionation V14's single-dose equivalent.

    Examples
    --------
    >>> leading_names(1)[4], leading_names(5)[4], leading_names(10)[4]
    ('v12_gy_without_target_cm3', 'v24_gy_without_target_cm3', 'v14_equivalent_surrounding_cm3')
    """
    level = BRAIN_DOSE_GY.get(fractions)
    around = f"v{level:g}_gy_without_target_cm3" if level else "v14_equivalent_surrounding_cm3"
    return ("tc_percent", "ci_paddick", "gi", "d98_gy", around, "bed_gy")


def _target_table(target: TargetDosimetry) -> Table:
    dose = prescription_text(target.prescription_gy, target.fractions)
    if target.prescription_gy is not None:
        dose += f" ({target.prescription_source})"
    shown = readable_figures(target.quantities, target.fractions)
    first = leading_names(target.fractions)
    rows = [replace(figure_row(q, group_of(q.name)), leads=q.name in first) for q in shown]
    rows.sort(key=lambda row: GROUPS.index(row.group))
    return Table(f"{target.name} · {dose}", tuple(rows), "; ".join(target.warnings))


def _limit_row(check: OarCheck) -> FigureRow:
    row = figure_row(check.quantity)
    limit = f"{check.relation} {format_setting(check.limit_gy, 'Gy')}"
    verdict = {True: "✓ met", False: "✗ exceeded", None: "– does not apply"}[check.met]
    organ = "" if check.organ == check.structure.lower() else f" ({check.organ})"
    return replace(
        row,
        label=f"{check.structure}{organ}: {row.label.lower()}, limit {limit}",
        tip="; ".join(t for t in (row.tip, f"limit {limit} ({check.source})", check.basis) if t),
        verdict=verdict,
    )


def _dvh_limit(check: OarCheck) -> DvhLimit:
    """Where a limit stands on the dose axis, and what is said of it."""
    row = _limit_row(check)
    name = quantity_label(check.quantity.name)
    limit = f"{check.relation} {format_setting(check.limit_gy, 'Gy')}"
    return DvhLimit(
        check.structure, check.limit_gy,
        f"{name} {row.text}, limit {limit} ({check.source}): {check.verdict}",
        bool(check.met), "dmean" in check.quantity.name, "eqd2" in check.quantity.name,
    )  # fmt: skip


def curves_of(structures: Sequence[StructureDosimetry]) -> tuple[DvhCurve, ...]:
    """Cumulative curves of structures, those without a volume left out."""
    curves: list[DvhCurve] = []
    for structure in structures:
        dvh = structure.dvh
        if dvh is None or dvh.volume_cm3[0] <= 0:
            continue
        total = float(dvh.volume_cm3[0])
        count = min(CURVE_POINTS, len(dvh.dose_gy))
        kept = np.unique(np.linspace(0, len(dvh.dose_gy) - 1, count).round().astype(int))
        at = len(curves)
        curves.append(
            DvhCurve(
                name=structure.name,
                dose_gy=tuple(float(v) for v in dvh.dose_gy[kept]),
                volume_percent=tuple(float(100 * v / total) for v in dvh.volume_cm3[kept]),
                colour=SERIES_COLOURS[at % len(SERIES_COLOURS)],
                dash=ROLE_DASHES.get(structure.role.value, OTHER_DASH),
                volume_cm3=total,
            )
        )
    return tuple(curves)


def _marks(course: Course) -> tuple[DvhMark, ...]:
    doses = sorted({t.prescription_gy for t in course.targets if t.prescription_gy})
    marks = [
        DvhMark(dose, f"Dp {format_setting(dose, 'Gy')}", PERCENT_COLOURS[100.0]) for dose in doses
    ]
    brain = BRAIN_DOSE_GY.get(course.fractions)
    if brain is not None:
        marks.append(DvhMark(brain, format_setting(brain, "Gy"), BRAIN_COLOUR))
    return tuple(marks)


def risk_table(quantities: tuple[Quantity, ...]) -> Table:
    """Literature figures beside the plan's own."""
    return Table(
        "Published risk beside these volumes: literature, not this patient's probability",
        tuple(replace(figure_row(q), label=q.name) for q in quantities),
    )
