"""Where the brain is."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from scipy import ndimage

from RNAssessLib.case import Grid, Image, Mask, NotAssessableError

from .atlas import AtlasAlignment, load_template, register_template
from .balls import deeper, within
from .itk import sample, to_sitk
from .stripped import is_skull_stripped


def compute_brain_mask(t1c: Image, alignment: AtlasAlignment | None = None) -> Mask:
    """Brain with its sulcal CSF on the image's own grid.

    A skull-stripped image answers by itself. Otherwise the template's brain, aligned with the
    head, is the first guess; its border then follows the patient's own bright-to-dark edge within
    a few millimetres. Without the atlas a purely morphological answer is given.

    Parameters
    ----------
    t1c : Image
        T1-weighted head, with or without contrast.
    alignment : AtlasAlignment, optional
        From `register_template`, to save doing it twice.

    Returns
    -------
    Mask
    """
    if is_skull_stripped(t1c):
        filled = ndimage.binary_fill_holes(t1c.array != 0)
        return Mask(_largest(ndimage.binary_opening(filled)), t1c.grid)
    try:
        alignment = alignment or register_template(t1c)
    except NotAssessableError:
        return Mask(_morphological_brain(t1c), t1c.grid)
    return Mask(_atlas_brain(t1c, alignment), t1c.grid)


def _largest(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    labels, count = ndimage.label(mask)
    if count == 0:
        return mask
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.asarray(labels == sizes.argmax())


def carry_template(
    array: npt.NDArray[np.float32], alignment: AtlasAlignment, grid: Grid, *, nearest: bool = False
) -> npt.NDArray[np.float32]:
    """Carry a template-space array to `grid` by the affine alignment."""
    inverse = np.linalg.inv(alignment.template_to_image)
    transform = sitk.AffineTransform(3)
    transform.SetMatrix(inverse[:3, :3].ravel().tolist())
    transform.SetTranslation(inverse[:3, 3].tolist())
    moving = to_sitk(array.astype(np.float32, copy=False), load_template().t1.grid)
    return sample(moving, grid, transform, sitk.sitkNearestNeighbor if nearest else sitk.sitkLinear)


def _atlas_brain(t1c: Image, alignment: AtlasAlignment) -> npt.NDArray[np.bool_]:
    template = load_template()
    share = carry_template(template.brain.array.astype(np.float32), alignment, t1c.grid)
    guess = share >= 0.5
    found = np.zeros(guess.shape, bool)
    box = _box(guess, 12.0, t1c.grid.spacing_mm[::-1])
    if box is not None:
        found[box] = _follow_edge(t1c.array[box], guess[box], t1c.grid.spacing_mm[::-1])
    return found


def _box(
    mask: npt.NDArray[np.bool_], margin_mm: float, spacing: tuple[float, ...]
) -> tuple[slice, slice, slice] | None:
    boxes = ndimage.find_objects(mask.astype(np.uint8))
    if not boxes:
        return None
    k, j, i = (
        slice(max(s.start - math.ceil(margin_mm / d), 0), s.stop + math.ceil(margin_mm / d))
        for s, d in zip(boxes[0], spacing, strict=True)
    )
    return k, j, i


def _follow_edge(
    t1c: npt.NDArray[np.float32], guess: npt.NDArray[np.bool_], spacing: tuple[float, ...]
) -> npt.NDArray[np.bool_]:
    """Border moved by at most a few millimetres to where bright tissue ends."""
    deep = t1c[deeper(guess, spacing, 8.0)]
    if deep.size == 0:
        return np.asarray(guess)
    level = float(np.median(deep))
    smooth = ndimage.gaussian_filter(t1c, [0.8 / s for s in spacing])
    tissue = (smooth > 0.35 * level) & (smooth < 2.2 * level)
    sure = deeper(guess, spacing, 5.0)
    candidate = sure | (tissue & within(guess, spacing, math.nextafter(4.0, 0.0)))
    # cut bridges to scalp, keep what hangs on the sure core
    opened = within(_eroded(candidate, 2.5, spacing), spacing, 2.5)
    brain = np.pad(_largest(opened | sure), 8)
    closed = _eroded(within(brain, spacing, 4.0), 4.0, spacing)[8:-8, 8:-8, 8:-8]
    return np.asarray(ndimage.binary_fill_holes(closed | sure))


def _morphological_brain(t1c: Image) -> npt.NDArray[np.bool_]:
    spacing = t1c.grid.spacing_mm[::-1]
    smooth = ndimage.gaussian_filter(t1c.array, [1.0 / s for s in spacing])
    threshold = sitk.GetArrayFromImage(sitk.OtsuThreshold(to_sitk(smooth, t1c.grid), 0, 1)) > 0
    # eroding breaks the bridges through the skull; what remains largest is the brain
    core = _largest(_eroded(threshold, 4.0, spacing))
    grown = within(core, spacing, 5.0) & ndimage.binary_closing(threshold)
    return np.asarray(ndimage.binary_fill_holes(grown))


def _eroded(
    mask: npt.NDArray[np.bool_], radius_mm: float, spacing: tuple[float, ...]
) -> npt.NDArray[np.bool_]:
    """Voxels whose whole ball lies in `mask`; what is beyond the array does not."""
    return deeper(np.pad(mask, 1), spacing, radius_mm)[1:-1, 1:-1, 1:-1]
