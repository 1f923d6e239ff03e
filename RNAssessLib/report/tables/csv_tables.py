"""Tables as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Quantity
from RNAssessLib.case.plain_text import safe_cell
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.panel.checklist.answers import Answer, read_answers
from RNAssessLib.panel.measuring.measurements import length_mm
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.numbers import format_quantity

QUANTITY_COLUMNS = ("name", "value", "unit", "uncertainty", "undefined", "method")


CHECKLIST_COLUMNS = (
    "lesion", "item", "status", "favours", "strength", "sentence", "caveats", "sources",
    "answer", "reader_decision", "reader_reason", "decided_at",
)  # fmt: skip
MEASUREMENT_COLUMNS = (
    "kind", "timepoint", "sequence", "plane", "length_or_radius_mm", "across_mm", "mean",
    "deviation", "voxels", "text",
)  # fmt: skip


MOST_MORE = 10
SIGNIFICANT, OF_ERROR = 5, 2  # digits of a figure without a ±, and of the ± itself


def meaningful(value: float, uncertainty: float | None = None, more: int = 0) -> float | int:
    """Return a figure without digits that mean nothing.

    Two digits of its ±, or five of its own where none is known, and `more` of them; a whole number
    stays whole.

    Examples
    --------
    >>> meaningful(-0.06570841889117043), meaningful(8.961234, 0.8491), meaningful(9.0)
    (-0.065708, 8.96, 9)
    """
    if value == 0 or not math.isfinite(value):
        return 0 if value == 0 else value
    decimals = SIGNIFICANT - 1 - math.floor(math.log10(abs(value)))
    if uncertainty:
        decimals = min(decimals, OF_ERROR - 1 - math.floor(math.log10(abs(uncertainty))))
    rounded = round(value, decimals + more)
    return int(rounded) if rounded == int(rounded) else rounded


def _number(value: float | None) -> object:
    return "" if value is None else meaningful(value)


def _value(quantity: Quantity) -> float | int | None:
    """Figure with so many digits that rounding it once more gives what panel and report print."""
    if quantity.value is None:
        return None
    told = format_quantity(quantity)
    found = (meaningful(quantity.value, quantity.uncertainty, more) for more in range(MOST_MORE))
    same = (v for v in found if format_quantity(replace(quantity, value=v)) == told)
    return next(same, quantity.value)


def _quantity_cells(quantity: Quantity) -> list[object]:
    spread = quantity.uncertainty
    cells = {
        "value": _value(quantity),
        "uncertainty": None if spread is None else meaningful(spread, spread),
    }
    found = (cells[c] if c in cells else getattr(quantity, c) for c in QUANTITY_COLUMNS)
    return ["" if cell is None else cell for cell in found]


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    # the mark at its head tells a spreadsheet that the file is UTF-8
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([safe_cell(cell) for cell in row] for row in rows)
        writer.writerow([DISCLAIMER])


def write_tables(
    assessment: Assessment, folder: Path, session: ReaderSession | None = None
) -> None:
    """Write ``dose.csv``, ``serial.csv``, ``checklist.csv`` and ``measurements.csv`` into `folder`.

    One row is one figure, or one item of the checklist: there `status`, `favours` and `strength`
    are the computed ones and `answer` is the one that holds, the reader's where there is one.

    Parameters
    ----------
    assessment : Assessment
    folder : Path
    session : ReaderSession, optional
        The reader's work.
    """
    session = session or ReaderSession()
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
        ("lesion", "timepoint", "months_after_treatment", *QUANTITY_COLUMNS, "outline"),
        (
            [
                assessed.lesion.id,
                entry.timepoint,
                _number(entry.months_after_treatment),
                *_quantity_cells(quantity),
                _origin(assessment, entry.timepoint, assessed.lesion.id),
            ]
            for assessed in assessment.lesions
            for entry in assessed.serial
            for quantity in entry.quantities
        ),
    )
    _write(
        folder / "checklist.csv",
        CHECKLIST_COLUMNS,
        (
            [assessed.lesion.id, *_answer_cells(answer)]
            for assessed in assessment.lesions
            for answer in read_answers(assessed, session)
        ),
    )
    _write(folder / "measurements.csv", MEASUREMENT_COLUMNS, _measurement_rows(session))


def _origin(assessment: Assessment, timepoint: str, lesion: str) -> str:
    masks = assessment.prepared.timepoint(timepoint).lesions.get(lesion)
    return "" if masks is None else masks.origin.value


def _answer_cells(answer: Answer) -> list[object]:
    finding, decision = answer.finding, answer.decision
    return [
        finding.spec.id,
        finding.status.value,
        finding.favours.value if finding.favours else "",
        finding.strength.value if finding.strength else "",
        finding.sentence,
        "; ".join(finding.caveats),
        "; ".join(finding.spec.references),
        answer.status.value,
        *([decision.kind.value, decision.reason, decision.at] if decision else ["", "", ""]),
    ]


def _measurement_rows(session: ReaderSession) -> Iterable[Sequence[object]]:
    for m in session.measurements:
        place = [m.kind.value, m.timepoint, m.role.value, m.plane.value]
        lengths = [length_mm(line) for line in m.lines[:2]]
        known = [_number(v) for v in (m.mean, m.deviation)]
        figures = [*(_number(v) for v in lengths), *[""] * (2 - len(lengths)), *known]
        yield [*place, *figures, m.voxels or "", m.value]
