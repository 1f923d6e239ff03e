"""A DICOM folder sorted into timepoints, roles and courses by its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date as Date
from pathlib import Path

from RNAssessLib.case import (
    Case,
    Image,
    InputError,
    MappingEntry,
    Progress,
    SequenceRole,
    Timepoint,
    counted,
    part,
    silent,
)
from RNAssessLib.evidence import Thresholds

from .folder_courses import read_courses
from .sorting import (
    NO_DATES,
    Candidate,
    Choices,
    FolderHeaders,
    GivenDates,
    SortedStudy,
    SortedTimepoint,
    Stack,
    Taken,
    read_folder,
    sort_study,
    tell_not_dicom,
)
from .stack_reading import read_stack

NO_THRESHOLDS = Thresholds()


@dataclass(frozen=True)
class SeriesEntry:
    """One stack of images and what it is proposed for.

    Attributes
    ----------
    uid : str
        SeriesInstanceUID.
    files : tuple of Path
    description : str
    date : date or None
    role : SequenceRole or None
        None: ignored.
    why : str
    label : str
        What tells it from the other stacks of its series.
    """

    uid: str
    files: tuple[Path, ...]
    description: str
    date: Date | None
    role: SequenceRole | None
    why: str
    label: str = ""


@dataclass(frozen=True, eq=False)
class StudyMapping:
    """Proposed use of everything in a folder; correct it with `with_role`, then `to_case`.

    Attributes
    ----------
    folder : Path
    headers : FolderHeaders
    sorted : SortedStudy
    dates : GivenDates
        Dates the user gave.
    choices : mapping of (series UID, label) to SequenceRole or None
        Roles the user decided.
    thresholds : Thresholds
    """

    folder: Path
    headers: FolderHeaders
    sorted: SortedStudy
    dates: GivenDates = NO_DATES
    choices: Choices | None = None
    thresholds: Thresholds = NO_THRESHOLDS

    @property
    def series(self) -> tuple[SeriesEntry, ...]:
        """Every stack with the role it could fill, used or not."""
        return tuple(_entry(c) for c in self.sorted.candidates)

    def with_role(
        self, series_uid: str, role: SequenceRole | None, label: str | None = None
    ) -> StudyMapping:
        """Return the mapping with another role for one series (None ignores it).

        Parameters
        ----------
        series_uid : str
        role : SequenceRole or None
        label : str, optional
            Stack of the series; needed only where it has several.

        Raises
        ------
        KeyError
            There is no such series or stack.
        """
        keys = [c.stack.key for c in self.sorted.candidates if c.stack.series_uid == series_uid]
        fitting = [key for key in keys if label is None or key[1] == label]
        if not fitting or (label is None and role is not None and len(fitting) > 1):
            raise KeyError((series_uid, label))
        choices = {**(self.choices or {}), **dict.fromkeys(fitting, role)}
        found = sort_study(
            self.folder, self.headers, thresholds=self.thresholds, dates=self.dates, choices=choices
        )
        return replace(self, sorted=found, choices=choices)

    def timepoints(self) -> Mapping[str, Mapping[SequenceRole, SeriesEntry]]:
        """Series in use: timepoint id to role to series."""
        entries = {c.stack.key: _entry(c) for c in self.sorted.candidates}
        return {
            t.id: {
                role: entries[taken.stack.key]
                for role, taken in t.sequences.items()
                if not taken.computed
            }
            for t in self.sorted.timepoints
        }

    @property
    def entries(self) -> tuple[MappingEntry, ...]:
        """Rows of the mapping table, what is left out included."""
        return self._rows({})

    def to_case(self, progress: Progress = silent) -> Case:
        """Read everything that is in use.

        Raises
        ------
        InputError
            A role that is needed stays empty: no T1c, a T1c that makes no volume or has no date.
        """
        if self.sorted.problems:
            raise InputError(self.folder, "; ".join(self.sorted.problems))
        reader = _Reader()
        timepoints = []
        chosen = self.sorted.timepoints
        for index, timepoint in enumerate(chosen):
            share = part(progress, 0.9 * index / len(chosen), 0.9 * (index + 1) / len(chosen))
            timepoints.append(reader.read(timepoint, share))
        progress(0.9, "reading plan")
        courses, warnings = read_courses(self.headers.plans)
        progress(1.0, "study read")
        notes = [f"{t.id}: {note}" for t in chosen for note in t.notes]
        notes += [item.told for item in tell_not_dicom(self.headers.not_dicom, self.folder)]
        return Case(
            id=self.folder.resolve().name,
            courses=courses,
            timepoints=tuple(timepoints),
            mapping=self._rows(reader.remarks),
            warnings=(*warnings, *notes, *reader.warnings),
        )

    def _rows(self, remarks: Mapping[tuple[str, SequenceRole], str]) -> tuple[MappingEntry, ...]:
        rows = []
        for timepoint in self.sorted.timepoints:
            for role, taken in timepoint.sequences.items():
                what = f"{taken.stack.name} ({counted(len(taken.stack.files), 'file')})"
                why = remarks.get((timepoint.id, role), taken.why)
                rows.append(MappingEntry(what, role.value, why, timepoint.id))
        for item in self.sorted.left_out:
            what = f"{item.description} ({counted(item.files, 'file')})"
            could_be = item.candidate.role if item.candidate else None
            name = could_be.value if could_be else "none"
            rows.append(MappingEntry(what, name, item.why, ignored=True))
        for kind, paths in self.headers.plans.items():
            rows += [MappingEntry(p.name, kind, f"Modality {kind}") for p in paths]
        return tuple(rows)


def propose_mapping(
    folder: Path | str,
    progress: Progress = silent,
    *,
    dates: GivenDates = NO_DATES,
    thresholds: Thresholds = NO_THRESHOLDS,
) -> StudyMapping:
    """Sort a folder (and its subfolders) by content; only headers are read.

    Raises
    ------
    InputError
        When the folder is missing or holds no DICOM file.
    """
    folder = Path(folder)
    headers = read_folder(folder, progress)
    found = sort_study(folder, headers, thresholds=thresholds, dates=dates)
    return StudyMapping(folder, headers, found, dates, None, thresholds)


def _entry(candidate: Candidate) -> SeriesEntry:
    first = candidate.stack.first
    return SeriesEntry(
        candidate.stack.series_uid,
        candidate.stack.files,
        first.description,
        first.date,
        candidate.role,
        candidate.why,
        candidate.stack.label,
    )


class _Reader:
    """Reads the stacks in use; a bad one that is not needed is left out by name."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.remarks: dict[tuple[str, SequenceRole], str] = {}

    def read(self, timepoint: SortedTimepoint, progress: Progress) -> Timepoint:
        images = {}
        for index, (role, taken) in enumerate(timepoint.sequences.items()):
            progress(index / len(timepoint.sequences), f"reading {timepoint.id} {role.value}")
            image = self._first_readable(timepoint.id, role, taken)
            if image is not None:
                images[role] = image
                self.remarks[timepoint.id, role] = image.source.why
        return Timepoint(timepoint.id, timepoint.date, images)

    def _first_readable(self, name: str, role: SequenceRole, taken: Taken) -> Image | None:
        failed: list[InputError] = []
        for stack in (taken.stack, *taken.next_best):
            try:
                image = read_stack(stack, role)
            except InputError as error:
                failed.append(error)
                continue
            self._warn(name, role, failed)
            return _explained(image, taken, stack)
        if role is SequenceRole.T1C:
            raise failed[0]
        self._warn(name, role, failed)
        self.remarks[name, role] = f"not read: {failed[0]}"
        return None

    def _warn(self, name: str, role: SequenceRole, failed: list[InputError]) -> None:
        self.warnings += [f"{name} {role.value}: {error}" for error in failed]


def _explained(image: Image, taken: Taken, stack: Stack) -> Image:
    """Image whose source says why it has its role and what reading it decided."""
    chosen = taken.why if stack is taken.stack else "the next best, another could not be read"
    computed = "" if taken.computed and image.source.why else chosen
    why = "; ".join(part for part in (computed, image.source.why) if part)
    return replace(image, source=replace(image.source, why=why))
