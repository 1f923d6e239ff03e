"""Observers of MRML nodes that end, at the latest, with the one who set them."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from typing import Any


class Observers:
    """Observers of one owner, by key; keep it as an attribute of the owner.

    The garbage collector empties a function that only an observed node refers to, although the
    scene still holds that node; VTK then calls the empty function, and the whole program crashes.
    So every observer is removed before its owner goes, and none keeps its owner alive.

    Examples
    --------
    >>> from vtkmodules.vtkCommonCore import vtkObject
    >>> class Listener:
    ...     def __init__(self, node):
    ...         self.observers = Observers()
    ...         self.observers.set("node", node, "ModifiedEvent", self.heard)
    ...     def heard(self, caller, event):
    ...         print("heard")
    >>> node = vtkObject()
    >>> listener = Listener(node)
    >>> node.Modified()
    heard
    >>> del listener
    >>> node.Modified(), node.HasObserver("ModifiedEvent")
    (None, 0)
    """

    def __init__(self) -> None:
        self._held: dict[Hashable, tuple[Any, int]] = {}
        # what it refers to stays out of reach of the collector until it has run
        weakref.finalize(self, _remove_all, self._held)

    def set(
        self,
        key: Hashable,
        node: Any,  # noqa: ANN401 - any vtkObject
        event: str | int,
        method: Callable[..., None],
        *first: object,
    ) -> None:
        """Call ``method(*first, caller, event)`` on an event; what `key` observed is let go.

        Parameters
        ----------
        key : hashable
        node : vtkObject
        event : str or int
        method : bound method
            Of the owner; held weakly.
        *first : object
            Arguments before those of VTK; not the owner, nor anything that refers to it.
        """
        self.remove(key)
        weak = weakref.WeakMethod(method)

        def call(caller: object, name: str) -> None:
            act = weak()
            if act is not None:
                act(*first, caller, name)

        self._held[key] = (node, node.AddObserver(event, call))

    def node(self, key: Hashable) -> Any | None:  # noqa: ANN401
        """Return what a key observes, None when nothing."""
        return self._held[key][0] if key in self._held else None

    def nodes(self) -> list[Any]:
        """Return everything that is observed."""
        return [node for node, _tag in self._held.values()]

    def remove(self, key: Hashable) -> None:
        """Stop observing under a key."""
        if key in self._held:
            node, tag = self._held.pop(key)
            node.RemoveObserver(tag)

    def remove_all(self) -> None:
        """Stop observing."""
        _remove_all(self._held)


def _remove_all(held: dict[Hashable, tuple[Any, int]]) -> None:
    while held:
        node, tag = held.popitem()[1]
        node.RemoveObserver(tag)
