"""Numbers are rounded in one place: no second format with decimals beside `case.numbers`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHOWN = (
    "RNAssessLib/anatomy", "RNAssessLib/course", "RNAssessLib/dosimetry", "RNAssessLib/findings",
    "RNAssessLib/lesions", "RNAssessLib/panel", "RNAssessLib/prognosis", "RNAssessLib/report",
    "RNAssessLib/scene", "RNAssessLib/web", "RNAssess",
)  # fmt: skip
# Coordinates of a DICOM file: its own digits.
ELSEWHERE = {"RNAssessLib/report/dicom/rtstruct.py"}
FILES = sorted(
    path
    for folder in SHOWN
    for path in (ROOT / folder).rglob("*.py")
    if path.relative_to(ROOT).as_posix() not in ELSEWHERE
)


def decimals_written(source: str) -> list[int]:
    """Lines on which an f-string or `format` rounds to a number of decimals."""
    found = []
    for node in ast.walk(ast.parse(source)):
        spec = node.format_spec if isinstance(node, ast.FormattedValue) else None
        text = "".join(v.value for v in spec.values if isinstance(v, ast.Constant)) if spec else ""
        if text.endswith(("f", "%", "e")) and "." in text:
            found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_second_rounding(path):
    assert decimals_written(path.read_text(encoding="utf-8")) == []


def test_a_second_rounding_would_be_seen():
    assert decimals_written('f"{x:.1f} mm and {y:g} and {z:+.0f}"') == [1, 1]
