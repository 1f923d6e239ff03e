"""Which enhancement is part of which lesion, which is new and which every head has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from RNAssessLib.case import Grid
from RNAssessLib.evidence import Thresholds

from .attached_vessels import cut_attached_vessels
from .enclosure import wall_share
from .enhancement import EnhancementMap
from .morphology import Bools, Component, box_around, dilate, erode, find_components, spacing_kji
from .normal_enhancement import Surroundings, explain_as_normal
from .seeds import LesionSeed, Spacing, nearest_seed, union_of

TOUCH_MM = 1.5


def assign_found(
    found: EnhancementMap,
    cavity: Bools,
    seeds: Sequence[LesionSeed],
    around: Surroundings,
    thresholds: Thresholds,
) -> tuple[dict[str, Bools], Bools]:
    """Give every enhancing component to a lesion, to the new ones, or to normal anatomy.

    Of a lesion is what holds its target, what else touches the target or lies for the most part in
    the search region and is not known from every head by place and shape.

    Parameters
    ----------
    found : EnhancementMap
    cavity : (K, J, I) bool array
        Cavities known from the image.
    seeds : sequence of LesionSeed
    around : Surroundings
    thresholds : Thresholds

    Returns
    -------
    dict of lesion id to (K, J, I) bool array, and (K, J, I) bool array
        Enhancing parts, disjoint, and what is new.
    """
    grid = around.grid
    spacing = spacing_kji(grid.spacing_mm)
    out = {seed.lesion_id: np.zeros(grid.shape, bool) for seed in seeds}
    rest = np.zeros(grid.shape, bool)
    targets = [dilate(s.target.array, spacing, TOUCH_MM) for s in seeds]
    near_target = union_of(targets, grid)
    search = union_of([s.search.array for s in seeds], grid) | near_target
    border = _border_of(around, thresholds)
    voxel = grid.voxel_volume_cm3
    smallest = thresholds["segmentation.smallest_cm3"]
    smallest_new = max(smallest, thresholds["segmentation.smallest_new_cm3"])
    inside = thresholds["segmentation.search_share_percent"] / 100.0
    components = find_components(found.mask & ~(border & ~near_target))
    # a focus facing the treated lesion across the midline is not half of a pair of vessels
    untreated = found.mask.copy()
    for component in components:
        if component.count_in(near_target):
            untreated[component.box] &= ~component.mask
    for component in components:
        volume = component.size * voxel
        if component.count_in(near_target):
            if volume >= min(smallest, 2 * voxel):
                for piece in _of_targets(component, targets, cavity, around, untreated, thresholds):
                    _share_out(piece, seeds, targets, search, spacing, out, rest)
            continue
        wanted = component.share_in(search) >= inside
        if volume < (smallest if wanted else smallest_new):
            continue
        if explain_as_normal(component, around, untreated, thresholds):
            continue
        if wanted:
            _share_out(component, seeds, targets, search, spacing, out, rest)
        else:
            component.paint(rest)
    _grow_back(out, found.mask & border & ~near_target, spacing, thresholds)
    return out, rest


def _border_of(around: Surroundings, thresholds: Thresholds) -> Bools:
    """Where vessels and dura hang on lesions by thin bridges: cut before anything is judged."""
    border = around.depth_mm < thresholds["segmentation.border_mm"]
    for normal in (around.dura, around.ventricles):
        if normal is not None:
            border = border | normal
    return np.asarray(border)


def _of_targets(
    component: Component,
    targets: Sequence[Bools],
    cavity: Bools,
    around: Surroundings,
    untreated: Bools,
    thresholds: Thresholds,
) -> Iterator[Component]:
    """Parts of a component on a target that are of the lesion.

    Touching a target is not enough: what only meets its edge is judged as what lies apart is.
    """
    near = union_of(targets, around.grid)
    spacing = spacing_kji(around.grid.spacing_mm)
    cut = cut_attached_vessels(component, near, cavity, around, untreated, thresholds)
    for piece in _parts_of(cut):
        if _holds_target(piece, targets, cavity, spacing, thresholds) or not explain_as_normal(
            piece, around, untreated, thresholds
        ):
            yield piece


def _parts_of(component: Component) -> list[Component]:
    """Connected parts of a component of which something was cut off."""
    start = [s.start for s in component.box]
    out = []
    for part in find_components(component.mask):
        k, j, i = (slice(a + s.start, a + s.stop) for a, s in zip(start, part.box, strict=True))
        out.append(Component((k, j, i), part.mask))
    return out


def _holds_target(
    component: Component,
    targets: Sequence[Bools],
    cavity: Bools,
    spacing: Spacing,
    thresholds: Thresholds,
) -> bool:
    """Whether a component is of a treated volume, not only beside it.

    The larger a target, the more vessels and plexus touch its edge. What is of it has a share of
    itself in there, fills a share of it, or is a share of the wall of its cavity: a target may lie
    within a cyst whose rim it hardly meets.
    """
    least = thresholds["segmentation.hold_percent"] / 100.0
    for target in targets:
        shared = component.count_in(target)
        if shared and shared >= least * min(component.size, int(np.count_nonzero(target))):
            return True
    box = box_around(cavity, spacing, 3.0 * max(spacing))
    if box is None:
        return False
    own = np.zeros(cavity.shape, bool)
    component.paint(own)
    return wall_share(cavity[box], own[box], spacing) >= least


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
    owner, _ = nearest_seed([seeds[n] for n in touched], part, spacing)
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


def assign_given(
    drawn: Bools, seeds: Sequence[LesionSeed], grid: Grid, thresholds: Thresholds
) -> tuple[dict[str, Bools], Bools]:
    """Imported enhancement goes to the nearest lesion, voxel by voxel when it touches several."""
    spacing = spacing_kji(grid.spacing_mm)
    reach = thresholds["segmentation.import_reach_mm"]
    out = {seed.lesion_id: np.zeros(grid.shape, bool) for seed in seeds}
    rest = np.zeros(grid.shape, bool)
    search = union_of([s.search.array for s in seeds], grid)
    for component in find_components(drawn):
        if not seeds:
            component.paint(rest)
            continue
        owner, distance = nearest_seed(seeds, component, spacing)
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
