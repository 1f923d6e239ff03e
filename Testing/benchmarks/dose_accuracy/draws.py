"""Random plans: where ball, dose grid and contour slices lie to each other is drawn."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from closed_forms import LinearDose, RadialGaussian

from RNAssessLib.case import (
    Contour,
    ContourSet,
    Course,
    DoseGrid,
    Grid,
    Structure,
    StructureRole,
    Target,
    Technique,
)

FRAME = "1.2.826.0.1.3680043.8.498.1"
PRESCRIPTION_GY, PEAK_GY = 20.0, 30.0
VERTICES = 72
BESIDE_VOXELS = 6  # a dose grid never ends beside its target
GRIDS = {
    "1 mm": (1.0, 1.0, 1.0),
    "2 mm": (2.0, 2.0, 2.0),
    "2.5 x 2.5 x 3 mm oblique": (2.5, 2.5, 3.0),
}


@dataclass(frozen=True)
class Draw:
    """One random plan and what is true of it."""

    course: Course
    truth: dict[str, float]


def make_draw(rng, diameter, grid, slice_mm, kind="gaussian"):
    """A ball of `diameter` mm in a Gaussian (radiosurgery-like) or a linear dose.

    The prescription isodose of the Gaussian is a ball of 0.9 to 1.15 times the target's radius,
    up to 0.3 radii off centre; its gradient index is 4.5.
    """
    radius = diameter / 2
    center = rng.uniform(-2, 2, 3) + np.array([7.0, -31.0, 52.0])
    direction = rng.normal(size=3)
    direction /= np.linalg.norm(direction)
    if kind == "gaussian":
        reach = radius * rng.uniform(0.9, 1.15)
        sigma = reach / np.sqrt(2 * np.log(PEAK_GY / PRESCRIPTION_GY))
        dose = RadialGaussian(center + direction * radius * rng.uniform(0, 0.3), PEAK_GY, sigma)
    else:
        dose = LinearDose(center, PRESCRIPTION_GY, 6.0 / radius, direction)
    lattice = make_grid(rng, grid, center, 2.3 * radius)
    values = dose.at(lattice.index_to_lps(np.moveaxis(np.indices(lattice.shape), 0, -1)))
    shape = slice_ball(rng, center, radius, slice_mm)
    course = Course(
        "c", date(2025, 1, 10), Technique.LINAC, 1,
        (Target("PTV", StructureRole.PTV, PRESCRIPTION_GY),),
        DoseGrid(values.astype(np.float32), lattice, FRAME),
        (Structure("PTV", StructureRole.PTV, shape, number=1),
         Structure("Skin", StructureRole.OTHER, _skin(center, radius, slice_mm), number=2)),
    )  # fmt: skip
    return Draw(course, dose.truth(radius, center, PRESCRIPTION_GY))


def _skin(center, radius, slice_mm):
    """What every plan has beside its target: a structure on many slices, which tells their gap."""
    half = 2 * radius
    corners = half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    heights = slice_mm * np.arange(-2, 3)
    return ContourSet(
        tuple(Contour(np.column_stack([center[:2] + corners, np.full(4, center[2] + h)]))
              for h in heights), FRAME,
    )  # fmt: skip


def make_grid(rng, name, center, half_mm):
    """Grid around a centre that lies anywhere within a voxel."""
    spacing = np.asarray(GRIDS[name])
    turn = np.eye(3)
    if "oblique" in name:
        turn = rotation(rng)
    size = np.ceil(2 * half_mm / spacing).astype(int) + 2 * BESIDE_VOXELS
    middle = (size - 1) / 2 + rng.uniform(-0.5, 0.5, 3)
    origin = center - turn @ (middle * spacing)
    i, j, k = (int(n) for n in size)
    return Grid((k, j, i), tuple(map(float, origin)), tuple(map(float, spacing)),
                tuple(map(float, turn.ravel())))  # fmt: skip


def rotation(rng):
    """Up to 30 degrees about a random axis."""
    axis = rng.normal(size=3)
    axis /= np.linalg.norm(axis)
    angle = np.radians(rng.uniform(5, 30))
    cross = np.cross(np.eye(3), axis)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def slice_ball(rng, center, radius, slice_mm):
    """Contours of a ball where slices at a random phase cut it, to 0.01 mm as systems write them.

    The polygons have the area of the circles.
    """
    angle = 2 * np.pi * np.arange(VERTICES) / VERTICES
    wide = np.sqrt(2 * np.pi / VERTICES / np.sin(2 * np.pi / VERTICES))
    contours = []
    start = -radius + rng.uniform(0, slice_mm)
    for height in np.arange(start, radius, slice_mm):
        r = wide * np.sqrt(max(radius**2 - height**2, 0))
        if r < 0.15:  # a system draws no contour of a few hundredths of a square millimetre
            continue
        points = np.column_stack([center[0] + r * np.cos(angle), center[1] + r * np.sin(angle),
                                  np.full(VERTICES, center[2] + height)])  # fmt: skip
        points[:, :2] = points[:, :2].round(2)
        contours.append(Contour(points))
    return ContourSet(tuple(contours), FRAME)
