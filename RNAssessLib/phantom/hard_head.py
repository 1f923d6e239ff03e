"""A head that is not the template: bent, mirrored, atrophic, with its own vessels and texture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.anatomy.template_labels import compute_template_labels
from RNAssessLib.case import Compartment, Vector
from RNAssessLib.spatial.head_template import CSF_MM, MARGIN_MM, SCALP_MM, SKULL_MM

from .deformation import Build, Deformation, compute_deformation
from .head import Head, add_enhancing_anatomy, load_padded, place_lattice
from .vessels import draw_dura, draw_plexus, draw_vessels, measure_sides

Array = npt.NDArray[np.float32]
TISSUES = ("white", "grey", "csf")
SHARPER = 2.5  # exponent on the template's tissue probabilities, blurred by averaging 152 heads
DIPLOE_MM = (3.2, 4.8)
HULL_MM = 14  # gaps of the brain's outline narrower than twice this are inside the skull
SWAP = {
    Compartment.LEFT_CEREBRUM: Compartment.RIGHT_CEREBRUM,
    Compartment.LEFT_CEREBELLUM: Compartment.RIGHT_CEREBELLUM,
    Compartment.LEFT_LATERAL_VENTRICLE: Compartment.RIGHT_LATERAL_VENTRICLE,
}


def build_hard_head(build: Build, scale: Vector, center_mm: Vector) -> Head:
    """Head of another build than the template's, with its own compartments.

    Parameters
    ----------
    build : Build
    scale, center_mm : tuple of float
        As for `build_head`: factors along x, y, z; LPS position of the (undeformed) commissure.

    Returns
    -------
    Head
        Its shares, compartments and texture lie on one lattice.
    """
    labels = np.pad(compute_template_labels(), MARGIN_MM)
    moved = compute_deformation(build, labels)
    shares = _template_shares(build, labels)
    shares = {name: moved.carry(share, 1).astype(np.float32) for name, share in shares.items()}
    _sharpen(shares, build.atrophy)
    found = carry_labels(moved, labels)
    if build.mirrored:
        shares = {name: np.ascontiguousarray(s[..., ::-1]) for name, s in shares.items()}
        found = mirror_labels(found)
    grid = place_lattice(scale, center_mm)
    return Head(grid, shares, center_mm[0], found, _texture(found.shape, build.seed))


def carry_labels(moved: Deformation, labels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Compartments in the patient."""
    return np.asarray(moved.carry(labels, 0), np.uint8)


def mirror_labels(labels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Compartments of the mirror image: what was left is right.

    Examples
    --------
    >>> mirror_labels(np.array([[[1, 2, 2]]], np.uint8)).tolist()
    [[[1, 1, 2]]]
    """
    table = np.arange(256, dtype=np.uint8)
    for left, right in SWAP.items():
        table[left], table[right] = right, left
    return np.ascontiguousarray(table[labels][..., ::-1])


@dataclass(frozen=True, eq=False)
class _Plain:
    """What all hard heads share, on the template's lattice.

    Attributes
    ----------
    outside : (K, J, I) array
        Distance from the brain's hull, mm: a skull does not dip between the temporal lobes.
    base : (K, J, I) bool array
        Between hull and brain: bone and soft tissue of the skull base.
    sides : tuple of array
        Distances of cerebrum and cerebellum.
    """

    outside: Array
    base: npt.NDArray[np.bool_]
    sides: tuple[Array, Array]


@cache
def _load_plain() -> _Plain:
    template = load_padded()
    padded = np.pad(template.outside, HULL_MM, mode="linear_ramp", end_values=99.0)
    far = ndimage.distance_transform_edt(padded <= HULL_MM) >= HULL_MM
    inner = (slice(HULL_MM, -HULL_MM),) * 3
    hull = far[inner] | template.brain
    outside = ndimage.distance_transform_edt(~hull).astype(np.float32)
    base = hull & (template.outside > CSF_MM)
    labels = np.pad(compute_template_labels(), MARGIN_MM)
    return _Plain(outside, base, measure_sides(labels))


def _template_shares(build: Build, labels: npt.NDArray[np.uint8]) -> dict[str, Array]:
    """Shares on the template's lattice, with this person's vessels, dura and skull."""
    template, plain = load_padded(), _load_plain()
    rng = np.random.default_rng([build.seed, 4099])
    shares = {name: share.copy() for name, share in template.shares.items()}
    near = plain.outside
    shares["skull"] = ((near > CSF_MM) & (near <= SKULL_MM)).astype(np.float32)
    shares["scalp"] = ((near > SKULL_MM) & (near <= SCALP_MM)).astype(np.float32)
    whole = dict(shares)
    x = np.abs(np.arange(labels.shape[2]) - (labels.shape[2] - 1) / 2)
    csf = shares["csf"].copy()
    add_enhancing_anatomy(shares, template.brain, csf, template.outside, x)
    dura, transverse = draw_dura(template.outside, plain.sides, rng)
    extra = {
        "dura": np.maximum(shares["dura"], dura),
        "sinus": np.maximum(shares["sinus"], transverse),
        "choroid": draw_plexus(labels, rng),
        "vein": draw_vessels(template.outside, csf, labels, rng),
    }
    patchy = ndimage.gaussian_filter(rng.normal(size=near.shape).astype(np.float32), 4.0)
    patchy = np.clip(0.55 + 0.25 * patchy / patchy.std(), 0.0, 1.0).astype(np.float32)
    diploe = (near > DIPLOE_MM[0]) & (near < DIPLOE_MM[1])
    extra["marrow"] = np.where(diploe | plain.base, patchy, 0.0)
    low = np.linspace(1.3, -0.3, near.shape[0], dtype=np.float32)[:, None, None]
    muscle = np.clip(low + 0.3 * (1.0 - patchy), 0.0, 0.9)
    extra["muscle"] = np.where(plain.base, 1.0 - patchy, muscle * whole["scalp"])
    left = np.ones(near.shape, np.float32)
    for name in ("sinus", "vein", "choroid", "dura", "marrow", "muscle"):
        extra[name] = np.minimum(extra[name], left).astype(np.float32)
        left -= extra[name]
    return {**{name: share * left for name, share in whole.items()}, **extra}


def _sharpen(shares: dict[str, Array], atrophy: float) -> None:
    """Undo the averaging of the template's tissue maps, and widen the sulci."""
    total = np.sum([shares[n] for n in TISSUES], axis=0)
    powers = [shares[n] ** SHARPER for n in TISSUES]
    scale = total / np.maximum(np.sum(powers, axis=0), 1e-6)
    for name, power in zip(TISSUES, powers, strict=True):
        shares[name] = np.asarray(power * scale, np.float32)
    wide = np.clip(2.0 * ndimage.gaussian_filter(shares["csf"], 1.5), 0.0, 1.0)
    lost = np.asarray(atrophy * wide * shares["grey"], np.float32)
    shares["grey"] = shares["grey"] - lost
    shares["csf"] = shares["csf"] + lost


def _texture(shape: tuple[Any, ...], seed: int) -> Array:
    """Unevenness of tissue, standard deviation 1: slow drift and grain."""
    rng = np.random.default_rng([seed, 6151])
    total = np.zeros(shape, np.float32)
    for smooth, weight in ((7.0, 0.6), (1.1, 0.8)):
        noise = ndimage.gaussian_filter(rng.normal(size=shape).astype(np.float32), smooth)
        total += np.float32(weight / noise.std()) * noise
    return total
