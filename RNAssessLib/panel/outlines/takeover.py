"""Outlines drawn in another editor, read back: what changed, and what cannot be meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import InputError, Mask, MaskKind, PreparedTimepoint

from ..words.style import MASK_NAMES

Bools = npt.NDArray[np.bool_]
E, C, O = MaskKind.ENHANCING, MaskKind.NECROTIC_CORE, MaskKind.OEDEMA  # noqa: E741


@dataclass(frozen=True)
class Part:
    """One part of one lesion, as an editor lists it.

    Attributes
    ----------
    lesion : str
        Id.
    kind : MaskKind
    name : str
        For people, ``GTV1 enhancing``.
    """

    lesion: str
    kind: MaskKind
    name: str

    @property
    def key(self) -> str:
        """Machine name, as segments are called.

        Examples
        --------
        >>> Part("L1", MaskKind.OEDEMA, "GTV1 oedema").key
        'L1_oedema'
        """
        return f"{self.lesion}_{self.kind.value}"


@dataclass(frozen=True, eq=False)
class Takeover:
    """What the reader drew.

    Attributes
    ----------
    outlines : mapping of lesion id to mapping of MaskKind to Mask
        Whole outlines of the parts that changed.
    changed : tuple of Part
    emptied : tuple of Part
        Parts of which nothing is left.
    """

    outlines: Mapping[str, Mapping[MaskKind, Mask]]
    changed: tuple[Part, ...]
    emptied: tuple[Part, ...]


def parts_of(timepoint: PreparedTimepoint, names: Mapping[str, str]) -> tuple[Part, ...]:
    """Every part that can be outlined at a timepoint, empty ones, too.

    Parameters
    ----------
    timepoint : PreparedTimepoint
    names : mapping of lesion id to str
    """
    return tuple(
        Part(lesion, kind, f"{names.get(lesion, lesion)} {MASK_NAMES[kind]}")
        for lesion, held in timepoint.lesions.items()
        for kind in (E, C, O)
        if kind in held.masks
    )


def read_takeover(
    timepoint: PreparedTimepoint, names: Mapping[str, str], drawn: Mapping[str, Bools]
) -> Takeover:
    """Compare what was drawn with the outlines that hold now.

    A voxel that the reader gave to one lesion is taken from the others, also where their own
    outlines were changed elsewhere and still cover it.

    Parameters
    ----------
    timepoint : PreparedTimepoint
    names : mapping of lesion id to str
    drawn : mapping of part key to (K, J, I) bool array
        On the timepoint's T1c grid.

    Raises
    ------
    InputError
        A part is missing, something was drawn that is no part of a lesion, or the lattice differs.
    """
    parts = parts_of(timepoint, names)
    _check(timepoint, parts, drawn)
    held = {p.key: timepoint.lesions[p.lesion].masks[p.kind].array for p in parts}
    settled = _settle(parts, held, drawn)
    changed = tuple(p for p in parts if not np.array_equal(settled[p.key], held[p.key]))
    grid = timepoint.timepoint.t1c.grid
    outlines: dict[str, dict[MaskKind, Mask]] = {}
    for part in changed:
        outlines.setdefault(part.lesion, {})[part.kind] = Mask(settled[part.key], grid)
    emptied = tuple(p for p in changed if not settled[p.key].any())
    return Takeover(outlines, changed, emptied)


def _check(
    timepoint: PreparedTimepoint, parts: tuple[Part, ...], drawn: Mapping[str, Bools]
) -> None:
    shape = timepoint.timepoint.t1c.grid.shape
    known = {part.key for part in parts}
    for part in parts:
        if part.key not in drawn:
            raise InputError(
                part.name, f"its segment is missing at {timepoint.id}: undo that, or discard"
            )
        if drawn[part.key].shape != shape:
            raise InputError(part.name, f"is not on the T1c's grid at {timepoint.id}")
    for key, array in drawn.items():
        if key not in known and array.any():
            raise InputError(
                key, "is no part of a lesion: draw it into one of the listed segments, or remove it"
            )


def _settle(
    parts: tuple[Part, ...], held: Mapping[str, Bools], drawn: Mapping[str, Bools]
) -> dict[str, Bools]:
    """What was drawn, less what was given to another lesion at the same time."""
    whole = [p for p in parts if p.kind in (E, C)]
    added: dict[str, Bools] = {}
    for lesion in {p.lesion for p in parts}:
        keys = [p.key for p in whole if p.lesion == lesion]
        now = np.any([drawn[k] for k in keys], axis=0)
        added[lesion] = now & ~np.any([held[k] for k in keys], axis=0)
    settled = {p.key: np.asarray(drawn[p.key], bool) for p in parts}
    for part in whole:
        for other, taken in added.items():
            if other != part.lesion:
                settled[part.key] = settled[part.key] & ~(taken & ~added[part.lesion])
    # taken from an outline that was left as it is: the take-over itself does that
    for part in whole:
        if np.array_equal(drawn[part.key], held[part.key]):
            settled[part.key] = held[part.key]
    return settled
