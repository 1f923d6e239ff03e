"""A head of concentric tissue with lesions of known shape: partial volume, field, noise."""

from functools import cache

import numpy as np

from RNAssessLib.case import Grid, Image, Mask

GRID = Grid(
    (56, 90, 88), (-60.0, 35.0, -41.0), (1.0, 1.0, 1.4),
    (0.98, 0.199, 0.0, -0.199, 0.98, 0.0, 0.0, 0.0, 1.0),
)  # fmt: skip
FINE = 5


@cache
def points(grid=GRID, fine=1):
    """Positions (K, J, I, fine**3, 3) of sub-voxels."""
    index = np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape], indexing="ij"), -1)
    steps = (np.arange(fine) + 0.5) / fine - 0.5
    offsets = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)
    return grid.index_to_lps(index[..., None, :] + offsets)


CENTER = GRID.center_lps


def at(x, y, z, origin=CENTER):
    """Position `x`, `y`, `z` mm from `origin` (the middle of the head)."""
    return np.asarray(origin) + np.array([x, y, z])


def share_of_ball(center, radius, grid=GRID):
    """Share of every voxel inside a ball, by sub-voxels."""
    all_points = points(grid, 1)[..., 0, :]
    gap = np.linalg.norm(all_points - np.asarray(center), axis=-1)
    share = (gap <= radius).astype(float)
    # only voxels at the surface need sub-voxels
    edge = np.abs(gap - radius) < np.linalg.norm(grid.spacing_mm)
    steps = ((np.arange(FINE) + 0.5) / FINE - 0.5) * np.asarray(grid.spacing_mm)[:, None]
    offsets = np.stack(np.meshgrid(*steps, indexing="ij"), -1).reshape(-1, 3)
    turned = offsets @ np.reshape(grid.direction, (3, 3)).T
    fine = all_points[edge][:, None, :] + turned
    share[edge] = (np.linalg.norm(fine - np.asarray(center), axis=-1) <= radius).mean(axis=-1)
    return share


def head(parts, *, noise=0.04, gain=300.0, seed=0, base=1.0, csf=0.3):
    """T1-like image and its brain; `parts` are (share, signal) painted one after the other."""
    gap = np.linalg.norm((points()[..., 0, :] - CENTER) / np.array([40.0, 41.0, 36.0]), axis=-1)
    brain = gap <= 1.0
    signal = np.where(brain, np.where(gap < 0.82, base, 0.78), 0.0)
    signal = np.where(brain & (gap > 0.96), csf, signal)
    for share, value in parts:
        signal = signal * (1 - share) + share * value
    rng = np.random.default_rng(seed)
    field = 1.0 + 0.15 * (points()[..., 0, 0] - CENTER[0]) / 40.0
    noisy = signal * field + rng.normal(0, noise, signal.shape)
    return Image((gain * np.maximum(noisy, 0)).astype(np.float32), GRID), Mask(brain, GRID)


def ball(center, radius):
    """Voxels whose centre lies in a ball."""
    gap = np.linalg.norm(points()[..., 0, :] - np.asarray(center), axis=-1)
    return gap <= radius


def dice(a, b):
    """Overlap of two boolean arrays."""
    return 2.0 * np.count_nonzero(a & b) / (np.count_nonzero(a) + np.count_nonzero(b))
