"""Compartments asked from many places: which one is nearest, and how far some are."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Anatomy, Compartment
from RNAssessLib.spatial.balls import within
from RNAssessLib.spatial.nearest_voxel import NearestVoxel

BoolArray = npt.NDArray[np.bool_]


class CompartmentPlaces:
    """Where the compartments of an anatomy lie; each set of them is looked up once.

    Parameters
    ----------
    anatomy : Anatomy
    """

    def __init__(self, anatomy: Anatomy) -> None:
        self.anatomy = anatomy
        self.spacing_kji = anatomy.grid.spacing_mm[::-1]
        self._sets: dict[frozenset[Compartment], NearestVoxel] = {}

    @cached_property
    def _labelled(self) -> NearestVoxel:
        return NearestVoxel(self.anatomy.compartments > 0, self.spacing_kji)

    def compartments_of(self, where: BoolArray) -> npt.NDArray[np.uint8]:
        """Compartment (N,) of each voxel of `where`; one outside all takes the nearest."""
        found = self.anatomy.compartments[where]
        outside = np.argwhere(where)[found == 0]
        if len(outside) and self.anatomy.compartments.any():
            nearest = self._labelled.nearest(outside)
            found[found == 0] = self.anatomy.compartments[tuple(nearest.T)]
        return found

    def distances(self, where: BoolArray, wanted: Iterable[Compartment]) -> npt.NDArray[np.float64]:
        """Distance in mm (N,) of each voxel of `where` from some compartments."""
        return self._voxels_of(wanted).distances(where)

    def share_at_own_dura(self, where: BoolArray, wanted: Iterable[Compartment]) -> float:
        """Share of the voxels of `where` that face some compartments across the patient's own dura.

        0 where the anatomy follows none.
        """
        if self.anatomy.dura is None or not self.anatomy.dura.any():
            return 0.0
        nearest = self._voxels_of(wanted).nearest(np.argwhere(where))
        return float(self._at_dura[tuple(nearest.T)].mean())

    @cached_property
    def _at_dura(self) -> BoolArray:
        assert self.anatomy.dura is not None
        return within(self.anatomy.dura, self.spacing_kji, 2.0 * max(self.spacing_kji))

    def _voxels_of(self, wanted: Iterable[Compartment]) -> NearestVoxel:
        key = frozenset(wanted)
        if key not in self._sets:
            there = np.isin(self.anatomy.compartments, list(key))
            self._sets[key] = NearestVoxel(there, self.spacing_kji)
        return self._sets[key]
