"""The layers point one way, and Qt and the global scene stay out of the library."""

import ast
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[1] / "RNAssessLib"

# Each may import from those before it.
ORDER = (
    "disclaimer", "case", "evidence", "storage", "plausible", "study", "spatial", "anatomy", "lesions", "dosimetry", "course",
    "findings", "prognosis", "preparation", "realign", "assessment", "kept", "amend", "panel", "report", "scene", "outputs", "phantom",
    "cohort", "docs", "web", "commands", "cli",
)  # fmt: skip
SLICER_ALLOWED = ("scene/", "web/", "study/slicer_nodes.py")
FORBIDDEN = {"qt", "ctk", "PythonQt", "PySide6", "PyQt5"}


def sources():
    return sorted(p for p in LIBRARY.rglob("*.py"))


def layer_of(path: Path) -> str:
    first = path.relative_to(LIBRARY).parts[0]
    return first.removesuffix(".py")


def imports(path: Path):
    """Yield dotted names of everything a file imports, relative imports made absolute."""
    package = ("RNAssessLib", *path.relative_to(LIBRARY).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(LIBRARY)))
def test_imports_only_from_layers_above(path):
    layer = layer_of(path)
    if layer == "__init__":
        return
    assert layer in ORDER, f"{layer} has no place in the layer order"
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "RNAssessLib" or len(parts) < 2 or parts[1] == "__version__":
            continue
        assert parts[1] in ORDER, name
        assert ORDER.index(parts[1]) <= ORDER.index(layer), f"{layer} imports {name}"


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(LIBRARY)))
def test_no_qt_and_no_global_scene(path):
    where = path.relative_to(LIBRARY).as_posix()
    for name in imports(path):
        root = name.split(".")[0]
        assert root not in FORBIDDEN, f"{where} imports {name}"
        assert not name.startswith("slicer.util"), f"{where} imports {name}"
        if root in {"slicer", "trame_slicer"}:
            assert where.startswith(SLICER_ALLOWED), f"{where} imports {name}"
    text = path.read_text(encoding="utf-8")
    assert "slicer.util." not in text
    assert "slicer.mrmlScene" not in text
