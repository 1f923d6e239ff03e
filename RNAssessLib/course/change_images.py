"""Pictures of change: what a study shows beyond another one, in units of white matter."""

from __future__ import annotations

import numpy as np

from RNAssessLib.case import (
    Image,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    SequenceRole,
)
from RNAssessLib.spatial.resampling import resample_array

R = SequenceRole


def compute_subtraction(timepoint: PreparedTimepoint) -> Image:
    """T1c − T1 of one study, each divided by its white matter: what took up contrast.

    Parameters
    ----------
    timepoint : PreparedTimepoint

    Returns
    -------
    Image
        On the T1c's native grid, where the T1 was carried once; 1 is the white matter's level.

    Raises
    ------
    NotAssessableError
        Without a T1, without a white-matter level, or when the T1 could not be aligned.
    """
    before, after = _beside_t1c(timepoint, R.T1), timepoint.images[R.T1C]
    difference = after.array / _level(timepoint, R.T1C) - before
    return Image(difference.astype(np.float32), after.grid)


def compute_response_map(timepoint: PreparedTimepoint) -> Image:
    """Delayed T1c − T1c of one study, each divided by its white matter (LA25 §2.6; TRAM).

    Returns
    -------
    Image
        On the T1c's native grid; above 0 contrast accumulated, below it washed out.

    Raises
    ------
    NotAssessableError
        As `compute_subtraction`, of the delayed T1c.
    """
    late, early = _beside_t1c(timepoint, R.T1C_DELAYED), timepoint.images[R.T1C]
    change = late - early.array / _level(timepoint, R.T1C)
    return Image(change.astype(np.float32), early.grid)


def _beside_t1c(timepoint: PreparedTimepoint, role: SequenceRole) -> np.ndarray:
    """Another sequence on the T1c's grid in units of its white matter."""
    if role not in timepoint.images:
        raise NotAssessableError(f"no {role.value}")
    registration = timepoint.to_t1c.get(role)
    if registration is not None and not registration.is_usable:
        raise NotAssessableError(f"{role.value} not aligned")
    return np.asarray(timepoint.images[role].array / _level(timepoint, role))


def compute_difference(
    prepared: PreparedCase, now: PreparedTimepoint, prior: PreparedTimepoint
) -> Image:
    """T1c now − T1c prior, each divided by its white matter, on the common grid.

    Returns
    -------
    Image
        In the reference space; 1 is the white matter's level, 0 is no change and also what lies
        beyond one of the two images.

    Raises
    ------
    NotAssessableError
        Without a white-matter level, or when one of them could not be aligned.
    """
    for timepoint in (now, prior):
        if not timepoint.to_reference.is_usable:
            raise NotAssessableError(f"{timepoint.id} not aligned")
    after, before = (_carry(prepared, timepoint) for timepoint in (now, prior))
    seen = np.isfinite(after) & np.isfinite(before)
    difference = np.where(seen, after - before, 0.0)
    return Image(difference.astype(np.float32), prepared.common_grid)


def _carry(prepared: PreparedCase, timepoint: PreparedTimepoint) -> np.ndarray:
    """T1c on the common grid in units of its white matter, NaN beyond the image."""
    image = timepoint.timepoint.t1c
    level = _level(timepoint, R.T1C)
    carried = resample_array(
        image.array, image.grid, prepared.common_grid, timepoint.to_reference.transform,
        outside=float("nan"),
    )  # fmt: skip
    return np.asarray(carried / level, dtype=np.float32)


def _level(timepoint: PreparedTimepoint, role: SequenceRole) -> float:
    level = timepoint.white_matter_level.get(role)
    if not level:
        raise NotAssessableError(f"{timepoint.id} {role.value}: white matter not found")
    return float(level)
