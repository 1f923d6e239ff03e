"""Fingerprint of the code that a benchmark's rows rest on, so that rows of other code are not mixed in.

Only what can change a result counts: the benchmark's own script, what it imports beside itself, and
everything of the library that these reach. A page of the panel or a comment may change meanwhile,
and a run begun on one machine is taken up on another.
"""

import ast
import functools
import hashlib
from pathlib import Path

from RNAssessLib.docs.structure import ROOT, read_imports

TABLES = ("evidence.toml",)  # data of the library that measurements read


@functools.cache
def code_digest(*scripts):
    """12 hex digits for the code reached from files of `Testing/benchmarks` (paths)."""
    found = hashlib.sha256()
    graph = read_imports("RNAssessLib")
    own = _own_files(map(Path, scripts))
    for path in sorted([*own, *_library_files(own, graph)]):
        found.update(path.relative_to(ROOT).as_posix().encode() + _meaning(path))
    for name in TABLES:
        found.update((ROOT / "RNAssessLib" / name).read_bytes())
    return found.hexdigest()[:12]


def _own_files(scripts):
    """The scripts and the files beside them, or in the folder next door, that they import."""
    todo, seen = list(scripts), set()
    while todo:
        path = todo.pop().resolve()
        if path in seen or path == Path(__file__).resolve():
            continue
        seen.add(path)
        names = {module.partition(".")[0] for module, _ in _imports(path)}
        todo += [f for n in names for f in path.parents[1].glob(f"*/{n}.py")]
    return seen


def _library_files(own, graph):
    todo = {
        name
        for path in own
        for module, names in _imports(path)
        for name in (module, *(f"{module}.{n}" for n in names))
        if name in graph
    }
    seen = set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo |= {*graph[name], *_packages(name, graph)}
    return [_file_of(name) for name in seen]


def _packages(name, graph):
    parent = name.rpartition(".")[0]
    return {parent} & set(graph)


def _file_of(name):
    path = ROOT / Path(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, [alias.name for alias in node.names]


def _meaning(path):
    """The code of a file without comments, layout and docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            body[0].value.value = ""
    return ast.dump(tree).encode()


def _is_text(node):
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
