"""Where tissue lies to the treated target: infield, in its margin, outfield (PP23 Results)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from RNAssessLib.case import Lesion, PreparedCourse, RigidTransform
from RNAssessLib.lesions.targets import target_mask
from RNAssessLib.spatial.occupancy import compute_occupancy

from .memory import remembered
from .workspace import Workspace

FloatArray = npt.NDArray[np.floating[Any]]
CELLS = 100_000


def share_by_field(
    space: Workspace, lesion: Lesion, where: npt.NDArray[np.bool_], margin_mm: float
) -> tuple[float, float, float] | None:
    """Percent of a set of voxels inside the GTV, within its margin, and beyond.

    Parameters
    ----------
    space : Workspace
    lesion : Lesion
    where : (K, J, I) bool array on the workspace's grid, not empty
    margin_mm : float
        Width of the margin around the GTV, in three dimensions.

    Returns
    -------
    tuple of float, or None
        None when the course holds no structure of the target.
    """
    placed = space.prepared.course_of(lesion)
    names = {s.name for s in placed.course.structures} if placed else set()
    if placed is None or not lesion.targets or lesion.targets[0].name not in names:
        return None
    gtv = remembered(
        placed,
        ("target", lesion, space.grid),
        lambda: target_mask(placed, lesion, space.grid, RigidTransform()).array,
    )
    tree, half_cell_mm = remembered(
        placed, ("target samples", lesion), lambda: _sample(placed, lesion)
    )
    if not gtv.any():
        return None
    distance, _ = tree.query(space.grid.index_to_lps(np.argwhere(where)))
    inside = gtv[where]
    outside = ~inside & (distance - half_cell_mm > margin_mm)
    infield, outfield = 100 * float(inside.mean()), 100 * float(outside.mean())
    return infield, 100 - infield - outfield, outfield


def _sample(placed: PreparedCourse, lesion: Lesion) -> tuple[cKDTree, float]:
    """Points inside the target in reference space, and half the size of what each stands for.

    Far finer than voxels: a margin of 2 mm is not two voxels wide in every direction.
    """
    assert placed.to_reference is not None
    shape = placed.course.structure(lesion.targets[0].name).shape
    points, weight = compute_occupancy(shape, cells=CELLS, single_plane_mm=1.0).samples()
    cell_mm = 10.0 * float(np.median(weight)) ** (1 / 3)
    return cKDTree(placed.to_reference.transform.apply(points)), 0.5 * cell_mm
