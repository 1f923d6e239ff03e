"""What enhances in every head: dura, sinuses, vessels, choroid plexus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Anatomy, Compartment, Grid
from RNAssessLib.evidence import Thresholds

from .morphology import (
    Bools,
    Component,
    Floats,
    box_around,
    close,
    depth_inside,
    fill_holes,
    spacing_kji,
)

VENTRICLES = (
    Compartment.LEFT_LATERAL_VENTRICLE,
    Compartment.RIGHT_LATERAL_VENTRICLE,
    Compartment.THIRD_VENTRICLE,
    Compartment.FOURTH_VENTRICLE,
)
LEFT = (Compartment.LEFT_CEREBRUM, Compartment.LEFT_LATERAL_VENTRICLE)
RIGHT = (Compartment.RIGHT_CEREBRUM, Compartment.RIGHT_LATERAL_VENTRICLE)
INSIDE_SHARE = 0.5
SYMMETRY_SHARE = 0.5
COMPACT_SHARE, LONGEST_SHARE = 0.12, 0.05
LONG_MM = 10.0
DURA_MM, SMEAR = 2.0, 0.5  # tilted by 30 degrees, a sheet is smeared by half a slice


@dataclass(frozen=True)
class ComponentShape:
    """Shape of one enhancing component, its holes filled.

    Attributes
    ----------
    volume_cm3 : float
    thickness_mm : float
        Diameter of the largest ball inside.
    length_mm : float
        Extent along its longest axis.
    compactness : float
        Volume over that of the ball whose diameter is the length; 1 for a ball.
    """

    volume_cm3: float
    thickness_mm: float
    length_mm: float
    compactness: float


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What is needed to tell normal enhancement, computed once per timepoint.

    Attributes
    ----------
    grid : Grid
    depth_mm : (K, J, I) float32 array
        Distance below the brain's outer border.
    ventricles, dura : (K, J, I) bool array or None
        Ventricles, and the neighbourhood of falx and tentorium; None without anatomy.
    mirror : (4, 4) array or None
        Reflection of array indices through the patient's midplane.
    """

    grid: Grid
    depth_mm: Floats
    ventricles: Bools | None
    dura: Bools | None
    mirror: npt.NDArray[np.float64] | None


def describe_surroundings(brain: Bools, grid: Grid, anatomy: Anatomy | None) -> Surroundings:
    """Prepare the maps the rules look at; `anatomy` is on `grid`."""
    spacing = spacing_kji(grid.spacing_mm)
    depth = np.zeros(grid.shape, np.float32)
    box = box_around(brain, spacing, 0.0)
    if box is not None:
        depth[box] = depth_inside(brain[box], spacing)
    if anatomy is None:
        return Surroundings(grid, depth, None, None, None)
    parts = anatomy.compartments
    ventricles = np.isin(parts, VENTRICLES)
    return Surroundings(grid, depth, ventricles, _near_dura(parts, spacing), _mirror(parts, grid))


def measure_shape(component: Component, grid: Grid) -> ComponentShape:
    """Shape of `component` (in an array on `grid`), rings filled first."""
    spacing = spacing_kji(grid.spacing_mm)
    solid = fill_holes(close(component.mask, spacing, 1.5 * min(spacing)))
    volume = float(np.count_nonzero(solid)) * grid.voxel_volume_cm3
    depth = float(depth_inside(solid, spacing).max())
    # a voxel of depth one spacing is one voxel thick
    thickness = 2.0 * depth - min(spacing)
    points = np.argwhere(solid) * np.asarray(spacing)
    length = float(np.linalg.norm(np.asarray(spacing)))
    if len(points) > 3:
        centred = points - points.mean(axis=0)
        axis = np.linalg.eigh(np.cov(centred.T))[1][:, -1]
        along = centred @ axis
        length = float(along.max() - along.min()) + float(min(spacing))
    ball = np.pi / 6.0 * length**3 / 1000.0
    return ComponentShape(volume, thickness, length, volume / ball)


