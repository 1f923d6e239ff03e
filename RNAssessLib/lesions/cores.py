"""Necrotic core of every lesion: drawn, closed in by enhancement, or the cavity of its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy import ndimage

from RNAssessLib.case import Anatomy, Grid, Mask, MaskKind
from RNAssessLib.evidence import Thresholds

from .enclosure import SLIT_VOXELS, close_seam, explain_refusal, keep_enclosed
from .enhancement import EnhancementMap
from .morphology import (
    Bools,
    Component,
    Floats,
    close,
    dilate,
    fill_holes,
    find_components,
    spacing_kji,
)
from .normal_enhancement import VENTRICLES, Surroundings
from .rimmed_cavity import find_rimmed_cavity
from .seeds import LesionSeed, Spacing, divide, union_of
from .thick_slices import has_thick_slices

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
        _fill_component(component, core, spacing, widest, cavity if known else None)
    core &= ~enhancing
    if never is not None:
        core &= ~never
    closed = _enclosed(enhancing, spacing)
    dark = t1c < DARK
    return np.asarray(core & (dark | closed))


def _fill_component(
    component: Component, core: Bools, spacing: Spacing, widest: float, cavity: Bools | None
) -> None:
    span = [n * s for n, s in zip(component.mask.shape, spacing, strict=True)]
    radius = max(min(GAP_SHARE * float(np.median(span)) / 2.0, widest), min(spacing))
    if component.size < 8:
        return
    body = component.mask
    if cavity is not None:  # it stands for the gap; what is left are chambers of the wall itself
        body, radius = body | cavity[component.box], SLIT_VOXELS * min(spacing)
    filled = fill_holes(close(body, spacing, radius))
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


def add_rims(
    found: EnhancementMap,
    seeds: Sequence[LesionSeed],
    brain: Mask,
    around: Surroundings,
    refused: list[str],
    thresholds: Thresholds,
) -> tuple[EnhancementMap, Bools]:
    """Enhancement with the weak rims of cavities, and the cavities; those refused are said."""
    spacing = spacing_kji(brain.grid.spacing_mm)
    avoid = np.zeros(brain.grid.shape, bool)
    for normal in (around.ventricles, around.dura):
        if normal is not None:
            avoid |= normal
    out = np.zeros(brain.grid.shape, bool)
    mask = found.mask.copy()
    for seed in seeds:
        cavity, rim = find_rimmed_cavity(
            found, seed.target.array, brain.array, avoid, spacing, thresholds
        )
        why = explain_refusal(cavity, seed.target.array, spacing, thresholds)
        if why:
            refused.append(f"{seed.lesion_id}: {why}")
            continue
        mask = (mask | rim) & ~cavity
        out |= cavity
    return replace(found, mask=mask), out


def find_cores(
    enhancing: dict[str, Bools],
    found: EnhancementMap,
    given: Mapping[MaskKind, Mask],
    cavity: Bools,
    seeds: Sequence[LesionSeed],
    anatomy: Anatomy | None,
    refused: list[str],
    thresholds: Thresholds,
) -> dict[str, Bools]:
    """Core of each lesion: drawn, or what its enhancement encloses and its cavity.

    Parameters
    ----------
    enhancing : dict of lesion id to (K, J, I) bool array
    found : EnhancementMap
    given : mapping of MaskKind to Mask
        A core among them is divided between the lesions and nothing is added.
    cavity : (K, J, I) bool array
        Of `add_rims`.
    seeds : sequence of LesionSeed
    anatomy : Anatomy or None
        On the same grid.
    refused : list of str
        Cores not believed beside their target are left out and said here.
    thresholds : Thresholds
    """
    if not seeds:
        return {}
    grid = seeds[0].target.grid
    spacing = spacing_kji(grid.spacing_mm)
    drawn = given.get(MaskKind.NECROTIC_CORE)
    if drawn is not None:
        taken = union_of(list(enhancing.values()), grid)
        return divide(drawn.array & ~taken, enhancing, spacing)
    never = None if anatomy is None else np.isin(anatomy.compartments, VENTRICLES)
    out = _enclosed_cores(enhancing, found, cavity, grid, never, thresholds)
    if cavity.any():
        taken = union_of([*enhancing.values(), *out.values()], grid)
        for name, part in divide(cavity & ~taken, enhancing, spacing).items():
            kept = keep_enclosed(out[name] | part, enhancing[name], spacing, thresholds)
            # what lies between a cavity and its wall is as little brain as either
            free = ~taken & ~union_of([m for n, m in out.items() if n != name], grid)
            if never is not None:
                free &= ~never
            out[name] = kept | (close_seam(kept & part, enhancing[name], spacing) & free)
    for seed in seeds:
        name = seed.lesion_id
        why = explain_refusal(out[name], seed.target.array, spacing, thresholds)
        if why:
            refused.append(f"{name}: {why}")
            out[name] = np.zeros_like(out[name])
    return out


def _enclosed_cores(
    enhancing: dict[str, Bools],
    found: EnhancementMap,
    cavity: Bools,
    grid: Grid,
    never: Bools | None,
    thresholds: Thresholds,
) -> dict[str, Bools]:
    """What the enhancement of each lesion encloses; a voxel goes to one lesion only."""
    spacing = spacing_kji(grid.spacing_mm)
    taken = union_of(list(enhancing.values()), grid)
    out = {}
    for name, mask in enhancing.items():
        core = find_core(
            mask, found.t1c, spacing, never=never, cavity=cavity, thresholds=thresholds
        )
        out[name] = keep_enclosed(core & ~taken, mask, spacing, thresholds)
        taken = taken | out[name]
    return out
