"""A healthy head from the ICBM152 template: tissue shares on a 1 mm lattice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid
from RNAssessLib.spatial.atlas import load_template
from RNAssessLib.spatial.head_template import (
    CSF_MM,
    MARGIN_MM,
    SCALP_MM,
    SKULL_MM,
    load_head_layers,
)

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Head:
    """Shares (0..1) of every tissue on one lattice in the patient's reference space.

    Attributes
    ----------
    grid : Grid
    shares : mapping of str to array
        ``white grey csf skull scalp dura sinus choroid``; they sum to at most 1.
    midline_mm : float
        LPS x of the interhemispheric plane.
    compartments : (K, J, I) uint8 array of Compartment, or None
        Where they differ from the template's.
    texture : (K, J, I) array or None
        Unevenness of tissue, standard deviation 1.
    """

    grid: Grid
    shares: dict[str, Array]
    midline_mm: float
    compartments: npt.NDArray[np.uint8] | None = None
    texture: Array | None = None

    def crop(self, box: tuple[slice, slice, slice]) -> Head:
        """Part of the head."""
        shares = {name: np.ascontiguousarray(share[box]) for name, share in self.shares.items()}
        labels = None if self.compartments is None else np.ascontiguousarray(self.compartments[box])
        texture = None if self.texture is None else np.ascontiguousarray(self.texture[box])
        return Head(self.grid.crop(box), shares, self.midline_mm, labels, texture)


def build_head(scale: tuple[float, float, float], center_mm: tuple[float, float, float]) -> Head:
    """Scale the template along x, y, z and put its origin (the anterior commissure) somewhere.

    Parameters
    ----------
    scale : tuple of float
        Factors near 1: no two heads are the same.
    center_mm : tuple of float
        LPS position of the anterior commissure, off the scanner's origin.
    """
    template = load_padded()
    brain = template.brain
    padded = place_lattice(scale, center_mm)
    shares = {name: share.copy() for name, share in template.shares.items()}
    csf, outside = shares["csf"], template.outside
    x = np.abs(padded.index_to_lps(_axis_index(brain.shape, 2))[:, 0] - center_mm[0])
    add_enhancing_anatomy(shares, brain, csf, outside, x)
    return Head(padded, {k: v.astype(np.float32) for k, v in shares.items()}, center_mm[0])


def place_lattice(scale: tuple[float, float, float], center_mm: tuple[float, float, float]) -> Grid:
    """The padded template's lattice in a patient; see `build_head`."""
    template = load_padded()
    k, j, i = (int(n) for n in template.brain.shape)
    origin = np.asarray(center_mm) + template.start * scale
    # the template's voxels are 1 mm
    return Grid((k, j, i), (float(origin[0]), float(origin[1]), float(origin[2])), scale)


@dataclass(frozen=True, eq=False)
class Template:
    """What all heads share."""

    start: npt.NDArray[np.floating[Any]]  # corner, LPS mm
    shares: dict[str, Array]
    brain: npt.NDArray[np.bool_]
    outside: Array  # distance from the brain, voxels


@cache
def load_padded() -> Template:
    """Template with the layers around it, made once; its arrays are shared: copy to change."""
    template, layers = load_template(), load_head_layers()
    brain, outside = layers.brain, layers.outside
    white, grey = np.pad(template.wm.array, MARGIN_MM), np.pad(template.gm.array, MARGIN_MM)
    csf = np.clip(brain - white - grey, 0, 1)
    # a little CSF surrounds the brain, then bone, then scalp; the neck is left open
    csf[(outside > 0) & (outside <= CSF_MM)] = 1.0
    shares = {
        "white": white,
        "grey": grey,
        "csf": csf,
        "skull": ((outside > CSF_MM) & (outside <= SKULL_MM)).astype(np.float32),
        "scalp": ((outside > SKULL_MM) & (outside <= SCALP_MM)).astype(np.float32),
    }
    return Template(np.asarray(layers.grid.origin_mm), shares, brain, outside)


def _axis_index(shape: tuple[int, ...], axis: int) -> npt.NDArray[np.int_]:
    index = np.zeros((shape[axis], 3), int)
    index[:, axis] = np.arange(shape[axis])
    return index


def add_enhancing_anatomy(
    shares: dict[str, Array],
    brain: npt.NDArray[np.bool_],
    csf: Array,
    outside: Array,
    from_midline: npt.NDArray[np.float64],
) -> None:
    """Falx, sagittal sinus and choroid plexus: what enhances in every healthy head."""
    near = from_midline[None, None, :]
    level = np.arange(brain.shape[0])[:, None, None]
    above_callosum = level > 0.55 * brain.shape[0]
    falx = (near < 0.8) & (csf > 0.3) & above_callosum & (outside < 3)
    sinus = (near < 4) & (outside > 0) & (outside < 5) & above_callosum
    ventricles = ndimage.binary_erosion(csf > 0.9, iterations=3) & (near < 25) & (outside == 0)
    choroid = ventricles & (np.abs(level - 0.52 * brain.shape[0]) < 3)
    taken = np.zeros(brain.shape, bool)
    for name, where in (("dura", falx), ("sinus", sinus), ("choroid", choroid)):
        where = where & ~taken
        taken |= where
        shares[name] = where.astype(np.float32) * (0.6 if name == "dura" else 1.0)
    occupied = shares["dura"] + shares["sinus"] + shares["choroid"]
    for name in ("white", "grey", "csf", "skull", "scalp"):
        shares[name] = shares[name] * (1.0 - occupied)
