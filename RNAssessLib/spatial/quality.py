"""Independent evidence that a registration can be trusted.

Mutual information found the transform, so it cannot vouch for it. What vouches are the residual
shifts of small blocks spread over the brain (each matched on its own by normalised correlation),
the overlap of the two brains, and the way back (inverse consistency).
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

from .resampling import resample_array

CHECK_MM, BLOCK_MM, REACH_MM = 2.0, 24.0, 6.0
BINS = 32


@dataclass(frozen=True)
class BlockResiduals:
    """Residual shifts of blocks that carry enough structure.

    Attributes
    ----------
    shift_mm : (N, 3) array
        Along the check grid's axes.
    agreement : float
        Median of the blocks' best correlation (absolute), 0..1.
    """

    shift_mm: npt.NDArray[np.float64]
    agreement: float

    @property
    def median_mm(self) -> float:
        """Median length of the residual shifts."""
        return float(np.median(np.linalg.norm(self.shift_mm, axis=1)))


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


def measure_blocks(
    a: npt.NDArray[np.float32],
    b: npt.NDArray[np.float32],
    where: npt.NDArray[np.bool_],
    spacing_mm: float = CHECK_MM,
) -> BlockResiduals | None:
    """Match blocks of `a` in `b`, each within ±6 mm; None when no block carries structure.

    Parameters
    ----------
    a, b : (K, J, I) arrays on one isotropic grid
    where : (K, J, I) bool array
        Brain; blocks lie at least half in it.
    """
    size = round(BLOCK_MM / spacing_mm)
    reach = round(REACH_MM / spacing_mm)
    shifts, scores = [], []
    for corner in _block_corners(where, size, reach):
        k, j, i = corner
        block = a[k : k + size, j : j + size, i : i + size]
        if block.std() < 0.05 * abs(block.mean()) + 1e-6:
            continue
        window = b[k - reach : k + size + reach, j - reach : j + size + reach,
                   i - reach : i + size + reach]  # fmt: skip
        shift, score = _match(block, window, reach)
        shifts.append(shift * spacing_mm)
        scores.append(score)
    if len(shifts) < 6:
        return None
    return BlockResiduals(np.asarray(shifts), float(np.median(scores)))


def _block_corners(
    where: npt.NDArray[np.bool_], size: int, reach: int
) -> list[tuple[int, int, int]]:
    corners = []
    stops = [n - size - reach for n in where.shape]
    for k in range(reach, stops[0], size):
        for j in range(reach, stops[1], size):
            for i in range(reach, stops[2], size):
                if where[k : k + size, j : j + size, i : i + size].mean() > 0.5:
                    corners.append((k, j, i))
    return corners


def _match(
    block: npt.NDArray[np.float32], window: npt.NDArray[np.float32], reach: int
) -> tuple[npt.NDArray[np.float64], float]:
    """Best shift in voxels (sub-voxel by a parabola) and its absolute correlation."""
    views = np.lib.stride_tricks.sliding_window_view(window, block.shape)
    flat = views.reshape(*views.shape[:3], -1)
    centred = (block - block.mean()).ravel()
    mean = flat.mean(-1)
    spread = np.sqrt(np.maximum((flat * flat).mean(-1) - mean * mean, 1e-12))
    score = np.abs(flat @ centred / centred.size / spread / max(float(block.std()), 1e-6))
    best = np.array(np.unravel_index(int(score.argmax()), score.shape))
    shift = best.astype(float) - reach
    for axis in range(3):
        if 0 < best[axis] < score.shape[axis] - 1:
            step = np.eye(3, dtype=int)[axis]
            low, mid, high = (float(score[tuple(best + s * step)]) for s in (-1, 0, 1))
            curve = low - 2 * mid + high
            if curve < 0:
                shift[axis] += 0.5 * (low - high) / curve
    return shift, float(score.max())


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
    thresholds: Thresholds | None = None,
) -> RegistrationQuality:
    """Gather the evidence and grade it; limits under ``registration`` in ``evidence.toml``."""
    limits = thresholds or Thresholds()
    grid = fixed.grid.resized((CHECK_MM, CHECK_MM, CHECK_MM))
    a = resample_array(fixed.array, fixed.grid, grid)
    b = resample_array(moving.array, moving.grid, grid, transform)
    if fixed_mask is not None:
        where = resample_array(fixed_mask.array, fixed_mask.grid, grid) >= 0.5
    else:
        where = a > np.percentile(a, 50)
    seen = where & (resample_array(np.ones(moving.grid.shape, np.float32), moving.grid, grid,
                                   transform) > 0.5)  # fmt: skip
    before = resample_array(moving.array, moving.grid, grid, start)
    overlap = None
    if moving_mask is not None and fixed_mask is not None:
        other = resample_array(moving_mask.array, moving_mask.grid, grid, transform) >= 0.5
        overlap = float(2 * (where & other).sum() / max(int(where.sum() + other.sum()), 1))
    blocks = measure_blocks(a, b, seen)
    consistency = consistency_mm
    if back is not None:
        consistency = measure_inverse_consistency(transform, back, moving.grid)
    # a block finds its place only as sharply as the coarser image is sampled
    sampling = 0.25 * max(*fixed.grid.spacing_mm, *moving.grid.spacing_mm, CHECK_MM)
    residual = blocks.median_mm if blocks else REACH_MM
    expected = float(np.hypot(max(residual, consistency or 0.0) * 0.5, sampling * 0.5))
    grade, reasons = _grade(limits, overlap, consistency, blocks, residual, same_frame)
    return RegistrationQuality(
        grade=grade,
        similarity_before=measure_similarity(a, before, where),
        similarity_after=measure_similarity(a, b, seen),
        overlap_dice=overlap,
        inverse_consistency_mm=consistency,
        expected_error_mm=expected,
        method="same frame of reference, checked" if same_frame else "rigid, mutual information",
        reasons=reasons,
    )


def _grade(
    limits: Thresholds,
    overlap: float | None,
    consistency: float | None,
    blocks: BlockResiduals | None,
    residual_mm: float,
    same_frame: bool,
) -> tuple[RegistrationGrade, tuple[str, ...]]:
    bad, doubtful = [], []

    def judge(value: float, name: str, text: str, *, higher_is_better: bool) -> None:
        sign = 1.0 if higher_is_better else -1.0
        if sign * value < sign * limits[f"registration.{name}_bad"]:
            bad.append(text)
        elif sign * value < sign * limits[f"registration.{name}_good"]:
            doubtful.append(text)

    if overlap is not None:
        judge(overlap, "overlap", f"brain overlap {overlap:.2f}", higher_is_better=True)
    if consistency is not None:
        judge(consistency, "consistency",
              f"forward and back differ by {consistency:.1f} mm",
              higher_is_better=False)  # fmt: skip
    if blocks is None:
        doubtful.append("too little structure in common to check block by block")
    else:
        judge(residual_mm, "residual", f"blocks still shifted by {residual_mm:.1f} mm",
              higher_is_better=False)  # fmt: skip
        judge(blocks.agreement, "agreement", f"block correlation {blocks.agreement:.2f}",
              higher_is_better=True)  # fmt: skip
    if bad and not same_frame:
        return RegistrationGrade.BAD, (*bad, *doubtful)
    if bad or doubtful:
        return RegistrationGrade.ACCEPTABLE, (*bad, *doubtful)
    return RegistrationGrade.GOOD, ()
