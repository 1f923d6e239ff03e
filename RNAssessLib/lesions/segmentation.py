"""Enhancing part, necrotic core and oedema of every lesion at one timepoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

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
    Vector,
)
from RNAssessLib.evidence import Thresholds

from .attached_vessels import cut_attached_vessels
from .enclosure import explain_refusal, keep_enclosed
from .enhancement import EnhancementMap, find_enhancement, find_rimmed_cavity
from .morphology import (
    Bools,
    Component,
    box_around,
    dilate,
    distance_to,
    erode,
    find_components,
    spacing_kji,
)
from .normal_enhancement import (
    VENTRICLES,
    Surroundings,
    describe_surroundings,
    explain_as_normal,
)
from .parts import Spacing, find_core, find_oedema
from .white_matter import TISSUE_WIDTH

TOUCH_MM = 1.5
MARGIN_MM = 30.0


@dataclass(frozen=True, eq=False)
class LesionSeed:
    """Where to look for one lesion, on the T1c grid.

    Attributes
    ----------
    lesion_id : str
    center_lps_mm : tuple of float
    target : Mask
        Treated volume (GTV when there is one).
    search : Mask
        Region in which enhancement belongs to this lesion although it need not hang on the target:
        what received a high dose, or a margin around the target. It may reach across the falx.
    """

    lesion_id: str
    center_lps_mm: Vector
    target: Mask
    search: Mask


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
    avoid = _union([s.target.array for s in seeds], grid)
    avoid_mask = Mask(dilate(avoid, spacing, 5.0), grid) if avoid.any() else None
    found = _enhancement(images, brain, avoid_mask, anatomy_on_t1c, thresholds, given)
    surroundings = describe_surroundings(brain.array, grid, anatomy_on_t1c)
    refused: list[str] = []
    found, cavity = _add_rims(found, seeds, brain, surroundings, refused, thresholds)
    if MaskKind.ENHANCING in given:
        enhancing, rest = _assign_given(given[MaskKind.ENHANCING].array, seeds, grid, thresholds)
        origin = MaskOrigin.IMPORTED
    else:
        enhancing, rest = _assign_found(found, cavity, seeds, surroundings, thresholds)
        origin = MaskOrigin.AUTOMATIC
    cores = _cores(enhancing, found, given, cavity, grid, anatomy_on_t1c, thresholds)
    if MaskKind.NECROTIC_CORE not in given and cavity.any():
        taken = _union([*enhancing.values(), *cores.values()], grid)
        for name, part in _divide(cavity & ~taken, enhancing, spacing).items():
            both = cores[name] | part
            cores[name] = keep_enclosed(both, enhancing[name], spacing, thresholds)
    if MaskKind.NECROTIC_CORE not in given:
        _refuse_cores(cores, seeds, spacing, refused, thresholds)
    swellings = _oedema(images, brain, seeds, enhancing, cores, given, found, thresholds)
    error = _boundary_error(grid, found, origin)
    lesions = {}
    for seed in seeds:
        name = seed.lesion_id
        masks = {MaskKind.ENHANCING: Mask(enhancing[name], grid),
                 MaskKind.NECROTIC_CORE: Mask(cores[name], grid)}  # fmt: skip
        if swellings is not None:
            masks[MaskKind.OEDEMA] = Mask(swellings[name], grid)
        lesions[name] = LesionMasks(masks, origin, error)
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


def _add_rims(
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


def _refuse_cores(
    cores: dict[str, Bools],
    seeds: Sequence[LesionSeed],
    spacing: Spacing,
    refused: list[str],
    thresholds: Thresholds,
) -> None:
    for seed in seeds:
        name = seed.lesion_id
        why = explain_refusal(cores[name], seed.target.array, spacing, thresholds)
        if why:
            refused.append(f"{name}: {why}")
            cores[name] = np.zeros_like(cores[name])


def _union(masks: Sequence[Bools], grid: Grid) -> Bools:
    out = np.zeros(grid.shape, bool)
    for mask in masks:
        out |= mask
    return out


def _nearest_seed(
    seeds: Sequence[LesionSeed], component: Component, spacing: Spacing
) -> tuple[np.ndarray, np.ndarray]:
    """Index of the nearest target and its distance in mm, for every voxel of a component.

    The target's own voxels count, not its centre: a big target owns its neighbourhood.
    """
    points = component.points() * np.asarray(spacing)
    best = np.full(len(points), np.inf)
    owner = np.zeros(len(points), int)
    for n, seed in enumerate(seeds):
        distance = _distance_to_target(seed, points, spacing)
        closer = distance < best
        best[closer], owner[closer] = distance[closer], n
    return owner, best


def _distance_to_target(seed: LesionSeed, points_mm: np.ndarray, spacing: Spacing) -> np.ndarray:
    target = np.argwhere(seed.target.array)
    if len(target) == 0:
        points = seed.target.grid.lps_to_index(seed.center_lps_mm)[None, :]
        target = np.rint(points).astype(int)
    return np.asarray(cKDTree(target * np.asarray(spacing)).query(points_mm)[0])


def _assign_found(
    found: EnhancementMap,
    cavity: Bools,
    seeds: Sequence[LesionSeed],
    around: Surroundings,
    thresholds: Thresholds,
) -> tuple[dict[str, Bools], Bools]:
    """Give every enhancing component to a lesion, to the new ones, or to normal anatomy."""
    grid = around.grid
    spacing = spacing_kji(grid.spacing_mm)
    out = {seed.lesion_id: np.zeros(grid.shape, bool) for seed in seeds}
    rest = np.zeros(grid.shape, bool)
    targets = [dilate(s.target.array, spacing, TOUCH_MM) for s in seeds]
    near_target = _union(targets, grid)
    search = _union([s.search.array for s in seeds], grid) | near_target
    # vessels and dura hang on lesions by thin bridges; the outer border is cut first
    border = around.depth_mm < thresholds["segmentation.border_mm"]
    if around.dura is not None:
        border = border | around.dura
    if around.ventricles is not None:
        border = border | around.ventricles
    cut = found.mask & ~(border & ~near_target)
    voxel = grid.voxel_volume_cm3
    smallest_part = thresholds["segmentation.smallest_cm3"]
    smallest_new = thresholds["segmentation.smallest_new_cm3"]
    components = find_components(cut)
    # a focus facing the treated lesion across the midline is not half of a pair of vessels
    untreated = found.mask.copy()
    for component in components:
        if component.count_in(near_target):
            untreated[component.box] &= ~component.mask
    for component in components:
        volume = component.size * voxel
        touches = component.count_in(near_target) > 0
        wanted = touches or component.count_in(search) > 0
        if volume < (min(smallest_part, 2 * voxel) if touches else smallest_part):
            continue
        if not wanted and volume < smallest_new:
            continue
        if not touches and explain_as_normal(component, around, untreated, thresholds):
            continue
        if not wanted:
            component.paint(rest)
            continue
        if touches:
            component = cut_attached_vessels(
                component, near_target, cavity, around, untreated, thresholds
            )
        _share_out(component, seeds, targets, search, spacing, out, rest)
    _grow_back(out, found.mask & border & ~near_target, spacing, thresholds)
    return out, rest


def _share_out(
    component: Component,
    seeds: Sequence[LesionSeed],
    targets: Sequence[Bools],
    search: Bools,
    spacing: Spacing,
    out: dict[str, Bools],
    rest: Bools,
) -> None:
    """Split one component between the lesions it belongs to, by the nearest target."""
    part = component
    if component.count_in(search) < component.size:
        part = _without_thin_tails(component, search, spacing)
    touched = [n for n, target in enumerate(targets) if part.count_in(target)]
    if not touched:
        touched = [n for n, s in enumerate(seeds) if part.count_in(s.search.array)]
    if not touched:
        part.paint(rest)
        return
    owner, _ = _nearest_seed([seeds[n] for n in touched], part, spacing)
    points = part.points()
    for n, index in enumerate(touched):
        out[seeds[index].lesion_id][tuple(points[owner == n].T)] = True


def _without_thin_tails(component: Component, search: Bools, spacing: Spacing) -> Component:
    """Drop what leaves the search region through something as thin as a vessel."""
    inside = component.mask & search[component.box]
    thick = _opened(component.mask, spacing, 1.6 * float(np.median(spacing)))
    kept = inside | thick
    labels = find_components(kept)
    mask = np.zeros_like(component.mask)
    for piece in labels:
        if piece.count_in(inside):
            piece.paint(mask)
    mask = component.mask & dilate(mask, spacing, 1.1 * float(np.median(spacing)))
    return Component(component.box, np.asarray(mask | inside))


def _opened(mask: Bools, spacing: Spacing, radius_mm: float) -> Bools:
    return mask & dilate(erode(mask, spacing, radius_mm), spacing, radius_mm)


def _grow_back(
    lesions: dict[str, Bools], candidates: Bools, spacing: Spacing, thresholds: Thresholds
) -> None:
    """Return border voxels to the lesion directly below them."""
    reach = thresholds["segmentation.border_mm"]
    taken = np.zeros(candidates.shape, bool)
    for mask in lesions.values():
        taken |= mask
    for mask in lesions.values():
        if not mask.any():
            continue
        # only under a lesion that is thicker than the border itself
        thick = dilate(_opened(mask, spacing, reach), spacing, 0.1)
        grown = candidates & dilate(thick, spacing, reach) & ~taken
        mask |= grown
        taken |= grown


def _assign_given(
    drawn: Bools, seeds: Sequence[LesionSeed], grid: Grid, thresholds: Thresholds
) -> tuple[dict[str, Bools], Bools]:
    """Imported enhancement goes to the nearest lesion, voxel by voxel when it touches several."""
    spacing = spacing_kji(grid.spacing_mm)
    reach = thresholds["segmentation.import_reach_mm"]
    out = {seed.lesion_id: np.zeros(grid.shape, bool) for seed in seeds}
    rest = np.zeros(grid.shape, bool)
    search = _union([s.search.array for s in seeds], grid)
    for component in find_components(drawn):
        if not seeds:
            component.paint(rest)
            continue
        owner, distance = _nearest_seed(seeds, component, spacing)
        if float(distance.min()) > reach and not component.count_in(search):
            component.paint(rest)
            continue
        touching = np.unique(owner[distance <= TOUCH_MM])
        if len(touching) <= 1:  # one lesion owns the whole component
            owner[:] = touching[0] if len(touching) else owner[int(distance.argmin())]
        points = component.points()
        for n, seed in enumerate(seeds):
            out[seed.lesion_id][tuple(points[owner == n].T)] = True
    return out, rest


def _cores(
    enhancing: dict[str, Bools],
    found: EnhancementMap,
    given: Mapping[MaskKind, Mask],
    cavity: Bools,
    grid: Grid,
    anatomy: Anatomy | None,
    thresholds: Thresholds,
) -> dict[str, Bools]:
    """Core of each lesion: drawn, or what its enhancement encloses and its cavity."""
    spacing = spacing_kji(grid.spacing_mm)
    taken = _union(list(enhancing.values()), grid)
    drawn = given.get(MaskKind.NECROTIC_CORE)
    if drawn is not None:
        return _divide(drawn.array & ~taken, enhancing, spacing)
    never = None if anatomy is None else np.isin(anatomy.compartments, VENTRICLES)
    out = {}
    for name, mask in enhancing.items():
        core = find_core(
            mask, found.t1c, spacing, never=never, cavity=cavity, thresholds=thresholds
        )
        out[name] = keep_enclosed(core & ~taken, mask, spacing, thresholds)
        taken = taken | out[name]
    return out


def _divide(drawn: Bools, lesions: dict[str, Bools], spacing: Spacing) -> dict[str, Bools]:
    """Split a drawn mask between lesions by nearness."""
    out = {name: np.zeros(drawn.shape, bool) for name in lesions}
    present = {name: mask for name, mask in lesions.items() if mask.any()} or lesions
    box = box_around(drawn, spacing, MARGIN_MM)
    if box is None or not lesions:
        return out
    nearest = np.argmin([distance_to(mask[box], spacing) for mask in present.values()], axis=0)
    for n, name in enumerate(present):
        out[name][box] = drawn[box] & (nearest == n)
    return out


def _oedema(
    images: Mapping[SequenceRole, Image],
    brain: Mask,
    seeds: Sequence[LesionSeed],
    enhancing: dict[str, Bools],
    cores: dict[str, Bools],
    given: Mapping[MaskKind, Mask],
    found: EnhancementMap,
    thresholds: Thresholds,
) -> dict[str, Bools] | None:
    spacing = spacing_kji(brain.grid.spacing_mm)
    starts = {}
    for seed in seeds:
        lesion = enhancing[seed.lesion_id] | cores[seed.lesion_id]
        starts[seed.lesion_id] = lesion if lesion.any() else seed.target.array.copy()
    drawn = given.get(MaskKind.OEDEMA)
    if drawn is not None:
        lesions = {n: enhancing[n] | cores[n] for n in enhancing}
        outside = drawn.array & ~_union(list(lesions.values()), brain.grid)
        shared = _divide(outside, starts, spacing)
        return {name: shared[name] | lesions[name] for name in lesions}
    flair = images.get(SequenceRole.FLAIR)
    if flair is None:
        return None
    level, noise = _white_flair(flair, brain, starts, found)
    if level <= 0:
        return None
    swellings = find_oedema(flair.array, level, noise, starts, brain.array, spacing, thresholds)
    for name in starts:
        if not (enhancing[name].any() or cores[name].any()):
            # a target in which nothing enhances is no FLAIR lesion by itself
            bright = flair.array > thresholds["segmentation.flair_ratio"] * level
            swellings[name] = swellings[name] & bright
    return swellings


def _white_flair(
    flair: Image, brain: Mask, starts: dict[str, Bools], found: EnhancementMap
) -> tuple[float, float]:
    """Level and spread of FLAIR in white matter that T1c shows as such, away from lesions."""
    spacing = spacing_kji(flair.grid.spacing_mm)
    near = _union([dilate(s, spacing, 15.0) for s in starts.values()], flair.grid)
    white = brain.array & ~near & (np.abs(found.t1c - 1.0) < TISSUE_WIDTH) & (flair.array > 0)
    values = flair.array[white]
    if values.size < 50:
        values = flair.array[brain.array & (flair.array > 0)]
    if values.size == 0:
        return 0.0, 0.0
    level = float(np.median(values))
    return level, float(1.4826 * np.median(np.abs(values - level)))


def _boundary_error(grid: Grid, found: EnhancementMap, origin: MaskOrigin) -> float:
    """Half a voxel diagonal, plus what noise moves a border that is one voxel wide."""
    diagonal = float(np.linalg.norm(grid.spacing_mm))
    if origin is MaskOrigin.IMPORTED:
        return 0.5 * diagonal
    return float(0.5 * diagonal * (1.0 + min(2.0 * found.noise, 1.0)))
