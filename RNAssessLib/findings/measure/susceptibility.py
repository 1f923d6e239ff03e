"""Small susceptibility foci on SWI, told from veins and from large bleeds (LA25 §2.3).

Measured on the SWI's own lattice: resampling to the T1c's would blur a focus of two millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Grid,
    Lesion,
    Mask,
    PreparedCase,
    PreparedTimepoint,
    RigidTransform,
    SequenceRole,
    Tissue,
    Vector,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.resampling import resample_array

from .memory import changed_by_reader, remembered
from .parts import box_of
from .workspace import HALF

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.floating[Any]]
BACKGROUND_MM = 5.0
OUTER_MARGIN_MM = 10.0
GROUP = "swi_foci"


class Site(Enum):
    """Where a focus lies."""

    RIM = "rim"
    CORE = "core"
    ADJACENT = "adjacent brain"


@dataclass(frozen=True)
class Focus:
    """One dark focus.

    Attributes
    ----------
    point_lps_mm : tuple of float
        T1c space of the timepoint.
    volume_cm3 : float
        Sum of darkness over peak darkness: partial voxels count in part.
    length_mm : float
        Longest extent.
    site : Site
    """

    point_lps_mm: Vector
    volume_cm3: float
    length_mm: float
    site: Site


@dataclass(frozen=True, eq=False)
class Susceptibility:
    """What SWI shows in and beside a lesion at one timepoint.

    Attributes
    ----------
    timepoint : PreparedTimepoint
    foci : tuple of Focus
        Small ones, largest first.
    large : tuple of Focus
        Bleeds too large to be foci.
    vessels : int
        Dark structures left out because they are tubular, sulcal or at the brain's border.
    mask : Mask
        Voxels of the foci on the T1c grid.
    """

    timepoint: PreparedTimepoint
    foci: tuple[Focus, ...]
    large: tuple[Focus, ...]
    vessels: int
    mask: Mask

    def count(self, site: Site) -> int:
        """Number of foci at a site."""
        return sum(f.site is site for f in self.foci)


@dataclass(frozen=True, eq=False)
class _Scene:
    """SWI around the lesion with everything needed to judge a dark component."""

    grid: Grid
    darkness: FloatArray
    threshold: float
    enhancing: BoolArray
    core: BoolArray
    distance_mm: FloatArray
    depth_in_brain_mm: FloatArray
    sulcal: BoolArray
    to_t1c: RigidTransform


def find_foci(
    prepared: PreparedCase, timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> Susceptibility:
    """Find foci in rim, core and adjacent brain.

    The timepoint must hold SWI.
    """
    key = ("swi_foci", lesion, prepared.anatomy, changed_by_reader(thresholds))
    return remembered(timepoint, key, lambda: _find(prepared, timepoint, lesion, thresholds))


def _find(
    prepared: PreparedCase, timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> Susceptibility:
    scene = _open_scene(prepared, timepoint, lesion, thresholds)
    labels, _ = ndimage.label(scene.darkness > scene.threshold, np.ones((3, 3, 3)))
    foci, large, vessels = [], [], 0
    shown = np.zeros(labels.shape, bool)
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        own = labels[box] == number
        cells = np.argwhere(own) + [s.start for s in box]
        if scene.distance_mm[tuple(cells.T)].min() > thresholds[f"{GROUP}.adjacent_mm"]:
            continue
        focus, is_vessel, is_large = _judge(scene, cells, thresholds)
        if focus is None:
            continue
        if is_vessel:
            vessels += 1
        elif is_large:
            large.append(focus)
        else:
            foci.append(focus)
            shown[tuple(cells.T)] = True
    t1c = timepoint.nawm.grid
    share = resample_array(shown, scene.grid, t1c, scene.to_t1c)
    ordered = tuple(sorted(foci, key=lambda f: -f.volume_cm3))
    return Susceptibility(timepoint, ordered, tuple(large), vessels, Mask(share >= HALF, t1c))


def _open_scene(
    prepared: PreparedCase, timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> _Scene:
    swi = timepoint.timepoint.sequences[SequenceRole.SWI]
    known = timepoint.to_t1c.get(SequenceRole.SWI)
    to_t1c = known.transform if known is not None else RigidTransform()
    masks = timepoint.lesions[lesion.id]
    slices = _box(timepoint, lesion, swi.grid, to_t1c, thresholds)
    grid = swi.grid.crop(slices)
    back = to_t1c.inverse()
    t1c = timepoint.nawm.grid
    near = _around(grid, t1c, to_t1c)

    def carry(array: npt.NDArray[Any]) -> BoolArray:
        share = resample_array(array[near], t1c.crop(near), grid, back)
        return np.asarray(share >= HALF)

    enhancing, core = carry(masks.enhancing.array), carry(masks.necrotic_core.array)
    brain = carry(timepoint.brain.array)
    whole = enhancing | core
    spacing = grid.spacing_mm[::-1]
    if not whole.any():
        whole = _sphere(timepoint, lesion, grid, to_t1c)
    darkness, noise = _darkness(np.asarray(swi.array[slices], float), brain, spacing)
    contrast = thresholds[f"{GROUP}.contrast"]
    return _Scene(
        grid=grid,
        darkness=np.where(brain, darkness, 0.0),
        threshold=max(contrast, thresholds[f"{GROUP}.noise_factor"] * noise),
        enhancing=enhancing,
        core=core,
        distance_mm=ndimage.distance_transform_edt(~whole, sampling=spacing),
        depth_in_brain_mm=ndimage.distance_transform_edt(np.pad(brain, 1, mode="edge"),
                                                         sampling=spacing)[1:-1, 1:-1, 1:-1],
        sulcal=_sulcal(prepared, timepoint, grid, to_t1c),
        to_t1c=to_t1c,
    )  # fmt: skip


def _around(grid: Grid, t1c: Grid, to_t1c: RigidTransform) -> tuple[slice, slice, slice]:
    """Box of the T1c lattice that holds the SWI's crop; nothing else of it is sampled."""
    corners = list(product(*[(0, n - 1) for n in grid.shape]))
    index = t1c.lps_to_index(to_t1c.apply(grid.index_to_lps(corners)))
    start = np.clip(np.floor(index.min(axis=0)).astype(int) - 2, 0, np.asarray(t1c.shape) - 1)
    stop = np.clip(np.ceil(index.max(axis=0)).astype(int) + 3, start + 1, t1c.shape)
    k, j, i = (slice(int(a), int(b)) for a, b in zip(start, stop, strict=True))
    return k, j, i


