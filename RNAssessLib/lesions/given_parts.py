"""Outlines that were given stay as they are, whatever is computed beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from RNAssessLib.case import Mask, MaskKind

from .segmentation import TimepointSegmentation


def keep_given_core(
    found: TimepointSegmentation, given: Mapping[MaskKind, Mask]
) -> TimepointSegmentation:
    """Return the segmentation with every voxel of a given core in the core.

    Where only the core was outlined, enhancement is computed and may cover voxels of it; the
    outline wins. Where the enhancing part was outlined too, both are left as drawn.

    Parameters
    ----------
    found : TimepointSegmentation
    given : mapping of MaskKind to Mask
        On the same grid.
    """
    drawn = given.get(MaskKind.NECROTIC_CORE)
    if drawn is None or MaskKind.ENHANCING in given:
        return found
    lesions = {}
    for name, parts in found.lesions.items():
        grid = parts.enhancing.grid
        moved = parts.enhancing.array & drawn.array
        masks = {
            **parts.masks,
            MaskKind.ENHANCING: Mask(parts.enhancing.array & ~moved, grid),
            MaskKind.NECROTIC_CORE: Mask(parts.necrotic_core.array | moved, grid),
        }
        lesions[name] = replace(parts, masks=masks)
    rest = found.new_enhancement
    return replace(
        found, lesions=lesions, new_enhancement=Mask(rest.array & ~drawn.array, rest.grid)
    )
