"""Morphology in millimetres on lattices of any spacing, worked in a box around what is set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.spatial.balls import deeper, within

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
Box = tuple[slice, slice, slice]

FULL_CONNECTIVITY = np.ones((3, 3, 3), bool)


@dataclass(frozen=True, eq=False)
class Component:
    """One connected part of a mask, kept in its own box so that hundreds stay cheap.

    Attributes
    ----------
    box : tuple of slice
        Where it lies in the whole array.
    mask : bool array
        The part inside its box.
    """

    box: Box
    mask: Bools

    @property
    def size(self) -> int:
        """Number of voxels."""
        return int(np.count_nonzero(self.mask))

    def count_in(self, region: Bools) -> int:
        """Number of its voxels that lie in `region` (whole array)."""
        return int(np.count_nonzero(region[self.box] & self.mask))

    def share_in(self, region: Bools) -> float:
        """Share of its voxels that lie in `region` (whole array)."""
        return self.count_in(region) / self.size

    def paint(self, target: Bools) -> None:
        """Set its voxels in `target` (whole array), in place."""
        target[self.box] |= self.mask

    def ball_radius_mm(self, spacing: Sequence[float]) -> float:
        """Radius of the ball of the same volume."""
        return float((self.size * float(np.prod(spacing)) * 0.75 / np.pi) ** (1.0 / 3.0))

    def surrounded(self, margin: Sequence[int], whole: tuple[int, ...]) -> tuple[Box, Bools]:
        """Box with a margin of voxels, as far as the whole array reaches, and the part in it."""
        k, j, i = (
            slice(max(cut.start - m, 0), min(cut.stop + m, n))
            for cut, m, n in zip(self.box, margin, whole, strict=True)
        )
        own = np.zeros(tuple(s.stop - s.start for s in (k, j, i)), bool)
        inner = tuple(
            slice(cut.start - wide.start, cut.stop - wide.start)
            for cut, wide in zip(self.box, (k, j, i), strict=True)
        )
        own[inner] = self.mask
        return (k, j, i), own

    def points(self) -> npt.NDArray[np.int_]:
        """Array indices (N, 3) of its voxels in the whole array."""
        return np.asarray(np.argwhere(self.mask) + [s.start for s in self.box])


def spacing_kji(spacing_mm: Sequence[float]) -> tuple[float, float, float]:
    """Spacing along array axes (k, j, i) of a grid's ``spacing_mm`` (i, j, k)."""
    i, j, k = (float(s) for s in spacing_mm)
    return k, j, i


def box_around(mask: Bools, spacing: Sequence[float], margin_mm: float) -> Box | None:
    """Smallest box that holds `mask` and `margin_mm` around it; None when nothing is set."""
    if not mask.any():
        return None
    slices = []
    for axis, step in enumerate(spacing):
        others = tuple(a for a in range(3) if a != axis)
        used = np.flatnonzero(mask.any(axis=others))
        reach = int(np.ceil(margin_mm / step)) + 1
        slices.append(slice(max(int(used[0]) - reach, 0), int(used[-1]) + reach + 1))
    return slices[0], slices[1], slices[2]


def distance_to(mask: Bools, spacing: Sequence[float]) -> Floats:
    """Distance in mm of every voxel centre from the nearest set voxel centre (inf for none)."""
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    return np.asarray(ndimage.distance_transform_edt(~mask, sampling=spacing), np.float32)


def depth_inside(mask: Bools, spacing: Sequence[float]) -> Floats:
    """Distance in mm of set voxels from the nearest unset voxel; beyond the array is unset."""
    padded = np.pad(mask, 1)
    depth = ndimage.distance_transform_edt(padded, sampling=spacing)
    return np.asarray(depth[1:-1, 1:-1, 1:-1], np.float32)


def dilate(mask: Bools, spacing: Sequence[float], radius_mm: float) -> Bools:
    """Voxels within `radius_mm` of `mask`."""
    return within(mask, spacing, radius_mm, single=True)


def erode(mask: Bools, spacing: Sequence[float], radius_mm: float) -> Bools:
    """Voxels of `mask` farther than `radius_mm` from any unset voxel."""
    box = box_around(mask, spacing, 0.0)
    out = np.zeros(mask.shape, bool)
    if box is not None:
        deep = deeper(np.pad(mask[box], 1), spacing, radius_mm, single=True)
        out[box] = deep[1:-1, 1:-1, 1:-1]
    return out


def close(mask: Bools, spacing: Sequence[float], radius_mm: float) -> Bools:
    """Close gaps up to twice `radius_mm` wide."""
    box = box_around(mask, spacing, 0.0)
    out = mask.copy()
    if box is None:
        return out
    reach = [int(np.ceil(radius_mm / s)) + 1 for s in spacing]
    padded = np.pad(mask[box], [(r, r) for r in reach])
    grown = dilate(padded, spacing, radius_mm)
    closed = erode(grown, spacing, radius_mm)
    inner = tuple(slice(r, -r) for r in reach)
    out[box] |= closed[inner]
    return out


def fill_holes(mask: Bools) -> Bools:
    """Fill what no path leads out of, in 3D."""
    box = box_around(mask, (1.0, 1.0, 1.0), 0.0)
    out = mask.copy()
    if box is not None:
        out[box] = ndimage.binary_fill_holes(mask[box])
    return out


def label_components(mask: Bools) -> tuple[npt.NDArray[np.int32], int]:
    """Number the components of `mask`; voxels that share a face, edge or corner hang together."""
    labels, count = ndimage.label(mask, FULL_CONNECTIVITY)
    return np.asarray(labels, np.int32), int(count)


def find_components(mask: Bools) -> list[Component]:
    """Components of `mask`, in array order."""
    labels, _ = label_components(mask)
    boxes = enumerate(ndimage.find_objects(labels), 1)
    return [Component(box, labels[box] == n) for n, box in boxes if box is not None]


def keep_touching(mask: Bools, seed: Bools) -> Bools:
    """Components of `mask` that hold at least one voxel of `seed`."""
    labels, _ = label_components(mask)
    wanted = np.unique(labels[seed & mask])
    return np.isin(labels, wanted[wanted > 0])


def smooth_within(
    values: npt.NDArray[Any], weights: npt.NDArray[Any], sigma_kji: Sequence[float]
) -> tuple[Floats, Floats]:
    """Gaussian mean of `values` where `weights` counts, and the weight found (0..1)."""
    weight = weights.astype(np.float32)
    top = ndimage.gaussian_filter(values.astype(np.float32) * weight, sigma_kji, truncate=3.0)
    bottom = ndimage.gaussian_filter(weight, sigma_kji, truncate=3.0)
    mean = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 1e-4)
    return mean, bottom
