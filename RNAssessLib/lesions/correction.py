"""A reader's outline put in the place of the computed one, without contradicting the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    InputError,
    LesionMasks,
    Mask,
    MaskKind,
    MaskOrigin,
    PreparedCase,
    PreparedTimepoint,
)

Bools = npt.NDArray[np.bool_]
E, C, O = MaskKind.ENHANCING, MaskKind.NECROTIC_CORE, MaskKind.OEDEMA  # noqa: E741
# as far as preparation keeps normal white matter from oedema
AWAY_VOXELS = 3


def correct_masks(
    prepared: PreparedCase, timepoint_id: str, lesion_id: str, masks: Mapping[MaskKind, Mask]
) -> PreparedCase:
    """Return the case with the reader's masks of one lesion at one timepoint.

    What the reader adds is taken from whatever held it before: from another part of the lesion,
    from another lesion, from enhancement that belongs to no lesion and from normal white matter.
    Oedema always includes the lesion. What is erased belongs to nothing.

    Parameters
    ----------
    prepared : PreparedCase
    timepoint_id, lesion_id : str
    masks : mapping of MaskKind to Mask
        On the timepoint's T1c grid; kinds that are left out stay as they are.

    Returns
    -------
    PreparedCase
        The same one when nothing changes.

    Raises
    ------
    InputError
        Unknown timepoint or lesion, another grid, oedema where no FLAIR shows it.
    """
    timepoint = _find(prepared, timepoint_id, lesion_id)
    held = timepoint.lesions[lesion_id]
    where = f"{lesion_id} at {timepoint_id}"
    for kind, mask in masks.items():
        if not mask.grid.matches(held.enhancing.grid):
            raise InputError(where, f"the corrected {kind.value} is not on the T1c's grid")
    if O in masks and held.oedema is None:
        raise InputError(where, "no FLAIR at this timepoint: oedema cannot be outlined")
    drawn = {k: masks.get(k, m).array for k, m in held.masks.items()}
    if all(np.array_equal(drawn[k], m.array) for k, m in held.masks.items()):
        return prepared
    corrected = _take_over(timepoint, lesion_id, drawn)
    timepoints = tuple(corrected if t is timepoint else t for t in prepared.timepoints)
    return replace(prepared, timepoints=timepoints)


def _find(prepared: PreparedCase, timepoint_id: str, lesion_id: str) -> PreparedTimepoint:
    try:
        timepoint = prepared.timepoint(timepoint_id)
    except KeyError:
        raise InputError(timepoint_id, "is no timepoint of this case") from None
    if lesion_id not in timepoint.lesions:
        raise InputError(lesion_id, "is no lesion of this case")
    return timepoint


@dataclass(frozen=True, eq=False)
class _Added:
    """What the reader added, each part by itself."""

    enhancing: Bools
    core: Bools
    oedema: Bools

    @property
    def whole(self) -> Bools:
        return np.asarray(self.enhancing | self.core)

    @property
    def anything(self) -> Bools:
        return np.asarray(self.whole | self.oedema)


def _take_over(
    timepoint: PreparedTimepoint, lesion_id: str, drawn: Mapping[MaskKind, Bools]
) -> PreparedTimepoint:
    held = timepoint.lesions[lesion_id]
    grid = held.enhancing.grid
    nothing = np.zeros(grid.shape, bool)
    added = _Added(*(drawn[k] & ~held.masks[k].array if k in drawn else nothing for k in (E, C, O)))
    # a voxel is one part of the lesion: the one it was made now, enhancing if both
    core = drawn[C] & ~added.enhancing
    arrays = {E: drawn[E] & ~core, C: core}
    others = {n: m for n, m in timepoint.lesions.items() if n != lesion_id}
    if O in drawn:
        taken = nothing.copy()
        for masks in others.values():
            taken |= (masks.enhancing.array | masks.necrotic_core.array) & ~added.whole
        arrays[O] = (drawn[O] & ~taken) | arrays[E] | arrays[C]
    lesions = {n: _without(m, added, arrays.get(O, nothing)) for n, m in others.items()}
    own = {kind: Mask(np.asarray(array), grid) for kind, array in arrays.items()}
    lesions[lesion_id] = LesionMasks(own, MaskOrigin.EDITED, held.boundary_error_mm)
    ordered = {name: lesions[name] for name in timepoint.lesions}
    return _with_surroundings(replace(timepoint, lesions=ordered), added)


def _without(other: LesionMasks, added: _Added, oedema: Bools) -> LesionMasks:
    """Another lesion less what was taken from it; the same object when nothing was."""
    taken = {E: added.whole, C: added.whole, O: added.whole | oedema}
    changed = {}
    for kind, mask in other.masks.items():
        if (mask.array & taken[kind]).any():
            changed[kind] = Mask(mask.array & ~taken[kind], mask.grid)
    if not changed:
        return other
    return replace(other, masks={**other.masks, **changed}, spread=None)


def _with_surroundings(timepoint: PreparedTimepoint, added: _Added) -> PreparedTimepoint:
    """Unassigned enhancement and normal white matter less what was added."""
    new, normal = timepoint.new_enhancement, timepoint.nawm
    if (new.array & added.whole).any():
        timepoint = replace(timepoint, new_enhancement=Mask(new.array & ~added.whole, new.grid))
    everything = added.anything
    if not everything.any():
        return timepoint
    near = ndimage.binary_dilation(everything, iterations=AWAY_VOXELS)
    if not (normal.array & near).any() or not (normal.array & ~near).any():
        return timepoint
    kept = normal.array & ~near
    levels = {
        role: float(np.median(timepoint.images[role].array[kept]))
        for role in timepoint.white_matter_level
    }
    return replace(timepoint, nawm=Mask(kept, normal.grid), white_matter_level=levels)


def edited_masks(prepared: PreparedCase) -> dict[str, dict[MaskKind, Mask]]:
    """Outlines of every timepoint that the reader corrected, all lesions together.

    Enhancement that belongs to no lesion goes with the enhancing part, as it does in label maps
    that are drawn elsewhere: reading them back tells it apart again.

    Returns
    -------
    dict of timepoint id to dict of MaskKind to Mask
        On each timepoint's T1c grid.
    """
    found = {}
    for timepoint in prepared.timepoints:
        held = timepoint.lesions.values()
        if not any(m.origin is MaskOrigin.EDITED for m in held):
            continue
        grid = timepoint.new_enhancement.grid
        parts = {E: timepoint.new_enhancement.array.copy()}
        for masks in held:
            for kind, mask in masks.masks.items():
                parts[kind] = parts.get(kind, np.zeros(grid.shape, bool)) | mask.array
        found[timepoint.id] = {kind: Mask(array, grid) for kind, array in parts.items()}
    return found
