"""Boundaries of two label maps compared: the surfaces on which compartments meet."""

import numpy as np
from scipy import ndimage

from RNAssessLib.case import Compartment
from RNAssessLib.spatial.resampling import resample_array

C = Compartment
LEFT = (C.LEFT_CEREBRUM, C.LEFT_LATERAL_VENTRICLE)
RIGHT = (C.RIGHT_CEREBRUM, C.RIGHT_LATERAL_VENTRICLE)
BELOW = (C.LEFT_CEREBELLUM, C.RIGHT_CEREBELLUM)
SIDES = {"falx": (LEFT, RIGHT), "tentorium": (LEFT + RIGHT, BELOW)}
VENTRICLES = (C.LEFT_LATERAL_VENTRICLE, C.RIGHT_LATERAL_VENTRICLE)
PARTS = {"left hemisphere": LEFT, "right hemisphere": RIGHT, "below": BELOW,
         "ventricles": VENTRICLES}  # fmt: skip
NEAR_MM = 6.0


def interface(labels, sides, spacing):
    """Voxels half-way between two sides, where the two come within 6 mm of each other."""
    first, second = (
        ndimage.distance_transform_edt(~np.isin(labels, side), sampling=spacing) for side in sides
    )
    return (np.abs(first - second) <= 1.0) & (first + second <= 2 * NEAR_MM)


def gaps(a, b, spacing, where):
    """Distances in mm of the points of either surface from the other one."""
    if not (a & where).any() or not (b & where).any():
        return np.full(1, np.inf)
    from_b = ndimage.distance_transform_edt(~b, sampling=spacing)[a & where]
    from_a = ndimage.distance_transform_edt(~a, sampling=spacing)[b & where]
    return np.concatenate([from_b, from_a])


def wall(labels, parts):
    inside = np.isin(labels, parts)
    return inside & ~ndimage.binary_erosion(inside)


def dice(a, b):
    return 2.0 * int((a & b).sum()) / max(int(a.sum() + b.sum()), 1)


def compare_anatomy(patient, prepared):
    """Dice of compartments and distances of boundaries, outside the lesions."""
    anatomy = prepared.anatomy
    if anatomy is None:
        return {"why": prepared.why_no_anatomy}
    grid = anatomy.grid
    truth = np.rint(resample_array(patient.compartments.array, patient.compartments.grid, grid,
                                   interpolator=1)).astype(np.uint8)  # fmt: skip
    mine = anatomy.compartments
    spacing = grid.spacing_mm[::-1]
    free = np.ones(grid.shape, bool)
    points = grid.index_to_lps(np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape],
                                                    indexing="ij"), -1))  # fmt: skip
    for state in patient.patient.truth[prepared.reference].states:
        parts = state.parts(points)
        free &= (parts["enhancing"] + parts["core"]) < 0.1
    found = {"stated_mm": anatomy.boundary_error_mm}
    for name, parts in PARTS.items():
        found[f"dice {name}"] = round(
            dice(np.isin(mine, parts) & free, np.isin(truth, parts) & free), 4
        )
    for name, sides in SIDES.items():
        off = gaps(interface(mine, sides, spacing), interface(truth, sides, spacing), spacing, free)
        found[name] = [round(float(off.mean()), 2), round(float(np.percentile(off, 95)), 2)]
    off = gaps(wall(mine, VENTRICLES), wall(truth, VENTRICLES), spacing, free)
    found["ventricles"] = [round(float(off.mean()), 2), round(float(np.percentile(off, 95)), 2)]
    return found
