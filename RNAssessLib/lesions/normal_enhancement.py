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
    dilate,
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
SURFACE_TIMES, WIDEST_SINUS_MM = 3.0, 10.0  # a sinus is up to a centimetre wide
TUBE_MM2 = 10.0  # cross-section of the widest vessel that is still thin
PAIR_MM, PAIR_VOLUME, PAIR_DEPTH_MM = 4.0, 3.0, 15.0  # no head is symmetric to the millimetre
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

    Judged in this order: at the brain's border, in a ventricle, a thin sheet, along the surface, a
    tube, a mirror image on the other side.
    """
    shape = measure_shape(component, around.grid)
    depth = _median_depth(component, around)
    border = thresholds["segmentation.border_mm"]
    # a sheet that crosses a thick slice at an angle is smeared along the slice
    smear = SMEAR * max(max(around.grid.spacing_mm) - 1.0, 0.0)
    if depth < border + smear:
        return "at the outer border of the brain (dura, sinus or cortical vein)"
    if around.ventricles is not None and component.share_in(around.ventricles) > INSIDE_SHARE:
        return "inside a ventricle (choroid plexus)"
    limit = thresholds["segmentation.sheet_thickness_mm"]
    thin, sheet = shape.thickness_mm <= limit, shape.thickness_mm <= limit + smear
    if around.dura is not None and sheet and component.share_in(around.dura) > INSIDE_SHARE:
        return "thin and along the falx or tentorium (dura)"
    long = shape.length_mm > LONG_MM and shape.compactness < COMPACT_SHARE
    narrow = shape.thickness_mm <= WIDEST_SINUS_MM
    if long and narrow and depth < SURFACE_TIMES * border + smear:
        return "long and along the surface of the brain (sinus, dura or cortical vein)"
    if long and (thin or (narrow and shape.compactness < LONGEST_SHARE)):
        return "thin and long (vessel)"
    if around.mirror is not None and _is_symmetric(component, around, all_enhancement):
        return "matched on the other side (normal vessels or plexus)"
    return None


def explain_attached(
    component: Component, around: Surroundings, all_enhancement: Bools, thresholds: Thresholds
) -> str | None:
    """As `explain_as_normal`, of what hangs on a lesion.

    A thin rim is a sheet as dura is, and only a part of it may have been cut out: thin counts as a
    vessel only where it is a tube.
    """
    reason = explain_as_normal(component, around, all_enhancement, thresholds)
    if reason is None or not reason.startswith(("thin and long", "matched")):
        return reason
    shape = measure_shape(component, around.grid)
    return reason if 1000.0 * shape.volume_cm3 / shape.length_mm <= TUBE_MM2 else None


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


def _is_symmetric(component: Component, around: Surroundings, all_enhancement: Bools) -> bool:
    """Whether its mirror image enhances too.

    Voxel by voxel; deep in the brain, where choroid plexus and central veins are, also a few
    millimetres beside it when what lies there is of like size.
    """
    mirror = around.mirror
    assert mirror is not None
    points = component.points()
    there = np.rint(points @ mirror[:3, :3].T + mirror[:3, 3]).astype(int)
    inside = np.all((there >= 0) & (there < np.asarray(all_enhancement.shape)), axis=1)
    there = there[inside]
    if len(there) == 0:
        return False
    spacing = spacing_kji(around.grid.spacing_mm)
    low = np.maximum(there.min(axis=0) - [int(2 * PAIR_MM / s) + 1 for s in spacing], 0)
    high = there.max(axis=0) + [int(2 * PAIR_MM / s) + 2 for s in spacing]
    box = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    others = all_enhancement[box].copy()
    own = points - low  # the component is no partner of itself
    own = own[np.all((own >= 0) & (own < others.shape), axis=1)]
    others[tuple(own.T)] = False
    local = tuple((there - low).T)
    if np.count_nonzero(others[local]) > SYMMETRY_SHARE * len(points):
        return True
    if _median_depth(component, around) < PAIR_DEPTH_MM:
        return False
    image = np.zeros(others.shape, bool)
    image[local] = True
    partner = np.count_nonzero(others & dilate(image, spacing, PAIR_MM))
    alike = len(points) / PAIR_VOLUME <= partner <= len(points) * PAIR_VOLUME
    met = dilate(others, spacing, PAIR_MM)[local]
    return bool(alike and np.count_nonzero(met) > SYMMETRY_SHARE * len(points))
