"""Affine alignment of the template with a patient's head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from scipy import ndimage

from RNAssessLib.case import Image, Mask

from .atlas_template import AtlasTemplate, find_template_folder, load_template
from .block_matching import match_on_grid, without_glare
from .head_template import load_head_template
from .itk import SEED, repeatable, sample, to_sitk
from .quality import measure_similarity
from .resampling import resample_array
from .stripped import is_skull_stripped

SEARCH_MM = 6.0
# spacing of the blocks' lattice and rounds there
LEVELS = ((4.0, 4), (2.0, 3))
# nods are what heads in a coil differ by; turns and tilts are smaller
START_DEGREES: tuple[tuple[float, float, float], ...] = (
    (0, 0, 0), (18, 0, 0), (-18, 0, 0), (0, 15, 0), (0, -15, 0), (0, 0, 20), (0, 0, -20),
    (30, 0, 0), (-30, 0, 0),
)  # fmt: skip
KEPT_STARTS = 2
HEAD_HEIGHT_MM = 150.0


@dataclass(frozen=True, eq=False)
class AtlasAlignment:
    """Affine alignment of the template with one image.

    Attributes
    ----------
    template_to_image : (4, 4) array
        Carries template points to the image's space, LPS mm.
    correlation : float
        Of template and image inside the brain after alignment, 0..1.
    """

    template_to_image: npt.NDArray[np.float64]
    correlation: float


@dataclass(frozen=True, eq=False)
class _Match:
    """What is matched: the template, where it counts, and the patient."""

    template: Image
    counts: Mask
    moving: sitk.Image
    allowed: sitk.Image


def register_template(
    image: Image, mask: Mask | None = None, exclude: Mask | None = None
) -> AtlasAlignment:
    """Align the template with `image`, affine, twelve degrees of freedom.

    A skull-stripped image is matched with the template's brain, a head with a whole-head template.
    Nine head positions are tried coarsely by mutual information. From the best two, blocks of the
    template are found in the image one by one, and the affine map that most of them agree on is
    taken, in several rounds: what fits nowhere (a lesion, its oedema, a resection) drops out.

    Parameters
    ----------
    image : Image
        Head or skull-stripped brain, T1-weighted, with or without contrast.
    mask : Mask, optional
        Brain of `image`, when known: the match then ignores skull and scalp.
    exclude : Mask, optional
        Voxels to ignore (lesion and oedema).

    Returns
    -------
    AtlasAlignment
    """
    bare = mask is not None or is_skull_stripped(image)
    match = _prepare(image, mask, exclude, bare)
    fixed = to_sitk(match.template.array, match.template.grid)
    small = _shrunk(fixed, SEARCH_MM), _shrunk(match.moving, SEARCH_MM)
    found = [_search(match, small, start) for start in _starts(image, mask, bare)]
    found.sort(key=lambda pair: pair[0])
    soft = _softened(match, LEVELS[0][0])
    coarse = [_follow_blocks(soft, matrix, *LEVELS[0]) for _, matrix in found[:KEPT_STARTS]]
    best = max(coarse, key=lambda matrix: _similarity(match, matrix))
    brain = load_template()
    inner = _Match(brain.t1, brain.brain, match.moving, match.allowed)
    best = _follow_blocks(_softened(inner, LEVELS[1][0]), best, *LEVELS[1])
    a, b, where = _pair(inner, best, 1.0)
    return AtlasAlignment(best, max(float(np.corrcoef(a[where], b[where])[0, 1]), 0.0))


def _prepare(image: Image, mask: Mask | None, exclude: Mask | None, bare: bool) -> _Match:
    if bare:
        template = load_template()
        # A margin around the brain lets the dark CSF and skull pull the border in place.
        near = sitk.BinaryDilate(to_sitk(template.brain.array, template.t1.grid), [6, 6, 6])
        target, counts = template.t1, Mask(sitk.GetArrayFromImage(near) > 0, template.t1.grid)
    else:
        target, counts = load_head_template()
    allowed = np.ones(image.grid.shape, bool)
    if mask is not None:
        radius = [max(round(8.0 / s), 1) for s in image.grid.spacing_mm]
        around = sitk.BinaryDilate(to_sitk(mask.array, image.grid), radius)
        allowed &= sitk.GetArrayViewFromImage(around) > 0
    if exclude is not None:
        allowed &= ~exclude.array
    moving = to_sitk(without_glare(image.array.astype(np.float32)), image.grid)
    return _Match(target, counts, moving, to_sitk(allowed, image.grid))


def _starts(image: Image, mask: Mask | None, bare: bool) -> list[sitk.Euler3DTransform]:
    """First guesses: centre on centre, nine positions of the head."""
    center = np.asarray(load_template().brain.centroid_lps())
    there = _brain_center(image, mask, bare)
    starts = []
    for degrees in START_DEGREES:
        transform = sitk.Euler3DTransform()
        transform.SetCenter(center.tolist())
        transform.SetRotation(*np.radians(degrees).tolist())
        transform.SetTranslation((there - center).tolist())
        starts.append(transform)
    return starts


def _brain_center(image: Image, mask: Mask | None, bare: bool) -> npt.NDArray[np.floating]:
    if mask is not None:
        return np.asarray(mask.centroid_lps())
    if bare:
        return np.asarray(Mask(image.array != 0, image.grid).centroid_lps())
    thin = image.array[::2, ::2, ::2]
    level = sitk.GetArrayFromImage(sitk.OtsuThreshold(sitk.GetImageFromArray(thin), 0, 1)) > 0
    head = ndimage.binary_opening(level)
    points = image.grid.index_to_lps(np.argwhere(head if head.any() else level) * 2)
    # the neck would pull the centre down: only what lies below the vertex by a head's height
    top = float(np.percentile(points[:, 2], 99.8))
    return np.asarray(points[points[:, 2] > top - HEAD_HEIGHT_MM].mean(axis=0))


def _search(
    match: _Match, small: tuple[sitk.Image, sitk.Image], start: sitk.Euler3DTransform
) -> tuple[float, npt.NDArray[np.float64]]:
    """Coarse rigid match by mutual information; the metric, infinite when the overlap was lost."""
    method = repeatable(sitk.ImageRegistrationMethod())
    method.SetMetricAsMattesMutualInformation(32)
    method.SetMetricFixedMask(to_sitk(match.counts.array, match.counts.grid))
    method.SetMetricMovingMask(match.allowed)
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(0.6, seed=SEED)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(4.0, 0.02, 60, 0.8, 1e-6)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetInitialTransform(start, inPlace=True)
    try:
        method.Execute(*small)
    except RuntimeError:
        return np.inf, _matrix_of(start)
    return float(method.GetMetricValue()), _matrix_of(start)


def _shrunk(image: sitk.Image, spacing_mm: float) -> sitk.Image:
    """Averaged over blocks to about `spacing_mm`, never finer than the data, and smoothed."""
    factors = [max(int(spacing_mm / s + 0.25), 1) for s in image.GetSpacing()]
    small = sitk.BinShrink(image, factors) if max(factors) > 1 else image
    return sitk.SmoothingRecursiveGaussian(sitk.Cast(small, sitk.sitkFloat32), 0.6 * spacing_mm)


def _pair(
    match: _Match, matrix: npt.NDArray[np.float64], spacing_mm: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Template and image on one lattice of the template's space, and where both are known."""
    grid = match.template.grid.resized((spacing_mm,) * 3)
    carry = sitk.AffineTransform(3)
    carry.SetMatrix(matrix[:3, :3].ravel().tolist())
    carry.SetTranslation(matrix[:3, 3].tolist())
    b = sample(match.moving, grid, carry)
    seen = sample(match.allowed, grid, carry, sitk.sitkNearestNeighbor)
    a, counts = _template_on(match.template, match.counts, spacing_mm)
    return a, b, counts & (seen > 0)


