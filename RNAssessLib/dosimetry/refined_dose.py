"""Dose between the voxels: on a finer lattice, and as a share of each cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Grid

from .field import DoseField
from .lattice import Box, bounding_box

FloatArray = npt.NDArray[np.floating[Any]]
MOST_CELLS = 400_000
FINEST = 12  # cells per voxel edge
BORDER_VOXELS = 2
NOTHING_ABOVE = 1.5  # times the hottest voxel: not even between voxels


def refine_dose(
    field: DoseField, level_gy: float, cells: int = MOST_CELLS
) -> tuple[FloatArray, Grid]:
    """Dose on a lattice cut close around everything above `level_gy`, as fine as `cells` allows."""
    dose = field.dose.dose_gy
    box = bounding_box(dose >= min(level_gy, 0.98 * field.max_gy))
    if box is None or level_gy > NOTHING_ABOVE * field.max_gy:
        return np.zeros((1, 1, 1)), field.dose.grid.crop((slice(0, 1), slice(0, 1), slice(0, 1)))
    return refine_box(field, box.grown(dose.shape, BORDER_VOXELS), cells)


def refine_box(field: DoseField, box: Box, cells: int) -> tuple[FloatArray, Grid]:
    """Dose on a lattice of about `cells` cells over a box of voxels."""
    crop = field.dose.grid.crop(box.slices)
    extent = np.asarray(crop.shape[::-1]) * np.asarray(crop.spacing_mm)
    cell = (float(np.prod(extent)) / cells) ** (1 / 3)
    factors = [int(np.clip(round(s / cell), 1, FINEST)) for s in crop.spacing_mm]
    i, j, k = (s / f for s, f in zip(crop.spacing_mm, factors, strict=True))
    fine = crop.resized((i, j, k))
    return field.on(fine), fine


def share_above(values: FloatArray, level_gy: float) -> FloatArray:
    """Share of each cell above the level, for a dose that rises evenly through the cell."""
    square = sum(
        np.gradient(values, axis=axis) ** 2 for axis, n in enumerate(values.shape) if n > 1
    )
    rise = np.sqrt(np.maximum(square, 1e-18))
    share: FloatArray = np.clip(0.5 + (values - level_gy) / rise, 0.0, 1.0)
    return share
