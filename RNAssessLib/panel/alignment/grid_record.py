"""A lattice as sessions keep it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from RNAssessLib.case import Grid


def describe_grid(grid: Grid) -> dict[str, Any]:
    """Return a lattice as a JSON object.

    Examples
    --------
    >>> grid = Grid((3, 4, 5), (0.5, -1.0, 2.0), (1.0, 1.0, 2.5))
    >>> parse_grid(describe_grid(grid)) == grid
    True
    """
    return {
        "shape": list(grid.shape),
        "origin_mm": [float(v) for v in grid.origin_mm],
        "spacing_mm": [float(v) for v in grid.spacing_mm],
        "direction": [float(v) for v in grid.direction],
    }


def parse_grid(row: Mapping[str, Any]) -> Grid:
    """Read what `describe_grid` gave; raises ValueError, KeyError or TypeError."""
    k, j, i = (int(v) for v in row["shape"])
    x, y, z = (float(v) for v in row["origin_mm"])
    a, b, c = (float(v) for v in row["spacing_mm"])
    return Grid((k, j, i), (x, y, z), (a, b, c), tuple(float(v) for v in row["direction"]))