@lru_cache(maxsize=2)
def _template_on(
    template: Image, counts: Mask, spacing_mm: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """The template's side of a pair, the same in every round."""
    grid = template.grid.resized((spacing_mm,) * 3)
    inside = resample_array(counts.array, counts.grid, grid) >= 0.5
    return resample_array(template.array, template.grid, grid), inside


def _softened(match: _Match, spacing_mm: float) -> _Match:
    blur = max(0.35 * spacing_mm, 0.3)
    return replace(match, moving=sitk.SmoothingRecursiveGaussian(match.moving, blur))


def _follow_blocks(
    match: _Match, matrix: npt.NDArray[np.float64], spacing_mm: float, rounds: int
) -> npt.NDArray[np.float64]:
    """Correct the map of a softened image by what most blocks agree on, `rounds` times."""
    grid = match.template.grid.resized((spacing_mm,) * 3)
    for _ in range(rounds):
        found = match_on_grid(*_pair(match, matrix, spacing_mm), grid)
        if found is None:
            break
        matrix = np.asarray(matrix @ found.fit_affine())
    return matrix


def _similarity(match: _Match, matrix: npt.NDArray[np.float64]) -> float:
    return measure_similarity(*_pair(match, matrix, LEVELS[0][0]))


def _matrix_of(transform: sitk.Euler3DTransform) -> npt.NDArray[np.float64]:
    """4 x 4 matrix of an ITK transform; ITK carries fixed (template) to moving (image) points."""
    matrix = np.eye(4)
    linear = np.reshape(transform.GetMatrix(), (3, 3))
    center = np.asarray(transform.GetCenter())
    matrix[:3, :3] = linear
    matrix[:3, 3] = center + np.asarray(transform.GetTranslation()) - linear @ center
    return matrix


__all__: Sequence[str] = [
    "AtlasAlignment",
    "AtlasTemplate",
    "find_template_folder",
    "load_template",
    "register_template",
]
