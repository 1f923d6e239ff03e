"""Browser shell on trame-slicer."""

from .app import RNAssessApp
from .server import serve, serve_teaching

__all__ = ["RNAssessApp", "serve", "serve_teaching"]
