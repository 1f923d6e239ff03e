"""Where the reader put an image: a registration as a session keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from RNAssessLib.case import (
    Grid,
    Image,
    Registration,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
    SequenceRole,
)

from .grid_record import describe_grid, parse_grid


@dataclass(frozen=True)
class PlaceChange:
    """One registration that the reader accepted.

    Attributes
    ----------
    timepoint : str
        Id.
    role : SequenceRole or None
        A sequence onto its T1c; None for the study onto the reference.
    matrix : tuple of float
        Moving to fixed, LPS mm, row by row.
    quality : RegistrationQuality
        As it was measured when the reader accepted it.
    moving, fixed : Grid
        Lattices of the two images: on others the place means nothing.
    at : str
        ISO time.
    """

    timepoint: str
    role: SequenceRole | None
    matrix: tuple[float, ...]
    quality: RegistrationQuality
    moving: Grid
    fixed: Grid
    at: str

    @classmethod
    def of(
        cls, timepoint: str, role: SequenceRole | None, placed: Registration,
        images: tuple[Image, Image], at: str,
    ) -> PlaceChange:  # fmt: skip
        """Store a registration of `images` (moving, fixed)."""
        matrix = tuple(float(v) for v in placed.transform.moving_to_fixed.ravel())
        moving, fixed = (image.grid for image in images)
        return cls(timepoint, role, matrix, placed.quality, moving, fixed, at)

    @property
    def transform(self) -> RigidTransform:
        """Moving to fixed."""
        return RigidTransform(np.reshape(self.matrix, (4, 4)))

    @property
    def name(self) -> str:
        """What was moved, for people: ``t1 T1c``."""
        return f"{self.timepoint} {self.role.value if self.role else SequenceRole.T1C.value}"

    def fits(self, images: tuple[Image, Image]) -> bool:
        """Whether it was made for images (moving, fixed) on these lattices."""
        moving, fixed = images
        return self.moving.matches(moving.grid) and self.fixed.matches(fixed.grid)


def describe_place(change: PlaceChange) -> dict[str, Any]:
    """Return a place as a JSON object."""
    quality = change.quality
    return {
        "type": "place",
        "timepoint": change.timepoint,
        "role": None if change.role is None else change.role.value,
        "moving_to_fixed": list(change.matrix),
        "quality": {
            "grade": quality.grade.value,
            "similarity_before": quality.similarity_before,
            "similarity_after": quality.similarity_after,
            "overlap_dice": quality.overlap_dice,
            "inverse_consistency_mm": quality.inverse_consistency_mm,
            "expected_error_mm": quality.expected_error_mm,
            "method": quality.method,
            "reasons": list(quality.reasons),
        },
        "moving": describe_grid(change.moving),
        "fixed": describe_grid(change.fixed),
        "at": change.at,
    }


def parse_place(row: dict[str, Any]) -> PlaceChange:
    """Read what `describe_place` gave; raises ValueError, KeyError or TypeError."""

    def optional(value: Any) -> float | None:  # noqa: ANN401 - as JSON holds it
        return None if value is None else float(value)

    told = row["quality"]
    quality = RegistrationQuality(
        RegistrationGrade(told["grade"]), float(told["similarity_before"]),
        float(told["similarity_after"]), optional(told["overlap_dice"]),
        optional(told["inverse_consistency_mm"]), float(told["expected_error_mm"]),
        str(told["method"]), tuple(str(reason) for reason in told["reasons"]),
    )  # fmt: skip
    role = None if row["role"] is None else SequenceRole(row["role"])
    matrix = tuple(float(v) for v in row["moving_to_fixed"])
    grids = (parse_grid(row["moving"]), parse_grid(row["fixed"]))
    change = PlaceChange(str(row["timepoint"]), role, matrix, quality, *grids, str(row["at"]))
    _ = change.transform  # a matrix that is none is found while reading, not later
    return change
