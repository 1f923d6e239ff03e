"""What every part of the page is: requests it takes, keys it answers to, variables it fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .stage import Stage

Act = Callable[[], object]
Action = Callable[[str], object]
Requests = Mapping[str, Callable[..., object]]


class Desk:
    """Part of the page of one case. It knows the reading and what the case is drawn on."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._server, self._reading = stage, stage.server, stage.reading
        self._state: Any = stage.server.state
        self._views, self._hanging, self._asking = stage.views, stage.hanging, stage.asking

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
