"""Tables as CSV, for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from RNAssessLib.assessment import DISCLAIMER, Assessment
from RNAssessLib.case import Quantity

QUANTITY_COLUMNS = ("name", "value", "unit", "uncertainty", "undefined", "method")


def _quantity_cells(quantity: Quantity) -> list[object]:
    return ["" if (cell := getattr(quantity, c)) is None else cell for c in QUANTITY_COLUMNS]


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
        writer.writerow([DISCLAIMER])


def write_tables(assessment: Assessment, folder: Path) -> None:
    """Write ``dose.csv``, ``serial.csv`` and ``checklist.csv`` into `folder`, one row a figure."""
    _write(
        folder / "dose.csv",
        ("course", "kind", "structure", *QUANTITY_COLUMNS),
        (
            [course.course_id, kind, structure.name, *_quantity_cells(quantity)]
            for course in assessment.courses
            for kind, group in (("structure", course.structures), ("target", course.targets))
            for structure in group
            for quantity in structure.quantities
        ),
    )
    _write(
        folder / "serial.csv",
        ("lesion", "timepoint", "months_after_treatment", *QUANTITY_COLUMNS),
        (
            [
                assessed.lesion.id,
                entry.timepoint,
                "" if entry.months_after_treatment is None else entry.months_after_treatment,
                *_quantity_cells(quantity),
            ]
            for assessed in assessment.lesions
            for entry in assessed.serial
            for quantity in entry.quantities
        ),
    )
    _write(
        folder / "checklist.csv",
        ("lesion", "item", "status", "favours", "strength", "sentence", "caveats", "sources"),
        (
            [
                assessed.lesion.id,
                finding.spec.id,
                finding.status.value,
                finding.favours.value if finding.favours else "",
                finding.strength.value if finding.strength else "",
                finding.sentence,
                "; ".join(finding.caveats),
                "; ".join(finding.spec.references),
            ]
            for assessed in assessment.lesions
            for finding in assessed.findings
        ),
    )
