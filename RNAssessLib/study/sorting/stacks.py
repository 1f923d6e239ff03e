"""Slices to stacks: what belongs together, by what the standard says of each slice.

A series is taken apart by orientation, matrix, echo, complex component and kind of picture. What
lies at one place several times is then told apart by b-value and direction, else by time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from RNAssessLib.case import counted

from .geometry import SAME_DIRECTION, Spacing, axes_of, measure_spacing, ordered
from .header import SliceHeader
from .volumes import Volume, split_volumes

PLANES = ("sagittal", "coronal", "axial")
# words of ImageType that make another picture of the same acquisition
PICTURES = {"MPR", "MIP", "MNIP", "MINIP", "PROJECTION IMAGE", "SUBTRACTION", "SUB", "SWI", "SW",
            "FA", "ADC", "EADC", "EXP", "TENSOR", "LOCALIZER", "T1 MAP", "T2 MAP", "B0 MAP", "B0",
            "FMAP", "CALC_BVALUE", "UNI", "MEAN", "FAT", "WATER", "IN_PHASE", "OPP_PHASE", "F", "W",
            "IP", "OP"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Stack:
    """One picture of one acquisition: a volume, or several at the same places.

    Attributes
    ----------
    series_uid : str
    label : str
        What tells it from the other stacks of its series; empty when there is none.
    volumes : tuple of Volume
        One, or one per b-value and direction, or one per point in time.
    spacing : Spacing
        Of the first volume; `problem` when its slices make no volume.
    planes : int
        Orientations of the whole series.
    duplicates : int
        Files of the series left away because they repeat a SOPInstanceUID.
    notes : tuple of str
        What was decided in putting it together.
    """

    series_uid: str
    label: str
    volumes: tuple[Volume, ...]
    spacing: Spacing
    planes: int = 1
    duplicates: int = 0
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> SliceHeader:
        """Header that speaks for all: the most diffusion-weighted volume's first slice."""
        top = max(self.volumes, key=lambda v: -1.0 if v.b_value is None else v.b_value)
        return top.slices[0]

    @property
    def slices(self) -> int:
        """Slices of one volume."""
        return len(self.volumes[0].slices)

    @property
    def files(self) -> tuple[Path, ...]:
        """Files it is read from, each once."""
        return tuple(dict.fromkeys(s.path for v in self.volumes for s in v.slices))

    @property
    def b_values(self) -> tuple[float, ...]:
        """Different b-values in s/mm², ascending; empty when none is stated."""
        return tuple(sorted({v.b_value for v in self.volumes if v.b_value is not None}))

    @property
    def name(self) -> str:
        """Series description, with what tells it apart."""
        title = self.first.description or self.first.protocol or "series"
        return f"{title} [{self.label}]" if self.label else title

    @property
    def key(self) -> tuple[str, str]:
        """What names it in a case file: series and label."""
        return self.series_uid, self.label


def build_stacks(slices: Iterable[SliceHeader]) -> tuple[Stack, ...]:
    """Put slices of any number of files and folders into stacks; identical instances count once."""
    kept, dropped = _once(slices)
    groups: dict[str, list[SliceHeader]] = defaultdict(list)
    for header in kept:
        groups[header.series_uid].append(header)
    stacks: list[Stack] = []
    for uids, members in _joined(groups):
        repeats = sum(dropped[uid] for uid in uids)
        made = _stacks_of_series(uids[0], members)
        if len(uids) > 1:
            note = f"{len(uids)} series UIDs of one slice each joined by number and geometry"
            made = [replace(s, notes=(*s.notes, note)) for s in made]
        stacks += [replace(s, duplicates=repeats) for s in made]
    return tuple(sorted(stacks, key=lambda s: (s.first.series_number, s.series_uid, s.label)))


def _once(slices: Iterable[SliceHeader]) -> tuple[list[SliceHeader], Counter[str]]:
    """Each instance once, whatever the order of files; with the number left away per series."""
    seen: set[tuple[str, int | None]] = set()
    kept, dropped = [], Counter[str]()
    for header in sorted(slices, key=lambda s: (s.sop_uid, s.frame or 0, str(s.path))):
        key = (header.sop_uid, header.frame)
        if header.sop_uid and key in seen:
            dropped[header.series_uid] += 1
        else:
            seen.add(key)
            kept.append(header)
    return kept, dropped


