"""Objects of the model as plain data and arrays, and back; nothing is executed on the way back.

Only what RNAssessLib itself defines as dataclass or enumeration is rebuilt, field by field: unlike
a pickle, a file cannot name a function to call. Objects that were one stay one.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.findings.measure.memory import NAME as REMEMBERED

Array = npt.NDArray[Any]
ROOT = "RNAssessLib."
PLAIN = (bool, int, str)
SEQUENCES: dict[type, str] = {tuple: "tuple", list: "list", set: "set", frozenset: "frozenset"}


class Flattener:
    """Collects an object graph as a list of nodes, children before parents, and its arrays.

    Attributes
    ----------
    nodes : list
        Each ``[kind, …]``; values inside are plain or ``{"r": node}``.
    arrays : list of ndarray
    """

    def __init__(self) -> None:
        self.nodes: list[list[Any]] = []
        self.arrays: list[Array] = []
        self._known: dict[int, int] = {}
        self._alive: list[object] = []  # so that an id is not given to another object meanwhile

    def add(self, value: object) -> Any:  # noqa: ANN401 - JSON
        """Return a value as JSON holds it.

        Raises
        ------
        TypeError
            An object of another library, or one with state that is not in its fields.
        """
        if value is None or type(value) in PLAIN:
            return value
        if type(value) is float:
            return value if np.isfinite(value) else {"f": repr(value)}
        if id(value) not in self._known:
            node = self._node(value)
            self._alive.append(value)
            self._known[id(value)] = len(self.nodes)
            self.nodes.append(node)
        return {"r": self._known[id(value)]}

    def _node(self, value: Any) -> list[Any]:  # noqa: ANN401 - anything of the model
        if isinstance(value, Enum):
            return ["enum", _name(type(value)), value.name]
        if type(value) in SEQUENCES:
            items = sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value
            return [SEQUENCES[type(value)], [self.add(item) for item in items]]
        if isinstance(value, (dict, MappingProxyType)):
            return ["dict", [[self.add(k), self.add(v)] for k, v in value.items()]]
        if isinstance(value, np.ndarray):
            self.arrays.append(value)
            return ["array", len(self.arrays) - 1]
        if isinstance(value, np.generic):
            return ["scalar", value.dtype.str, value.item()]
        if type(value) in (date, datetime):
            return [type(value).__name__, value.isoformat()]
        if is_dataclass(value) and type(value).__module__.startswith(ROOT):
            return ["object", _name(type(value)), self._fields(value)]
        raise TypeError(f"a {type(value).__module__}.{type(value).__name__} cannot be kept")

    def _fields(self, value: Any) -> dict[str, Any]:  # noqa: ANN401 - a dataclass
        named = {f.name for f in fields(value)}
        hidden = [
            name for name in getattr(value, "__dict__", {})
            if name not in named and name != REMEMBERED  # made again when asked for
            and not isinstance(getattr(type(value), name, None), cached_property)
        ]  # fmt: skip
        if hidden:
            raise TypeError(f"{type(value).__name__}.{hidden[0]} is no field and cannot be kept")
        return {name: self.add(getattr(value, name)) for name in sorted(named)}


def rebuild(nodes: Sequence[Sequence[Any]], arrays: Sequence[Array], root: Any) -> Any:  # noqa: ANN401
    """Return the object that `Flattener.add` gave `root` for.

    Raises
    ------
    ValueError
        Nodes that no Flattener of this version made.
    """
    built: list[Any] = []

    def value(held: Any) -> Any:  # noqa: ANN401 - JSON
        if not isinstance(held, Mapping):
            return held
        return built[held["r"]] if "r" in held else float(held["f"])

    try:
        for node in nodes:
            built.append(_build(node, arrays, value))
        return value(root)
    except (LookupError, AttributeError, TypeError, ImportError) as error:
        raise ValueError(f"is not a kept case of this version: {error}") from None


def _build(node: Sequence[Any], arrays: Sequence[Array], value: Any) -> Any:  # noqa: ANN401
    kind, held = node[0], node[1]
    for made, name in SEQUENCES.items():
        if kind == name:
            return made(value(item) for item in held)
    if kind == "dict":
        return {value(k): value(v) for k, v in held}
    if kind == "array":
        return arrays[held]
    if kind == "scalar":
        return np.dtype(held).type(node[2])
    if kind in ("date", "datetime"):
        return {"date": date, "datetime": datetime}[kind].fromisoformat(held)
    made = _class(held)
    if kind == "enum" and issubclass(made, Enum):
        return made[node[2]]
    if kind != "object" or not is_dataclass(made):
        raise TypeError(f"{kind} {held}")
    made_object = object.__new__(made)
    if {f.name for f in fields(made)} != set(node[2]):
        raise TypeError(f"fields of {held}")
    for name, item in node[2].items():
        object.__setattr__(made_object, name, value(item))
    return made_object


def _name(of: type) -> str:
    return f"{of.__module__}:{of.__qualname__}"


def _class(name: str) -> type:
    module, _, path = name.partition(":")
    if not module.startswith(ROOT):
        raise TypeError(f"{name} is not of RNAssess")
    found: Any = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    if not isinstance(found, type) or found.__module__ != module:
        raise TypeError(f"{name} is no class")
    return found
