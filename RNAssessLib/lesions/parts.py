"""From enhancement to a lesion's core and oedema."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from RNAssessLib.evidence import Thresholds

from .morphology import (
    Bools,
    Component,
    Floats,
    box_around,
    close,
    dilate,
    distance_to,
    fill_holes,
    find_components,
    keep_touching,
)
from .thick_slices import has_thick_slices

Spacing = tuple[float, float, float]
GAP_SHARE = 0.35
DARK = 1.1


def find_core(
    enhancing: Bools,
    t1c: Floats,
    spacing: Spacing,
    *,
    never: Bools | None = None,
    cavity: Bools | None = None,
    thresholds: Thresholds | None = None,
) -> Bools:
    """Non-enhancing part enclosed by enhancement.

    Closed rings are filled exactly, in thick slices also slice by slice (there the wall above and
    below a core may show in the next slice only, beside the ring); open rings are closed first
    over a gap that grows with the ring, up to ``segmentation.core_gap_mm`` on either side. Each
    component is filled by itself, so that normal brain between a lesion and its satellite stays
    normal.

    Parameters
    ----------
    enhancing : (K, J, I) bool array
    t1c : (K, J, I) float32 array
        In units of white matter; brighter than white matter is no necrosis.
    spacing : tuple of float
        (k, j, i) in mm.
    never : (K, J, I) bool array, optional
        Ventricles and cisterns: they are dark and may be wrapped by a lesion, but are not its core.
    cavity : (K, J, I) bool array, optional
        Cavity already found (`find_rimmed_cavity`).
    """
    thresholds = thresholds or Thresholds()
    widest = thresholds["segmentation.core_gap_mm"]
    core = np.zeros(enhancing.shape, bool)
    cavity_wall = enhancing if cavity is None else dilate(cavity, spacing, 1.5 * max(spacing))
    for component in find_components(enhancing):
        known = cavity is not None and component.count_in(cavity_wall) > 0
        _fill_component(component, core, spacing, 0.0 if known else widest)
    core &= ~enhancing
    if never is not None:
        core &= ~never
    closed = _enclosed(enhancing, spacing)
    dark = t1c < DARK
    return np.asarray(core & (dark | closed))


def _fill_component(component: Component, core: Bools, spacing: Spacing, widest: float) -> None:
    span = [n * s for n, s in zip(component.mask.shape, spacing, strict=True)]
    radius = min(GAP_SHARE * float(np.median(span)) / 2.0, widest)
    if component.size < 8:
        return
    if widest == 0.0:  # its cavity is known: only what is closed off exactly is added
        core[component.box] |= _enclosed(component.mask, spacing)
        return
    closed = close(component.mask, spacing, max(radius, min(spacing)))
    filled = fill_holes(closed)
    # what closing adds in the nooks of an irregular outside is not enclosed: only pockets with
    # enhancement on most sides are kept
    pockets = filled & ~component.mask
    exact = _enclosed(component.mask, spacing)
    kept = (pockets & (_sides(component.mask) >= 5)) | exact
    core[component.box] |= kept


def _enclosed(mask: Bools, spacing: Spacing) -> Bools:
    """What `mask` closes off, in 3D or, where slices are thick, within a slice."""
    out = fill_holes(mask)
    if has_thick_slices(spacing):
        axis = int(np.argmax(spacing))
        plane = ndimage.generate_binary_structure(2, 1)
        across = np.expand_dims(plane, axis)
        out |= ndimage.binary_fill_holes(mask, structure=across)
    return np.asarray(out & ~mask)


def _sides(mask: Bools) -> np.ndarray:
    """In how many of the six axis directions one meets `mask`."""
    count = np.zeros(mask.shape, np.uint8)
    for axis in range(3):
        forward = np.maximum.accumulate(mask, axis=axis)
        back = np.flip(np.maximum.accumulate(np.flip(mask, axis), axis=axis), axis)
        count += forward.astype(np.uint8) + back.astype(np.uint8)
    return count


def find_oedema(
    flair: Floats,
    white_level: float,
    noise: float,
    seeds: dict[str, Bools],
    brain: Bools,
    spacing: Spacing,
    thresholds: Thresholds | None = None,
) -> dict[str, Bools]:
    """FLAIR hyperintensity around each lesion, the lesion included.

    Parameters
    ----------
    flair : (K, J, I) float32 array
        On the T1c grid.
    white_level, noise : float
        Median and standard deviation of FLAIR in normal-appearing white matter.
    seeds : dict of lesion id to (K, J, I) bool array
        Enhancing part with its core, or the target when nothing enhances any more.
    brain : (K, J, I) bool array

    Returns
    -------
    dict of lesion id to (K, J, I) bool array
        Disjoint: hyperintensity between two lesions goes to the nearer one.
    """
    thresholds = thresholds or Thresholds()
    reach = thresholds["segmentation.oedema_reach_mm"]
    everything = np.logical_or.reduce(list(seeds.values())) if seeds else np.zeros_like(brain)
    out = {name: seed.copy() for name, seed in seeds.items()}
    box = box_around(everything, spacing, reach)
    if box is None:
        return out
    values = ndimage.gaussian_filter(
        flair[box], [0.5 / s if s < 1.5 else 0.0 for s in spacing], truncate=2.0
    )
    local_brain = brain[box]
    bright = _bright_flair(values, everything[box], local_brain, white_level, noise, spacing,
                           thresholds)  # fmt: skip
    distances = [distance_to(seed[box], spacing) for seed in seeds.values()]
    nearest = np.argmin(distances, axis=0)
    for n, (name, seed) in enumerate(seeds.items()):
        touch = dilate(seed[box], spacing, 2.5)
        own = bright & (nearest == n) & (distances[n] <= reach)
        connected = keep_touching(own | touch, touch) & own
        others = [s[box] for other, s in seeds.items() if other != name]
        for other in others:
            connected &= ~other
        out[name][box] |= connected & local_brain
    return out


def _bright_flair(
    values: Floats,
    lesions: Bools,
    brain: Bools,
    white_level: float,
    noise: float,
    spacing: Spacing,
    thresholds: Thresholds,
) -> Bools:
    """Hyperintense voxels: border halfway between white matter and this patient's oedema."""
    least = thresholds["segmentation.flair_ratio"] * white_level
    floor = max(least, white_level + thresholds["segmentation.noise_multiple"] * noise)
    ring = dilate(lesions, spacing, 12.0) & brain & (values > floor)
    cut = floor
    if np.count_nonzero(ring) > 20:
        halfway = 0.5 * (white_level + float(np.percentile(values[ring], 75)))
        cut = max(floor, halfway)
    bright = (values > cut) & brain
    # cortex is a little brighter than white matter: single-voxel bridges into it are cut
    thick = ndimage.binary_opening(bright, ndimage.generate_binary_structure(3, 1))
    return np.asarray(thick | (bright & dilate(thick, spacing, 1.1 * min(spacing))))
