"""Small blocks of one image found again in another, each on its own.

Blocks are compared by their self-similarity (MIND: how much every voxel resembles its six
neighbours; Heinrich et al. 2012, doi 10.1016/j.media.2012.05.008), which contrast, gain and
receive field leave alone: a T1c block finds its place in a FLAIR. Many blocks that agree on one
motion are evidence which the similarity that found a transform cannot give.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, Image, Mask, RigidTransform

from .resampling import resample_array
from .self_similarity import compute_self_similarity, find_shift

CHECK_MM, BLOCK_MM, REACH_MM = 2.0, 24.0, 6.0
MOST_BLOCKS, FEWEST_BLOCKS = 140, 8
NEAR_MM = 3.0

FloatArray = npt.NDArray[np.float64]
Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class RigidFit:
    """Motion that most blocks agree on.

    Attributes
    ----------
    motion : RigidTransform
        Carries a block's place in the first image to where the second image shows it.
    error_mm : float
        Standard error of the motion inside the brain: scatter of the agreeing blocks over the
        square root of their number, times the share that six parameters take.
    """

    motion: RigidTransform
    error_mm: float


@dataclass(frozen=True, eq=False)
class BlockResiduals:
    """Where blocks of a first image were found in a second one.

    Attributes
    ----------
    point_mm : (N, 3) array
        Centres of the blocks, LPS, in the space of the check grid.
    shift_mm : (N, 3) array
        From there to the place found.
    """

    point_mm: FloatArray
    shift_mm: FloatArray

    def __len__(self) -> int:
        return len(self.point_mm)

    def fit_motion(self) -> RigidFit:
        """Rigid motion by least squares, reweighted so that strayed blocks do not count."""
        weight = np.ones(len(self))
        # most blocks are right or the registration is bad anyway: start from the common shift
        off = np.linalg.norm(self.shift_mm - np.median(self.shift_mm, axis=0), axis=1)
        for _ in range(12):
            scale = max(1.4826 * float(np.median(off)), 0.1)
            weight = np.maximum(1.0 - (off / (4.0 * scale)) ** 2, 0.0) ** 2
            motion = _weighted_rigid(self.point_mm, self.point_mm + self.shift_mm, weight)
            gap = self.point_mm + self.shift_mm - motion.apply(self.point_mm)
            off = np.linalg.norm(gap, axis=1)
        total = max(float(weight.sum()), 1.0)
        scatter = float(np.sqrt((weight * off**2).sum() / total))
        return RigidFit(motion, scatter * float(np.sqrt(6.0 / 3.0 / total)))

    def fit_affine(self) -> FloatArray:
        """Affine map (4, 4) by least squares, reweighted so that strayed blocks do not count."""
        there = self.point_mm + self.shift_mm
        model = np.column_stack([self.point_mm, np.ones(len(self))])
        off = np.linalg.norm(self.shift_mm - np.median(self.shift_mm, axis=0), axis=1)
        matrix = np.eye(4)
        for _ in range(12):
            scale = max(1.4826 * float(np.median(off)), 0.3)
            weight = np.maximum(1.0 - (off / (4.0 * scale)) ** 2, 0.0)[:, None]
            matrix[:3] = np.linalg.lstsq(model * weight, there * weight, rcond=None)[0].T
            off = np.linalg.norm(there - model @ matrix[:3].T, axis=1)
        return matrix

    def after(self, motion: RigidTransform) -> BlockResiduals:
        """What is left of the shifts once `motion` is taken away."""
        left = np.asarray(self.point_mm + self.shift_mm - motion.apply(self.point_mm), float)
        return BlockResiduals(self.point_mm, left)

    def part(self, number: int) -> BlockResiduals:
        """Every second block, from `number` (0 or 1) on."""
        return BlockResiduals(self.point_mm[number::2], self.shift_mm[number::2])

    def near_share(self, fit: RigidFit) -> float:
        """Share of blocks found within 3 mm of where `fit` puts them; chance gives about 0.1."""
        left = self.after(fit.motion).shift_mm
        return float((np.linalg.norm(left, axis=1) < NEAR_MM).mean())

    @property
    def common_mm(self) -> float:
        """How far the motion shared by the blocks moves them, root mean square."""
        moved = self.fit_motion().motion.apply(self.point_mm) - self.point_mm
        return float(np.sqrt((moved**2).sum(axis=1).mean()))


def _weighted_rigid(a: FloatArray, b: FloatArray, weight: FloatArray) -> RigidTransform:
    share = weight / max(float(weight.sum()), 1e-9)
    mean_a, mean_b = share @ a, share @ b
    u, _, vt = np.linalg.svd((a - mean_a).T @ ((b - mean_b) * share[:, None]))
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(vt.T @ u.T))])
    rotation = vt.T @ flip @ u.T
    return RigidTransform.from_parts(rotation, mean_b - rotation @ mean_a)


def match_blocks(
    moving: Image, fixed: Image, transform: RigidTransform, where: Mask | None
) -> BlockResiduals | None:
    """Find blocks of `fixed` in `moving` as `transform` places it.

    Images are compared on the lattice of the one with the thicker slices, the other blurred
    along them: what thick slices average cannot be found sharply.

    Parameters
    ----------
    moving, fixed : Image
    transform : RigidTransform
        ``moving_to_fixed``.
    where : Mask or None
        Brain of the fixed image; without it, what is brighter than the median.

    Returns
    -------
    BlockResiduals or None
        Points and shifts in fixed space; None when fewer than eight blocks carry structure.
    """
    thick_moving = max(moving.grid.spacing_mm) > 1.2 * max(fixed.grid.spacing_mm)
    first, second = (moving, fixed) if thick_moving else (fixed, moving)
    carry = transform.inverse() if thick_moving else transform
    grid = first.grid.resized((CHECK_MM, CHECK_MM, CHECK_MM))
    if where is None:
        inside = resample_array(fixed.array, fixed.grid, grid, transform.inverse()
                                if thick_moving else None)  # fmt: skip
        brain = inside > np.percentile(inside, 50)
    else:
        to_grid = transform.inverse() if thick_moving else None
        brain = resample_array(where.array, where.grid, grid, to_grid) >= 0.5
    slices = _box(brain)
    if slices is None:
        return None
    grid, brain = grid.crop(slices), brain[slices]
    a = resample_array(without_glare(first.array), first.grid, grid)
    b = resample_array(without_glare(second.array), second.grid, grid, carry)
    seen = resample_array(np.ones(second.grid.shape, np.float32), second.grid, grid, carry) > 0.5
    seen &= resample_array(np.ones(first.grid.shape, np.float32), first.grid, grid) > 0.5
    i, j, k = first.grid.spacing_mm
    blur = [0.35 * s / CHECK_MM if s > 1.5 * CHECK_MM else 0.0 for s in (k, j, i)]
    if any(blur) and max(second.grid.spacing_mm) < 0.8 * max(i, j, k):
        b = ndimage.gaussian_filter(b, blur)
    found = match_on_grid(a, b, brain & seen, grid)
    if found is None or not thick_moving:
        return found
    # found in moving space: the block at `point` (moving) shows what the transform put at
    # `moved`; said in fixed space, content that belongs at T(moved) lies at T(point)
    points = transform.apply(found.point_mm + found.shift_mm)
    moved = transform.apply(found.point_mm)
    return BlockResiduals(np.asarray(points, float), np.asarray(moved - points, float))


def match_on_grid(
    a: Array, b: Array, where: npt.NDArray[np.bool_], grid: Grid
) -> BlockResiduals | None:
    """Find blocks of `a` in `b`, both on one isotropic lattice.

    Blocks are 12 voxels wide and searched within 3 voxels: 24 and 6 mm on the usual 2 mm lattice,
    twice that on one of 4 mm.

    Parameters
    ----------
    a, b : (K, J, I) arrays on `grid`
    where : (K, J, I) bool array
        Blocks lie at least half in it.
    grid : Grid

    Returns
    -------
    BlockResiduals or None
        In the grid's space; None when fewer than eight blocks carry structure.
    """
    found = _match_all(a, b, where)
    if found is None:
        return None
    centers, shifts = found
    points = np.asarray(grid.index_to_lps(centers), float)
    return BlockResiduals(points, np.asarray(grid.index_to_lps(centers + shifts) - points, float))


def without_glare(array: Array) -> Array:
    """Without the brightest vessels and fat, which would rule the noise level."""
    high = float(np.percentile(array[::2, ::2, ::2], 99.0))
    return np.asarray(np.clip(array, None, max(high, 1e-6)), np.float32)


def _box(where: npt.NDArray[np.bool_]) -> tuple[slice, slice, slice] | None:
    found = ndimage.find_objects(where.astype(np.uint8))
    if not found:
        return None
    pad = round(REACH_MM / CHECK_MM) + 2
    k, j, i = (slice(max(s.start - pad, 0), s.stop + pad) for s in found[0])
    return k, j, i


def _match_all(
    a: Array, b: Array, where: npt.NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray] | None:
    """Centres (N, 3) and shifts (N, 3), both in voxels (k, j, i)."""
    size, reach = round(BLOCK_MM / CHECK_MM), round(REACH_MM / CHECK_MM)
    corners = _corners(where, size, reach)
    level = float(np.median(a[where])) if where.any() else 0.0
    corners = [c for c in corners if a[_at(c, size)].std() > 0.05 * abs(level) + 1e-6]
    if len(corners) > MOST_BLOCKS:
        chosen = np.linspace(0, len(corners) - 1, MOST_BLOCKS).round().astype(int)
        corners = [corners[n] for n in chosen]
    if len(corners) < FEWEST_BLOCKS:
        return None
    alike_a, alike_b = compute_self_similarity(a), compute_self_similarity(b)
    centers, shifts = [], []
    for corner in corners:
        block = alike_a[(slice(None), *_at(corner, size))]
        window = alike_b[(slice(None), *_at(corner, size, reach))]
        centers.append(np.asarray(corner) + (size - 1) / 2.0)
        shifts.append(find_shift(block, window, reach))
    return np.asarray(centers, float), np.asarray(shifts, float)


def _at(corner: tuple[int, int, int], size: int, reach: int = 0) -> tuple[slice, slice, slice]:
    k, j, i = (slice(c - reach, c + size + reach) for c in corner)
    return k, j, i


def _corners(where: npt.NDArray[np.bool_], size: int, reach: int) -> list[tuple[int, int, int]]:
    """Corners of overlapping blocks that lie at least half in `where`."""
    step = 2 * size // 3
    stops = [n - size - reach for n in where.shape]
    return [
        (k, j, i)
        for k in range(reach, stops[0] + 1, step)
        for j in range(reach, stops[1] + 1, step)
        for i in range(reach, stops[2] + 1, step)
        if where[_at((k, j, i), size)].mean() > 0.5
    ]
