"""Outlines and brain masks put onto a case: from its case file, a folder, the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from RNAssessLib.case import Case, InputError, MappingEntry, Mask, MaskKind, Timepoint

from .drawn_masks import read_drawn_mask
from .label_numbers import GRID_MM, LabelNumbers, parse_label_numbers, read_brain
from .network_outlines import read_outlines
from .outline_folder import FoundOutlines, find_outlines
from .volume import read_volume

OPTION = "--brain"


@dataclass(eq=False)
class GivenOutlines:
    """What is given for one timepoint, gathered from its files.

    Attributes
    ----------
    masks : dict of MaskKind to Mask
    brain : Mask or None
    mapping : list of MappingEntry
    warnings : list of str
    """

    masks: dict[MaskKind, Mask] = field(default_factory=dict)
    brain: Mask | None = None
    mapping: list[MappingEntry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add_whole(self, path: Path, numbers: LabelNumbers | None, timepoint: Timepoint) -> None:
        """Take every part of one file; a part that is there already stays."""
        masks, note = read_outlines(path, numbers, timepoint.t1c)
        self.masks = {**masks, **self.masks}
        if note:
            self.warnings.append(f"{timepoint.id}: {note}")


def add_from_folder(
    case: Case, folder: Path, numbers: LabelNumbers | None, *, first: bool = False
) -> Case:
    """Return the case with the outlines of a folder.

    Parameters
    ----------
    case : Case
    folder : Path
    numbers : LabelNumbers or None
        Of its label maps.
    first : bool
        Whether the folder's outlines come before those that the case has.

    Raises
    ------
    InputError
        As `find_outlines` and the readers say.
    """
    found = find_outlines(folder, case.timepoints)
    timepoints, mapping = [], list(case.mapping)
    warnings = list(case.warnings)
    for timepoint in case.timepoints:
        files = found.get(timepoint.id)
        if files is None:
            if not timepoint.masks:
                warnings.append(f"no outline of {timepoint.id} in {folder.name}: it is segmented "
                                "automatically, beside outlined timepoints")  # fmt: skip
            timepoints.append(timepoint)
            continue
        given = _read_files(files, timepoint, numbers)
        old, new = timepoint.masks, given.masks
        own = timepoint.brain
        timepoints.append(
            replace(
                timepoint,
                masks={**old, **new} if first else {**new, **old},
                brain=(given.brain or own) if first else (own or given.brain),
            )
        )
        mapping += [replace(m, why=f"its name, in {folder.name}") for m in given.mapping]
        warnings += given.warnings
    return replace(case, timepoints=tuple(timepoints), mapping=tuple(mapping),
                   warnings=tuple(warnings))  # fmt: skip


def _read_files(
    files: FoundOutlines, timepoint: Timepoint, numbers: LabelNumbers | None
) -> GivenOutlines:
    """Everything that was found for one timepoint."""
    given = GivenOutlines()
    named = [(path, kind.value) for kind, path in files.parts.items()]
    for kind, path in files.parts.items():
        given.masks[kind] = read_drawn_mask(path, kind, timepoint.t1c, numbers)
    if files.whole is not None:
        given.add_whole(files.whole, numbers, timepoint)
        named.append((files.whole, "outlines"))
    if files.brain is not None:
        given.brain = read_brain(files.brain, timepoint.t1c)
        named.append((files.brain, "brain"))
    given.mapping = [MappingEntry(path.name, role, "", timepoint.id) for path, role in named]
    return given


def add_brains(case: Case, given: Sequence[str]) -> Case:
    """Return the case with brain masks from the command line.

    Parameters
    ----------
    case : Case
    given : sequence of str
        ``MASK`` for the timepoint whose T1c lies on its grid, ``ID=MASK`` for a named one.

    Raises
    ------
    InputError
        The mask fits no timepoint, or several; or it is a bad mask.
    """
    for item in given:
        head, separator, rest = item.partition("=")
        ids = [t.id for t in case.timepoints]
        named = bool(separator) and head in ids
        if separator and not named and not Path(item).exists():
            raise InputError(OPTION, f"{head!r} is no timepoint; there are {', '.join(ids)}")
        path = Path(rest if named else item)
        fitting = [head] if named else _fitting(case, path)
        timepoint = case.timepoint(fitting[0])
        new = replace(timepoint, brain=read_brain(path, timepoint.t1c))
        entry = MappingEntry(path.name, "brain", OPTION, timepoint.id)
        case = replace(
            case,
            timepoints=tuple(new if t is timepoint else t for t in case.timepoints),
            mapping=(*case.mapping, entry),
        )
    return case


def _fitting(case: Case, path: Path) -> list[str]:
    """Id of the one timepoint on whose T1c grid a mask lies."""
    grid = read_volume(path).grid
    fitting = [t.id for t in case.timepoints if grid.matches(t.t1c.grid, tolerance_mm=GRID_MM)]
    if not fitting:
        raise InputError(path, "is not on the grid of any timepoint's T1c")
    if len(fitting) > 1:
        raise InputError(path, f"fits {' and '.join(fitting)}: say which, {OPTION} "
                         f"{fitting[0]}={path.name}")  # fmt: skip
    return fitting


def give_outlines(
    case: Case, brains: Sequence[str] = (), folder: str | None = None, labels: str | None = None
) -> Case:
    """Return the case with what the command line names: brain masks and a folder of outlines.

    Parameters
    ----------
    case : Case
    brains : sequence of str
        See `add_brains`.
    folder : str, optional
        Its outlines come before those of the case file.
    labels : str, optional
        Name of a convention.
    """
    if labels and not folder:
        raise InputError("--labels", "belongs to --outlines")
    if folder:
        numbers = parse_label_numbers(labels, "--labels") if labels else None
        case = add_from_folder(case, Path(folder), numbers, first=True)
    return add_brains(case, brains)
