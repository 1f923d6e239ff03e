"""What every part of the page is: requests it takes, keys it answers to, variables it fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trame_server import Server

from RNAssessLib.panel.reading.reading import Reading

Act = Callable[[], object]
Action = Callable[[str], object]
Requests = Mapping[str, Callable[..., object]]


class Desk:
    """Part of the page of one case. It knows the reading, and what it is given to draw on.

    Parameters
    ----------
    server : trame Server
    reading : Reading
        Told of everything the reader does; `changes` tells what became of it.
    """

    def __init__(self, server: Server, reading: Reading) -> None:
        self._server = server
        self._state: Any = server.state
        self._reading = reading

    def requests(self) -> Requests:
        """What the page may ask, by name."""
        return {}

    def keys(self) -> Mapping[str, Action]:
        """What keys do, by action; each takes the view under the cursor."""
        return {}

    def bind(self) -> None:
        """Take the page's requests."""
        for name, act in self.requests().items():
            self._server.trigger(name)(act)

    def fill(self) -> None:
        """Put the page's variables there."""

    def escape(self) -> bool:
        """Close what is open here; False when nothing was."""
        return False

    def close(self) -> None:
        """Let go of what is held."""
