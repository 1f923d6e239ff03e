"""The dose of a course where the images are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Grid, NotAssessableError, PreparedCourse, RigidTransform

from .field import DoseField


def compute_dose_on(
    prepared: PreparedCourse, grid: Grid, grid_to_reference: RigidTransform | None = None
) -> npt.NDArray[np.float32]:
    """Dose in Gy at the voxels of `grid`, from the dose grid directly (sampled once).

    Parameters
    ----------
    prepared : PreparedCourse
    grid : Grid
    grid_to_reference : RigidTransform, optional
        Space of `grid` to reference space; identity when `grid` is in reference space.

    Returns
    -------
    (K, J, I) float32 array, 0 beyond the dose grid

    Raises
    ------
    NotAssessableError
        When the course has no dose or the dose could not be placed.
    """
    if prepared.course.dose is None:
        raise NotAssessableError(f"course {prepared.course.id} has no dose")
    if prepared.to_reference is None or not prepared.to_reference.is_usable:
        why = prepared.why_unplaced or "its registration failed"
        raise NotAssessableError(f"the dose of course {prepared.course.id} is not placed: {why}")
    to_dose = prepared.to_reference.transform.inverse()
    if grid_to_reference is not None:
        to_dose = grid_to_reference.then(to_dose)
    field = DoseField(prepared.course.dose)
    dose = np.zeros(grid.shape, np.float32)
    rows, columns = np.indices(grid.shape[1:])
    for k in range(grid.shape[0]):
        plane = np.stack([np.full(rows.shape, k), rows, columns], axis=-1)
        dose[k] = field.at(to_dose.apply(grid.index_to_lps(plane)))
    return dose
