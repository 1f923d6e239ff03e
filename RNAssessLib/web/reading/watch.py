"""Following the page's variables without keeping a closed case alive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakMethod


def watch(state: Any, name: str, method: Callable[..., object]) -> None:  # noqa: ANN401
    """Call a bound method when a variable of the page changes, as long as its object is there."""
    found = WeakMethod(method)

    def follow(**values: object) -> None:
        act = found()
        if act is not None:
            act(**values)

    state.change(name)(follow)