def _joined(
    groups: dict[str, list[SliceHeader]],
) -> list[tuple[tuple[str, ...], list[SliceHeader]]]:
    """Series, those that give every slice place its own UID put together (Canon, dcm2niix #495)."""
    single: dict[tuple[object, ...], list[str]] = defaultdict(list)
    whole: list[tuple[tuple[str, ...], list[SliceHeader]]] = []
    for uid in sorted(groups):
        members = groups[uid]
        first = members[0]
        places = {tuple(round(v, 2) for v in s.position) for s in members}
        if len(places) > 1 or first.frame is not None:
            whole.append(((uid,), members))
            continue
        alike = (first.study_uid, first.series_number, first.description, first.protocol,
                 first.frame_of_reference, first.rows, first.columns, first.image_type,
                 first.date, tuple(round(v, 3) for v in first.orientation), first.tr)  # fmt: skip
        single[alike].append(uid)
    for uids in single.values():
        where = [tuple(round(v, 2) for v in groups[u][0].position) for u in uids]
        if len(set(where)) == len(where):
            whole.append((tuple(uids), [s for u in uids for s in groups[u]]))
        else:
            whole += [((u,), groups[u]) for u in uids]
    return whole


def _stacks_of_series(uid: str, members: Sequence[SliceHeader]) -> list[Stack]:
    directions = _directions(members)
    groups: dict[tuple[object, ...], list[SliceHeader]] = defaultdict(list)
    for header, direction in zip(members, directions, strict=True):
        groups[(direction, *_picture(header))].append(header)
    parts = [(key, split) for key, group in groups.items() for split in split_volumes(group)]
    labels = _labels([key for key, _ in parts], [split.label for _, split in parts], groups)
    planes = len(set(directions))
    made = []
    for label, (_, split) in zip(labels, parts, strict=True):
        volumes = tuple(replace(v, slices=tuple(ordered(v.slices))) for v in split.volumes)
        spacing = measure_spacing(volumes[0].slices)
        made.append(Stack(uid, label, volumes, spacing, planes, notes=split.notes))
    return made


def _directions(members: Sequence[SliceHeader]) -> list[int]:
    """Number of the orientation of each slice; numbered by plane, so file order does not matter."""
    known: list[np.ndarray] = []
    found = []
    for header in members:
        own = axes_of(header)[:2]
        same = next(
            (n for n, other in enumerate(known) if np.abs(own - other).max() <= SAME_DIRECTION),
            len(known),
        )
        if same == len(known):
            known.append(own)
        found.append(same)
    ranks = sorted(range(len(known)), key=lambda n: tuple(np.round(known[n].ravel(), 3)))
    return [ranks.index(n) for n in found]


def _picture(header: SliceHeader) -> tuple[object, ...]:
    """What makes slices of one orientation another picture."""
    kinds = header.kinds & PICTURES
    diffusion = header.b_value is not None or "DIFFUSION" in header.kinds
    echo = round(header.te, 1) if header.te is not None else header.echo_number
    return (
        header.rows,
        header.columns,
        tuple(round(v, 4) for v in header.pixel_spacing),
        echo,
        header.component,
        tuple(sorted(kinds)),
        header.is_derived and not diffusion,
        round(header.ti) if header.ti and not diffusion else None,
        header.frame_of_reference,
        header.colour,
    )


def _labels(
    keys: Sequence[tuple[object, ...]],
    splits: Sequence[str],
    groups: dict[tuple[object, ...], list[SliceHeader]],
) -> list[str]:
    """Name each stack by the facts that differ within its series."""
    columns = list(zip(*keys, strict=True))
    differs = [len(set(map(str, column))) > 1 for column in columns]
    labels = []
    for key, split in zip(keys, splits, strict=True):
        first = groups[key][0]
        parts = [
            _plane(first) if differs[0] else "",
            f"{first.columns}x{first.rows}" if differs[1] or differs[2] or differs[3] else "",
            f"TE {key[4]:g} ms" if differs[4] and isinstance(key[4], float) else "",
            f"echo {key[4]}" if differs[4] and not isinstance(key[4], float) else "",
            f"component {first.component or 'none'}" if differs[5] else "",
            "/".join(first.image_type[2:4]) if differs[6] else "",
            ("derived" if first.is_derived else "acquired") if differs[7] else "",
            f"TI {first.ti or 0:g} ms" if differs[8] else "",
            "colour" if differs[10] and first.colour else "",
            split,
        ]
        labels.append(", ".join(p for p in parts if p))
    return _unique(labels)


def _plane(header: SliceHeader) -> str:
    normal = np.abs(axes_of(header)[2])
    return PLANES[int(np.argmax(normal))]


def _unique(labels: Sequence[str]) -> list[str]:
    """Same names numbered, so that each names one stack."""
    total, seen = Counter(labels), Counter[str]()
    found = []
    for label in labels:
        seen[label] += 1
        several = total[label] > 1
        found.append(f"{label} part {seen[label]}".strip() if several else label)
    return found


def describe_size(stack: Stack) -> str:
    """Return slices and volumes in words."""
    size = counted(stack.slices, "slice")
    return f"{len(stack.volumes)} volumes of {size}" if len(stack.volumes) > 1 else size
