"""Browser shell on trame-slicer."""

from .serve import serve

__all__ = ["serve"]
