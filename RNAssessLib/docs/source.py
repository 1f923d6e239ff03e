"""What an item's code says about itself: steps, figures, thresholds, caveats."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from RNAssessLib.evidence import Criterion, Thresholds, all_criteria
from RNAssessLib.findings.finding import FindingSpec
from RNAssessLib.findings.registry import REGISTRY

MEASURE = "RNAssessLib.findings.measure"
COURSE = "RNAssessLib.course."
CAVEAT_NAMES = re.compile(r"caveat|doubt|mimic|excuse|remark|warning|reasons")
CAVEAT_MAKERS = re.compile(r"caveat|doubt|mimic|excuse|warn|drug|earlier")
SHORTEST_CAVEAT = 8
PLUMBING = ("timepoints", "workspace", "pointing")  # finding and showing, not measuring
SHARED = "tolerance"  # what of the plumbing decides
GAP = "…"


@dataclass(frozen=True)
class FigureSource:
    """A figure that an item gives: machine name, unit, definition (may be empty)."""

    name: str
    unit: str
    definition: str


@dataclass(frozen=True)
class ItemSource:
    """Everything the pages say about one item.

    Attributes
    ----------
    spec : FindingSpec
    summary : str
        First line of its module.
    evaluation : str
        What its `evaluate` does.
    steps : tuple of str
        What the measuring functions do that it calls, in order of import.
    figures : tuple of FigureSource
    criteria : tuple of Criterion
    caveats : tuple of str
        Texts that it can warn with; an ellipsis stands for what is filled in.
    """

    spec: FindingSpec
    summary: str
    evaluation: str
    steps: tuple[str, ...]
    figures: tuple[FigureSource, ...]
    criteria: tuple[Criterion, ...]
    caveats: tuple[str, ...]


def read_items() -> tuple[ItemSource, ...]:
    """Read every item of the registry, in clinical order."""
    return tuple(_read(_module_of(item)) for item in REGISTRY)


def _module_of(item: object) -> ModuleType:
    if isinstance(item, ModuleType):
        return item
    return importlib.import_module(type(item).__module__)


def _read(module: ModuleType) -> ItemSource:
    tree = _tree(module)
    every = _helpers(tree)
    helpers = [(m, names) for m, names in every if m.__name__.split(".")[-1] not in PLUMBING]
    own = [tree, *(_tree(m) for m, _ in helpers)]
    summary = (module.__doc__ or "").strip().splitlines()[0]
    return ItemSource(
        spec=module.SPEC,
        summary=_sentence(re.sub(r"^Items? \d+: ", "", summary)),
        evaluation=first_paragraph(module.evaluate.__doc__),
        steps=_steps(helpers),
        figures=_figures(tree),
        criteria=_criteria(module, _deciding(own, [_tree(m) for m, _ in every])),
        caveats=_caveats(own),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _deciding(own: list[ast.Module], every: list[ast.Module]) -> list[ast.Module]:
    """Code whose thresholds count: the plumbing's only where its tolerance is used."""
    return [*own, *every] if any(SHARED in ast.unparse(tree) for tree in own) else own


@cache
def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def first_paragraph(text: str | None) -> str:
    r"""First paragraph of a docstring as one line.

    Examples
    --------
    >>> first_paragraph("One\n    line.\n\n    More.")
    'One line.'
    """
    lines = inspect.cleandoc(text or "").split("\n\n")[0]
    return " ".join(lines.split())


def _helpers(tree: ast.Module) -> list[tuple[ModuleType, list[str]]]:
    """Modules of measuring and of the course that an item imports, with the names it takes."""
    found = []
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        if node.module.startswith("measure."):
            name = f"{MEASURE}.{node.module.split('.')[1]}"
        elif node.module.startswith(COURSE):
            name = node.module
        else:
            continue
        found.append((importlib.import_module(name), [alias.name for alias in node.names]))
    return found


def _steps(helpers: list[tuple[ModuleType, list[str]]]) -> tuple[str, ...]:
    said = []
    for module, names in helpers:
        for name in names:
            function = getattr(module, name)
            if inspect.isfunction(function):
                said.append(first_paragraph(function.__doc__))
    return tuple(dict.fromkeys(text for text in said if text))


def _text(node: ast.expr, constants: dict[str, str]) -> str | None:
    """Text of a literal, an f-string (values as an ellipsis) or a named constant."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = [v.value if isinstance(v, ast.Constant) else GAP for v in node.values]
        return "".join(str(part) for part in parts)
    return constants.get(node.id) if isinstance(node, ast.Name) else None


def _constants(tree: ast.Module) -> dict[str, str]:
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = _text(node.value, {})
            if text is not None:
                found[node.targets[0].id] = text
    return found


def _figures(tree: ast.Module) -> tuple[FigureSource, ...]:
    found: dict[str, FigureSource] = {}
    constants = _constants(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id != "Quantity" or len(node.args) < 3:
            continue
        name, unit = (_text(node.args[at], constants) for at in (0, 2))
        definition = _text(node.args[3], constants) if len(node.args) > 3 else ""
        if name and unit and GAP not in name:
            known = found.get(name)
            if known is None or (definition and not known.definition):
                found[name] = FigureSource(name, unit, _plain(definition or ""))
    return tuple(found.values())


def _plain(definition: str) -> str:
    """Definition without what is filled in for one patient."""
    return "" if definition.strip(GAP + " ") == "" else definition


def _criteria(module: ModuleType, trees: list[ast.Module]) -> tuple[Criterion, ...]:
    keys = {c.key for c in all_criteria()}
    used = {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in keys
    }
    if hasattr(module, "_criteria"):
        used |= {criterion.key for criterion in module._criteria(Thresholds())}
    return tuple(c for c in all_criteria() if c.key in used)


def _caveats(trees: list[ast.Module]) -> tuple[str, ...]:
    texts: list[str] = []
    for one in trees:
        constants = _constants(one)
        for node in _caveat_nodes(one):
            texts += _texts_in(node, constants)
    long = (t for t in texts if len(t) >= SHORTEST_CAVEAT and " " in t)
    return tuple(dict.fromkeys(" ".join(t.split()) for t in long))


def _caveat_nodes(tree: ast.Module) -> Iterator[ast.expr]:
    """Expressions whose texts become caveats."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "caveats":
            yield node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            named = owner.id if isinstance(owner, ast.Name) else ""
            if node.func.attr in ("append", "insert") and CAVEAT_NAMES.search(named):
                yield from node.args
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and node.value and CAVEAT_NAMES.search(target.id):
                yield node.value
        elif isinstance(node, ast.FunctionDef) and CAVEAT_MAKERS.search(node.name):
            yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value)


def _texts_in(node: ast.expr, constants: dict[str, str]) -> Iterator[str]:
    """Outermost texts of an expression; what is compared or looked up is no text."""
    text = _text(node, constants)
    if text is not None:
        yield text
    elif isinstance(node, ast.List | ast.Tuple):
        for item in node.elts:
            yield from _texts_in(item, constants)
    elif isinstance(node, ast.Starred):
        yield from _texts_in(node.value, constants)
    elif isinstance(node, ast.IfExp):
        yield from _texts_in(node.body, constants)
        yield from _texts_in(node.orelse, constants)
    elif isinstance(node, ast.GeneratorExp | ast.ListComp):
        yield from _texts_in(node.elt, constants)
    elif isinstance(node, ast.Call):
        for item in node.args:
            yield from _texts_in(item, constants)
    elif isinstance(node, ast.BinOp):
        yield from _texts_in(node.left, constants)
        yield from _texts_in(node.right, constants)
