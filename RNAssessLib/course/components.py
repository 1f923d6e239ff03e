"""Parts of one lesion followed from each timepoint to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from RNAssessLib.case import Grid, Lesion, Mask, MaskOrigin, PreparedCase, PreparedTimepoint
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.component_events import ComponentEvent, follow_components
from RNAssessLib.lesions.component_parts import parts_of_lesion
from RNAssessLib.lesions.morphology import box_around, spacing_kji
from RNAssessLib.lesions.spread import spread_of

MARGIN_MM = 2.0
IsAbsent = Callable[[PreparedTimepoint, PreparedTimepoint, Mask], bool]


@dataclass(frozen=True)
class ComponentStep:
    """Events between two neighbouring timepoints.

    Attributes
    ----------
    before, after : str
        Ids of the timepoints.
    events : tuple of ComponentEvent
        Largest first; empty when the lesion enhances at neither.
    undefined : str
        Why there are none, empty otherwise.
    """

    before: str
    after: str
    events: tuple[ComponentEvent, ...]
    undefined: str = ""


def compute_component_steps(
    prepared: PreparedCase,
    lesion: Lesion,
    is_absent: IsAbsent,
    thresholds: Thresholds | None = None,
    known: Mapping[tuple[str, str], ComponentStep] | None = None,
) -> tuple[ComponentStep, ...]:
    """Follow enhancing parts, each with its core, over all timepoints.

    A timepoint whose alignment failed is named and left out: nothing is matched by chance.

    Parameters
    ----------
    prepared : PreparedCase
    lesion : Lesion
    is_absent : callable
        Takes two aligned timepoints and a part on the T1c grid of the second; says whether the
        first is sure not to show it.
    thresholds : Thresholds, optional
    known : mapping of (before, after) to ComponentStep, optional
        Steps that still hold and are taken over.
    """
    limits = thresholds or Thresholds()
    steps = []
    for before, after in pairwise(prepared.timepoints):
        lost = [t.id for t in (before, after) if not t.to_reference.is_usable]
        if known and (before.id, after.id) in known:
            steps.append(known[before.id, after.id])
        elif lost:
            why = f"{' and '.join(lost)} could not be aligned"
            steps.append(ComponentStep(before.id, after.id, (), why))
        else:
            events = _follow(prepared, lesion, before, after, is_absent, limits)
            steps.append(ComponentStep(before.id, after.id, events))
    return tuple(steps)


def _follow(
    prepared: PreparedCase,
    lesion: Lesion,
    before: PreparedTimepoint,
    after: PreparedTimepoint,
    is_absent: IsAbsent,
    limits: Thresholds,
) -> tuple[ComponentEvent, ...]:
    placed = [
        0.0 if t.id == prepared.reference else t.to_reference.quality.expected_error_mm
        for t in (before, after)
    ]
    # what fits into a ball as wide as a slice is thick cannot be told from a speck
    slice_mm = max(max(t.timepoint.t1c.grid.spacing_mm) for t in (before, after))
    speck_cm3 = np.pi / 6.0 * slice_mm**3 / 1000.0
    drawn = [t.lesions[lesion.id].boundary_error_mm for t in (before, after)]
    reach = sum(placed) + max(drawn)
    native = [_whole(t, lesion) for t in (before, after)]
    grid = _region(prepared.common_grid, (before, after), native, reach)
    if grid is None:
        return ()
    smallest = max(limits["tracking.smallest_cm3"], speck_cm3)
    first, second = (
        parts_of_lesion(mask, grid, t.to_reference.transform, smallest, _share_in_doubt(t, lesion))
        for mask, t in zip(native, (before, after), strict=True)
    )

    outlined = [t.lesions[lesion.id].origin for t in (before, after)]
    by_hand = any(origin is not MaskOrigin.AUTOMATIC for origin in outlined)

    def is_sure(part: Mask, later: bool) -> bool:
        own, other = (after, before) if later else (before, after)
        # whoever drew an outline has looked at the image
        return by_hand or is_absent(other, own, _uncropped(part, own))

    return follow_components(
        first,
        second,
        grid,
        reach_mm=reach,
        border_mm=sum(drawn) / 2.0,
        least_change=limits["tracking.least_change"],
        is_sure=is_sure,
    )


def _share_in_doubt(timepoint: PreparedTimepoint, lesion: Lesion) -> float:
    masks = timepoint.lesions[lesion.id]
    whole = masks.enhancing.volume_cm3 + masks.necrotic_core.volume_cm3
    return spread_of(masks).with_core_cm3 / whole if whole else 0.0


def _uncropped(part: Mask, timepoint: PreparedTimepoint) -> Mask:
    """A part on the whole T1c grid that its own was cut from."""
    grid = timepoint.timepoint.t1c.grid
    start = np.rint(grid.lps_to_index(part.grid.index_to_lps(np.zeros(3)))).astype(int)
    out = np.zeros(grid.shape, bool)
    k, j, i = (slice(a, a + n) for a, n in zip(start, part.array.shape, strict=True))
    out[k, j, i] = part.array
    return Mask(out, grid)


def _whole(timepoint: PreparedTimepoint, lesion: Lesion) -> Mask:
    """Enhancement with its core, native grid, cut out with a rim of empty voxels."""
    masks = timepoint.lesions[lesion.id]
    whole = masks.enhancing.array | masks.necrotic_core.array
    grid = masks.enhancing.grid
    box = box_around(whole, spacing_kji(grid.spacing_mm), 2.0 * max(grid.spacing_mm))
    if box is None:
        return Mask(whole, grid)
    k, j, i = (slice(s.start, min(s.stop, n)) for s, n in zip(box, whole.shape, strict=True))
    return Mask(whole[k, j, i], grid.crop((k, j, i)))


def _region(
    common: Grid, timepoints: Sequence[PreparedTimepoint], native: Sequence[Mask], reach_mm: float
) -> Grid | None:
    """Part of the common grid that holds both masks and what may match them; None for none."""
    points = []
    for timepoint, mask in zip(timepoints, native, strict=True):
        if not mask.is_empty:
            ends = [(0, n - 1) for n in mask.grid.shape]
            corners = mask.grid.index_to_lps(list(product(*ends)))
            points.append(timepoint.to_reference.transform.apply(corners))
    if not points:
        return None
    margin = np.ceil((reach_mm + MARGIN_MM) / np.asarray(common.spacing_mm[::-1]))
    index = common.lps_to_index(np.concatenate(points))
    start = np.clip(np.floor(index.min(axis=0) - margin), 0, np.asarray(common.shape) - 1)
    stop = np.clip(np.ceil(index.max(axis=0) + margin) + 1, start + 1, common.shape)
    k, j, i = (slice(int(a), int(b)) for a, b in zip(start, stop, strict=True))
    return common.crop((k, j, i))