def _box(
    timepoint: PreparedTimepoint,
    lesion: Lesion,
    grid: Grid,
    to_t1c: RigidTransform,
    thresholds: Thresholds,
) -> tuple[slice, slice, slice]:
    """Crop of the SWI lattice around lesion and target."""
    center = timepoint.to_reference.transform.inverse().apply(lesion.center_lps_mm)
    points = [center - lesion.radius_mm, center + lesion.radius_mm]
    masks = timepoint.lesions[lesion.id]
    whole = masks.enhancing.array | masks.necrotic_core.array
    held = box_of(whole)
    if held is not None:
        cells = np.argwhere(whole[held]) + [s.start for s in held]
        seen = timepoint.nawm.grid.index_to_lps(cells)
        points += [seen.min(axis=0), seen.max(axis=0)]
    reach = thresholds[f"{GROUP}.adjacent_mm"] + OUTER_MARGIN_MM
    low, high = np.min(points, axis=0) - reach, np.max(points, axis=0) + reach
    ends = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1])
                     for z in (low[2], high[2])])  # fmt: skip
    index = grid.lps_to_index(to_t1c.inverse().apply(ends))
    start = np.clip(np.floor(index.min(axis=0)).astype(int), 0, np.asarray(grid.shape) - 1)
    stop = np.clip(np.ceil(index.max(axis=0)).astype(int) + 1, start + 1, grid.shape)
    k, j, i = (slice(int(a), int(b)) for a, b in zip(start, stop, strict=True))
    return k, j, i


def _sphere(
    timepoint: PreparedTimepoint, lesion: Lesion, grid: Grid, to_t1c: RigidTransform
) -> BoolArray:
    center = timepoint.to_reference.transform.inverse().apply(lesion.center_lps_mm)
    index = np.moveaxis(np.indices(grid.shape), 0, -1)
    points = to_t1c.apply(grid.index_to_lps(index))
    return np.asarray(np.linalg.norm(points - center, axis=-1) <= max(lesion.radius_mm, 2.0))


