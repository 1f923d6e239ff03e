"""Normal tissue on the other side, in whose units a lesion's signal is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Anatomy,
    Compartment,
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    SequenceRole,
)

from .memory import remembered

LEFT = (
    Compartment.LEFT_CEREBRUM,
    Compartment.LEFT_CEREBELLUM,
)
RIGHT = (
    Compartment.RIGHT_CEREBRUM,
    Compartment.RIGHT_CEREBELLUM,
)
FEWEST_VOXELS = 100
MOST_VOXELS = 30_000


@dataclass(frozen=True)
class ReferenceLevel:
    """Signal of normal tissue.

    Attributes
    ----------
    value : float
        Median, in the unit of the image; not 0.
    where : str
        ``contralateral white matter`` or why it is another place.
    """

    value: float
    where: str


def contralateral_level(
    prepared: PreparedCase,
    timepoint: PreparedTimepoint,
    lesion: Lesion,
    role: SequenceRole,
    *,
    tissue: Mask | None = None,
    name: str = "white matter",
) -> ReferenceLevel:
    """Median of an image in normal tissue opposite to the lesion.

    Parameters
    ----------
    prepared, timepoint, lesion, role
        What is measured.
    tissue : Mask, optional
        Normal tissue on the T1c grid; normal-appearing white matter by default.
    name : str
        How that tissue is called.

    Raises
    ------
    NotAssessableError
        When no normal tissue is known or its signal is not positive.
    """
    if tissue is not None:  # made for this one question
        return _measure(prepared, timepoint, lesion, role, tissue, name)
    key = ("normal", lesion, role, name, prepared.anatomy)
    return remembered(
        timepoint, key,
        lambda: _measure(prepared, timepoint, lesion, role, timepoint.nawm, name),
    )  # fmt: skip


def _measure(
    prepared: PreparedCase,
    timepoint: PreparedTimepoint,
    lesion: Lesion,
    role: SequenceRole,
    tissue: Mask,
    name: str,
) -> ReferenceLevel:
    cells = np.argwhere(tissue.array)
    if len(cells) < FEWEST_VOXELS:
        raise NotAssessableError(f"too little normal {name} was found at {timepoint.id}")
    cells = cells[:: max(len(cells) // MOST_VOXELS, 1)]
    chosen, where = _other_side(prepared, timepoint, lesion, cells, name)
    values = timepoint.images[role].array[tuple(chosen.T)]
    level = float(np.median(values))
    if not level > 0:
        raise NotAssessableError(f"{role.value} of {timepoint.id} has no signal in normal {name}")
    return ReferenceLevel(level, where)


def _other_side(
    prepared: PreparedCase,
    timepoint: PreparedTimepoint,
    lesion: Lesion,
    cells: npt.NDArray[np.intp],
    name: str,
) -> tuple[npt.NDArray[np.intp], str]:
    both = f"{name} of both sides"
    if prepared.anatomy is None:
        return cells, f"{both} (anatomy not known)"
    side = side_of(prepared.anatomy, lesion)
    if side is None:
        return cells, f"{both} (lesion at the midline)"
    opposite = RIGHT if side == LEFT else LEFT
    points = timepoint.to_reference.transform.apply(timepoint.nawm.grid.index_to_lps(cells))
    there = np.isin(compartments_at(prepared.anatomy, points), opposite)
    if np.count_nonzero(there) < FEWEST_VOXELS:
        return cells, f"{both} (too little on the other side)"
    return cells[there], f"contralateral {name}"


def side_of(anatomy: Anatomy, lesion: Lesion) -> tuple[Compartment, ...] | None:
    """Compartments of the lesion's own side; None at the midline."""
    center = np.asarray(lesion.center_lps_mm)
    steps = np.linspace(-1, 1, 7) * max(lesion.radius_mm, 3.0)
    cube = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    found = compartments_at(anatomy, center + cube)
    left, right = np.isin(found, LEFT).mean(), np.isin(found, RIGHT).mean()
    if max(left, right) < 2 * min(left, right) or max(left, right) == 0:
        return None
    return LEFT if left > right else RIGHT


def compartments_at(
    anatomy: Anatomy, points_reference_mm: npt.NDArray[np.floating[Any]]
) -> npt.NDArray[np.uint8]:
    """Compartment at points (N, 3) of the reference space; OUTSIDE beyond the lattice."""
    index, inside = anatomy.grid.nearest_voxels(points_reference_mm)
    found = np.zeros(len(index), np.uint8)
    found[inside] = anatomy.compartments[tuple(index[inside].T)]
    return found


def ratio_in(
    timepoint: PreparedTimepoint, role: SequenceRole, where: npt.NDArray[np.bool_], level: float
) -> npt.NDArray[np.float64]:
    """Values (N,) of an image inside a mask over the level of normal tissue."""
    return np.asarray(timepoint.images[role].array[where], float) / level
