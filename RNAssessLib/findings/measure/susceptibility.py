"""Small susceptibility foci on SWI, told from veins and from large bleeds (LA25 §2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
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
    Vector,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.resampling import resample_array

from .memory import changed_by_reader, remembered
from .swi_scene import GROUP, DarkScene, open_scene
from .workspace import HALF

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.floating[Any]]


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
    scene = open_scene(prepared, timepoint, lesion, thresholds)
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


def _judge(
    scene: DarkScene, cells: npt.NDArray[np.intp], thresholds: Thresholds
) -> tuple[Focus | None, bool, bool]:
    """Describe a dark component; None when too small, or no darker than its tissue is uneven.

    Then: is it a vessel, is it large.
    """
    at = tuple(cells.T)
    weight = scene.darkness[at]
    volume = float(weight.sum() / weight.max()) * scene.grid.voxel_volume_cm3
    if 1000.0 * volume < thresholds[f"{GROUP}.smallest_mm3"]:
        return None, False, False
    points = scene.grid.index_to_lps(cells)
    length, elongation = _extent(points, weight, scene.grid)
    x, y, z = (float(v) for v in scene.to_t1c.apply(np.average(points, axis=0, weights=weight)))
    in_lesion = float((scene.enhancing[at] | scene.core[at]).mean())
    site = _site(scene, at, in_lesion)
    if weight.max() < thresholds[f"{GROUP}.uneven_factor"] * _unevenness(scene, site):
        return None, False, False
    focus = Focus((x, y, z), volume, length, site)
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


def _site(scene: DarkScene, at: tuple[npt.NDArray[np.intp], ...], in_lesion: float) -> Site:
    if in_lesion < HALF:
        return Site.ADJACENT
    rim = float(scene.enhancing[at].mean())
    return Site.RIM if rim >= float(scene.core[at].mean()) else Site.CORE


def _unevenness(scene: DarkScene, site: Site) -> float:
    """Of the lesion's tissue at a site; brain beside it is judged by the noise alone."""
    return {Site.RIM: scene.uneven_enhancing, Site.CORE: scene.uneven_core}.get(site, 0.0)


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
