"""What a network outlined at one timepoint: every part of one label map or DICOM SEG."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Image, InputError, Mask, MaskKind
from RNAssessLib.evidence import Thresholds

from .dicom_prefix import is_dicom
from .drawn_masks import read_parts
from .label_numbers import LabelNumbers, check_declared, read_label_image

BoolArray = npt.NDArray[np.bool_]
Masks = dict[MaskKind, Mask]
SMALLEST_VOXELS = 8  # darker specks of a rim are texture, not core


def read_outlines(
    path: Path, numbers: LabelNumbers | None, t1c: Image, thresholds: Thresholds | None = None
) -> tuple[Masks, str]:
    """Read all parts of a file on the lattice of the T1c.

    Parameters
    ----------
    path : Path
        A label map, a DICOM SEG or an RTSTRUCT.
    numbers : LabelNumbers or None
        Meaning of a label map's numbers; segments and ROIs tell it by their names.
    t1c : Image
        Of the same timepoint.
    thresholds : Thresholds, optional

    Returns
    -------
    mapping of MaskKind to Mask
        A part that the file could hold and does not is empty: nothing was outlined there.
    str
        What the reader should know about it; empty when there is nothing.

    Raises
    ------
    InputError
        Not readable, on another lattice or in another frame of reference, empty, a label that is
        not declared.
    """
    if path.is_file() and is_dicom(path):
        found = read_parts(path, t1c)
        if not any(mask.array.any() for mask in found.values()):
            raise InputError(path, "is empty: no voxel is outlined")
        return found, ""
    labels = read_label_image(path, t1c)
    if numbers is None or numbers.every:
        raise InputError(path, "is one label map for all parts: say in [outlines] which number "
                         "means what, labels = \"BraTS-2023\" or a table of numbers")  # fmt: skip
    if not check_declared(labels, numbers, path):
        raise InputError(path, "is empty: no voxel is outlined")
    masks = {kind: Mask(np.isin(labels, n), t1c.grid) for kind, n in numbers.parts.items()}
    if not numbers.with_core:
        return masks, ""
    lesion = np.isin(labels, numbers.with_core)
    core = split_core(lesion, t1c, thresholds or Thresholds())
    for kind, part in ((MaskKind.ENHANCING, lesion & ~core), (MaskKind.NECROTIC_CORE, core)):
        drawn = masks[kind].array | part if kind in masks else part
        masks[kind] = Mask(drawn, t1c.grid)
    if not lesion.any():
        return masks, ""
    return masks, (
        f"{numbers.name} has the core under the same label as the enhancing part: inside that "
        f"outline they were told apart on the T1c ({masks[MaskKind.NECROTIC_CORE].volume_cm3:.2f} "
        "cm³ core)"
    )


def split_core(lesion: BoolArray, t1c: Image, thresholds: Thresholds) -> BoolArray:
    """Darker part of an outlined lesion, away from its outer border; empty without two classes.

    The two classes are those of Otsu's threshold inside the outline; the outer voxels are left out
    because they hold brain as well.

    Parameters
    ----------
    lesion : (K, J, I) bool array
        Enhancing part with core, on the T1c's lattice.
    t1c : Image
    thresholds : Thresholds
        ``outlines.core_darkness``: how much darker the core is, as a share of the rim.

    Returns
    -------
    (K, J, I) bool array
        A subset of `lesion`.
    """
    core = np.zeros(lesion.shape, bool)
    box = ndimage.find_objects(lesion.astype(np.uint8))
    if not box:
        return core
    inside, values = lesion[box[0]], t1c.array[box[0]]
    level = _otsu(values[inside])
    dark = inside & (values <= level)
    bright = inside & ~dark
    if not dark.any() or not bright.any():
        return core
    low, high = float(values[dark].mean()), float(values[bright].mean())
    if high <= 0 or 1.0 - low / high < thresholds["outlines.core_darkness"]:
        return core
    padded = np.pad(inside, 1)  # the box's faces are the lesion's border
    deep = ndimage.binary_erosion(padded)[1:-1, 1:-1, 1:-1] & dark
    pieces, count = ndimage.label(deep)
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)
    sizes[0] = 0
    core[box[0]] = (sizes >= SMALLEST_VOXELS)[pieces]
    return core


def _otsu(values: npt.NDArray[np.float32]) -> float:
    """Level that parts values into two classes of greatest variance between them."""
    ordered = np.sort(values.astype(np.float64))
    n = np.arange(1, len(ordered))
    if len(n) == 0:
        return float(ordered[0])
    total = np.cumsum(ordered)
    low, high = total[:-1] / n, (total[-1] - total[:-1]) / (len(ordered) - n)
    between = n * (len(ordered) - n) * (high - low) ** 2
    return float(ordered[int(between.argmax())])
