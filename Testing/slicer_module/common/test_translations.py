"""Every text that the widgets give themselves goes through Slicer's translation."""

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "RNAssess"
FILES = sorted([FOLDER / "RNAssess.py", *(FOLDER / "RNAssessWidgets").rglob("*.py")])
PROPERTIES = {"text", "toolTip", "title", "placeholderText", "windowTitle", "labelText"}
CALLS = {"setText", "setToolTip", "setWindowTitle", "addItem", "errorDisplay", "infoDisplay",
         "confirmYesNoDisplay", "confirmOkCancelDisplay", "QLabel", "QPushButton",
         "setHorizontalHeaderLabels", "setVerticalHeaderLabels", "showStatusMessage", "make_item",
         "fold", "add_group", "add_lines", "SetXAxisTitle", "SetYAxisTitle", "InputError", "addRow",
         "setTabText"}  # fmt: skip
KEYWORDS = {"tip", "windowTitle", "labelText"}


def untranslated(tree):
    """Literal texts (with a letter in them) that are set or said without ``_()``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            names = {t.attr for t in node.targets if isinstance(t, ast.Attribute)}
            values = [node.value] if names & PROPERTIES else []
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            values = list(node.args) if called in CALLS else []
            values += [k.value for k in node.keywords if k.arg in KEYWORDS]
        else:
            continue
        for value in values:
            parts = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
            for part in parts:
                literal = part.value if isinstance(part, ast.Constant) else None
                if isinstance(literal, str) and any(c.isalpha() for c in literal):
                    yield part.lineno, literal
                if isinstance(part, ast.JoinedStr) and any(
                    isinstance(v, ast.Constant) and len([c for c in v.value if c.isalpha()]) > 3
                    for v in part.values
                ):
                    yield part.lineno, ast.unparse(part)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_texts_can_be_translated(path):
    assert list(untranslated(ast.parse(path.read_text(encoding="utf-8")))) == []


def collected_by_no_tool(tree):
    """Calls of ``_()`` whose text is not written there: lupdate does not find it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
            text = node.args[0] if node.args else None
            if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
                yield node.lineno


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_texts_are_found_by_the_tool_that_collects_them(path):
    assert list(collected_by_no_tool(ast.parse(path.read_text(encoding="utf-8")))) == []
