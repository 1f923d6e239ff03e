"""Compartments of the head and the boundaries between them."""

from .boundaries import BoundaryCrossing, BoundaryKind, find_crossing
from .build import anatomy_from_labels, carry_anatomy, compute_anatomy

__all__ = [
    "BoundaryCrossing",
    "BoundaryKind",
    "anatomy_from_labels",
    "carry_anatomy",
    "compute_anatomy",
    "find_crossing",
]
