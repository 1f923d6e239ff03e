"""Browser shell on trame-slicer."""

from .serving.app import RNAssessApp
from .serving.server import serve, serve_folder, serve_roles, serve_teaching

__all__ = ["RNAssessApp", "serve", "serve_folder", "serve_roles", "serve_teaching"]
