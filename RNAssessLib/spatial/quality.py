"""Independent evidence that a registration can be trusted.

Mutual information found the transform, so it cannot vouch for it. What vouches are small blocks
spread over the brain, each found again on its own by another measure (`block_matching`): how far
they all are still shifted, and how many of them agree; the overlap of the two brains; and the way
back (inverse consistency).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Grid,
    Image,
    Mask,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
)
from RNAssessLib.evidence import Thresholds

from .block_matching import CHECK_MM, BlockResiduals, match_blocks
from .resampling import resample_array

BINS = 32
UNKNOWN_MM = 6.0  # what is said of a registration that nothing vouches for: a block's reach


@dataclass(frozen=True)
class _Evidence:
    overlap: float | None
    consistency_mm: float | None
    common_mm: float | None
    near_share: float | None
    expected_mm: float


def measure_similarity(
    a: npt.NDArray[np.float32], b: npt.NDArray[np.float32], where: npt.NDArray[np.bool_]
) -> float:
    """Normalised mutual information (H(a)+H(b))/H(a,b) of two arrays inside `where`, 1..2."""
    if np.count_nonzero(where) < BINS * BINS:
        return 1.0
    joint, _, _ = np.histogram2d(_clipped(a[where]), _clipped(b[where]), bins=BINS)
    joint /= joint.sum()

    def entropy(p: npt.NDArray[np.float64]) -> float:
        p = p[p > 0]
        return float(-(p * np.log(p)).sum())

    both = entropy(joint)
    if both == 0:
        return 1.0
    return (entropy(joint.sum(0)) + entropy(joint.sum(1))) / both


def _clipped(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    low, high = np.percentile(values, (0.5, 99.5))
    return np.clip(values, low, high)


def measure_inverse_consistency(forward: RigidTransform, back: RigidTransform, grid: Grid) -> float:
    """Mean distance in mm of points of `grid` (moving side) after there and back."""
    index = np.array(np.meshgrid(*[np.linspace(0.2, 0.8, 4) * n for n in grid.shape]))
    points = grid.index_to_lps(index.reshape(3, -1).T)
    again = back.apply(forward.apply(points))
    return float(np.linalg.norm(again - points, axis=1).mean())


def assess_quality(
    moving: Image,
    fixed: Image,
    transform: RigidTransform,
    *,
    start: RigidTransform,
    back: RigidTransform | None,
    moving_mask: Mask | None,
    fixed_mask: Mask | None,
    same_frame: bool = False,
    consistency_mm: float | None = None,
    blocks: BlockResiduals | None = None,
    thresholds: Thresholds | None = None,
) -> RegistrationQuality:
    """Gather the evidence and grade it; limits under ``registration`` in ``evidence.toml``.

    Parameters
    ----------
    moving, fixed : Image
    transform : RigidTransform
        ``moving_to_fixed``, to be judged.
    start : RigidTransform
        For the similarity before.
    back : RigidTransform or None
        Registration the other way round, when it was made.
    moving_mask, fixed_mask : Mask or None
        Brains, found independently of each other.
    same_frame : bool
        The scanner vouches for the transform: doubts are said, but it is not refused.
    consistency_mm : float, optional
        Inverse consistency when it is known already.
    blocks : BlockResiduals, optional
        Matched already with this very transform.
    """
    limits = thresholds or Thresholds()
    grid = fixed.grid.resized((CHECK_MM, CHECK_MM, CHECK_MM))
    a = resample_array(fixed.array, fixed.grid, grid)
    b = resample_array(moving.array, moving.grid, grid, transform)
    if fixed_mask is not None:
        where = resample_array(fixed_mask.array, fixed_mask.grid, grid) >= 0.5
    else:
        where = a > np.percentile(a, 50)
    ones = np.ones(moving.grid.shape, np.float32)
    field = resample_array(ones, moving.grid, grid, transform) > 0.5
    seen = where & field
    unmoved = np.array_equal(transform.moving_to_fixed, start.moving_to_fixed)
    before = b if unmoved else resample_array(moving.array, moving.grid, grid, start)
    overlap = None
    if moving_mask is not None and fixed_mask is not None:
        other = resample_array(moving_mask.array, moving_mask.grid, grid, transform) >= 0.5
        # where one of the two images was cut off there is nothing to overlap
        both = int((where & field).sum() + other.sum())
        overlap = float(2 * (where & other).sum() / max(both, 1))
    if back is not None:
        consistency_mm = measure_inverse_consistency(transform, back, moving.grid)
    if blocks is None:
        blocks = match_blocks(moving, fixed, transform, fixed_mask)
    found = _weigh(blocks, overlap, consistency_mm, moving.grid, fixed.grid)
    grade, reasons = _grade(limits, found, same_frame)
    return RegistrationQuality(
        grade=grade,
        similarity_before=measure_similarity(a, before, where),
        similarity_after=measure_similarity(a, b, seen),
        overlap_dice=overlap,
        inverse_consistency_mm=consistency_mm,
        expected_error_mm=found.expected_mm,
        method="same frame of reference, checked block by block" if same_frame
        else "rigid, mutual information, checked block by block",
        reasons=reasons,
    )  # fmt: skip


def _weigh(
    blocks: BlockResiduals | None,
    overlap: float | None,
    consistency_mm: float | None,
    moving: Grid,
    fixed: Grid,
) -> _Evidence:
    """Turn the blocks into the error to be expected.

    Quadrature of what the blocks still agree on, the standard error of that, half the gap of
    there and back, and a twentieth of the coarser voxel: a peak is not found finer than that.
    """
    sampling = 0.05 * max(*fixed.spacing_mm, *moving.spacing_mm, CHECK_MM)
    if blocks is None:
        expected = float(np.hypot(UNKNOWN_MM / 2, consistency_mm or 0.0))
        return _Evidence(overlap, consistency_mm, None, None, expected)
    fit = blocks.fit_motion()
    common = blocks.common_mm
    expected = float(np.sqrt(common**2 + fit.error_mm**2 + sampling**2
                             + (0.5 * (consistency_mm or 0.0)) ** 2))  # fmt: skip
    return _Evidence(overlap, consistency_mm, common, blocks.near_share(fit), expected)


def _grade(
    limits: Thresholds, found: _Evidence, same_frame: bool
) -> tuple[RegistrationGrade, tuple[str, ...]]:
    bad: list[str] = []
    doubtful: list[str] = []

    def judge(value: float | None, name: str, text: str, *, higher_is_better: bool) -> None:
        if value is None:
            return
        sign = 1.0 if higher_is_better else -1.0
        if sign * value < sign * limits[f"registration.{name}_bad"]:
            bad.append(text.format(value, 100.0 * value))
        elif sign * value < sign * limits[f"registration.{name}_good"]:
            doubtful.append(text.format(value, 100.0 * value))

    judge(found.overlap, "overlap", "brain overlap {:.2f}", higher_is_better=True)
    judge(found.consistency_mm, "consistency", "forward and back differ by {:.1f} mm",
          higher_is_better=False)  # fmt: skip
    judge(found.common_mm, "residual", "blocks still shifted by {:.1f} mm",
          higher_is_better=False)  # fmt: skip
    judge(found.near_share, "near_share", "{1:.0f} % of blocks find their place",
          higher_is_better=True)  # fmt: skip
    if found.near_share is None:
        doubtful.append("too little structure in common to check block by block")
    if bad and not same_frame:
        return RegistrationGrade.BAD, (*bad, *doubtful)
    if bad or doubtful:
        return RegistrationGrade.ACCEPTABLE, (*bad, *doubtful)
    return RegistrationGrade.GOOD, ()
