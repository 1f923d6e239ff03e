"""Browser shell on trame-slicer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .serving.app import RNAssessApp
    from .serving.server import serve, serve_folder, serve_roles, serve_teaching

__all__ = ["RNAssessApp", "serve", "serve_folder", "serve_roles", "serve_teaching"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """Load what serves when it is asked for: importing a file of the page loads that file."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "serving.app" if name == "RNAssessApp" else "serving.server"
    return getattr(import_module(f"{__name__}.{home}"), name)
