"""Enhancing part, necrotic core and oedema of every lesion at one timepoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from RNAssessLib.case import (
    Anatomy,
    Grid,
    Image,
    LesionMasks,
    Mask,
    MaskKind,
    MaskOrigin,
    NotAssessableError,
    SequenceRole,
    UptakeMap,
)
from RNAssessLib.evidence import Thresholds

from .belonging import assign_found, assign_given
from .cores import add_rims, find_cores
from .enhancement import EnhancementMap, find_enhancement
from .morphology import dilate, spacing_kji
from .normal_enhancement import describe_surroundings
from .oedema import find_swellings
from .seeds import LesionSeed, union_of


@dataclass(frozen=True, eq=False)
class TimepointSegmentation:
    """Lesions of one timepoint.

    Attributes
    ----------
    lesions : mapping of lesion id to LesionMasks
        One per seed; its masks are empty when nothing enhances there.
    new_enhancement : Mask
        Enhancement away from every lesion that is no normal structure.
    refused : tuple of str
        What was found and not believed, one sentence each.
    uptake : UptakeMap or None
        None where no pre-contrast T1 was subtracted.
    """

    lesions: Mapping[str, LesionMasks]
    new_enhancement: Mask
    refused: tuple[str, ...] = ()
    uptake: UptakeMap | None = None


def segment_lesions(
    images: Mapping[SequenceRole, Image],
    brain: Mask,
    seeds: Sequence[LesionSeed],
    *,
    given: Mapping[MaskKind, Mask] | None = None,
    anatomy_on_t1c: Anatomy | None = None,
    thresholds: Thresholds | None = None,
) -> TimepointSegmentation:
    """Segment all lesions of one timepoint.

    Parameters
    ----------
    images : mapping of SequenceRole to Image
        On the T1c's native grid. T1c is required; T1 is subtracted, FLAIR gives the oedema.
    brain : Mask
        Brain with sulcal CSF, same grid.
    seeds : sequence of LesionSeed
    given : mapping of MaskKind to Mask, optional
        Masks drawn elsewhere, same grid. They take precedence; each component goes to the nearest
        lesion. What is not given is computed from what is.
    anatomy_on_t1c : Anatomy, optional
        On the same grid; tells choroid plexus, falx and tentorium from lesions.
    thresholds : Thresholds, optional

    Returns
    -------
    TimepointSegmentation
        Masks of different lesions never share a voxel of the same kind.
    """
    thresholds = thresholds or Thresholds()
    given = given or {}
    grid = images[SequenceRole.T1C].grid
    spacing = spacing_kji(grid.spacing_mm)
    avoid = union_of([s.target.array for s in seeds], grid)
    avoid_mask = Mask(dilate(avoid, spacing, 5.0), grid) if avoid.any() else None
    found = _enhancement(images, brain, avoid_mask, anatomy_on_t1c, thresholds, given)
    surroundings = describe_surroundings(brain.array, grid, anatomy_on_t1c)
    refused: list[str] = []
    found, cavity = add_rims(found, seeds, brain, surroundings, refused, thresholds)
    if MaskKind.ENHANCING in given:
        enhancing, rest = assign_given(given[MaskKind.ENHANCING].array, seeds, grid, thresholds)
        origin = MaskOrigin.IMPORTED
    else:
        enhancing, rest = assign_found(found, cavity, seeds, surroundings, thresholds)
        origin = MaskOrigin.AUTOMATIC
    cores = find_cores(enhancing, found, given, cavity, seeds, anatomy_on_t1c, refused, thresholds)
    swellings = find_swellings(images, brain, seeds, enhancing, cores, given, found, thresholds)
    error = _boundary_error(grid, found, origin)
    lesions = {}
    for seed in seeds:
        name = seed.lesion_id
        masks = {MaskKind.ENHANCING: Mask(enhancing[name], grid),
                 MaskKind.NECROTIC_CORE: Mask(cores[name], grid)}  # fmt: skip
        if swellings is not None:
            masks[MaskKind.OEDEMA] = Mask(swellings.masks[name], grid)
        border = None if swellings is None else swellings.borders.get(name)
        lesions[name] = LesionMasks(masks, origin, error, flair_border=border)
    return TimepointSegmentation(lesions, Mask(rest, grid), tuple(refused), _uptake_map(found))


def _uptake_map(found: EnhancementMap) -> UptakeMap | None:
    """Half precision is a thousandth of white matter: far below the noise."""
    if found.excess is None:
        return None
    return UptakeMap(found.rise.astype(np.float16), found.excess.astype(np.float16))


def _enhancement(
    images: Mapping[SequenceRole, Image],
    brain: Mask,
    exclude: Mask | None,
    anatomy: Anatomy | None,
    thresholds: Thresholds,
    given: Mapping[MaskKind, Mask],
) -> EnhancementMap:
    try:
        return find_enhancement(
            images, brain, exclude=exclude, anatomy=anatomy, thresholds=thresholds
        )
    except NotAssessableError:
        if MaskKind.ENHANCING not in given:
            raise
        # drawn masks need no threshold; the image then only tells dark from bright
        t1c = images[SequenceRole.T1C].array
        level = float(np.median(t1c[brain.array])) if not brain.is_empty else 1.0
        nothing = np.zeros(t1c.shape, bool)
        values = t1c / np.float32(level or 1.0)
        return EnhancementMap(values, nothing, 0.0, False, values - np.float32(1.0))


def _boundary_error(grid: Grid, found: EnhancementMap, origin: MaskOrigin) -> float:
    """Half a voxel diagonal, plus what noise moves a border that is one voxel wide."""
    diagonal = float(np.linalg.norm(grid.spacing_mm))
    if origin is MaskOrigin.IMPORTED:
        return 0.5 * diagonal
    return float(0.5 * diagonal * (1.0 + min(2.0 * found.noise, 1.0)))
