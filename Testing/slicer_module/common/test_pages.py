"""Pages know neither the panel nor one another; what they get is in ``common``."""

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "RNAssess" / "RNAssessWidgets"
FILES = sorted(p for p in FOLDER.rglob("*.py") if p.parent != FOLDER)
OPEN_TO_ALL = {"common", "hanging"}
MOST_LINES = 300


def rooms(path):
    """Rooms of the module that a file imports from, TYPE_CHECKING imports included."""
    room = path.parent.name
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 2:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (name.split(".")[0] for name in names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            parts = (node.module or "").split(".")
            if parts[0] == "RNAssessWidgets" and len(parts) > 1 and parts[1] != room:
                yield parts[1]


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_page_knows_no_other_room(path):
    room, known = path.parent.name, set(rooms(path))
    if room == "reading":  # the panel builds and wires
        return
    assert known <= (OPEN_TO_ALL if room != "common" else set()), f"{path}: {known}"
    assert room != "hanging" or known <= {"common"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_files_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
