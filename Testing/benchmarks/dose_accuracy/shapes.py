"""Parts of the benchmark that ask about shape: the coincident ball, tilted ellipsoids.

    python Testing/benchmarks/dose_accuracy/shapes.py [--draws 10]

Prints the tables that RESULTS.md holds under these headings.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2])]

from closed_forms import RadialGaussian  # noqa: E402
from draws import FRAME, PEAK_GY, PRESCRIPTION_GY, VERTICES, make_grid, slice_ball  # noqa: E402
from own import measure  # noqa: E402

from RNAssessLib.case import (  # noqa: E402
    Contour,
    ContourSet,
    Course,
    DoseGrid,
    Structure,
    StructureRole,
    Target,
    Technique,
)
from RNAssessLib.spatial.occupancy import compute_occupancy  # noqa: E402

BALLS = (5, 10, 20)
SLICES = (0.5, 1.0, 2.0)
ELLIPSOIDS = ((3, 3, 6), (4, 3, 8), (8, 8, 4))  # half axes in mm
TILTS = (20, 45, 70)


def coincident_table(draws, seed):
    """Coverage and conformity of balls whose surface is the prescription isodose."""
    lines = ["## Ball whose surface is the prescription isodose; dose grid 1 mm", "",
             "True coverage 100 %, true CI 1. Lowest … highest (mean).", "",
             "| ball (mm) | slices | TC (%) | CI |", "|---|---|---|---|"]  # fmt: skip
    for diameter in BALLS:
        for slice_mm in SLICES:
            rng = np.random.default_rng([seed, diameter, int(10 * slice_mm)])
            found = [measure(_coincident(rng, diameter, slice_mm)) for _ in range(draws)]
            cover = np.array([100 * f["v100"][0] / f["volume"][0] for f in found])
            index = np.array([f["ci_paddick"][0] for f in found])
            lines.append(f"| {diameter} | {slice_mm:g} mm | {_range(cover, 2)} "
                         f"| {_range(index, 4)} |")  # fmt: skip
    return [*lines, ""]


def _range(values, digits):
    low, high, mean = values.min(), values.max(), values.mean()
    return f"{low:.{digits}f} … {high:.{digits}f} ({mean:.{digits}f})"


def _coincident(rng, diameter, slice_mm):
    radius = diameter / 2
    center = rng.uniform(-2, 2, 3) + np.array([7.0, -31.0, 52.0])
    sigma = radius / np.sqrt(2 * np.log(PEAK_GY / PRESCRIPTION_GY))
    dose = RadialGaussian(center, PEAK_GY, sigma)
    grid = make_grid(rng, "1 mm", center, 2.3 * radius)
    values = dose.at(grid.index_to_lps(np.moveaxis(np.indices(grid.shape), 0, -1)))
    shape = slice_ball(rng, center, radius, slice_mm)
    return Course(
        "c", date(2025, 1, 10), Technique.LINAC, 1,
        (Target("PTV", StructureRole.PTV, PRESCRIPTION_GY),),
        DoseGrid(values.astype(np.float32), grid, FRAME),
        (Structure("PTV", StructureRole.PTV, shape, number=1),),
    )  # fmt: skip


def ellipsoid_table(draws, seed):
    """Volume of ellipsoids tilted against the slices, and what lies outside their surface."""
    lines = ["## Ellipsoids tilted against the slices", "",
             "Error of the volume in %, lowest … highest (mean), and the largest share of whole "
             "cells (in % of the volume) whose centre lies outside the true surface.", "",
             "| half axes (mm) | tilt | slices | volume | outside |",
             "|---|---|---|---|---|"]  # fmt: skip
    for axes in ELLIPSOIDS:
        for tilt in TILTS:
            for slice_mm in SLICES[1:]:
                rng = np.random.default_rng([seed, *axes, tilt, int(10 * slice_mm)])
                found = [_ellipsoid(rng, axes, np.radians(tilt), slice_mm) for _ in range(draws)]
                error, outside = np.array(found).T
                name = " x ".join(map(str, axes))
                lines.append(f"| {name} | {tilt}° | {slice_mm:g} mm | {_range(error, 2)} "
                             f"| {outside.max():.2f} |")  # fmt: skip
    return [*lines, ""]


def _ellipsoid(rng, axes, tilt, slice_mm):
    c, s = np.cos(tilt), np.sin(tilt)
    turn = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    matrix = turn @ np.diag(1 / np.square(np.asarray(axes, float))) @ turn.T
    top = np.sqrt(np.linalg.inv(matrix)[2, 2])
    root = np.linalg.cholesky(np.linalg.inv(matrix[:2, :2]))
    drift = -np.linalg.solve(matrix[:2, :2], matrix[:2, 2])
    angle = 2 * np.pi * np.arange(VERTICES) / VERTICES
    disc = np.sqrt(2 * np.pi / VERTICES / np.sin(2 * np.pi / VERTICES)) * np.column_stack(
        [np.cos(angle), np.sin(angle)]
    )
    contours = []
    for z in np.arange(-top + rng.uniform(0, slice_mm), top, slice_mm):
        size = np.sqrt(max(1 - (z / top) ** 2, 0.0))
        if size < 0.05:
            continue
        points = (drift * z + size * (disc @ root.T)).round(2)
        contours.append(Contour(np.column_stack([points, np.full(VERTICES, z)])))
    occupancy = compute_occupancy(ContourSet(tuple(contours), FRAME))
    points, weight = occupancy.samples()
    outside = np.einsum("ni,ij,nj->n", points, matrix, points) > 1
    whole = weight > 0.9 * weight.max()
    truth = 4 / 3 * np.pi * np.prod(axes) / 1000
    share = 100 * weight[outside & whole].sum() / weight.sum()
    return 100 * (occupancy.volume_cm3 / truth - 1), share


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    lines = coincident_table(args.draws, args.seed) + ellipsoid_table(args.draws, args.seed)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
