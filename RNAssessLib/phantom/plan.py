"""A radiosurgery plan with closed-form dose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Contour,
    ContourSet,
    DoseGrid,
    Grid,
    Structure,
    StructureRole,
    Vector,
)

SLICE_MM, VERTICES = 1.0, 72
HALF_DOSE_RADIUS = 1.55  # of the target's radius: gradient index 1.55³ ≈ 3.7
FALL_OFF = 1.8  # power of the dose beyond half the prescription
PEAK = 1.55  # maximum over prescription


@dataclass(frozen=True)
class Shot:
    """Radially symmetric dose around one target.

    Prescription at `radius_mm`, half of it at 1.55 times that, then a power law: steep beside the
    target, with the low-dose tail radiosurgery has.

    Examples
    --------
    >>> shot = Shot((0.0, 0.0, 0.0), 10.0, 20.0)
    >>> [round(float(shot.dose_at_radius(np.array(r))), 3) for r in (0.0, 10.0, 15.5)]
    [31.0, 20.0, 10.0]
    """

    center_mm: Vector
    radius_mm: float
    prescription_gy: float

    def dose_at_radius(self, radius_mm: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Dose in Gy at a distance from the centre."""
        r = radius_mm / self.radius_mm
        inside = PEAK - (PEAK - 1.0) * r**2
        # cubic from (1, 1) to (1.55, 0.5); slopes continue both neighbours
        t = np.clip((r - 1.0) / (HALF_DOSE_RADIUS - 1.0), 0, 1)
        width = HALF_DOSE_RADIUS - 1.0
        left, right = -2 * (PEAK - 1.0) * width, -FALL_OFF * 0.5 / HALF_DOSE_RADIUS * width
        between = (
            (2 * t**3 - 3 * t**2 + 1)
            + (t**3 - 2 * t**2 + t) * left
            + (-2 * t**3 + 3 * t**2) * 0.5
            + (t**3 - t**2) * right
        )
        tail = 0.5 * (np.maximum(r, HALF_DOSE_RADIUS) / HALF_DOSE_RADIUS) ** -FALL_OFF
        share = np.where(r <= 1, inside, np.where(r <= HALF_DOSE_RADIUS, between, tail))
        return np.asarray(self.prescription_gy * share)

    def radius_of_dose(self, dose_gy: float) -> float:
        """Distance at which the dose falls to `dose_gy` (by bisection)."""
        low, high = 0.0, 50.0 * self.radius_mm
        for _ in range(80):
            middle = (low + high) / 2
            if float(self.dose_at_radius(np.array(middle))) > dose_gy:
                low = middle
            else:
                high = middle
        return low


def build_dose(shots: tuple[Shot, ...], frame_of_reference_uid: str, spacing_mm: float) -> DoseGrid:
    """Sum of all shots on a lattice of its own, off the images' grid."""
    centers = np.array([s.center_mm for s in shots])
    reach = 4.0 * max(s.radius_mm for s in shots) + 10.0
    low = np.floor(centers.min(0) - reach) + 0.37
    size = np.ceil((centers.max(0) + reach - low) / spacing_mm).astype(int)
    i, j, k = (int(n) for n in size)
    grid = Grid((k, j, i), (float(low[0]), float(low[1]), float(low[2])), (spacing_mm,) * 3)
    index = np.stack(np.meshgrid(np.arange(k), np.arange(j), np.arange(i), indexing="ij"), -1)
    points = grid.index_to_lps(index)
    dose = np.zeros(grid.shape)
    for shot in shots:
        dose += shot.dose_at_radius(np.linalg.norm(points - np.asarray(shot.center_mm), axis=-1))
    return DoseGrid(dose.astype(np.float32), grid, frame_of_reference_uid)


def sphere_contours(center_mm: Vector, radius_mm: float, frame_of_reference_uid: str) -> ContourSet:
    """Contours of a sphere on axial slices; polygons have the circle's area."""
    angle = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    # a polygon inscribed in the circle is a little too small
    grow = np.sqrt(2 * np.pi / VERTICES / np.sin(2 * np.pi / VERTICES))
    first = np.ceil((center_mm[2] - radius_mm) / SLICE_MM) * SLICE_MM
    contours = []
    for z in np.arange(first, center_mm[2] + radius_mm, SLICE_MM):
        r2 = radius_mm**2 - (z - center_mm[2]) ** 2
        if r2 < 0.04:
            continue
        r = np.sqrt(r2) * grow
        contours.append(
            Contour(
                np.column_stack(
                    [
                        center_mm[0] + r * np.cos(angle),
                        center_mm[1] + r * np.sin(angle),
                        np.full(VERTICES, z),
                    ]
                )
            )
        )
    return ContourSet(tuple(contours), frame_of_reference_uid)


def sphere_structure(
    name: str, role: StructureRole, shot: Shot, radius_mm: float, frame: str, number: int
) -> Structure:
    """Spherical target structure."""
    colour = (220, 50, 47) if role is StructureRole.GTV else (38, 139, 210)
    contours = sphere_contours(shot.center_mm, radius_mm, frame)
    return Structure(name, role, contours, number, colour)
