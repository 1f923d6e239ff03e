"""Browser shell on trame-slicer."""

from .app import RNAssessApp
from .server import serve

__all__ = ["RNAssessApp", "serve"]
