"""Slices that lie at the same places told apart: by b-value and direction, else by time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .geometry import axes_of
from .header import Numbers, SliceHeader

WEIGHTED = 100.0  # s/mm²: from here on an image is diffusion-weighted
PLACE_MM = 0.02


@dataclass(frozen=True, eq=False)
class Volume:
    """Slices that lie at different places, with what they have in common.

    Attributes
    ----------
    slices : tuple of SliceHeader
    b_value : float or None
        s/mm²; None when none is stated.
    direction : tuple of float
        Empty when unknown.
    isotropic : bool
    """

    slices: tuple[SliceHeader, ...]
    b_value: float | None = None
    direction: Numbers = ()
    isotropic: bool = False


@dataclass(frozen=True, eq=False)
class Split:
    """Volumes that make one stack, with what tells it from the others of the group."""

    volumes: tuple[Volume, ...]
    label: str = ""
    notes: tuple[str, ...] = ()


def split_volumes(group: Sequence[SliceHeader]) -> list[Split]:
    """Volumes of one orientation, echo and picture.

    Two volumes that differ in acquisition or time alone become two stacks; three and more stay one
    (a dynamic). Images without a b-value beside diffusion-weighted ones are b = 0: Toshiba and
    Canon write the element on weighted images only.
    """
    group = sorted(group, key=_order)
    stated = {s.b_value for s in group if s.b_value is not None}
    notes: list[str] = []
    if stated and max(stated) >= WEIGHTED and any(s.b_value is None for s in group):
        group = [s if s.b_value is not None else replace(s, b_value=0.0) for s in group]
        notes.append("images without a b-value beside weighted ones taken as b = 0")
    by_b: dict[tuple[float | None, Numbers, bool], list[SliceHeader]] = defaultdict(list)
    for header in group:
        weighted = header.b_value is not None and header.b_value >= WEIGHTED
        way = tuple(round(v, 3) for v in header.direction) if weighted else ()
        by_b[header.b_value, way, weighted and header.isotropic].append(header)
    volumes: list[Volume] = []
    for (b, way, isotropic), members in sorted(by_b.items(), key=lambda item: _rank(item[0])):
        repeats, complete = _repeats(members)
        volumes += [Volume(tuple(r), b, way, isotropic) for r in repeats]
        if not complete and len(repeats) > 1:
            notes.append("an incomplete last volume is not used")
    if stated and len(volumes) > 1:
        whole = max(len(v.slices) for v in volumes)
        if any(len(v.slices) < whole for v in volumes):
            volumes = [v for v in volumes if len(v.slices) == whole]
            notes.append("incomplete volumes are not used")
    if len(volumes) == 2 and not stated:
        told = _told_apart(volumes)
        if told:
            return [Split((v,), label) for v, label in zip(volumes, told, strict=True)]
    return [Split(tuple(volumes), notes=tuple(dict.fromkeys(notes)))]


def _rank(key: tuple[float | None, Numbers, bool]) -> tuple[float, Numbers, bool]:
    return (-1.0 if key[0] is None else key[0], key[1], key[2])


def _order(header: SliceHeader) -> tuple[float, ...]:
    """Order of repeats: point in time, acquisition, instance."""
    return (
        header.temporal_position or 0,
        header.acquisition_number or 0,
        header.trigger_time or 0.0,
        header.instance_number,
        header.seconds or 0.0,
    )


def _repeats(members: Sequence[SliceHeader]) -> tuple[list[list[SliceHeader]], bool]:
    """The n-th slice at each place, and whether every place has the same number of them."""
    normal = axes_of(members[0])[2]
    places: dict[int, list[SliceHeader]] = {}
    heights = {}
    for header in members:
        height = float(np.dot(header.position, normal))
        number = round(height / PLACE_MM)
        near = next((n for n in (number, number - 1, number + 1) if n in places), number)
        places.setdefault(near, []).append(header)
        heights[near] = height
    counts = {len(found) for found in places.values()}
    fewest = min(counts)
    if fewest == 1:  # one volume; an image too many at a place is for the geometry to name
        return [list(members)], True
    return [[found[n] for found in places.values()] for n in range(fewest)], len(counts) == 1


def _told_apart(volumes: Sequence[Volume]) -> list[str]:
    """Labels of two volumes by what differs between them; empty when nothing does."""
    a, b = (v.slices for v in volumes)
    for name, value in (("temporal position", "temporal_position"),
                        ("acquisition", "acquisition_number")):  # fmt: skip
        first, second = ({getattr(s, value) for s in part} for part in (a, b))
        if len(first) == len(second) == 1 and first != second:
            return [f"{name} {first.pop()}", f"{name} {second.pop()}"]
    first_end = max((s.seconds for s in a if s.seconds is not None), default=None)
    second_start = min((s.seconds for s in b if s.seconds is not None), default=None)
    if first_end is not None and second_start is not None and first_end < second_start:
        return ["earlier", "later"]
    return []
