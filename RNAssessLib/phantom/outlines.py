"""True masks of one visit, displaced by the error an outline has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, LesionMasks, Mask, MaskKind, MaskOrigin, RigidTransform
from RNAssessLib.spatial.resampling import resample_array

from .head import Head
from .lesion_script import LesionState
from .scanner import spared_share
from .scenario import Scenario

Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]
COARSE_MM = 8.0  # correlation length of outline and anatomy errors
SEARCH_DOSE_SHARE = 0.25  # as segmentation.search_dose_percent
FEWEST_VOXELS = 8
HALF = 0.5


def grid_points(grid: Grid) -> Floats:
    """LPS position (K, J, I, 3) of every voxel centre."""
    return grid.index_to_lps(np.moveaxis(np.indices(grid.shape), 0, -1))


def smooth_displacement(grid: Grid, amplitude_mm: float, rng: np.random.Generator) -> Floats:
    """Smooth random displacement (K, J, I, 3) in mm."""
    if amplitude_mm == 0.0:
        return np.zeros((1, 1, 1, 3))
    size = [max(int(n * s / COARSE_MM), 2) for n, s in
            zip(grid.shape, grid.spacing_mm[::-1], strict=True)]  # fmt: skip
    zoom = [n / m for n, m in zip(grid.shape, size, strict=True)]
    field = [ndimage.zoom(rng.normal(0.0, 1.0, size), zoom, order=1) for _ in range(3)]
    stacked = np.stack(field, axis=-1)
    # interpolation between nodes narrows the spread
    return np.asarray(amplitude_mm * stacked / stacked.std())


class Outliner:
    """Masks of one visit on its T1c grid, from shapes displaced by the outline's error.

    Parameters
    ----------
    head : Head
    grid : Grid
        T1c's.
    to_reference : RigidTransform
        True one.
    outline_mm, stated_mm : float
        Displacement per axis that is made, and error that the masks state.
    vessel_share : float
        Probability that a vessel is taken for enhancement.
    rng : numpy.random.Generator
    """

    def __init__(
        self,
        head: Head,
        grid: Grid,
        to_reference: RigidTransform,
        outline_mm: float,
        stated_mm: float,
        vessel_share: float,
        rng: np.random.Generator,
    ) -> None:
        self.head, self.grid, self.rng = head, grid, rng
        self.stated_mm, self.vessel_share = stated_mm, vessel_share
        self.back = to_reference.inverse()
        self.points = to_reference.apply(grid_points(grid))
        self.moved = self.points + smooth_displacement(grid, outline_mm, rng)

    def tissue(self, *names: str) -> Floats:
        """Share of tissues of the head on the T1c's grid."""
        share = np.sum([self.head.shares[n] for n in names], axis=0)
        return resample_array(share, self.head.grid, self.grid, self.back)

    def draw(
        self, script: Scenario, states: Sequence[LesionState]
    ) -> tuple[dict[str, LesionMasks], Bools]:
        """Masks of every lesion, and the enhancement that belongs to none."""
        parts = [self._parts(state) for state in states]
        enhancing = np.logical_or.reduce([p["enhancing"] >= HALF for p in parts])
        cores = [p["core"] >= HALF for p in parts]
        enhancing &= ~np.logical_or.reduce(cores)
        owner, new = self._assign(enhancing, script)
        white = self.tissue("white") > HALF
        found = {}
        for n, part in enumerate(parts):
            own = owner == n + 1
            oedema = ((part["oedema"] >= HALF) & white) | own | cores[n]
            found[f"L{n + 1}"] = LesionMasks(
                {
                    MaskKind.ENHANCING: Mask(own, self.grid),
                    MaskKind.NECROTIC_CORE: Mask(cores[n], self.grid),
                    MaskKind.OEDEMA: Mask(oedema, self.grid),
                },
                MaskOrigin.AUTOMATIC,
                self.stated_mm,
            )
        vessel = np.logical_or.reduce([p["vessel"] >= HALF for p in parts])
        if vessel.any() and self.rng.uniform() < self.vessel_share:
            new |= vessel & ~enhancing
        return found, new

    def _parts(self, state: LesionState) -> dict[str, Floats]:
        low, high = state.reach_mm()
        near = np.all((self.points > low - 2.0) & (self.points < high + 2.0), axis=-1)
        spared = spared_share(self.head, state)
        if spared is not None:
            spared = resample_array(spared, self.head.grid, self.grid, self.back)[near]
        moved = np.broadcast_to(self.moved, (*self.grid.shape, 3))[near]
        found = {}
        for name, share in state.parts(moved, spared).items():
            full = np.zeros(self.grid.shape, np.float32)
            full[near] = share
            found[name] = full
        return found

    def _assign(self, enhancing: Bools, script: Scenario) -> tuple[npt.NDArray[np.int_], Bools]:
        """Lesion number of every enhancing voxel, by dose as segmentation does it."""
        labels, _ = ndimage.label(enhancing, np.ones((3, 3, 3)))
        owner = np.zeros(self.grid.shape, int)
        new = np.zeros(self.grid.shape, bool)
        for number, box in enumerate(ndimage.find_objects(labels), start=1):
            own = labels[box] == number
            if np.count_nonzero(own) < FEWEST_VOXELS:
                continue
            points = self.points[box][own]
            shares = []
            for item in script.lesions:
                radius = np.linalg.norm(points - np.asarray(item.shot.center_mm), axis=-1)
                dose = item.shot.dose_at_radius(radius)
                shares.append(float(dose.max()) / item.shot.prescription_gy)
            best = int(np.argmax(shares))
            if shares[best] >= SEARCH_DOSE_SHARE:
                owner[box][own] = best + 1
            else:
                new[box][own] = True
        return owner, new