def _darkness(
    image: FloatArray, brain: BoolArray, spacing: tuple[float, ...]
) -> tuple[FloatArray, float]:
    """1 - signal over local background (dark voxels kept out of that), and its noise."""
    sigma = [BACKGROUND_MM / s for s in spacing]
    if not brain.any():
        return np.zeros(image.shape), 0.0
    level = np.full(image.shape, float(np.median(image[brain])))
    for _ in range(3):
        weight = (brain & (image > 0.8 * level)).astype(float)
        found = ndimage.gaussian_filter(weight, sigma, truncate=3.0)
        mean = ndimage.gaussian_filter(image * weight, sigma, truncate=3.0)
        level = np.where(found > 1e-3, mean / np.maximum(found, 1e-3), level)
    darkness = 1.0 - image / np.maximum(level, 1e-6)
    values = darkness[brain]
    noise = 1.4826 * float(np.median(np.abs(values - np.median(values))))
    return darkness, noise


def _sulcal(
    prepared: PreparedCase, timepoint: PreparedTimepoint, grid: Grid, to_t1c: RigidTransform
) -> BoolArray:
    anatomy = prepared.anatomy
    if anatomy is None:
        return np.zeros(grid.shape, bool)
    index = np.moveaxis(np.indices(grid.shape), 0, -1)
    points = timepoint.to_reference.transform.apply(to_t1c.apply(grid.index_to_lps(index)))
    at = np.rint(anatomy.grid.lps_to_index(points)).astype(int)
    inside = np.all((at >= 0) & (at < anatomy.grid.shape), axis=-1)
    found = np.zeros(grid.shape, bool)
    found[inside] = anatomy.tissue[tuple(at[inside].T)] == Tissue.CSF
    return found


def _judge(
    scene: _Scene, cells: npt.NDArray[np.intp], thresholds: Thresholds
) -> tuple[Focus | None, bool, bool]:
    """Describe a dark component; None when too small. Then: is it a vessel, is it large."""
    at = tuple(cells.T)
    weight = scene.darkness[at]
    volume = float(weight.sum() / weight.max()) * scene.grid.voxel_volume_cm3
    if 1000.0 * volume < thresholds[f"{GROUP}.smallest_mm3"]:
        return None, False, False
    points = scene.grid.index_to_lps(cells)
    length, elongation = _extent(points, weight, scene.grid)
    x, y, z = (float(v) for v in scene.to_t1c.apply(np.average(points, axis=0, weights=weight)))
    in_lesion = float((scene.enhancing[at] | scene.core[at]).mean())
    focus = Focus((x, y, z), volume, length, _site(scene, at, in_lesion))
    edge = np.any((cells == 0) | (cells == np.asarray(scene.grid.shape) - 1))
    outside = in_lesion < HALF
    tubular = (
        length >= thresholds[f"{GROUP}.vessel_length_mm"]
        and elongation >= thresholds[f"{GROUP}.vessel_elongation"]
    )
    at_border = scene.depth_in_brain_mm[at].min() <= thresholds[f"{GROUP}.border_mm"]
    sulcal = float(scene.sulcal[at].mean()) > HALF
    too_long = length > thresholds[f"{GROUP}.largest_mm"]
    vessel = tubular or (outside and bool(edge or at_border or sulcal or too_long))
    return focus, vessel, too_long


def _site(scene: _Scene, at: tuple[npt.NDArray[np.intp], ...], in_lesion: float) -> Site:
    if in_lesion < HALF:
        return Site.ADJACENT
    rim = float(scene.enhancing[at].mean())
    return Site.RIM if rim >= float(scene.core[at].mean()) else Site.CORE


def _extent(points: FloatArray, weight: FloatArray, grid: Grid) -> tuple[float, float]:
    """Length along the main axis and its ratio to the second, voxel size taken into account."""
    middle = np.average(points, axis=0, weights=weight)
    offset = points - middle
    spread = (offset * weight[:, None]).T @ offset / weight.sum()
    axes = np.reshape(grid.direction, (3, 3))
    cell = axes @ np.diag(np.square(grid.spacing_mm) / 12.0) @ axes.T
    values, vectors = np.linalg.eigh(spread + cell)
    along = offset @ vectors[:, 2]
    step = float(np.abs(vectors[:, 2] @ axes) @ np.asarray(grid.spacing_mm))
    return float(np.ptp(along)) + step, float(np.sqrt(values[2] / values[1]))
