"""What a benchmark takes from the library and from its neighbours is there.

Benchmarks run by hand, months apart: a name that the library dropped would be noticed only then.
"""

import ast
import importlib
from pathlib import Path

import pytest

TESTING = Path(__file__).parent
SCRIPTS = sorted((TESTING / "benchmarks").rglob("*.py"))
# Folders the scripts put on their path.
NEIGHBOURS = ("", "findings", "null_pairs", "../web", "../scene")


def taken(tree):
    """(module, name) of every ``from module import name``, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.module, alias.name) for alias in node.names)


def neighbour(script, module):
    """File of a module beside the script, or in a folder that benchmarks share."""
    folders = (script.parent, *(TESTING / "benchmarks" / n for n in NEIGHBOURS))
    return next((f for d in folders if (f := d / f"{module}.py").is_file()), None)


def defined(file):
    """Names at the top level of a file."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {a.asname or a.name for a in node.names}
        else:
            found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return found


def missing(script, tree):
    """Names the script takes from the library or a neighbour that are not there."""
    for module, name in taken(tree):
        if module.split(".")[0] == "RNAssessLib":
            there = hasattr(importlib.import_module(module), name)
        elif file := neighbour(script, module):
            there = name in defined(file)
        else:
            continue  # of another package
        if not there:
            yield f"{module}.{name}"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: "/".join(s.parts[-2:]))
def test_what_a_benchmark_takes_is_there(script):
    assert not list(missing(script, ast.parse(script.read_text(encoding="utf-8"))))


def test_a_name_that_went_is_noticed():
    script = TESTING / "benchmarks" / "real_labels" / "run.py"
    for gone in ("from measure_pair import BEFORE", "from RNAssessLib.case import Gone"):
        assert list(missing(script, ast.parse(gone)))
