"""The structure of the code, read from the code: who imports whom, how long files are."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import numpy as np

LIBRARY = Path(__file__).parents[1]
ROOT = LIBRARY.parent
TREES = ("RNAssessLib", "RNAssess")
LONGEST_FILE, LONG_FUNCTION = 300, 25
Graph = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Lengths:
    """How long the files and functions of a folder are.

    Attributes
    ----------
    folder : str
    lines : int
        Of all its files.
    longest : tuple of (str, int)
        Files above `LONGEST_FILE` lines.
    function_90 : float
        90th percentile of the functions' lines, docstrings left out.
    """

    folder: str
    lines: int
    longest: tuple[tuple[str, int], ...]
    function_90: float

    @property
    def text(self) -> str:
        """One line."""
        long = ", ".join(f"{name} {count}" for name, count in self.longest) or "none"
        return (
            f"{self.folder}: {self.lines} lines; above {LONGEST_FILE}: {long}; "
            f"90 % of functions have at most {self.function_90:.0f} lines"
        )


def module_name(path: Path, root: Path = ROOT) -> str:
    """Dotted name of a file; a package goes by its folder's."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_imports(tree: str, root: Path = ROOT) -> Graph:
    """Modules of a tree, each with those of the same tree that it imports anywhere in its file.

    Imports for type checking and inside functions count, too.
    """
    files = {module_name(path, root): path for path in sorted((root / tree).rglob("*.py"))}
    return {
        name: frozenset(found for found in _imported(path, name, files) if found != name)
        for name, path in files.items()
    }


def _imported(path: Path, name: str, known: Mapping[str, Path]) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name in known)
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                if whole in known:
                    yield whole
                elif module in known:
                    yield module


def find_ring(graph: Graph) -> tuple[str, ...]:
    """Return modules that import each other in a ring, the first again at the end; none: empty.

    Examples
    --------
    >>> find_ring({"a": frozenset({"b"}), "b": frozenset({"a"})})[0] in "ab"
    True
    >>> find_ring({"a": frozenset({"b"}), "b": frozenset()})
    ()
    """
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


# --- lengths --------------------------------------------------------------------------------------


def measure(folder: str, root: Path = ROOT) -> Lengths:
    """Lengths of the files and functions below a folder."""
    lines: dict[str, int] = {}
    functions: list[int] = []
    for path in sorted((root / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        lines[path.relative_to(root / folder).as_posix()] = len(text.splitlines())
        functions += [_length(n) for n in ast.walk(ast.parse(text)) if _is_function(n)]
    longest = tuple((name, n) for name, n in lines.items() if n > LONGEST_FILE)
    return Lengths(folder, sum(lines.values()), longest, float(np.percentile(functions, 90)))


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _length(node: ast.AST) -> int:
    """Lines from ``def`` to the end, without the docstring."""
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    whole = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is not None:
        whole -= (first.end_lineno or first.lineno) - first.lineno + 1
    return whole


def describe_figures() -> str:
    """Lengths of every folder, and whether there is a ring, one a line."""
    folders = [
        f"RNAssessLib/{p.name}" for p in sorted(LIBRARY.iterdir()) if (p / "__init__.py").exists()
    ]
    rows = [measure(folder).text for folder in (*folders, "RNAssess", "RNAssessLib")]
    shells = [measure(f).lines for f in ("RNAssessLib/web", "RNAssess/RNAssessWidgets")]
    rows.append(f"both shells: {' + '.join(map(str, shells))} = {sum(shells)} lines")
    for tree in TREES:
        ring = find_ring(read_imports(tree))
        rows.append(f"{tree}: {'a ring: ' + ' > '.join(ring) if ring else 'no ring of imports'}")
    return "\n".join(rows)


# --- picture --------------------------------------------------------------------------------------


def floors(graph: Graph) -> dict[str, set[str]]:
    """What each floor of the library rests on, without what is said already by a floor between."""
    direct: dict[str, set[str]] = {}
    for name, imported in graph.items():
        here = _floor(name)
        direct.setdefault(here, set()).update(_floor(other) for other in imported)
    direct.pop("", None)
    for name, below in direct.items():
        below -= {name, ""}
    reach = {name: _reach(name, direct) for name in direct}
    return {
        name: {one for one in below if not any(one in reach[o] for o in below - {one})}
        for name, below in direct.items()
    }


def _floor(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def _reach(name: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(direct[name])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += direct.get(one, ())
    return found


def draw_floors() -> str:
    """Floors of the library as a Mermaid flowchart: an arrow leads to what a floor rests on."""
    rests = floors(read_imports("RNAssessLib"))
    arrows = [f"    {name} --> {one}" for name in sorted(rests) for one in sorted(rests[name])]
    slicer = ["    RNAssess([RNAssess: the Slicer module]) --> report", "    RNAssess --> scene"]
    return "\n".join(["```mermaid", "flowchart TD", *slicer, *arrows, "```"])


def put_floors(page: str) -> str:
    """Put the picture of now into a page, between its two marks."""
    start, end = "<!-- structure -->\n", "<!-- /structure -->"
    before, _, rest = page.partition(start)
    return f"{before}{start}{draw_floors()}\n{end}{rest.partition(end)[2]}"
