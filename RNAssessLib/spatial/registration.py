"""Rigid registration of one volume to another, with its quality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from RNAssessLib.case import Grid, Image, Mask, Progress, Registration, RigidTransform, silent

from .block_matching import BlockResiduals, match_blocks
from .coarser import clip_glare, make_coarser
from .itk import SEED, repeatable, to_sitk
from .quality import assess_quality, measure_similarity

START_ANGLES = ((0.0, 0.0, 0.0), (20.0, 0.0, 0.0), (-20.0, 0.0, 0.0), (0.0, 20.0, 0.0),
                (0.0, -20.0, 0.0), (0.0, 0.0, 22.0), (0.0, 0.0, -22.0))  # fmt: skip
COARSE_MM, FINE_MM = 5.0, 2.0
SETTLING_ROUNDS = 2
# a head moves between two sequences of one visit; less than this is left to the scanner's word
MOVED_MM = 1.0


@dataclass(frozen=True)
class _Pair:
    fixed: sitk.Image
    moving: sitk.Image
    fixed_mask: sitk.Image | None


def register_rigid(
    moving: Image,
    fixed: Image,
    *,
    moving_name: str = "moving",
    fixed_name: str = "fixed",
    moving_mask: Mask | None = None,
    fixed_mask: Mask | None = None,
    start: RigidTransform | None = None,
    progress: Progress = silent,
) -> Registration:
    """Align `moving` with `fixed` by rotation and translation.

    Mutual information, coarse search from several head positions, then two finer levels on a
    regular sample of the image with the thicker slices; last, blocks matched one by one settle
    what the similarity left over. The same input always gives the same answer.

    Parameters
    ----------
    moving, fixed : Image
    moving_mask, fixed_mask : Mask, optional
        Brains; they weight the match and feed the quality. The search uses the dilated fixed one.
    start : RigidTransform, optional
        Where to begin (a reader's manual correction); the search is then left out.

    Returns
    -------
    Registration
        ``transform.moving_to_fixed`` in LPS mm. A bad result is returned, graded BAD, not hidden.
    """
    progress(0.0, f"align {moving_name}")
    a, b = clip_glare(moving), clip_glare(fixed)
    transform = start or _search_start(a, b, moving_mask, fixed_mask)
    progress(0.4, f"align {moving_name}")
    transform = _refine(a, b, transform, fixed_mask, moving_mask)
    progress(0.7, f"check alignment of {moving_name}")
    transform, blocks = _settle(a, b, transform, fixed_mask)
    back = _refine(b, a, transform.inverse(), moving_mask, fixed_mask, quick=True)
    quality = assess_quality(
        moving, fixed, transform, start=RigidTransform(), back=back, blocks=blocks,
        moving_mask=moving_mask, fixed_mask=fixed_mask,
    )  # fmt: skip
    progress(1.0, f"aligned {moving_name}")
    return Registration(moving_name, fixed_name, transform, quality)


def trust_frame_of_reference(
    moving: Image,
    fixed: Image,
    *,
    moving_name: str,
    fixed_name: str,
    moving_mask: Mask | None = None,
    fixed_mask: Mask | None = None,
) -> Registration:
    """Identity for images of one frame of reference; its quality is measured all the same."""
    return _judge(RigidTransform(), moving, fixed, moving_name, fixed_name, moving_mask, fixed_mask,
                  None)  # fmt: skip


def follow_head_motion(
    moving: Image,
    fixed: Image,
    *,
    moving_name: str,
    fixed_name: str,
    fixed_mask: Mask | None = None,
) -> Registration:
    """Place a sequence of one visit: the scanner's word, mended when the head moved in between.

    The motion is taken from blocks matched one by one and believed when two halves of the blocks
    tell the same of it and it moves the brain by more than 1 mm (*engineering default*); where
    they do not agree the scanner's word stands and the quality says how well it fits.
    """
    a, b = clip_glare(moving), clip_glare(fixed)
    blocks = match_blocks(a, b, RigidTransform(), fixed_mask)
    transform = RigidTransform()
    if blocks is not None and blocks.common_mm > MOVED_MM:
        settled, after = _settle(a, b, transform, fixed_mask, blocks)
        if settled is not transform:
            transform, blocks = settled, after
    return _judge(transform, moving, fixed, moving_name, fixed_name, None, fixed_mask, blocks)


def _judge(
    transform: RigidTransform,
    moving: Image,
    fixed: Image,
    moving_name: str,
    fixed_name: str,
    moving_mask: Mask | None,
    fixed_mask: Mask | None,
    blocks: BlockResiduals | None,
) -> Registration:
    quality = assess_quality(
        moving, fixed, transform, start=RigidTransform(), back=None, blocks=blocks,
        moving_mask=moving_mask, fixed_mask=fixed_mask, same_frame=True,
    )  # fmt: skip
    return Registration(moving_name, fixed_name, transform, quality)


def _settle(
    moving: Image,
    fixed: Image,
    transform: RigidTransform,
    fixed_mask: Mask | None,
    blocks: BlockResiduals | None = None,
) -> tuple[RigidTransform, BlockResiduals | None]:
    """Correct by what the blocks agree on, as long as each half confirms the other's correction."""
    blocks = blocks or match_blocks(moving, fixed, transform, fixed_mask)
    for _ in range(SETTLING_ROUNDS):
        if blocks is None or not _confirmed(blocks):
            break
        motion = blocks.fit_motion().motion
        better = transform.then(motion.inverse())
        after = match_blocks(moving, fixed, better, fixed_mask)
        if after is None or after.common_mm >= blocks.common_mm:
            break
        transform, blocks = better, after
    return transform, blocks


def _confirmed(blocks: BlockResiduals) -> bool:
    """Whether the motion of either half of the blocks takes most of the other half's away."""
    halves = blocks.part(0), blocks.part(1)
    return all(
        a.after(b.fit_motion().motion).common_mm < 0.6 * a.common_mm
        for a, b in (halves, halves[::-1])
    )


def _dilated(mask: Mask | None, reach_mm: float = 8.0) -> sitk.Image | None:
    if mask is None:
        return None
    radius = [max(round(reach_mm / s), 1) for s in mask.grid.spacing_mm]
    return sitk.BinaryDilate(to_sitk(mask.array, mask.grid), radius)


def _center(image: Image, mask: Mask | None) -> np.ndarray:
    if mask is not None and not mask.is_empty:
        return np.asarray(mask.centroid_lps())
    values = image.array
    threshold = float(np.percentile(values[::2, ::2, ::2], 60))
    return np.asarray(Mask(values > threshold, image.grid).centroid_lps())


def _search_start(
    moving: Image, fixed: Image, moving_mask: Mask | None, fixed_mask: Mask | None
) -> RigidTransform:
    """Coarse multi-start: centre on centre, seven head positions, the best one wins."""
    pair = _Pair(make_coarser(fixed, COARSE_MM), make_coarser(moving, COARSE_MM), None)
    center = _center(fixed, fixed_mask)
    shift = _center(moving, moving_mask) - center
    best: tuple[float, sitk.Euler3DTransform] | None = None
    for angles in START_ANGLES:
        euler = sitk.Euler3DTransform()
        euler.SetCenter(center.tolist())
        euler.SetRotation(*np.radians(angles).tolist())
        euler.SetTranslation(shift.tolist())
        value = _optimise(pair, euler, step=4.0, iterations=40, sampling=0.6, tolerance=0.05)
        if best is None or value < best[0]:
            best = (value, euler)
    # the frames may agree already: then the scanner's own position is the best start
    euler = sitk.Euler3DTransform()
    euler.SetCenter(center.tolist())
    value = _optimise(pair, euler, step=2.0, iterations=40, sampling=0.6, tolerance=0.05)
    assert best is not None
    return _to_rigid(euler if value < best[0] else best[1])


def _refine(
    moving: Image,
    fixed: Image,
    start: RigidTransform,
    fixed_mask: Mask | None,
    moving_mask: Mask | None,
    *,
    quick: bool = False,
) -> RigidTransform:
    if _thickness(moving.grid) > 1.2 * _thickness(fixed.grid):
        # thick slices are sampled where they were measured, not between
        back = _refine_on(fixed, moving, start.inverse(), moving_mask, quick)
        return back.inverse()
    return _refine_on(moving, fixed, start, fixed_mask, quick)


def _thickness(grid: Grid) -> float:
    return max(grid.spacing_mm)


def _refine_on(
    moving: Image, fixed: Image, start: RigidTransform, fixed_mask: Mask | None, quick: bool
) -> RigidTransform:
    mask = _dilated(fixed_mask)
    transform = start
    levels = ((4.0, 0.5), (FINE_MM, 0.15)) if not quick else ((3.0, 0.25),)
    for spacing, sampling in levels:
        pair = _Pair(make_coarser(fixed, spacing), make_coarser(moving, spacing), mask)
        euler = _to_euler(transform, _center(fixed, fixed_mask))
        _optimise(pair, euler, step=1.0, iterations=80, sampling=sampling, tolerance=0.002)
        transform = _to_rigid(euler)
    return transform


def _optimise(
    pair: _Pair,
    transform: sitk.Euler3DTransform,
    *,
    step: float,
    iterations: int,
    sampling: float,
    tolerance: float,
) -> float:
    """Optimise `transform` (fixed to moving points, ITK's way) in place; returns the metric."""
    method = repeatable(sitk.ImageRegistrationMethod())
    method.SetMetricAsMattesMutualInformation(40)
    if pair.fixed_mask is not None:
        method.SetMetricFixedMask(pair.fixed_mask)
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(sampling, seed=SEED)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(step, tolerance, iterations, 0.6, 1e-6)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetInitialTransform(transform, inPlace=True)
    try:
        method.Execute(pair.fixed, pair.moving)
    except RuntimeError:
        return np.inf  # the volumes no longer overlap: this start is no good
    return float(method.GetMetricValue())


def _to_rigid(euler: sitk.Euler3DTransform) -> RigidTransform:
    """From ITK (fixed to moving points) to moving_to_fixed."""
    matrix = np.eye(4)
    rotation = np.reshape(euler.GetMatrix(), (3, 3))
    center = np.asarray(euler.GetCenter())
    matrix[:3, :3] = rotation
    matrix[:3, 3] = center + np.asarray(euler.GetTranslation()) - rotation @ center
    return RigidTransform(matrix).inverse()


def _to_euler(transform: RigidTransform, center: np.ndarray) -> sitk.Euler3DTransform:
    inverse = transform.inverse().moving_to_fixed
    rotation, offset = inverse[:3, :3], inverse[:3, 3]
    euler = sitk.Euler3DTransform()
    euler.SetCenter(center.tolist())
    u, _, vt = np.linalg.svd(rotation)
    euler.SetMatrix((u @ vt).ravel().tolist(), 1e-6)
    euler.SetTranslation((offset + rotation @ center - center).tolist())
    return euler


__all__ = [
    "follow_head_motion",
    "measure_similarity",
    "register_rigid",
    "trust_frame_of_reference",
]