def explain_as_normal(
    component: Component, around: Surroundings, all_enhancement: Bools, thresholds: Thresholds
) -> str | None:
    """Reason why `component` is normal enhancement, None when nothing says so.

    Judged in this order: at the brain's border, in a ventricle, a thin sheet or tube, a mirror
    image on the other side.
    """
    shape = measure_shape(component, around.grid)
    if _median_depth(component, around) < thresholds["segmentation.border_mm"]:
        return "at the outer border of the brain (dura, sinus or cortical vein)"
    if around.ventricles is not None and component.share_in(around.ventricles) > INSIDE_SHARE:
        return "inside a ventricle (choroid plexus)"
    limit = thresholds["segmentation.sheet_thickness_mm"]
    thin = shape.thickness_mm <= limit
    # a sheet that crosses a thick slice at an angle is smeared along the slice
    smear = SMEAR * max(max(around.grid.spacing_mm) - 1.0, 0.0)
    sheet = shape.thickness_mm <= limit + smear
    if around.dura is not None and sheet and component.share_in(around.dura) > INSIDE_SHARE:
        return "thin and along the falx or tentorium (dura)"
    long = shape.length_mm > LONG_MM and shape.compactness < COMPACT_SHARE
    if (thin and long) or (sheet and long and shape.compactness < LONGEST_SHARE):
        return "thin and long (vessel)"
    if around.mirror is not None and _is_symmetric(component, around.mirror, all_enhancement):
        return "matched on the other side (normal vessels or plexus)"
    return None


def _median_depth(component: Component, around: Surroundings) -> float:
    return float(np.median(around.depth_mm[component.box][component.mask]))


def _near_dura(parts: npt.NDArray[np.uint8], spacing: tuple[float, ...]) -> Bools:
    """Voxels within about 2 mm of the meeting of hemispheres, or of cerebrum and cerebellum.

    A little more in thick slices, which smear what crosses them at an angle.
    """
    lower = (Compartment.LEFT_CEREBELLUM, Compartment.RIGHT_CEREBELLUM)
    left, right = np.isin(parts, LEFT), np.isin(parts, RIGHT)
    below = np.isin(parts, lower)
    wide = DURA_MM + 0.5 * SMEAR * max(max(spacing) - 1.0, 0.0)
    reach = [max(round(wide / s), 1) for s in spacing]
    size = tuple(2 * r + 1 for r in reach)
    near = [ndimage.maximum_filter(part.astype(np.uint8), size) > 0 for part in (left, right)]
    bottom = ndimage.maximum_filter(below.astype(np.uint8), size) > 0
    return np.asarray((near[0] & near[1]) | (bottom & (near[0] | near[1])))


def _mirror(parts: npt.NDArray[np.uint8], grid: Grid) -> npt.NDArray[np.float64] | None:
    """Reflection of (k, j, i, 1) indices through the plane midway between both hemispheres."""
    left = np.argwhere(np.isin(parts, LEFT)[::2, ::2, ::2]) * 2
    right = np.argwhere(np.isin(parts, RIGHT)[::2, ::2, ::2]) * 2
    if min(len(left), len(right)) < 100:
        return None
    a, b = grid.index_to_lps(left).mean(axis=0), grid.index_to_lps(right).mean(axis=0)
    normal = (a - b) / np.linalg.norm(a - b)
    reflect = np.eye(4)
    reflect[:3, :3] -= 2.0 * np.outer(normal, normal)
    reflect[:3, 3] = 2.0 * normal * float(normal @ (a + b) / 2.0)
    flip = np.eye(4)[[2, 1, 0, 3]]
    return np.asarray(flip @ grid.lps_to_ijk @ reflect @ grid.ijk_to_lps @ flip)


def _is_symmetric(
    component: Component, mirror: npt.NDArray[np.float64], all_enhancement: Bools
) -> bool:
    points = component.points()
    there = np.rint(points @ mirror[:3, :3].T + mirror[:3, 3]).astype(int)
    inside = np.all((there >= 0) & (there < np.asarray(all_enhancement.shape)), axis=1)
    there = there[inside]
    start = [s.start for s in component.box]
    stop = [s.stop for s in component.box]
    own = np.all((there >= start) & (there < stop), axis=1)
    hits = all_enhancement[tuple(there.T)] & ~own
    return bool(np.count_nonzero(hits) > SYMMETRY_SHARE * len(points))
