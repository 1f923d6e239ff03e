"""Connected parts of a mask, looked for only in the box that holds it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Mask

from .morphology import box_around, find_components, label_components

BoolArray = npt.NDArray[np.bool_]
Box = tuple[slice, slice, slice]
UNIT = (1.0, 1.0, 1.0)


def box_of(array: BoolArray, margin: int = 0) -> Box | None:
    """Box of what is set and at least `margin` voxels around it; None when nothing is."""
    box = box_around(array, UNIT, margin)
    if box is None:
        return None
    k, j, i = (slice(s.start, min(s.stop, n)) for s, n in zip(box, array.shape, strict=True))
    return k, j, i


def parts_of(mask: Mask, smallest_cm3: float = 0.0) -> list[Mask]:
    """Connected components (26 neighbours) of at least a volume, largest first."""
    box = box_of(mask.array)
    if box is None:
        return []
    found = []
    cell = mask.grid.voxel_volume_cm3
    for part in sorted(find_components(mask.array[box]), key=lambda c: -c.size):
        if part.size * cell >= smallest_cm3:
            whole = np.zeros(mask.array.shape, bool)
            part.paint(whole[box])
            found.append(Mask(whole, mask.grid))
    return found


def largest_part(array: BoolArray) -> tuple[BoolArray, int]:
    """Largest component and how many there are; the array must not be empty."""
    box = box_of(array)
    if box is None:
        raise ValueError("an empty mask has no parts")
    labels, count = label_components(array[box])
    largest = np.zeros(array.shape, bool)
    largest[box] = labels == 1 + int(np.bincount(labels.ravel())[1:].argmax())
    return largest, count
