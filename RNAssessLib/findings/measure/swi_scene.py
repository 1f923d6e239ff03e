"""SWI around a lesion on its own lattice: how dark every voxel is, and where it lies.

Resampling to the T1c's lattice would blur a focus of two millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Grid,
    Lesion,
    PreparedCase,
    PreparedTimepoint,
    RigidTransform,
    SequenceRole,
    Tissue,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.parts import box_of
from RNAssessLib.spatial.resampling import resample_array

from .workspace import HALF

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.floating[Any]]
BACKGROUND_MM = 5.0
OUTER_MARGIN_MM = 10.0
FEWEST_VOXELS = 50
GROUP = "swi_foci"


@dataclass(frozen=True, eq=False)
class DarkScene:
    """SWI around the lesion with everything needed to judge a dark component.

    Attributes
    ----------
    grid : Grid
        Crop of the SWI's own lattice; all arrays are on it.
    darkness : array
        1 - signal over its local background; 0 outside the brain.
    threshold : float
        Darkness from which a voxel counts.
    enhancing, core : bool array
        Of the lesion.
    uneven_enhancing, uneven_core : float
        Standard deviation of darkness within them, foci left aside.
    distance_mm : array
        To the lesion; to its target where nothing of it is seen.
    depth_in_brain_mm : array
    sulcal : bool array
    to_t1c : RigidTransform
    """

    grid: Grid
    darkness: FloatArray
    threshold: float
    enhancing: BoolArray
    core: BoolArray
    uneven_enhancing: float
    uneven_core: float
    distance_mm: FloatArray
    depth_in_brain_mm: FloatArray
    sulcal: BoolArray
    to_t1c: RigidTransform


def open_scene(
    prepared: PreparedCase, timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> DarkScene:
    """SWI of a timepoint around a lesion; the timepoint must hold SWI."""
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
    return DarkScene(
        grid=grid,
        darkness=np.where(brain, darkness, 0.0),
        threshold=max(contrast, thresholds[f"{GROUP}.noise_factor"] * noise),
        enhancing=enhancing,
        core=core,
        uneven_enhancing=_unevenness(darkness[enhancing]),
        uneven_core=_unevenness(darkness[core]),
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


def _unevenness(darkness: FloatArray) -> float:
    """Standard deviation of a tissue's darkness, read from its bright end: foci only darken.

    The 16th and the 2nd percentile of a normal distribution lie one standard deviation apart, and
    both stay bright however many foci there are. 0 for tissue too small to tell.
    """
    if darkness.size < FEWEST_VOXELS:
        return 0.0
    low, high = np.percentile(darkness, (2.275, 15.866))
    return float(high - low)


def _sulcal(
    prepared: PreparedCase, timepoint: PreparedTimepoint, grid: Grid, to_t1c: RigidTransform
) -> BoolArray:
    anatomy = prepared.anatomy
    if anatomy is None:
        return np.zeros(grid.shape, bool)
    index = np.moveaxis(np.indices(grid.shape), 0, -1)
    points = timepoint.to_reference.transform.apply(to_t1c.apply(grid.index_to_lps(index)))
    at, inside = anatomy.grid.nearest_voxels(points)
    found = np.zeros(grid.shape, bool)
    found[inside] = anatomy.tissue[tuple(at[inside].T)] == Tissue.CSF
    return found
