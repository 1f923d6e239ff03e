"""A lesion's outlines while the reader draws: strokes, their undo, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import LesionMasks, Mask, MaskKind, PreparedTimepoint, SequenceRole
from RNAssessLib.lesions.brush import Brush, brush_voxels, keep_largest, smooth

Bools = npt.NDArray[np.bool_]
Box = tuple[slice, slice, slice]
E, C, O = MaskKind.ENHANCING, MaskKind.NECROTIC_CORE, MaskKind.OEDEMA  # noqa: E741
SHOWN_ON = {E: SequenceRole.T1C, C: SequenceRole.T1C, O: SequenceRole.FLAIR}


@dataclass(frozen=True)
class Limits:
    """Brightness that a brush may paint, over white matter of the sequence that shows the part.

    Attributes
    ----------
    low, high : float or None
        None: no limit on that side.
    """

    low: float | None = None
    high: float | None = None

    @property
    def are_set(self) -> bool:
        """Whether anything is limited."""
        return self.low is not None or self.high is not None


class OutlineDraft:
    """Outlines of one lesion at one timepoint, being corrected.

    Nothing else knows of them until they are taken over.

    Parameters
    ----------
    timepoint : PreparedTimepoint
    lesion_id : str
    """

    def __init__(self, timepoint: PreparedTimepoint, lesion_id: str) -> None:
        self.timepoint = timepoint
        self.lesion_id = lesion_id
        held: LesionMasks = timepoint.lesions[lesion_id]
        self.grid = held.enhancing.grid
        self._first = {kind: mask.array for kind, mask in held.masks.items()}
        self.arrays: dict[MaskKind, Bools] = {k: a.copy() for k, a in self._first.items()}
        self._strokes: list[list[tuple[MaskKind, Box, Bools]]] = []
        self._open: list[tuple[MaskKind, Box, Bools]] | None = None

    # --- drawing ----------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start a stroke: what follows until `end` is taken back in one step."""
        self.end()
        self._open = []

    def end(self) -> None:
        """Close the stroke."""
        if self._open:
            self._strokes.append(self._open)
        self._open = None

    def dab(
        self, kind: MaskKind, center_lps_mm: npt.ArrayLike, brush: Brush, *,
        erase: bool = False, limits: Limits | None = None,
    ) -> None:  # fmt: skip
        """Press the brush once.

        Parameters
        ----------
        kind : MaskKind
            Part that is painted or erased.
        center_lps_mm : (3,) array
            In the timepoint's T1c space.
        brush : Brush
        erase : bool
        limits : Limits, optional
            Voxels of other brightness are left alone while painting.

        Raises
        ------
        ValueError
            The part does not exist here (oedema without FLAIR).
        """
        if kind not in self.arrays:
            raise ValueError(f"no FLAIR at {self.timepoint.id}: oedema cannot be outlined")
        box, covered = brush_voxels(self.grid, center_lps_mm, brush)
        if not covered.any():
            return
        if limits is not None and limits.are_set and not erase:
            covered = covered & self._within(kind, box, limits)
        after = self.arrays[kind][box]
        self._put(kind, box, after & ~covered if erase else after | covered)
        other = {E: C, C: E}.get(kind)
        if other is not None and not erase:  # a voxel is one part of the lesion
            self._put(other, box, self.arrays[other][box] & ~covered)

    def _within(self, kind: MaskKind, box: Box, limits: Limits) -> Bools:
        role = SHOWN_ON[kind]
        if role not in self.timepoint.images:
            return np.ones(tuple(s.stop - s.start for s in box), bool)
        level = self.timepoint.white_matter_level.get(role) or 1.0
        values = self.timepoint.images[role].array[box] / level
        inside = np.ones(values.shape, bool)
        if limits.low is not None:
            inside &= values >= limits.low
        if limits.high is not None:
            inside &= values <= limits.high
        return inside

    def smooth(self, kind: MaskKind) -> None:
        """Smooth the border of a part."""
        self._whole(kind, smooth(self.arrays[kind], self.grid))

    def keep_largest(self, kind: MaskKind) -> None:
        """Leave only the largest connected piece of a part."""
        self._whole(kind, keep_largest(self.arrays[kind]))

    def _whole(self, kind: MaskKind, after: Bools) -> None:
        self.begin()
        other = {E: C, C: E}.get(kind)
        if other is not None:
            after = after & ~self.arrays[other]
        everything = (slice(None), slice(None), slice(None))
        self._put(kind, everything, after)
        self.end()

    def _put(self, kind: MaskKind, box: Box, after: Bools) -> None:
        before = self.arrays[kind][box].copy()
        if np.array_equal(before, after):
            return
        if self._open is None:
            self._open = []
        self._open.append((kind, box, before))
        self.arrays[kind][box] = after

    # --- history and result -----------------------------------------------------------------------

    def undo(self) -> bool:
        """Take the latest stroke back; False when there is none."""
        self.end()
        if not self._strokes:
            return False
        for kind, box, before in reversed(self._strokes.pop()):
            self.arrays[kind][box] = before
        return True

    @property
    def strokes(self) -> int:
        """Number of strokes that can be taken back."""
        return len(self._strokes) + bool(self._open)

    def changed(self) -> Mapping[MaskKind, Mask]:
        """Outlines that differ from those at the start."""
        return {
            kind: Mask(array.copy(), self.grid)
            for kind, array in self.arrays.items()
            if not np.array_equal(array, self._first[kind])
        }

    def volumes_cm3(self) -> Mapping[MaskKind, tuple[float, float]]:
        """Volume of each part: at the start, and now."""
        cell = self.grid.voxel_volume_cm3
        return {
            kind: (float(self._first[kind].sum()) * cell, float(array.sum()) * cell)
            for kind, array in self.arrays.items()
        }
