"""Browser shell on trame-slicer."""

from .app import RNAssessApp
from .server import serve, serve_folder, serve_roles, serve_teaching

__all__ = ["RNAssessApp", "serve", "serve_folder", "serve_roles", "serve_teaching"]
