"""Errors to tables."""

import numpy as np
from draws import FRAME, VERTICES

from RNAssessLib.case import Contour, ContourSet
from RNAssessLib.spatial.occupancy import EndCap, compute_occupancy

VOLUMES = ("volume", "v100", "piv", "v50")
DOSES = ("d98", "d50", "d2", "dmean")
INDICES = ("ci_paddick", "gi")
TITLES = {"volume": "TV", "v100": "V100", "piv": "PIV", "v50": "V50", "d98": "D98", "d50": "D50",
          "d2": "D2", "dmean": "mean", "ci_paddick": "CI (absolute)", "gi": "GI"}  # fmt: skip
ABSOLUTE = ("ci_paddick",)


def errors_of(cell, name):
    """Errors of one figure over the draws: percent, or absolute for indices near 1."""
    out = []
    for truth, found in cell:
        if name in found and name in truth and truth[name]:
            value = found[name][0] if isinstance(found[name], tuple) else found[name]
            error = value - truth[name]
            out.append(error if name in ABSOLUTE else 100 * error / truth[name])
    return np.array(out)


def covered_of(cell, name):
    """How often the printed half-width held the truth."""
    held = [
        abs(found[name][0] - truth[name]) <= found[name][1]
        for truth, found in cell
        if name in found and name in truth
    ]
    return held


def accuracy_tables(results, diameters, slices):
    """Range and mean of the error per figure, and how often the printed doubt covers it."""
    lines = []
    kinds = {
        "gaussian": "Radial Gaussian dose (gradient index 4.5, up to 0.3 radii off centre)",
        "linear": "Linear dose across the ball",
    }
    for kind, title in kinds.items():
        grids = dict.fromkeys(key[2] for key in results if key[0] == kind)
        for grid in grids:
            for slice_mm in slices:
                lines += _accuracy_table(results, kind, title, grid, slice_mm, diameters)
    return lines


def _accuracy_table(results, kind, title, grid, slice_mm, diameters):
    names = (*VOLUMES, *DOSES, *INDICES) if kind == "gaussian" else ("volume", "v100", *DOSES)
    lines = [
        f"## {title}; dose grid {grid}, slices {slice_mm:g} mm",
        "",
        "Lowest … highest error (mean) in %, CI as a difference.",
        "",
        "| ball (mm) | " + " | ".join(TITLES[n] for n in names) + " | truth within ± |",
        "|---|" + "---|" * (len(names) + 1),
    ]
    for diameter in diameters:
        cell = results[kind, diameter, grid, slice_mm]
        row = [_span(errors_of(cell, n), n) for n in names]
        held = [h for n in names for h in covered_of(cell, n)]
        lines.append(f"| {diameter} | " + " | ".join(row) + f" | {100 * np.mean(held):.1f} % |")
    return [*lines, ""]


def _span(errors, name):
    if not len(errors):
        return "–"
    digits = 3 if name in ABSOLUTE else 2
    low, high, mean = errors.min(), errors.max(), errors.mean()
    return f"{low:+.{digits}f} … {high:+.{digits}f} ({mean:+.{digits}f})"


def cap_table(draws, seed):
    """Volumes of cylinders and cones along the slices: what each end rule makes of them."""
    lines = [
        "## Shapes with flat ends: what the end rule decides",
        "",
        "Cylinder and cone 10 mm wide and 10 mm high, axis across the slices, random phase; error "
        "of the volume in %, lowest … highest (mean). Between the last contour and the end of a "
        "structure the slices say nothing: no rule can be right for every shape.",
        "",
        "| shape | slices | " + " | ".join(cap.value for cap in EndCap) + " |",
        "|---|---|" + "---|" * len(EndCap),
    ]
    for shape in ("cylinder", "cone"):
        for slice_mm in (1.0, 2.0):
            row = []
            for cap in EndCap:
                rng = np.random.default_rng([seed, int(10 * slice_mm)])
                found = [_solid(shape, rng, slice_mm, cap) for _ in range(draws)]
                row.append(_span(np.array(found), "volume"))
            lines.append(f"| {shape} | {slice_mm:g} mm | " + " | ".join(row) + " |")
    return [*lines, ""]


def _solid(shape, rng, slice_mm, cap):
    radius, height = 5.0, 10.0
    truth = np.pi * radius**2 * height / (1000 if shape == "cylinder" else 3000)
    angle = 2 * np.pi * np.arange(VERTICES) / VERTICES
    wide = np.sqrt(2 * np.pi / VERTICES / np.sin(2 * np.pi / VERTICES))
    contours = []
    for z in np.arange(rng.uniform(0, slice_mm), height, slice_mm):
        r = wide * (radius if shape == "cylinder" else radius * (1 - z / height))
        if r > 0.15:
            points = np.column_stack([r * np.cos(angle), r * np.sin(angle), np.full(VERTICES, z)])
            contours.append(Contour(points))
    found = compute_occupancy(ContourSet(tuple(contours), FRAME), cap=cap)
    return 100 * (found.volume_cm3 / truth - 1)


def peer_tables(results, diameters):
    """Worst errors beside the peers', and the ratio."""
    names = ("volume", "v100", "d98", "d50", "d2", "dmean")
    systems = list(results)
    lines = []
    for grid in dict.fromkeys(key[1] for key in results[systems[0]]):
        lines += [
            f"## Beside other software, the same DICOM files; dose grid {grid}, slices 1 mm",
            "",
            "Largest absolute error in % over the draws (from the true value; a missing answer "
            "counts as 100).",
            "",
            "| ball (mm) | system | " + " | ".join(TITLES[n] for n in names) + " | s, median |",
            "|---|---|" + "---|" * (len(names) + 1),
        ]
        for diameter in diameters:
            for system in systems:
                cell = results[system][diameter, grid]
                worst = [_worst(cell, n) for n in names]
                seconds = [s for _, _, s in cell if s is not None]
                took = f"{np.median(seconds):.3f}" if seconds else "–"
                text = " | ".join(f"{w:.2f}" for w in worst)
                lines.append(f"| {diameter} | {system} | {text} | {took} |")
        lines.append("")
        lines += _ratios(results, systems, names, diameters, grid)
    return lines


def _worst(cell, name):
    return max(
        abs(100 * (found[name] / truth[name] - 1)) if name in found else 100.0
        for truth, found, _ in cell
    )


def _ratios(results, systems, names, diameters, grid):
    lines = ["Worst error of each system over ours, all sizes together:", ""]
    lines += ["| system | " + " | ".join(TITLES[n] for n in names) + " |",
              "|---|" + "---|" * len(names)]  # fmt: skip
    own = {n: max(_worst(results["RNAssess"][d, grid], n) for d in diameters) for n in names}
    for system in systems[1:]:
        ratios = [
            max(_worst(results[system][d, grid], n) for d in diameters) / own[n] for n in names
        ]
        lines.append(f"| {system} | " + " | ".join(f"{r:.0f} x" for r in ratios) + " |")
    return [*lines, ""]
