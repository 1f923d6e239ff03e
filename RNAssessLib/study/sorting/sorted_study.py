"""A study sorted: a stack for each role of each timepoint, what is left out, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from pathlib import Path

from RNAssessLib.case import SequenceRole

from .header import OtherObject
from .roles import Candidate
from .stacks import Stack


@dataclass(frozen=True, eq=False)
class Taken:
    """The stack in use for a role.

    Attributes
    ----------
    stack : Stack
    why : str
    computed : bool
        The image is computed from the stack (an ADC from a diffusion series).
    next_best : tuple of Stack
        Others that could fill the role, in order, should this one turn out unreadable.
    """

    stack: Stack
    why: str
    computed: bool = False
    next_best: tuple[Stack, ...] = ()


@dataclass(frozen=True, eq=False)
class SortedTimepoint:
    """One visit in use.

    Attributes
    ----------
    id : str
    date : date
    sequences : mapping of SequenceRole to Taken
        In the order of the roles; a T1c is among them.
    notes : tuple of str
        What to know about its date and its studies.
    """

    id: str
    date: Date
    sequences: Mapping[SequenceRole, Taken]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A series, or one stack of it, that is not used.

    Attributes
    ----------
    description : str
    series_uid, label : str
    files : int
    why : str
    candidate : Candidate or None
        None for what is no image.
    """

    description: str
    series_uid: str
    files: int
    why: str
    label: str = ""
    candidate: Candidate | None = None


@dataclass(frozen=True, eq=False)
class SortedStudy:
    """Everything in a folder and what it is used for.

    Attributes
    ----------
    folder : Path
    timepoints : tuple of SortedTimepoint
        By date.
    left_out : tuple of LeftOut
    problems : tuple of str
        Why the study cannot be assessed as it is: a role that is needed stays empty, or a scan with
        a T1c has no date of its own.
    candidates : tuple of Candidate
        Every stack with the role it could fill.
    plans : mapping of modality to tuple of Path
    """

    folder: Path
    timepoints: tuple[SortedTimepoint, ...]
    left_out: tuple[LeftOut, ...]
    problems: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    plans: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)

    def used(self, stack: Stack) -> tuple[str, SequenceRole] | None:
        """Timepoint and role that a stack is used for; None when it is left out."""
        for timepoint in self.timepoints:
            for role, taken in timepoint.sequences.items():
                if taken.stack is stack and not taken.computed:
                    return timepoint.id, role
        return None


def objects_left_out(others: Sequence[OtherObject]) -> list[LeftOut]:
    """Objects that are no images, those of one series and reason together."""
    groups: dict[tuple[str, str], list[OtherObject]] = {}
    for item in others:
        name = (item.series_uid, item.why) if item.series_uid else (str(item.path), item.why)
        groups.setdefault(name, []).append(item)
    return [
        LeftOut(found[0].description, found[0].series_uid, len(found), found[0].why)
        for found in groups.values()
    ]
